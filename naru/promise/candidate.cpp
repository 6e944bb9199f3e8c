#include "naru/promise/candidate.h"

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/evaluate/golden.h"

namespace naru {

Candidate as_it_is(const Weights& weights, const Yardstick& yardstick) {
  return {.name = "as it is",
          .weights = weights,
          .dtypes = {},
          .bytes = bytes_of(weights.tensors),
          .quality = yardstick.baseline(),
          .keeps = true};
}

Candidate measured(Candidate candidate, const Yardstick& yardstick) {
  NARU_LOG(info, "measuring {} …", candidate.name);
  candidate.bytes = bytes_of(rounded_weights(candidate.weights.tensors, candidate.dtypes));
  candidate.quality = yardstick.measure(*rounded_model(candidate.weights, candidate.dtypes));
  NARU_LOG(info, "{}: {}", candidate.name, yardstick.text(candidate.quality));
  return candidate;
}

bool SearchResult::accept(Candidate candidate, const Yardstick& yardstick) {
  tried.push_back(measured(std::move(candidate), yardstick));
  tried.back().keeps = yardstick.keeps(tried.back().quality);
  if (tried.back().keeps) best = tried.back();
  return tried.back().keeps;
}

std::unique_ptr<Model> rounded_model(const Weights& weights, const MatrixDTypes& dtypes) {
  return build(weights.config, Params(rounded_weights(weights.tensors, dtypes), weights.origin, as_stored));
}

void write(const Candidate& candidate, const std::filesystem::path& to) {
  const Weights& weights = candidate.weights;
  if (candidate.pruned) write_file(to / "config.json", to_json(weights.config));
  TensorSources sources = rounded_weights(weights.tensors, candidate.dtypes);
  const auto model = build(weights.config, Params(sources, weights.origin));
  // What is fused lies together, so that f32 matrices can be used where they lie in the file.
  for (const auto& [name, source] : model->params().sources()) sources.at(name).place = source.place;
  save_model(to, *model, sources);
}

std::string precision_name(DType dtype) {
  if (dtype == DType::f32) return "f32";
  return dtype == DType::b16 ? "bf16" : dtype == DType::q8 ? "int8" : "int4";
}

}  // namespace naru
