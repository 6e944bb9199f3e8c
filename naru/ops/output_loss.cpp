// s = h Wᵀ + b, L = sum over tokens of (1 - ε)(-log p_t) + ε mean_j(-log p_j), p = softmax s.
// With soft targets q: (1 - λ) of that, and λ sum_j q_j (-log p_j), whose ds_j is scale λ (p_j sum q - q_j).
// Backward: ds_j = scale (p_j - (1 - ε)[j = t] - ε / vocabulary), dh = ds W, dW = dsᵀ h, db = column sums of ds.
#include "naru/ops/output_loss.h"

#include <algorithm>
#include <vector>

#include "naru/base/profile.h"
#include "naru/ops/cpu/cross_entropy.h"
#include "naru/ops/cpu/reduce.h"
#include "naru/ops/dispatch.h"
#include "naru/ops/packed.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void check(const Tensor& hidden, const Tensor& weight, const Tensor& bias, const Tensor& targets) {
  NARU_CHECK(hidden.rank() == 2 && weight.rank() == 2 && hidden.dim(1) == weight.dim(1),
             "output_loss: hidden {} must be [total, d], weight {} [vocabulary, d]", hidden.shape(), weight.shape());
  NARU_CHECK(!bias || (bias.size() == weight.dim(0) && bias.dtype() == DType::f32),
             "output_loss: bias {} {} for weight {}, must be f32", bias.shape(), name(bias.dtype()), weight.shape());
  NARU_CHECK(targets.size() == hidden.dim(0), "output_loss: {} targets for hidden {}", targets.size(), hidden.shape());
  const auto ids = targets.values<int32_t>();
  const auto wrong = std::ranges::find_if(ids, [&](int32_t id) { return id >= weight.dim(0); });
  if (wrong != ids.end())
    fail(
        "output_loss: token {} has id {}, but the output has {} rows; do the vocabulary and the weights belong "
        "together?",
        wrong - ids.begin(), *wrong, weight.dim(0));
}

void check_soft(const SoftTargets& soft, int64_t rows, int64_t vocabulary) {
  if (!soft.ids) return;
  NARU_CHECK(soft.ids.rank() == 2 && soft.ids.dim(0) == rows &&
                 soft.ids.dim(1) <= cpu::CrossEntropyTargets::most_soft &&
                 soft.probabilities.shape() == soft.ids.shape(),
             "output_loss: soft targets {} and {} for {} rows", soft.ids.shape(), soft.probabilities.shape(), rows);
  for (const int32_t id : soft.ids.values<int32_t>())
    NARU_CHECK(0 <= id && id < vocabulary, "output_loss: soft target {} of {}", id, vocabulary);
}

cpu::CrossEntropyTargets kernel_targets(const Tensor& targets, const SoftTargets& soft) {
  if (!soft.ids) return {targets.data<int32_t>()};
  return {targets.data<int32_t>(), soft.ids.data<int32_t>(), soft.probabilities.data(), soft.ids.dim(1)};
}

/// Scores of a chunk take about this much: they stay in the last-level cache between the passes over them. (Measured
/// in f32: 16, 32 and 64 MB are equally fast; below 128 rows the weight gradient's product falls to half its rate.)
/// Products in bf16 are so fast that each chunk's pass over the weight gradient, read and written whole, would take
/// longer: fewer chunks.
int64_t chunk_bytes(DType dtype) { return (dtype == DType::bf16 ? int64_t{64} : int64_t{16}) << 20; }

int64_t chunk_rows(int64_t rows, int64_t vocabulary, DType dtype) {
  const int64_t fitting = chunk_bytes(dtype) / (vocabulary * int64_t{sizeof(float)});
  return std::max<int64_t>(1, std::min(rows, std::clamp<int64_t>(fitting / 32 * 32, 128, output_chunk_rows)));
}

/// What going back through a chunk adds to.
struct Backward {
  std::shared_ptr<const cpu::PackedMatrix> weight;  // [vocabulary, d]
  Tensor dhidden;                                   // [total, d]; empty: not asked for
  GradientTarget dweight, dbias;
};

