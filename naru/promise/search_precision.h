// The fewest bits that keep a promise. All matrices are tried in the dtype that is asked for, and then in ever finer
// ones, until the promise holds; between the last that broke it and that one, the most sensitive groups per byte are
// taken to the finer dtype, as few of them as the promise needs.
#pragma once

#include "naru/compress/round_weights.h"
#include "naru/models/registry.h"
#include "naru/promise/yardstick.h"

namespace naru {

/// Weights that may be rounded.
struct Weights {
  const ModelConfig& config;
  const SafetensorsFile& file;
  Quality quality;  // as they are
};

/// Some of the matrices rounded, and what is lost by it.
struct Candidate {
  std::string name;  // "int8", "int8, 7 of 24 groups in bf16"
  MatrixDTypes dtypes;
  int64_t bytes = 0;
  Quality quality;
  bool keeps = false;
};

/// A group of matrices, and what its coarser dtype alone would cost.
struct RankedGroup {
  std::string name, dtype;  // the dtype that it got
  int64_t bytes = 0;        // in it
  double loss_change = 0;   // of the negative log-likelihood per token, in the coarser one
};

struct PrecisionResult {
  Candidate best;                   // keeps the promise; without dtypes: only the weights as they are do
  std::vector<Candidate> tried;     // in order
  std::vector<RankedGroup> groups;  // most sensitive per byte first; empty where all have one dtype
};

/// `dtype`: the coarsest, b16, q8 or q4.
PrecisionResult search_precision(const Weights& weights, const Yardstick& yardstick, DType dtype);

/// Error, with the numbers: only the weights as they are keep the promise, and int8 of all matrices breaks it as
/// measured. Where it does not, the pairs are too few to tell: a warning.
void check_kept(const Weights& weights, const Yardstick& yardstick, const PrecisionResult& result);
/// Writes model.safetensors; the other files must lie in the folder already.
void write_rounded(const Weights& weights, const MatrixDTypes& dtypes, const std::filesystem::path& to);

/// The same weights with some rounded, ready to translate.
std::unique_ptr<Model> rounded_model(const Weights& weights, const MatrixDTypes& dtypes);
/// "int8": what a user calls a dtype of matrices.
std::string precision_name(DType dtype);

}  // namespace naru
