// The one door to Highway. A kernel file begins with
//
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "naru/ops/cpu/softmax.cpp"
//   #include "naru/ops/cpu/simd.h"
//   HWY_BEFORE_NAMESPACE();
//   namespace naru::cpu::HWY_NAMESPACE { … kernels, compiled once for each instruction set … }
//   HWY_AFTER_NAMESPACE();
//   #if HWY_ONCE
//   namespace naru::cpu { HWY_EXPORT(kernel); … HWY_DYNAMIC_DISPATCH(kernel)(…) … }
//   #endif
//
// SSE4, AVX2 and AVX-512 are compiled on x86: SSE4.2 (2008) is the least that naru asks of a machine.
#if !defined(HWY_BASELINE_TARGETS) && defined(__x86_64__)
#define HWY_BASELINE_TARGETS HWY_SSE4
#endif
#include <hwy/foreach_target.h>  // includes the kernel file again for each other target
// clang-format off: order matters
#include <hwy/highway.h>
// clang-format on

#include "naru/tensor/dtype.h"

// Per target, hence Highway's toggle instead of an include guard.
#if defined(NARU_OPS_CPU_SIMD_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NARU_OPS_CPU_SIMD_H
#undef NARU_OPS_CPU_SIMD_H
#else
#define NARU_OPS_CPU_SIMD_H
#endif

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The widest vector of f32, and how many it holds.
using Floats = hn::ScalableTag<float>;
using FloatVector = hn::Vec<Floats>;
inline constexpr int64_t lanes = HWY_LANES(float);

template <class Tag>
HWY_INLINE hn::Vec<Tag> load_as(Tag floats, const float* from) {
  return hn::LoadU(floats, from);
}
template <class Tag>
HWY_INLINE hn::Vec<Tag> load_as(Tag floats, const bf16* from) {
  const hn::Rebind<uint16_t, Tag> narrow;
  const hn::RebindToUnsigned<Tag> wide;
  const auto bits = hn::PromoteTo(wide, hn::LoadU(narrow, reinterpret_cast<const uint16_t*>(from)));
  return hn::BitCast(floats, hn::ShiftLeft<16>(bits));
}

/// `lanes` numbers from storage, widened to f32. No alignment needed.
template <class T>
HWY_INLINE FloatVector load(const T* from) {
  return load_as(Floats(), from);
}

/// Four numbers: what packing and transposing turn in squares of 4 × 4.
using Four = hn::CappedTag<float, 4>;
template <class T>
HWY_INLINE hn::Vec<Four> load_four(const T* from) {
  return load_as(Four(), from);
}

