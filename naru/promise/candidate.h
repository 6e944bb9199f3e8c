// A smaller model that is judged: weights, of which some heads and units may be taken out and some matrices rounded.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "naru/compress/prune.h"
#include "naru/compress/round_weights.h"
#include "naru/promise/yardstick.h"

namespace naru {

/// Weights that may be made smaller, as a file has them.
struct Weights {
  ModelConfig config;
  TensorSources tensors;
  std::string origin;  // the file's path

  /// Of a folder's model; `file` must outlive them.
  Weights(ModelConfig config, const SafetensorsFile& file)
      : config(std::move(config)), tensors(sources_of(file)), origin(file.path().string()) {}
};

/// Some of the weights taken out or rounded, and what is lost by it.
struct Candidate {
  std::string name;     // "int8", "int8, 18 of 21 groups in bf16", "int8, 10 % pruned"
  Weights weights;      // without what is taken out
  MatrixDTypes dtypes;  // of the matrices that are rounded
  bool pruned = false;  // something is taken out
  int64_t bytes = 0;
  Quality quality = {};
  bool keeps = false;  // the promise, or a machine's limits

  bool unchanged() const { return dtypes.empty() && !pruned; }
};

/// The weights as they are: they lose nothing.
Candidate as_it_is(const Weights& weights, const Yardstick& yardstick);
/// With its bytes and its quality; whether it keeps anything is not judged.
Candidate measured(Candidate candidate, const Yardstick& yardstick);

/// A group of matrices, and what its coarser dtype alone would cost.
struct RankedGroup {
  std::string name, dtype;  // the dtype that it got
  int64_t bytes = 0;        // in it
  double loss_change = 0;   // of the negative log-likelihood per token, in the coarser one
};

/// What a search found.
struct SearchResult {
  Candidate best;                   // keeps the promise
  std::vector<Candidate> tried;     // in order
  std::vector<RankedGroup> groups;  // most sensitive per byte first; empty where all have one dtype

  /// Measures a candidate; it becomes the best if it keeps the promise.
  bool accept(Candidate candidate, const Yardstick& yardstick);
};

/// Weights with some matrices rounded, ready to translate.
std::unique_ptr<Model> rounded_model(const Weights& weights, const MatrixDTypes& dtypes);
/// Writes model.safetensors, and config.json where something is taken out; the other files must lie in the folder
/// already.
void write(const Candidate& candidate, const std::filesystem::path& to);

/// "int8": what a user calls a dtype of matrices.
std::string precision_name(DType dtype);

}  // namespace naru
