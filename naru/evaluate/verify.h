#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/models/model.h"

namespace naru {

/// One tensor of a reference file against what naru computes.
struct Comparison {
  std::string name;    // as in the file: "out.logits", "gen.greedy.sequences", "model.shared.weight"
  double largest = 0;  // largest difference; for gradients relative to the tensor's largest entry
  bool equal(double tolerance) const { return largest <= tolerance; }
};

/// How far apart two numbers are; infinitely where one is not a number.
double difference(double a, double b);

/// Recomputes what a reference file holds of a translation model: embedded and hidden rows of every layer, attention
/// weights, logits, loss, greedy and beam-search ids. Layout: Hugging Face's padded batches (`in.input_ids`,
/// `in.attention_mask`, `in.labels`). In the order of computation, so that the first that differs is where it went
/// wrong. Error: a file without these inputs.
std::vector<Comparison> verify_reference(const Model& model, const std::filesystem::path& reference);

/// Recomputes the gradients of the reference's loss. Names are the weights'; a weight that the file leaves out is not
/// compared. Error: the file holds no gradient, or one of no weight of this model.
std::vector<Comparison> verify_gradients(Model& model, const std::filesystem::path& reference,
                                         const std::filesystem::path& gradients);

}  // namespace naru