/// `lanes` numbers to storage; bf16 is rounded to nearest, ties to even, as naru::bf16 does.
HWY_INLINE void store(FloatVector value, float* to) { hn::StoreU(value, Floats(), to); }
HWY_INLINE void store(FloatVector value, bf16* to) {
  const hn::Rebind<uint16_t, Floats> narrow;
  const hn::RebindToUnsigned<Floats> wide;
  const auto word = hn::BitCast(wide, value);
  const auto odd = hn::And(hn::ShiftRight<16>(word), hn::Set(wide, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(word, hn::Add(odd, hn::Set(wide, 0x7fff))));
  const auto quiet = hn::Or(hn::ShiftRight<16>(word), hn::Set(wide, 0x40));
  const auto bits = hn::IfThenElse(hn::RebindMask(wide, hn::Ne(value, value)), quiet, rounded);
  // Saturation never strikes: all values fit 16 bits, and signed sources are what DemoteTo takes.
  const auto narrowed = hn::DemoteTo(narrow, hn::BitCast(hn::RebindToSigned<Floats>(), bits));
  hn::StoreU(narrowed, narrow, reinterpret_cast<uint16_t*>(to));
}

/// The first `count` < `lanes` numbers; the rest of the vector is 0. Touches no byte beyond.
template <class T>
HWY_INLINE FloatVector load_part(const T* from, int64_t count) {
  T whole[lanes] = {};
  for (int64_t i = 0; i < count; ++i) whole[i] = from[i];
  return load(whole);
}
template <class T>
HWY_INLINE void store_part(FloatVector value, T* to, int64_t count) {
  T whole[lanes];
  store(value, whole);
  for (int64_t i = 0; i < count; ++i) to[i] = whole[i];
}

/// e^x within 2 units in the last place; 0 below -87 (results would leave the normal range); NaN stays NaN.
/// x = n ln 2 + r, |r| ≤ ln 2 / 2: e^x = 2^n e^r, with the Taylor polynomial of degree 7 for e^r.
HWY_INLINE FloatVector exp(FloatVector x) {
  const Floats d;
  const hn::RebindToSigned<Floats> integers;
  // Constant first: x86 returns the second operand when one is NaN.
  const auto clamped = hn::Max(hn::Set(d, -88.0f), hn::Min(hn::Set(d, 89.0f), x));
  const auto n = hn::Round(hn::Mul(clamped, hn::Set(d, 1.44269504f)));
  const auto r = hn::MulAdd(n, hn::Set(d, 2.12194440e-4f), hn::MulAdd(n, hn::Set(d, -0.693359375f), clamped));
  auto p = hn::Set(d, 1.0f / 5040);
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 720));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 120));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 24));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 6));
  p = hn::MulAdd(p, r, hn::Set(d, 0.5f));
  p = hn::MulAdd(hn::MulAdd(p, r, hn::Set(d, 1.0f)), r, hn::Set(d, 1.0f));
  // 2^(n-1) twice: n reaches 128, whose exponent has no f32.
  const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(integers, n), hn::Set(integers, 126)));
  const auto value = hn::Mul(hn::Add(p, p), hn::BitCast(d, exponent));
  return hn::IfThenElseZero(hn::Not(hn::Lt(x, hn::Set(d, -87.0f))), value);
}

/// Within 5 units in the last place and never beyond ±1. x P(x²) / Q(x²), fitted by us over |x| ≤ 9 to the least
/// relative error (2e-8), where tanh is 1 in f32.
HWY_INLINE FloatVector tanh(FloatVector x) {
  const Floats d;
  const auto one = hn::Set(d, 1.0f), limit = hn::Set(d, 9.0f);
  const auto clamped = hn::Max(hn::Neg(limit), hn::Min(limit, x));
  const auto u = hn::Mul(clamped, clamped);
  auto p = hn::Set(d, 1.3354707808742886e-8f);
  p = hn::MulAdd(p, u, hn::Set(d, 2.060911765069502e-5f));
  p = hn::MulAdd(p, u, hn::Set(d, 3.495590326466703e-3f));
  p = hn::MulAdd(p, u, hn::Set(d, 0.13381027496102937f));
  p = hn::MulAdd(p, u, hn::Set(d, 0.9999999794500253f));
  auto q = hn::Set(d, 7.776577869064884e-7f);
  q = hn::MulAdd(q, u, hn::Set(d, 3.2856383852142035e-4f));
  q = hn::MulAdd(q, u, hn::Set(d, 2.5876990588765914e-2f));
  q = hn::MulAdd(q, u, hn::Set(d, 0.4671434308804682f));
  q = hn::MulAdd(q, u, one);
  return hn::Max(hn::Neg(one), hn::Min(one, hn::Div(hn::Mul(clamped, p), q)));
}

/// 1 / (1 + e^-x)
HWY_INLINE FloatVector sigmoid(FloatVector x) {
  const Floats d;
  const auto one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, exp(hn::Neg(x))));
}

/// Rows of the next tile, which holds at most `most`, when `left` are left: the last two tiles share evenly instead of
/// leaving a sliver.
HWY_INLINE int64_t next_rows(int64_t left, int64_t most) {
  if (left >= 2 * most || left == most) return most;
  return left > most ? (left + 1) / 2 : left;
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
