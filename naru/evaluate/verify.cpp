#include "naru/evaluate/verify.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "naru/generate/search.h"
#include "naru/ops/output_loss.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

constexpr int64_t ignored = -100;  // in labels: no target

/// The reference's inputs without their padding.
struct Inputs {
  Ragged source;        // ids of the real tokens
  Ragged target;        // decoder inputs, padding at the end included: the reference has rows for it
  Tensor labels;        // i32 [target total]; -1 where ignored
  int64_t counted = 0;  // labels that are not
  int64_t count = 0, longest_source = 0, longest_target = 0;
};

/// A tensor of a user's file. Error: it is missing, or not of this dtype and shape.
Tensor stored(const SafetensorsFile& file, const std::string& name, DType dtype, const Shape& shape) {
  if (!file.contains(name)) fail("{}: has no '{}'", file.path().string(), name);
  if (file.shape(name) != shape || file.dtype(name) != dtype)
    fail("{}: '{}' is {} {}, but this model makes {} {}", file.path().string(), name, naru::name(file.dtype(name)),
         file.shape(name), naru::name(dtype), shape);
  return file.tensor(name);
}

Inputs read_inputs(const SafetensorsFile& file, const VocabularyConfig& vocabulary) {
  for (const char* name : {"in.input_ids", "in.labels"})
    if (!file.contains(name) || file.shape(name).rank() != 2 || file.shape(name).size() == 0)
      fail("{}: has no matrix '{}'; not a reference for translation models", file.path().string(), name);
  const Shape source_shape = file.shape("in.input_ids"), target_shape{source_shape[0], file.shape("in.labels")[1]};
  const Tensor ids = stored(file, "in.input_ids", DType::i64, source_shape),
               mask = stored(file, "in.attention_mask", DType::i64, source_shape),
               labels = stored(file, "in.labels", DType::i64, target_shape);
  Inputs inputs;
  inputs.count = ids.dim(0);
  inputs.longest_source = ids.dim(1);
  inputs.longest_target = labels.dim(1);
  std::vector<std::vector<int32_t>> source, target;
  std::vector<int32_t> wanted;
  for (int64_t i = 0; i < inputs.count; ++i) {
    source.emplace_back();
    for (int64_t k = 0; k < inputs.longest_source; ++k)
      if (const int64_t at = i * inputs.longest_source + k; mask.data<int64_t>()[at] != 0)
        source.back().push_back(static_cast<int32_t>(ids.data<int64_t>()[at]));
    target.push_back({static_cast<int32_t>(vocabulary.start)});
    for (int64_t k = 0; k < inputs.longest_target; ++k) {
      const int64_t label = labels.data<int64_t>()[i * inputs.longest_target + k];
      wanted.push_back(label == ignored ? -1 : static_cast<int32_t>(label));
      inputs.counted += label != ignored;
      if (k + 1 < inputs.longest_target)
        target.back().push_back(static_cast<int32_t>(label == ignored ? vocabulary.padding : label));
    }
  }
  if (inputs.counted == 0) fail("{}: 'in.labels' has no target", file.path().string());
  inputs.source = Ragged::from(source);
  inputs.target = Ragged::from(target);
  inputs.labels = Tensor::from(wanted, {static_cast<int64_t>(wanted.size())});
  return inputs;
}

/// Ragged rows [total, d] against a file's padded ones [count, longest, d]; padding is not compared.
Comparison compare_rows(const SafetensorsFile& file, const std::string& name, const Tensor& rows,
                        const Offsets& offsets, int64_t longest) {
  Comparison result{.name = name};
  const int64_t d = rows.dim(1);
  const Tensor padded = stored(file, name, DType::f32, {offsets.count(), longest, d});
  for (int64_t i = 0; i < offsets.count(); ++i)
    for (int64_t k = 0; k < offsets.length(i) * d; ++k)
      result.largest = std::max(result.largest,
                                difference(rows.data()[offsets.begin(i) * d + k], padded.data()[i * longest * d + k]));
  return result;
}

