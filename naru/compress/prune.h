// Structured pruning: heads of attention (Michel et al. 2019, "Are Sixteen Heads Really Better than One?") and units of
// feed-forward parts are taken out of a Transformer's weights, which become smaller matrices. The config then has the
// numbers of each layer; a head stays as wide as it was.
#pragma once

#include <string>
#include <vector>

#include "naru/models/registry.h"

namespace naru {

/// What can be taken out piece by piece: the heads of one attention, or the units of one feed-forward part.
struct PrunablePart {
  std::string option;  // where config.json has how many each layer has: "encoder_heads"
  int64_t layer;
  std::vector<std::string> makers;  // weights whose rows make them: q_proj, k_proj, v_proj; fc1
  std::string reader;               // the weight whose columns read them: out_proj, fc2
  int64_t count, each;              // heads and the width of one; units and 1
  int64_t numbers;                  // weights that one of them has

  bool heads() const { return option.ends_with("_heads"); }
};

/// `what`: "heads", "units", "all". Error: an architecture without such parts, or heads that share keys and values.
std::vector<PrunablePart> prunable_parts(const ModelConfig& config, const std::string& what);

/// Which heads or units of each part stay, in ascending order; at least one of each part.
using Kept = std::vector<std::vector<int64_t>>;

/// The config and the weights (f32 or bf16) of what stays. Tensors are made when they are asked for.
ModelConfig pruned(ModelConfig config, const std::vector<PrunablePart>& parts, const Kept& kept);
TensorSources pruned(TensorSources weights, const std::vector<PrunablePart>& parts, const Kept& kept);

/// How many there are in all, as a config says; zero in a model without such parts.
struct PartCounts {
  int64_t heads = 0, units = 0;
};
PartCounts part_counts(const ModelConfig& config);

}  // namespace naru
