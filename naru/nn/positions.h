#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "naru/nn/params.h"
#include "naru/tensor/ragged.h"

namespace naru {

/// Sines and cosines of falling frequency (Vaswani et al. 2017, section 3.5): with angle = position / 10000^(2i /
/// width), interleaved: columns 2i, 2i+1 = sin, cos;  halves (Marian): columns i, width/2 + i = sin, cos.
enum class SinusoidLayout : uint8_t { interleaved, halves };
Tensor sinusoids(int64_t positions, int64_t width, SinusoidLayout layout);  // [positions, width]

/// Adds to each token's embedding a vector that says where in its sequence it stands.
class Positions {
 public:
  /// `kind`: "interleaved", "halves", "learned" (the weight "weight" [maximum, width] of the scope), or "none", which
  /// adds nothing.
  Positions(Scope scope, const std::string& kind, int64_t width, int64_t maximum);
  /// x [total, width]; sequence i begins at position first[i] (empty: at 0). Error: past the learned maximum.
  Tensor operator()(const Tensor& x, const Offsets& offsets, std::span<const int32_t> first = {}) const;

 private:
  Tensor table_for(int64_t longest) const;

  bool learned_, none_;
  SinusoidLayout layout_;
  int64_t width_;
  Tensor weight_;   // learned: [maximum, width]
  struct Computed;  // the sinusoids so far, extended when a longer sequence comes
  std::shared_ptr<Computed> computed_;
};

}  // namespace naru