/// Weights of each sequence [heads, queries, keys] against a file's padded ones [count, heads, queries, keys].
Comparison compare_map(const SafetensorsFile& file, const std::string& name, const AttentionMap& map,
                       const Inputs& inputs) {
  Comparison result{.name = name};
  const bool from_source = name.starts_with("out.encoder"), to_target = name.starts_with("out.decoder");
  const int64_t heads = map.heads, queries = from_source ? inputs.longest_source : inputs.longest_target,
                keys = to_target ? inputs.longest_target : inputs.longest_source;
  const Tensor padded = stored(file, name, DType::f32, {inputs.count, heads, queries, keys});
  for (int64_t i = 0; i < inputs.count; ++i) {
    const auto at = static_cast<size_t>(i);
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t query = 0; query < map.queries[at]; ++query)
        for (int64_t key = 0; key < map.keys[at]; ++key)
          result.largest = std::max(
              result.largest,
              difference(map.sequences[at][static_cast<size_t>((head * map.queries[at] + query) * map.keys[at] + key)],
                         padded.data()[((i * heads + head) * queries + query) * keys + key]));
  }
  return result;
}

/// "decoder.1.cross" → "out.cross_attentions.1"; a recurrent decoder's only one keeps its name.
std::string name_in_file(const std::string& ours) {
  if (ours.find('.') == ours.npos) return "out." + ours;
  const bool cross = ours.ends_with(".cross");
  const std::string side = ours.substr(0, ours.find('.'));
  const std::string layer = ours.substr(side.size() + 1, ours.find('.', side.size() + 1) - side.size() - 1);
  return fmt::format("out.{}_attentions.{}", cross ? "cross" : side, layer);
}

/// A generated batch: rows of ids with the start in front, filled up with padding.
Comparison compare_ids(const SafetensorsFile& file, const std::string& name,
                       const std::vector<std::vector<Hypothesis>>& found, const VocabularyConfig& vocabulary) {
  const Tensor expected = stored(file, name, DType::i64, file.shape(name));
  Comparison result{.name = name};
  int64_t row = 0;
  for (const auto& hypotheses : found)
    for (const Hypothesis& hypothesis : hypotheses) {
      if (row == expected.dim(0)) break;
      for (int64_t k = 0; k < expected.dim(1); ++k) {
        int64_t id = vocabulary.padding;
        if (k == 0) id = vocabulary.start;
        if (k > 0 && k <= static_cast<int64_t>(hypothesis.ids.size())) id = hypothesis.ids[static_cast<size_t>(k - 1)];
        result.largest += id != expected.data<int64_t>()[row * expected.dim(1) + k];
      }
      ++row;
    }
  result.largest += static_cast<double>(expected.dim(0) - row);
  return result;
}

void compare_generated(const Model& model, const SafetensorsFile& file, const Inputs& inputs,
                       std::vector<Comparison>& results) {
  const VocabularyConfig& vocabulary = model.vocabulary();
  const SearchVocabulary rules{.start = static_cast<int32_t>(vocabulary.start),
                               .end = static_cast<int32_t>(vocabulary.end),
                               .forbidden = {static_cast<int32_t>(vocabulary.padding)},
                               .force_end = true};
  struct Case {
    const char* name;
    SearchOptions options;
  };
  const Case cases[] = {
      {"gen.greedy.sequences", {.beam = 1}},
      {"gen.beam4_new.sequences", {.beam = 4, .nbest = 4, .length_penalty = 1, .length_rule = "power"}},
      {"gen.beam4_lp2es_new.sequences", {.beam = 4, .length_penalty = 2, .length_rule = "power", .stop_early = true}}};
  for (Case one : cases) {
    if (!file.contains(one.name)) continue;
    if (file.shape(one.name).rank() != 2 || file.shape(one.name)[1] < 2)
      fail("{}: '{}' is {}, not rows of ids", file.path().string(), one.name, file.shape(one.name));
    one.options.max_length = file.shape(one.name)[1] - 1;
    results.push_back(
        compare_ids(file, one.name, search(*model.decoder(), inputs.source, rules, one.options), vocabulary));
  }
}

}  // namespace

