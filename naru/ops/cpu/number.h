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
HWY_INLINE Number min(Number a, Number b) { return hn::Min(a.v, b.v); }
HWY_INLINE Number abs(Number a) { return hn::Abs(a.v); }
/// 1 where a > b, else 0.
HWY_INLINE Number greater(Number a, Number b) { return hn::IfThenElseZero(hn::Gt(a.v, b.v), hn::Set(Floats(), 1.0f)); }
/// |a| with the sign of b.
HWY_INLINE Number with_sign(Number a, Number b) { return hn::CopySign(a.v, b.v); }
/// a·b + c, rounded once where the machine can.
HWY_INLINE Number multiply_add(Number a, Number b, Number c) { return hn::MulAdd(a.v, b.v, c.v); }

HWY_INLINE Number exp(Number x) { return exp(x.v); }
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