/// dh = ds W, dW (+)= dsᵀ h, db (+)= column sums of ds, for the rows of one chunk.
void go_back(const Tensor& ds, const Tensor& h, const Tensor& dh, Backward& to) {
  if (dh) {
    const Profiled profiled("output_loss dh");
    cpu::product(matrix_view(ds), *to.weight, matrix_out(dh));
  }
  if (to.dweight.tensor) {
    const Profiled profiled("output_loss dw");
    cpu::product(transposed_view(ds), matrix_view(h), matrix_out(to.dweight.tensor), {.add = to.dweight.add});
  }
  if (to.dbias.tensor)
    NARU_DISPATCH(ds, column_sum, ds.data<T>(), ds.dim(0), ds.dim(1), {to.dbias.tensor.data(), to.dbias.add});
  to.dweight.add = to.dbias.add = true;
}

Backward start_back(const Tensor& hidden, const Tensor& weight, const Tensor& bias) {
  Backward to;
  if (hidden.wants_gradient()) {
    to.dhidden = Tensor::like(hidden);
    to.weight = packed(weight, PackedAs::as_is, hidden.dtype(), weight.wants_gradient());
  }
  to.dweight = gradient_target(weight);
  to.dbias = gradient_target(bias);
  return to;
}

OutputLossResult add_up(const std::vector<cpu::TokenLoss>& losses, const Tensor& targets, float scale) {
  OutputLossResult result;
  double sum = 0;
  for (int64_t i = 0; i < targets.size(); ++i) {
    if (targets.data<int32_t>()[i] < 0) continue;
    const cpu::TokenLoss& token = losses[static_cast<size_t>(i)];
    sum += token.smoothed;
    result.nll_sum += token.nll;
    result.correct += token.correct;
    ++result.tokens;
  }
  result.loss = Tensor::from({static_cast<float>(sum * scale)}, {1});
  return result;
}

}  // namespace

OutputLossResult output_loss(const Tensor& hidden, const Tensor& weight, const Tensor& bias, const Tensor& targets,
                             const OutputLossOptions& options) {
  const Profiled profiled("output_loss");
  check(hidden, weight, bias, targets);
  check_soft(options.soft, hidden.dim(0), weight.dim(0));
  const int64_t rows = hidden.dim(0), vocabulary = weight.dim(0), chunk = chunk_rows(rows, vocabulary, hidden.dtype());
  const bool back = rows > 0 && recording({&hidden, &weight, &bias});
  const auto to_scores = packed(weight, PackedAs::transposed, hidden.dtype(), recording({&weight}));
  Backward to = back ? start_back(hidden, weight, bias) : Backward();
  const Tensor scores({chunk, vocabulary}, DType::f32, Purpose::workspace);
  const Tensor slopes = !back                          ? Tensor()
                        : hidden.dtype() == DType::f32 ? scores
                                                       : Tensor(scores.shape(), hidden.dtype(), Purpose::workspace);
  std::vector<cpu::TokenLoss> losses(static_cast<size_t>(rows));
  const cpu::CrossEntropy entropy{vocabulary, options.smoothing, options.scale,
                                  options.soft.ids ? options.soft_weight : 0};
  const cpu::CrossEntropyTargets all_targets = kernel_targets(targets, options.soft);
  for (int64_t begin = 0; begin < rows; begin += chunk) {
    const int64_t end = std::min(rows, begin + chunk);
    const Tensor h = hidden.rows(begin, end);
    cpu::product(matrix_view(h), *to_scores, matrix_out(scores), {.bias = bias.data()});
    NARU_DISPATCH(hidden, cross_entropy, entropy, scores.data(), all_targets.from(begin),
                  back ? slopes.data<T>() : nullptr, losses.data() + begin, end - begin);
    if (back) go_back(slopes.rows(0, end - begin), h, to.dhidden ? to.dhidden.rows(begin, end) : Tensor(), to);
  }
  OutputLossResult result = add_up(losses, targets, options.scale);
  result.loss = record("output_loss", result.loss, {hidden, weight, bias}, [dh = to.dhidden](const Tensor& dy) {
    NARU_CHECK(dy.data()[0] == 1, "output_loss: gradient {} arrived, must be 1; scale by the option", dy.data()[0]);
    return Gradients{dh, {}, {}};
  });
  return result;
}

}  // namespace naru
