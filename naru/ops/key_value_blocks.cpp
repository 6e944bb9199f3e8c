#include "naru/ops/key_value_blocks.h"

#include "naru/ops/cpu/key_value_blocks.h"
#include "naru/ops/dispatch.h"

namespace naru {

void check_columns(const char* op, const char* what, const Columns& columns, int64_t rows, int64_t count) {
  const Tensor& x = columns.tensor;
  NARU_CHECK(x.rank() == 2 && x.dim(0) == rows, "{}: {} are {} for {} tokens", op, what, x.shape(), rows);
  NARU_CHECK(columns.first >= 0 && columns.first + columns.count <= x.dim(1), "{}: {} are columns {} to {} of {}", op,
             what, columns.first, columns.first + columns.count, x.shape());
  NARU_CHECK(columns.count == count, "{}: {} have {} columns, need {}", op, what, columns.count, count);
  NARU_CHECK(x.dtype() == DType::f32 || x.dtype() == DType::bf16, "{}: {} are {}, need f32 or bf16", op, what,
             name(x.dtype()));
}

void write_blocks(const KeyValueLayout& layout, const Columns& keys, const Columns& values,
                  std::span<const BlockWrite> writes) {
  const int64_t total = keys.tensor.dim(0);
  check_columns("write_blocks", "keys", keys, total, layout.heads * layout.head_d);
  check_columns("write_blocks", "values", values, total, layout.heads * layout.head_d);
  NARU_CHECK(keys.tensor.dtype() == values.tensor.dtype(), "write_blocks: keys are {}, values {}",
             name(keys.tensor.dtype()), name(values.tensor.dtype()));
  const cpu::TokenRows rows{keys.tensor.dtype(), rows_of<const void*>(keys.tensor, keys.first),
                            rows_of<const void*>(values.tensor, values.first)};
  NARU_DISPATCH(keys.tensor, write_blocks, layout, rows, writes);
}

}  // namespace naru
