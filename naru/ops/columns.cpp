#include "naru/ops/columns.h"

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

}  // namespace naru
