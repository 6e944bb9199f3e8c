#include "naru/train/weight_rounding.h"

#include <algorithm>

#include "naru/base/profile.h"
#include "naru/ops/cpu/panel_weights.h"

namespace naru {

WeightRounding::WeightRounding(Params& params, DType dtype) : params_(&params), dtype_(dtype) {
  for (const auto& [name, weight] : params.named())
    if (is_matrix(weight.shape()))
      matrices_.push_back({weight, Tensor(weight.shape(), DType::f32, Purpose::workspace)});
}

void WeightRounding::round() const {
  if (matrices_.empty()) return;
  const Profiled profiled("round weights");
  for (const auto& [weight, exact] : matrices_) {
    std::ranges::copy(weight.values(), exact.data());
    cpu::round_in_place(weight.data(), {.dtype = dtype_, .outputs = weight.dim(0), .inner = weight.dim(1)});
  }
  params_->touch();
}

void WeightRounding::restore() const {
  if (matrices_.empty()) return;
  for (const auto& [weight, exact] : matrices_) std::ranges::copy(exact.values(), weight.data());
  params_->touch();
}

}  // namespace naru
