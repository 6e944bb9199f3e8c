// Encoders of many layers, with residual connections and without, normed before each part or after: what gradient a
// fresh one's layers get, what becomes of its tokens, and whether it learns.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "naru/lab/bilingual.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

/// How a layer's parts are put together.
struct StackKind {
  Bilingual name;
  const char *norm, *residual;
};
enum StackPlace : size_t { pre_norm, post_norm, pre_norm_bare, post_norm_bare };
const std::array<StackKind, 4>& stack_kinds();

/// A fresh stack: the gradient of a batch's loss at each encoder layer, and how much the tokens still differ.
struct FreshStack {
  std::vector<double> all;        // of all weights of a layer, as a share of the whole encoder's
  std::vector<double> attention;  // of the weights that make queries and keys
  std::vector<double> diversity;  // embedded, and after each layer (encoder_rows.h)
};
FreshStack fresh_stack(const StackKind& kind, int64_t layers, uint64_t seed);

/// The share of the latch problem's sources of eight words that a stack answers after training, over the seeds. A guess
/// answers a quarter.
Interval answered(const StackKind& kind, int64_t layers, const Laboratory& laboratory);

}  // namespace naru
