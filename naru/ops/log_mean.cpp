#include "naru/ops/log_mean.h"

#include <vector>

#include "naru/base/profile.h"
#include "naru/ops/cpu/log_mean.h"

namespace naru {

Tensor log_mean(std::span<const Tensor> x) {
  const Profiled profiled("log_mean");
  NARU_CHECK(!x.empty(), "log_mean: of nothing");
  std::vector<const float*> rows;
  for (const Tensor& one : x) {
    NARU_CHECK(one.shape() == x[0].shape() && one.dtype() == DType::f32, "log_mean: {} {} beside f32 {}",
               name(one.dtype()), one.shape(), x[0].shape());
    rows.push_back(one.data());
  }
  Tensor y(x[0].shape());
  cpu::log_mean(rows, y.data(), y.size());
  return y;
}

}  // namespace naru
