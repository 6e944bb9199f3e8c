#include "naru/lab/training_speed.h"

#include <chrono>

#include "naru/base/profile.h"
#include "naru/base/random.h"
#include "naru/ops/cpu/measure.h"
#include "naru/tensor/resident_memory.h"

namespace naru {
namespace {

constexpr int64_t sentences = 128, length = 32;

Batch random_batch(const VocabularyConfig& vocabulary, Random& random) {
  std::vector<TokenPair> pairs(static_cast<size_t>(sentences));
  for (TokenPair& pair : pairs)
    for (int64_t i = 0; i + 1 < length; ++i) {
      pair.source.push_back(static_cast<int32_t>(random.below(static_cast<uint64_t>(vocabulary.source))));
      pair.target.push_back(static_cast<int32_t>(random.below(static_cast<uint64_t>(vocabulary.target))));
    }
  return make_batch(pairs, {});
}

ModelConfig transformer(int64_t layers, int64_t width, int64_t heads, int64_t vocabulary) {
  TransformerConfig config;
  config.encoder_layers = config.decoder_layers = layers;
  config.width = width;
  config.feed_forward = 4 * width;
  config.heads = heads;
  config.vocabulary.source = config.vocabulary.target = vocabulary;
  config.vocabulary.shared = config.final_norm = true;
  config.dropout = config.attention_dropout = config.activation_dropout = 0.1;
  return config;
}

ModelConfig lstm(const std::string& attention) {
  Seq2SeqConfig config;
  config.reverse_source = false;
  config.attention = attention;
  config.dropout = 0.1;
  return config;
}

}  // namespace

std::vector<std::string> bench_geometries() { return {"base", "small", "lstm", "lstm-attn"}; }

ModelConfig bench_config(const std::string& geometry) {
  if (geometry == "base") return transformer(6, 512, 8, 32000);
  if (geometry == "small") return transformer(3, 256, 4, 8000);
  if (geometry == "lstm") return lstm("none");
  if (geometry == "lstm-attn") return lstm("additive");
  fail("--geometry {}: unknown; did you mean {}?", geometry, nearest(geometry, bench_geometries()));
}

Speed measure_training_speed(const std::string& geometry, const std::string& precision, int64_t repetitions,
                             bool profile) {
  const double rate = cpu::measure_product_rate(precision == "bf16" ? DType::bf16 : DType::f32);
  const auto model = build(bench_config(geometry), Params(1));
  TrainConfig config;
  config.precision = precision;
  Trainer trainer(*model, config);
  Random random(7);
  Speed result{.repetitions = {}, .parameters = model->params().parameter_count()};
  constexpr int64_t tokens = sentences * length;
  const auto steps = [&](int64_t count) {
    return timed_steps(
        trainer, count, [&] { return random_batch(model->vocabulary(), random); }, 1e-4, tokens);
  };
  steps(1);  // warms up
  set_profiling(profile);
  for (const double seconds : steps(repetitions)) result.repetitions.push_back(static_cast<double>(tokens) / seconds);
  result.target_tokens_per_second = median(result.repetitions);
  const auto [source, target] = model->matrix_flops_per_token();
  // As many source tokens as target tokens; forward, and twice that back.
  const double flops_per_token = 3 * (source + target);
  result.gemm_share = result.target_tokens_per_second * flops_per_token / rate;
  result.floor_ratio = 1 / result.gemm_share;
  result.peak_bytes = peak_resident_bytes();
  return result;
}

std::vector<double> timed_steps(Trainer& trainer, int64_t count, const std::function<Batch()>& next,
                                double learning_rate, int64_t part_tokens) {
  std::vector<double> seconds;
  for (int64_t i = 0; i < count; ++i) {
    const Batch batch = next();
    const auto begin = std::chrono::steady_clock::now();
    trainer.step(batch, learning_rate, part_tokens);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return seconds;
}

}  // namespace naru
