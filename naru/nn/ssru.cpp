#include "naru/nn/ssru.h"

#include "naru/nn/recurrent.h"

namespace naru {

void SsruMemory::reorder(std::span<const int32_t> rows) {
  cells = rows_of(cells, Tensor::from(rows, {static_cast<int64_t>(rows.size())}));
  count = static_cast<int64_t>(rows.size());
}

void SsruMemory::join(SsruMemory more) {
  cells = stacked(cells, count, more.cells, more.count);
  count += more.count;
}

Ssru::Ssru(Scope scope, int64_t width)
    : weight_(scope.rows({"input", "forget"}, "weight", {width, width}, xavier_uniform())),
      forget_bias_((scope / "forget").param("bias", {width}, zeros())) {}

Tensor Ssru::append(const Tensor& x, const Offsets& offsets, SsruMemory& memory) const {
  const SsruResult result = ssru(linear(x, weight_), forget_bias_, offsets, memory.cells);
  if (!Tape::current()) memory.cells = result.last;
  return result.outputs;
}

}  // namespace naru
