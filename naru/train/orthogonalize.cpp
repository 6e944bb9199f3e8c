#include "naru/train/orthogonalize.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/product.h"
#include "naru/ops/cpu/reduce.h"
#include "naru/ops/packed.h"

namespace naru {
namespace {

/// Jordan takes five. With four the Transformer learned as much from each batch, and singular values down to a
/// hundredth of the norm still come near 1.
constexpr int steps = 4;

Tensor workspace(const Shape& shape, DType dtype = DType::f32) { return Tensor(shape, dtype, Purpose::workspace); }

/// As products read it: x itself, or rounded.
Tensor operand(const Tensor& x, DType precision) {
  if (precision == x.dtype()) return x;
  Tensor rounded = workspace(x.shape(), DType::bf16);
  cpu::convert(x.data(), rounded.data<bf16>(), x.size());
  return rounded;
}

/// The product of all steps' factors, a polynomial of `gram`, which is used up. [side, side]
Tensor product_of_factors(const Tensor& gram, DType precision) {
  constexpr float a = 3.4445f, b = -4.7750f, c = 2.0315f;
  const int64_t side = gram.dim(0);
  Tensor factor = workspace(gram.shape()), all = workspace(gram.shape()), scratch = workspace(gram.shape());
  for (int step = 0; step < steps; ++step) {
    // aI + bG + cG²
    const Tensor g = operand(gram, precision);
    product(matrix_view(g), matrix_view(g), matrix_out(factor));
    cpu::weighted_sum(b, gram.data(), c, factor.data(), factor.data(), factor.size());
    for (int64_t i = 0; i < side; ++i) factor.data()[i * side + i] += a;
    const Tensor f = operand(factor, precision);
    if (step == 0) {
      std::ranges::copy(factor.values(), all.data());
    } else {
      product(matrix_view(f), matrix_view(operand(all, precision)), matrix_out(scratch));
      std::swap(all, scratch);
    }
    if (step + 1 == steps) break;
    product(matrix_view(f), matrix_view(g), matrix_out(scratch));
    product(matrix_view(f), matrix_view(operand(scratch, precision)), matrix_out(gram));
  }
  return all;
}

}  // namespace

Tensor orthogonalize(const Tensor& matrix, DType precision) {
  constexpr double tiny = 1e-20;  // so that zeros are not divided by zero
  const bool tall = matrix.dim(0) > matrix.dim(1);
  const int64_t side = std::min(matrix.dim(0), matrix.dim(1));
  const double norm = std::sqrt(cpu::sum_of_squares(matrix.data(), matrix.size()));
  const Tensor scaled = workspace(matrix.shape());
  Tensor result = workspace(matrix.shape());
  cpu::scale(matrix.data(), static_cast<float>(1 / (norm + tiny)), scaled.data(), scaled.size());
  const Tensor x = operand(scaled, precision);
  const Tensor gram = workspace({side, side});
  tall ? product(transposed_view(x), matrix_view(x), matrix_out(gram))
       : product(matrix_view(x), transposed_view(x), matrix_out(gram));
  const Tensor factors = operand(product_of_factors(gram, precision), precision);
  tall ? product(matrix_view(x), matrix_view(factors), matrix_out(result))
       : product(matrix_view(factors), matrix_view(x), matrix_out(result));
  return result;
}

int64_t orthogonalize_bytes(const Shape& shape) {
  const int64_t side = std::min(shape[0], shape[1]);
  // Scaled, rounded, result; gram, factor, all, scratch, and two of them rounded.
  return (2 * 4 + 2) * shape.size() + (4 * 4 + 2 * 2) * side * side;
}

}  // namespace naru
