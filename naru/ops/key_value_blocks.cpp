#include "naru/ops/key_value_blocks.h"

#include "naru/ops/cpu/key_value_blocks.h"
#include "naru/ops/dispatch.h"

namespace naru {

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
