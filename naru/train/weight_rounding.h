// Quantization-aware training (Jacob et al. 2018): the model computes with the weights that `naru compress` would make
// of it, and what it learns goes to the exact ones. Rounding counts as the identity on the way back (Bengio et al.
// 2013, "straight through").
#pragma once

#include <vector>

#include "naru/nn/params.h"

namespace naru {

/// Every matrix of a model on the grid of a dtype in panels, for as long as `Rounded` lives.
class WeightRounding {
 public:
  /// Rounds nothing: the weights stay what they are.
  WeightRounding() = default;
  /// `dtype`: b16, q8 or q4. Keeps a copy of the matrices, which is made here. The model must outlive this.
  WeightRounding(Params& params, DType dtype);

  /// While one lives the rounded weights stand in place of the exact ones.
  class Rounded {
   public:
    explicit Rounded(const WeightRounding& rounding) : rounding_(rounding) { rounding_.round(); }
    ~Rounded() { rounding_.restore(); }
    Rounded(const Rounded&) = delete;
    Rounded& operator=(const Rounded&) = delete;

   private:
    const WeightRounding& rounding_;
  };

 private:
  struct Matrix {
    Tensor weight, exact;  // [out, in] both; `exact` is what `weight` was
  };
  void round() const;
  void restore() const;

  Params* params_ = nullptr;
  DType dtype_ = DType::f32;
  std::vector<Matrix> matrices_;
};

}  // namespace naru
