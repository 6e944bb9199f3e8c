#include "naru/ops/packed.h"

#include <algorithm>

#include "naru/base/profile.h"
#include "naru/base/random.h"

namespace naru {
namespace {

cpu::MatrixView weight_view(const Tensor& weight, PackedAs as) {
  return as == PackedAs::transposed ? transposed_view(weight) : matrix_view(weight);
}

std::shared_ptr<const cpu::PackedMatrix> packed_again(const Tensor& weight, PackedAs as, DType dtype) {
  const Profiled profiled("pack");
  static thread_local cpu::PackedMatrix scratch[2];
  cpu::PackedMatrix& into = scratch[static_cast<int>(as)];
  cpu::pack(weight_view(weight, as), dtype, into);
  return {std::shared_ptr<void>(), &into};  // refers, owns nothing
}

Tensor gathered_rows(const Tensor& weight, std::span<const int32_t> ids) {
  Tensor rows({static_cast<int64_t>(ids.size()), weight.dim(1)}, weight.dtype());
  const int64_t bytes = weight.dim(1) * size_of(weight.dtype());
  const auto* from = static_cast<const std::byte*>(weight.raw());
  auto* to = static_cast<std::byte*>(rows.raw());
  for (const int32_t id : ids) to = std::copy_n(from + id * bytes, bytes, to);
  return rows;
}

}  // namespace

cpu::PackedMatrix packed_rows(const Tensor& weight, std::span<const int32_t> ids) {
  cpu::PackedMatrix made;
  if (lies_in_panels(weight.dtype())) {
    cpu::pack(weight.panels(), ids, made);
  } else {
    cpu::pack(transposed_view(gathered_rows(weight, ids)), weight.dtype(), made);
  }
  return made;
}

std::shared_ptr<const cpu::PackedMatrix> packed(const Tensor& weight, PackedAs as, DType operand, bool trained) {
  if (lies_in_panels(weight.dtype())) {
    NARU_CHECK(as == PackedAs::transposed && !trained, "a {} weight {} gives no gradients", name(weight.dtype()),
               weight.shape());
    return weight.storage().derived<cpu::PackedMatrix>(0, [&] {
      auto made = std::make_shared<cpu::PackedMatrix>();
      cpu::pack(weight.panels(), {.rows = weight.dim(0), .columns = weight.dim(1)}, *made);
      return made;
    });
  }
  const DType dtype = cpu::product_dtype(weight.dtype(), operand);
  if (trained) return packed_again(weight, as, dtype);
  uint64_t key =
      mix(mix(static_cast<uint64_t>(as), static_cast<uint64_t>(dtype)), static_cast<uint64_t>(weight.offset()));
  for (const int64_t extent : weight.shape().extents()) key = mix(key, static_cast<uint64_t>(extent));
  Storage& storage = weight.storage();
  const auto let_rows_go = [&](int64_t first, int64_t last) {
    const int64_t row_bytes = weight.dim(1) * size_of(weight.dtype());
    storage.let_go(weight.offset() * size_of(weight.dtype()) + first * row_bytes, (last - first) * row_bytes);
  };
  return storage.derived<cpu::PackedMatrix>(key, [&] {
    const Profiled profiled("pack");
    auto made = std::make_shared<cpu::PackedMatrix>();
    cpu::pack(weight_view(weight, as), dtype, *made, [&](cpu::ColumnRange columns) {
      if (as == PackedAs::transposed) let_rows_go(columns.first, columns.last);
    });
    let_rows_go(0, weight.dim(0));  // also the pages between two parts
    return made;
  });
}

cpu::MatrixView matrix_view(const Tensor& matrix) {
  return {matrix.raw(), matrix.dtype(), matrix.row_count(), matrix.dim(-1), matrix.dim(-1)};
}
cpu::MatrixView transposed_view(const Tensor& matrix) {
  return {matrix.raw(), matrix.dtype(), matrix.dim(-1), matrix.row_count(), matrix.dim(-1), true};
}
cpu::MatrixOut matrix_out(const Tensor& matrix) { return {matrix.raw(), matrix.dtype(), matrix.dim(-1)}; }

}  // namespace naru
