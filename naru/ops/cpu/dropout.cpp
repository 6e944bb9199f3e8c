#include "naru/ops/cpu/dropout.h"

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/dropout.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// What the numbers of one row are multiplied by: 0 or 1 / (1 - rate). `dropout_hash` in vectors.
class RowFactors {
 public:
  HWY_INLINE RowFactors(const DropoutMask& mask, int64_t row)
      : RowFactors(mask, mask.rate > 0 ? mix(mask.key, mask.token_keys[row]) : 0) {}

  /// For columns i, i + 1, …
  HWY_INLINE Number at(int64_t i) const {
    auto h = hn::Add(first_, hn::Set(Words(), static_cast<uint32_t>(i) * 0x9e3779b9u));
    h = hn::Mul(hn::Xor(h, hn::ShiftRight<16>(h)), hn::Set(Words(), 0x7feb352du));
    h = hn::Xor(h, fold_);
    h = hn::Mul(hn::Xor(h, hn::ShiftRight<15>(h)), hn::Set(Words(), 0x846ca68bu));
    h = hn::ShiftRight<8>(hn::Xor(h, hn::ShiftRight<16>(h)));
    const auto dropped = hn::Lt(hn::BitCast(Integers(), h), threshold_);
    return hn::IfThenZeroElse(hn::RebindMask(Floats(), dropped), kept_);
  }

 private:
  using Words = hn::RebindToUnsigned<Floats>;
  using Integers = hn::RebindToSigned<Floats>;
  HWY_INLINE RowFactors(const DropoutMask& mask, uint64_t key)
      : first_(hn::Add(hn::Mul(hn::Iota(Words(), 0), hn::Set(Words(), 0x9e3779b9u)),
                       hn::Set(Words(), static_cast<uint32_t>(key)))),
        fold_(hn::Set(Words(), static_cast<uint32_t>(key >> 32))),
        threshold_(hn::Set(Integers(), dropout_threshold(mask.rate))),
        kept_(hn::Set(Floats(), 1 / (1 - mask.rate))) {}

  hn::Vec<Words> first_, fold_;
  hn::Vec<Integers> threshold_;
  FloatVector kept_;
};

template <class X, class Y>
void drop(const X* x, Y* y, int64_t rows, int64_t columns, const DropoutMask& mask) {
  for (int64_t r = 0; r < rows; ++r, x += columns, y += columns) {
    const RowFactors factors(mask, r);
    along(columns, [&](int64_t i, auto vector) HWY_ATTR { vector.store(vector.load(x + i) * factors.at(i), y + i); });
  }
}

template <class X, class Branch>
void add_dropped(const X* x, const Branch* branch, X* y, int64_t rows, int64_t columns, const DropoutMask& mask) {
  for (int64_t r = 0; r < rows; ++r, x += columns, branch += columns, y += columns) {
    if (mask.rate == 0) {
      along(columns, [&](int64_t i, auto vector)
                         HWY_ATTR { vector.store(vector.load(x + i) + vector.load(branch + i), y + i); });
      continue;
    }
    const RowFactors factors(mask, r);
    along(columns, [&](int64_t i, auto vector) HWY_ATTR {
      vector.store(multiply_add(vector.load(branch + i), factors.at(i), vector.load(x + i)), y + i);
    });
  }
}

auto drop_kernels() { return Both{drop<float, float>, drop<bf16, bf16>}; }
auto drop_narrowing() { return drop<float, bf16>; }
auto add_dropped_kernels() { return Both{add_dropped<float, float>, add_dropped<bf16, bf16>}; }
auto add_dropped_widening() { return add_dropped<float, bf16>; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(drop_kernels);
HWY_EXPORT(drop_narrowing);
HWY_EXPORT(add_dropped_kernels);
HWY_EXPORT(add_dropped_widening);

namespace {
DropoutMask from_row(const DropoutMask& mask, int64_t row) { return {mask.rate, mask.key, mask.token_keys + row}; }

template <class Kernel, class... Pointers>
void over_rows(Kernel kernel, int64_t rows, int64_t columns, const DropoutMask& mask, Pointers... pointers) {
  constexpr int64_t hash_cost = 2;
  parallel_for(rows, row_grain(hash_cost * columns), [&](int64_t begin, int64_t end) {
    kernel((pointers + begin * columns)..., end - begin, columns, from_row(mask, begin));
  });
}
}  // namespace

template <class X, class Y>
void drop(const X* x, Y* y, int64_t rows, int64_t columns, const DropoutMask& mask) {
  if constexpr (std::is_same_v<X, Y>) {
    over_rows(HWY_DYNAMIC_DISPATCH(drop_kernels)().template of<X>(), rows, columns, mask, x, y);
  } else {
    over_rows(HWY_DYNAMIC_DISPATCH(drop_narrowing)(), rows, columns, mask, x, y);
  }
}

template <class X, class Branch>
void add_dropped(const X* x, const Branch* branch, X* y, int64_t rows, int64_t columns, const DropoutMask& mask) {
  if constexpr (std::is_same_v<X, Branch>) {
    over_rows(HWY_DYNAMIC_DISPATCH(add_dropped_kernels)().template of<X>(), rows, columns, mask, x, branch, y);
  } else {
    over_rows(HWY_DYNAMIC_DISPATCH(add_dropped_widening)(), rows, columns, mask, x, branch, y);
  }
}

template void drop(const float*, float*, int64_t, int64_t, const DropoutMask&);
template void drop(const bf16*, bf16*, int64_t, int64_t, const DropoutMask&);
template void drop(const float*, bf16*, int64_t, int64_t, const DropoutMask&);
template void add_dropped(const float*, const float*, float*, int64_t, int64_t, const DropoutMask&);
template void add_dropped(const bf16*, const bf16*, bf16*, int64_t, int64_t, const DropoutMask&);
template void add_dropped(const float*, const bf16*, float*, int64_t, int64_t, const DropoutMask&);

}  // namespace naru::cpu
#endif
