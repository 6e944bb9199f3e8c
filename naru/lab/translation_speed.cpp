#include "naru/lab/translation_speed.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "naru/base/profile.h"
#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/generate/search.h"
#include "naru/ops/cpu/measure.h"
#include "naru/tensor/resident_memory.h"

namespace naru {
namespace {

constexpr int64_t source_length = 32, vocabulary_size = 32000;

/// `count` lists of so many ids.
std::vector<std::vector<int32_t>> random_ids(int64_t count, int64_t length, uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<int32_t>> lists(static_cast<size_t>(count));
  for (auto& list : lists)
    for (int64_t i = 0; i < length; ++i)
      list.push_back(static_cast<int32_t>(random.below(static_cast<uint64_t>(vocabulary_size))));
  return lists;
}

SearchBounds random_candidates(const TranslationLoad& load, uint64_t seed) {
  if (load.shortlist == 0) return {};
  SearchBounds bounds{.prefixes = {}, .candidates = random_ids(load.batch, load.shortlist, seed)};
  for (std::vector<int32_t>& ids : bounds.candidates) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }
  return bounds;
}

/// Seconds for which each worker translates `calls` batches.
double translate(const Model& model, const TranslationLoad& load, int64_t calls) {
  const VocabularyConfig& vocabulary = model.vocabulary();
  const SearchVocabulary rules{.start = static_cast<int32_t>(vocabulary.start),
                               .end = static_cast<int32_t>(vocabulary.end),
                               .forbidden = {static_cast<int32_t>(vocabulary.padding)},
                               .suppress_end = true};
  const SearchOptions options{.beam = load.beam, .max_length = load.length, .batch_tokens = load.batch * source_length};
  const auto work = [&](int64_t worker) {
    const uint64_t seed = static_cast<uint64_t>(worker) + 1;
    const Ragged sources = Ragged::from(random_ids(load.batch, source_length, seed));
    const SearchBounds bounds = random_candidates(load, ~seed);
    for (int64_t call = 0; call < calls; ++call)
      for (const auto& hypotheses : search(*model.decoder(), sources, rules, options, bounds))
        NARU_CHECK(static_cast<int64_t>(hypotheses[0].ids.size()) == load.length, "a translation of {} tokens",
                   hypotheses[0].ids.size());
  };
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::future<void>> others;
  for (int64_t worker = 1; worker < load.workers; ++worker)
    others.push_back(std::async(std::launch::async, work, worker));
  work(0);
  for (auto& other : others) other.get();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Floors are those of all cores that are at work.
struct Rates {
  double product;    // operations per second
  double bandwidth;  // bytes per second, of a working set like the decoder's
};
Rates measure_rates(const TranslationLoad& load, int64_t bytes) {
  const int own = threads();
  set_threads(static_cast<int>(std::min<int64_t>(available_cores(), own * load.workers)));
  const DType dtype = matrix_dtype(load.precision);
  const bool bf16 = dtype == DType::b16 && cpu::has_bf16_products();
  const double product =
      is_quantized(dtype) ? cpu::measure_int8_rate() : cpu::measure_product_rate(bf16 ? DType::bf16 : DType::f32);
  const Rates rates{product, cpu::measure_bandwidth(bytes)};
  set_threads(own);
  return rates;
}

}  // namespace

std::vector<std::string> translation_geometries() { return {"base", "student"}; }

ModelConfig translation_config(const std::string& geometry) {
  TransformerConfig config;
  config.heads = 8;
  config.vocabulary.source = config.vocabulary.target = vocabulary_size;
  config.vocabulary.shared = true;
  if (geometry == "base") {
    config.encoder_layers = config.decoder_layers = 6;
    config.width = 512, config.feed_forward = 2048;
  } else if (geometry == "student") {
    config.encoder_layers = 6, config.decoder_layers = 2;
    config.width = 256, config.feed_forward = 1536;
  } else {
    fail("--geometry {}: unknown; did you mean {}?", geometry, nearest(geometry, translation_geometries()));
  }
  return config;
}

Speed measure_translation_speed(const TranslationLoad& load, bool profile) {
  const ModelConfig config = translation_config(load.geometry);
  const auto model = build(config, Params(1, matrix_dtype(load.precision)));
  const auto [source, all_target] = model->matrix_flops_per_token();
  const int64_t width = model->decoder()->output().weight.dim(1),
                left_out = load.shortlist > 0 ? std::max<int64_t>(0, vocabulary_size - load.shortlist) : 0;
  const double target = all_target - 2 * static_cast<double>(width * left_out);
  // Half as many weights as operations.
  const double bytes_per_weight =
      static_cast<double>(model->params().bytes()) / static_cast<double>(model->params().parameter_count());
  const double decoder_bytes = target / 2 * bytes_per_weight, encoder_bytes = source / 2 * bytes_per_weight;
  const Rates rates = measure_rates(load, static_cast<int64_t>(decoder_bytes));

  const int64_t calls = std::max<int64_t>(1, 8 / load.batch);
  const auto sentences = static_cast<double>(load.workers * calls * load.batch),
             length = static_cast<double>(load.length);
  const double operations =
      sentences * (static_cast<double>(source_length) * source + length * static_cast<double>(load.beam) * target);
  const double bytes = static_cast<double>(load.workers * calls) * (encoder_bytes + length * decoder_bytes);
  const double floor = std::max(operations / rates.product, bytes / rates.bandwidth);

  Speed result;
  result.parameters = model->params().parameter_count();
  reset_peak_resident();       // random weights are made in f32, a model's are read as they are
  translate(*model, load, 1);  // warms up
  set_profiling(profile);
  for (int64_t i = 0; i < load.repetitions; ++i)
    result.repetitions.push_back(sentences * length / translate(*model, load, calls));
  result.target_tokens_per_second = median(result.repetitions);
  const double seconds = sentences * length / result.target_tokens_per_second;
  result.floor_ratio = seconds / floor;
  result.gemm_share = operations / seconds / rates.product;
  result.peak_bytes = peak_resident_bytes();
  return result;
}

}  // namespace naru
