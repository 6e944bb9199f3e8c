#include "naru/train/orthogonalize.h"

#include <algorithm>
#include <cmath>

#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/cpu/product.h"
#include "naru/ops/cpu/reduce.h"

namespace naru {
namespace {

cpu::MatrixView view(const Tensor& x) {
  return {.data = x.data(), .rows = x.shape()[0], .columns = x.shape()[1], .stride = x.shape()[1]};
}

cpu::MatrixView transposed(const Tensor& x) {
  return {.data = x.data(), .rows = x.shape()[1], .columns = x.shape()[0], .stride = x.shape()[1], .transposed = true};
}

cpu::MatrixOut into(const Tensor& x) { return {.data = x.data(), .stride = x.shape()[1]}; }

}  // namespace

Tensor orthogonalize(Tensor matrix) {
  constexpr float a = 3.4445f, b = -4.7750f, c = 2.0315f;
  constexpr double tiny = 1e-20;  // so that zeros are not divided by zero
  Tensor x = std::move(matrix), next(x.shape(), DType::f32, Purpose::workspace);
  const bool tall = x.shape()[0] > x.shape()[1];
  const int64_t side = std::min(x.shape()[0], x.shape()[1]);
  Tensor gram({side, side}, DType::f32, Purpose::workspace), factor({side, side}, DType::f32, Purpose::workspace);
  const double norm = std::sqrt(cpu::sum_of_squares(x.data(), x.size()));
  cpu::scale(x.data(), static_cast<float>(1 / (norm + tiny)), x.data(), x.size());
  for (int step = 0; step < 5; ++step) {
    tall ? product(transposed(x), view(x), into(gram)) : product(view(x), transposed(x), into(gram));
    // factor = aI + bG + cG² = c ((b/c) G + (a/c) I + G G)
    cpu::scale(gram.data(), b / c, factor.data(), factor.size());
    for (int64_t i = 0; i < side; ++i) factor.data()[i * side + i] += a / c;
    product(view(gram), view(gram), into(factor), {.scale = c, .add = true});
    tall ? product(view(x), view(factor), into(next)) : product(view(factor), view(x), into(next));
    std::swap(x, next);
  }
  return x;
}

}  // namespace naru
