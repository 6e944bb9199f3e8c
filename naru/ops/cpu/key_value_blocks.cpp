#include "naru/ops/cpu/key_value_blocks.h"

#include <algorithm>
#include <type_traits>

#include "naru/base/threads.h"

namespace naru::cpu {
namespace {

template <class To, class From>
To convert(From x) {
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else {
    return To(static_cast<float>(x));
  }
}

/// The first `places` tokens of a block into another.
template <class B>
void copy_places(const KeyValueLayout& layout, const B* from, int64_t places, B* to) {
  for (int64_t head = 0; head < layout.heads; ++head) {
    for (int64_t c = 0; c < layout.head_d; ++c)
      std::copy_n(from + layout.keys(head) + c * key_block, places, to + layout.keys(head) + c * key_block);
    std::copy_n(from + layout.values(head), places * layout.padded_d(), to + layout.values(head));
  }
}

/// Rows of type T into a block of type B.
template <class T, class B>
void write(const KeyValueLayout& layout, const TokenRows& rows, const BlockWrite& write) {
  B* const block = reinterpret_cast<B*>(write.block);
  if (write.copy_of) copy_places(layout, reinterpret_cast<const B*>(write.copy_of), write.place, block);
  const int64_t d = layout.head_d, width = layout.padded_d();
  for (int64_t head = 0; head < layout.heads; ++head) {
    const T* keys = static_cast<const T*>(rows.keys.data) + write.row * rows.keys.stride + head * d;
    const T* values = static_cast<const T*>(rows.values.data) + write.row * rows.values.stride + head * d;
    B* key_columns = block + layout.keys(head) + write.place;
    B* value_rows = block + layout.values(head) + write.place * width;
    for (int64_t c = 0; c < d; ++c)
      for (int64_t t = 0; t < write.tokens; ++t)
        key_columns[c * key_block + t] = convert<B>(keys[t * rows.keys.stride + c]);
    for (int64_t t = 0; t < write.tokens; ++t) {
      std::transform(values + t * rows.values.stride, values + t * rows.values.stride + d, value_rows + t * width,
                     [](T x) { return convert<B>(x); });
      std::fill(value_rows + t * width + d, value_rows + (t + 1) * width, B(0.0f));
    }
  }
}

}  // namespace

void write_blocks(const KeyValueLayout& layout, const TokenRows& rows, std::span<const BlockWrite> writes) {
  const auto run = rows.dtype == DType::f32 ? (layout.dtype == DType::f32 ? write<float, float> : write<float, bf16>)
                                            : (layout.dtype == DType::f32 ? write<bf16, float> : write<bf16, bf16>);
  constexpr int64_t grain = 4;
  parallel_for(static_cast<int64_t>(writes.size()), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) run(layout, rows, writes[static_cast<size_t>(i)]);
  });
}

}  // namespace naru::cpu