double difference(double a, double b) {
  const double apart = std::abs(a - b);
  return std::isnan(apart) ? std::numeric_limits<double>::infinity() : apart;
}

std::vector<Comparison> verify_reference(const Model& model, const std::filesystem::path& reference) {
  const SafetensorsFile file(reference);
  const Inputs inputs = read_inputs(file, model.vocabulary());
  Trace trace;
  const auto state = model.decoder()->start(inputs.source, &trace);
  const Tensor hidden = model.decoder()->append(*state, inputs.target, &trace);  // [target total, d]
  std::vector<Comparison> results;
  for (const auto& [name, rows] : trace.hidden) {
    const size_t dot = name.find('.');
    const std::string in_file = fmt::format("out.{}_hidden_states.{}", name.substr(0, dot), name.substr(dot + 1));
    if (!file.contains(in_file)) continue;
    const bool source = name.starts_with("encoder");
    results.push_back(compare_rows(file, in_file, rows, source ? inputs.source.offsets : inputs.target.offsets,
                                   source ? inputs.longest_source : inputs.longest_target));
  }
  for (const AttentionMap& map : trace.attention)
    if (const std::string in_file = name_in_file(map.name); file.contains(in_file))
      results.push_back(compare_map(file, in_file, map, inputs));
  const Linear& output = model.decoder()->output();
  results.push_back(compare_rows(file, "out.logits", output(hidden), inputs.target.offsets, inputs.longest_target));
  const OutputLossResult loss =
      output_loss(hidden, output.weight, output.bias, inputs.labels, {.scale = 1 / static_cast<float>(inputs.counted)});
  results.push_back({"out.loss", difference(loss.loss.data()[0], stored(file, "out.loss", DType::f32, {1}).data()[0])});
  compare_generated(model, file, inputs, results);
  return results;
}

std::vector<Comparison> verify_gradients(Model& model, const std::filesystem::path& reference,
                                         const std::filesystem::path& gradients) {
  const SafetensorsFile file(reference), expected(gradients);
  const Inputs inputs = read_inputs(file, model.vocabulary());
  model.params().clear_gradients();
  {
    Tape tape({.dropout = false});
    const auto state = model.decoder()->start(inputs.source);
    const Tensor hidden = model.decoder()->append(*state, inputs.target);
    const Linear& output = model.decoder()->output();
    tape.backward(output_loss(hidden, output.weight, output.bias, inputs.labels,
                              {.scale = 1 / static_cast<float>(inputs.counted)})
                      .loss);
  }
  model.params().complete_gradients();
  const auto& weights = model.params().named();
  float overall = 0;  // a tensor that is zero in exact arithmetic (a key's bias) is rounding noise on this scale
  std::map<std::string, Tensor> references;
  for (const std::string& name : expected.names()) {
    if (!weights.contains(name)) fail("{}: '{}' is no weight of this model", expected.path().string(), name);
    const Tensor& values = references[name] = stored(expected, name, DType::f32, weights.at(name).shape());
    for (const float value : values.values()) overall = std::max(overall, std::abs(value));
  }
  if (references.empty()) fail("{}: holds no gradient", expected.path().string());
  std::vector<Comparison> results;
  for (const auto& [name, values] : references) {
    const Tensor found = gradient_of(weights.at(name));
    Comparison result{.name = name};
    float largest = 1e-3f * overall;
    // Hugging Face's embeddings give the padding's row no gradient, although it is the decoder's start as well.
    const bool embedding = name == "model.shared.weight";
    for (int64_t i = 0; i < values.size(); ++i) {
      if (embedding && i / values.dim(-1) == model.vocabulary().padding) continue;
      result.largest = std::max(result.largest, difference(values.data()[i], found.data()[i]));
      largest = std::max(largest, std::abs(values.data()[i]));
    }
    result.largest /= static_cast<double>(largest);
    results.push_back(result);
  }
  model.params().clear_gradients();
  return results;
}

}  // namespace naru
