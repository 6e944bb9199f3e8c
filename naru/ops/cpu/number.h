// A vector of f32 that is written like a number, and walking along a row in such vectors. For kernel files, included
// after their preamble: it is compiled once per instruction set.
#if defined(NARU_OPS_CPU_NUMBER_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NARU_OPS_CPU_NUMBER_H
#undef NARU_OPS_CPU_NUMBER_H
#else
#define NARU_OPS_CPU_NUMBER_H
#endif

#include <algorithm>
#include <cstdint>

#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// What kernels and the formulas of elementwise.h are written in.
struct Number {
  FloatVector v;
  HWY_INLINE Number(FloatVector v) : v(v) {}                      // NOLINT: implicit on purpose
  HWY_INLINE Number(float x) : v(hn::Set(Floats(), x)) {}         // NOLINT
  HWY_INLINE Number(double x) : Number(static_cast<float>(x)) {}  // NOLINT
  HWY_INLINE Number(int x) : Number(static_cast<float>(x)) {}     // NOLINT
};
HWY_INLINE Number operator+(Number a, Number b) { return hn::Add(a.v, b.v); }
HWY_INLINE Number operator-(Number a, Number b) { return hn::Sub(a.v, b.v); }
HWY_INLINE Number operator*(Number a, Number b) { return hn::Mul(a.v, b.v); }
HWY_INLINE Number operator/(Number a, Number b) { return hn::Div(a.v, b.v); }
HWY_INLINE Number operator-(Number a) { return hn::Neg(a.v); }
/// A NaN in the second argument comes through.
HWY_INLINE Number max(Number a, Number b) { return hn::Max(a.v, b.v); }
HWY_INLINE Number abs(Number a) { return hn::Abs(a.v); }
/// 1 where a > b, else 0.
HWY_INLINE Number greater(Number a, Number b) { return hn::IfThenElseZero(hn::Gt(a.v, b.v), hn::Set(Floats(), 1.0f)); }
/// |a| with the sign of b.
HWY_INLINE Number with_sign(Number a, Number b) { return hn::CopySign(a.v, b.v); }
/// a·b + c, rounded once where the machine can.
HWY_INLINE Number multiply_add(Number a, Number b, Number c) { return hn::MulAdd(a.v, b.v, c.v); }

HWY_INLINE Number exp(Number x) { return exp(x.v); }
/// e^x for x ≤ 0, such as a score less the largest one, in half of exp's instructions; e^-87 for all below -87.
/// x = n ln 2 + r; e^r = 1 + r + r² P(r), P interpolated at Chebyshev nodes (relative error 1e-8); n goes straight into
/// the exponent's bits.
HWY_INLINE Number exp_of_negative(Number x) {
  const hn::RebindToSigned<Floats> integers;
  // Added to a small number, it leaves that number rounded in the lowest bits.
  constexpr float rounder = 12582912;  // 1.5 · 2²³
  x = max(-87.0f, x);
  const Number shifted = multiply_add(x, 1.44269504f, rounder), n = shifted - rounder;
  const Number r = multiply_add(n, 2.12194440e-4f, multiply_add(n, -0.693359375f, x));
  Number p = multiply_add(r, 0.001392621346632461f, 0.008363202971575855f);
  p = multiply_add(p, r, 0.041666554437686056f);
  p = multiply_add(p, r, 0.16666576845993977f);
  p = multiply_add(p, r, 0.5f);
  p = multiply_add(multiply_add(p, r, 1.0f), r, 1.0f);
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(integers, shifted.v));
  return hn::BitCast(Floats(), hn::Add(hn::BitCast(integers, p.v), exponent));
}
HWY_INLINE Number tanh(Number x) { return tanh(x.v); }
HWY_INLINE Number sigmoid(Number x) { return sigmoid(x.v); }
/// Abramowitz and Stegun 7.1.26; absolute error 1.5e-7.
HWY_INLINE Number erf(Number x) {
  const Number t = 1.0f / multiply_add(abs(x), 0.3275911f, 1.0f);
  Number p = multiply_add(t, 1.061405429f, -1.453152027f);
  p = multiply_add(p, t, 1.421413741f);
  p = multiply_add(p, t, -0.284496736f);
  p = multiply_add(p, t, 0.254829592f);
  return with_sign(1.0f - p * t * exp(-(x * x)), x);
}

HWY_INLINE float sum_of_lanes(Number x) { return hn::GetLane(hn::SumOfLanes(Floats(), x.v)); }
HWY_INLINE float max_of_lanes(Number x) { return hn::GetLane(hn::MaxOfLanes(Floats(), x.v)); }

/// A whole vector of a row, and the last, shorter one: how to get at their numbers.
struct Whole {
  template <class T>
  HWY_INLINE Number load(const T* from, float /*fill*/ = 0) const {
    return naru::cpu::HWY_NAMESPACE::load(from);
  }
  template <class T>
  HWY_INLINE void store(Number value, T* to) const {
    naru::cpu::HWY_NAMESPACE::store(value.v, to);
  }
  HWY_INLINE Number inside(Number value) const { return value; }
};
struct Part {
  int64_t count;
  /// Lanes beyond the row hold `fill`.
  template <class T>
  HWY_INLINE Number load(const T* from, float fill = 0) const {
    const auto inside = hn::FirstN(Floats(), static_cast<size_t>(count));
    return hn::IfThenElse(inside, load_part(from, count), hn::Set(Floats(), fill));
  }
  template <class T>
  HWY_INLINE void store(Number value, T* to) const {
    store_part(value.v, to, count);
  }
  /// `value` with 0 in the lanes beyond the row.
  HWY_INLINE Number inside(Number value) const {
    return hn::IfThenElseZero(hn::FirstN(Floats(), static_cast<size_t>(count)), value.v);
  }
};

/// Calls body(i, vector) for every vector of a row; a lambda needs HWY_ATTR:
///   along(columns, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(x + i) * 2, y + i); });
template <class Body>
HWY_INLINE void along(int64_t columns, const Body& body) {
  int64_t i = 0;
  for (; i + lanes <= columns; i += lanes) body(i, Whole());
  if (i < columns) body(i, Part{columns - i});
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
