// How much of a loss arrives at each word of the source: ‖∂ loss / ∂ x‖ for the embedded x at every distance from the
// place where the decoder begins to write (Bengio et al. 1994; Pascanu et al. 2013, "On the difficulty of training
// recurrent neural networks").
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "naru/base/random.h"
#include "naru/data/batch.h"
#include "naru/models/model.h"

namespace naru {

/// Leaves the gradients of a batch's loss (of a target token, without dropout) in the parameters.
void leave_gradients(const Model& model, const Batch& batch);
/// The norm of the gradients of all weights whose name begins with `prefix`, as the last backward pass left them.
double gradient_norm(const Params& params, std::string_view prefix);

/// Of the loss of one first target symbol: the gradient's norm at the source symbol that stands `distance` + 1 symbols
/// before the source's end, for each distance from 0. The symbols must all differ: then the gradient of a row of the
/// embedding is that of the one place where its symbol stands, and no model has to know of this measurement.
std::vector<double> gradient_by_distance(const Model& model, const std::vector<int32_t>& source, int32_t target);

/// One step of plain gradient descent, w ← w - rate · g; a gradient whose norm is over `clip` is first scaled down to
/// it (Pascanu et al. 2013, algorithm 1). 0: never. Gives the norm before.
struct Descent {
  double rate = 0.1, clip = 0;
};
double descend(Model& model, const Batch& batch, const Descent& descent);

/// The latch problem (Bengio et al. 1994): which of `latch_answers` symbols stood first? The others, all different, say
/// nothing. Ids from 1 to `symbols`.
inline constexpr int64_t latch_answers = 4;
TokenPair latch(int64_t length, int64_t symbols, Random& random);
/// So many, each of a length drawn between the two.
struct LatchLengths {
  int64_t shortest = 1, longest = 1;
};
std::vector<TokenPair> latches(int64_t count, const LatchLengths& lengths, int64_t symbols, Random& random);

/// What one step further back leaves of the gradient: e to the slope of ln gradient over distance (least squares). 0.9
/// in the lecture's example; 1 where distance does not matter. Where nothing arrives the smallest float stands.
double factor_per_step(std::span<const double> by_distance);

}  // namespace naru
