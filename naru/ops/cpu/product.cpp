#include "naru/ops/cpu/product.h"

#include <algorithm>
#include <new>
#include <utility>

#include "naru/base/error.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/product_kernel.h"

namespace naru::cpu {

void Buffer::Free::operator()(void* data) const { ::operator delete (data, std::align_val_t{64}); }

void* Buffer::at_least(int64_t bytes) {
  if (bytes > bytes_) {
    data_.reset();
    data_.reset(::operator new (static_cast<size_t>(bytes), std::align_val_t{64}));
    bytes_ = bytes;
  }
  return data_.get();
}

struct PackedMatrix::Body {
  Buffer panels;      // [ceil(columns / panel), inner, panel] f32
  int64_t panel = 0;  // of the instruction set that it was packed for
};

PackedMatrix::PackedMatrix() : body_(std::make_unique<Body>()) {}
PackedMatrix::~PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;
int64_t PackedMatrix::bytes() const { return body_->panels.bytes(); }
PackedMatrix::Body& PackedMatrix::reshape(int64_t inner, int64_t columns) {
  inner_ = inner, columns_ = columns;
  return *body_;
}

int64_t product_panel() { return kernel_shape().panel; }

namespace {

void check_dtype(DType dtype, const char* what) {
  NARU_CHECK(dtype == DType::f32 || dtype == DType::bf16, "product: {} is {}, must be f32 or bf16", what, name(dtype));
}

/// Splits the rows of a share when they are many, else its columns.
void compute_in_parallel(const Share& whole, int64_t rows, int64_t columns) {
  const KernelShape shape = kernel_shape();
  const int64_t row_grain = 16 * shape.rows;
  if (rows >= row_grain * threads() || columns <= shape.panel) {
    parallel_for(rows, row_grain, [&](int64_t begin, int64_t end) {
      Share share = whole;
      share.first_row = begin, share.last_row = end, share.last_column = columns;
      compute(share);
    });
    return;
  }
  const int64_t panels = (columns + shape.panel - 1) / shape.panel;
  parallel_for(panels, std::max<int64_t>(1, panels / (4 * threads())), [&](int64_t begin, int64_t end) {
    Share share = whole;
    share.first_column = begin * shape.panel, share.last_column = std::min(columns, end * shape.panel);
    share.last_row = rows;
    compute(share);
  });
}

Share packed_share(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, const Epilogue& epilogue) {
  check_dtype(a.dtype, "A");
  check_dtype(c.dtype, "C");
  NARU_CHECK(a.columns == b.inner(), "product: A [{}, {}] · B [{}, {}]", a.rows, a.columns, b.inner(), b.columns());
  const PackedMatrix::Body& body = b.body();
  NARU_CHECK(body.panel == kernel_shape().panel, "product: B was packed for another instruction set");
  Share share;
  share.a = a, share.c = c, share.epilogue = epilogue;
  share.panels = static_cast<const float*>(body.panels.data());
  return share;
}

}  // namespace

void pack(const MatrixView& b, PackedMatrix& into) {
  check_dtype(b.dtype, "B");
  const int64_t panel = kernel_shape().panel, panels = (b.columns + panel - 1) / panel;
  PackedMatrix::Body& body = into.reshape(b.rows, b.columns);
  body.panel = panel;
  auto* to = static_cast<float*>(body.panels.at_least(panels * panel * b.rows * int64_t{sizeof(float)} + 64));
  const int64_t grain = std::max<int64_t>(1, 65536 / (panel * std::max<int64_t>(1, b.rows)));
  parallel_for(panels, grain, [&](int64_t begin, int64_t end) { pack_panels(b, begin, end, to); });
}

void product(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, const Epilogue& epilogue) {
  compute_in_parallel(packed_share(a, b, c, epilogue), a.rows, b.columns());
}

void product_columns(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue) {
  NARU_CHECK(0 <= columns.first && columns.first <= columns.last && columns.last <= b.columns(),
             "product_columns: columns {} to {} of {}", columns.first, columns.last, b.columns());
  Share share = packed_share(a, b, c, epilogue);
  share.last_row = a.rows;
  share.first_column = columns.first, share.last_column = columns.last;
  compute(share);
}

void product(const MatrixView& a, const MatrixView& b, const MatrixOut& c, const Epilogue& epilogue) {
  check_dtype(a.dtype, "A");
  check_dtype(b.dtype, "B");
  check_dtype(c.dtype, "C");
  NARU_CHECK(a.columns == b.rows, "product: A [{}, {}] · B [{}, {}]", a.rows, a.columns, b.rows, b.columns);
  Share share;
  share.a = a, share.b = b, share.c = c, share.epilogue = epilogue;
  compute_in_parallel(share, a.rows, b.columns);
}

}  // namespace naru::cpu
