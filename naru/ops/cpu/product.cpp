#include "naru/ops/cpu/product.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "naru/base/error.h"
#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/panel_product.h"
#include "naru/ops/cpu/panel_weights.h"
#include "naru/ops/cpu/product_kernel.h"
#include "naru/ops/cpu/product_onednn.h"

namespace naru::cpu {

struct PackedMatrix::Body {
  Buffer memory;      // ours: [ceil(columns / panel), inner, panel]
  PanelMatrix whole;  // a weight that lies in panels, or the copy of a part
  DType dtype = DType::f32;
  int64_t panel = 0;  // of the instruction set that it was packed for
  bool onednn = false;

  /// Read by kernels of their own, and then all that counts.
  bool in_panels() const { return whole.data && !onednn; }
  const void* data() const { return whole.data ? whole.data : memory.data(); }
};

PackedMatrix::PackedMatrix() : body_(std::make_unique<Body>()) {}
PackedMatrix::~PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;
int64_t PackedMatrix::bytes() const { return body_->memory.bytes(); }
PackedMatrix::Body& PackedMatrix::reshape(int64_t inner, int64_t columns) {
  inner_ = inner, columns_ = columns;
  return *body_;
}

namespace {

std::atomic<ProductBackend> chosen_backend = ProductBackend::automatic;

/// Ours also where Highway was told to use less than AVX-512: tests then see what lesser machines do.
bool by_onednn(DType dtype) {
  switch (chosen_backend.load(std::memory_order_relaxed)) {
    case ProductBackend::own: return false;
    case ProductBackend::onednn: return true;
    case ProductBackend::automatic: break;
  }
  constexpr int64_t panel_of_avx512 = 32;
  return kernel_shape().panel >= panel_of_avx512 && onednn::serves(dtype);
}
int64_t panel_of(bool onednn) { return onednn ? onednn::panel : kernel_shape().panel; }

void check_dtype(DType dtype, const char* what) {
  NARU_CHECK(dtype == DType::f32 || dtype == DType::bf16, "product: {} is {}, must be f32 or bf16", what, name(dtype));
}

/// Blocks of rows × blocks of columns, for the pool.
struct Grid {
  int64_t row_grain, column_grain;
};

/// A few blocks for each thread; columns are cut only if rows are few, since each block of columns reads A again.
/// With a B that is packed on the way no more than must be: each block packs its columns of B and its rows of A.
Grid cut_finer(Grid grid, const Share& share, int64_t rows, int64_t columns) {
  const int64_t wanted = threads() * (share.panels ? int64_t{4} : int64_t{1});
  const int64_t panel = panel_of(share.onednn), tile = kernel_shape().rows;
  const int64_t row_blocks = divide_up(rows, grid.row_grain), column_blocks = divide_up(columns, grid.column_grain);
  if (row_blocks * column_blocks >= wanted) return grid;
  const int64_t more_columns = std::min(divide_up(wanted, row_blocks), std::max<int64_t>(1, columns / (4 * panel)));
  grid.column_grain = std::min(grid.column_grain, divide_up(divide_up(columns, more_columns), panel) * panel);
  const int64_t more_rows = divide_up(wanted, divide_up(columns, grid.column_grain));
  grid.row_grain = std::min(grid.row_grain, std::max(4 * tile, divide_up(divide_up(rows, more_rows), tile) * tile));
  return grid;
}

/// For the threads that there are: the sums of our kernels, and of oneDNN's with a packed B, do not depend on it.
Grid choose_grid(const Share& share, int64_t rows, int64_t columns, Grid grid) {
  if (threads_for(rows * columns * share.a.columns) == 1) return grid;
  grid = cut_finer(grid, share, rows, columns);
  if (divide_up(columns, grid.column_grain) % threads() == 0) return grid;
  // Blocks alike, as many for each thread: of 1,900 rows by 256 the thread with the last 108 would wait for the other.
  const int64_t row_blocks = divide_up(divide_up(rows, grid.row_grain), threads()) * threads();
  const int64_t step = share.onednn ? onednn::row_step : kernel_shape().rows;
  grid.row_grain = std::min(grid.row_grain, divide_up(divide_up(rows, row_blocks), step) * step);
  return grid;
}

/// By the sizes alone, not by the number of threads: where B is not packed, oneDNN promises nothing about how its sums
/// depend on the block. Few blocks are halved so that two threads share them evenly, which costs one thread 5 %.
Grid unpacked_grid(int64_t rows, int64_t columns) {
  constexpr Grid usual{onednn::row_block, 2 * onednn::row_block};
  constexpr int64_t few = 8;
  const int64_t blocks = divide_up(rows, usual.row_grain) * divide_up(columns, usual.column_grain);
  return blocks < few ? Grid{usual.row_grain / 2, usual.column_grain} : usual;
}

void compute_share(const Share& share) {
  if (share.first_row >= share.last_row || share.first_column >= share.last_column) return;
  if (share.onednn && share.a.columns > 0) {
    if (share.panels) return onednn::compute(share);
    if (onednn::compute_unpacked(share)) return;
  }
  compute(share);
}

void compute_in_parallel(const Share& whole, int64_t rows, int64_t columns, const Grid& grid) {
  const int64_t row_blocks = divide_up(rows, grid.row_grain), column_blocks = divide_up(columns, grid.column_grain);
  parallel_for(row_blocks * column_blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Share share = whole;
      share.first_row = i / column_blocks * grid.row_grain;
      share.last_row = std::min(rows, share.first_row + grid.row_grain);
      share.first_column = i % column_blocks * grid.column_grain;
      share.last_column = std::min(columns, share.first_column + grid.column_grain);
      compute_share(share);
    }
  });
}

ProfiledProduct timed(const MatrixView& a, int64_t columns, DType dtype) {
  return {2.0 * static_cast<double>(a.rows * a.columns * columns),
          dtype == DType::bf16 ? Multiplied::bf16 : Multiplied::f32};
}

Share packed_share(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, const Epilogue& epilogue) {
  check_dtype(a.dtype, "A");
  check_dtype(c.dtype, "C");
  NARU_CHECK(a.columns == b.inner(), "product: A [{}, {}] · B [{}, {}]", a.rows, a.columns, b.inner(), b.columns());
  const PackedMatrix::Body& body = b.body();
  NARU_CHECK(body.panel == panel_of(body.onednn), "product: B was packed for another instruction set");
  Share share;
  share.a = a, share.c = c, share.epilogue = epilogue;
  share.b = {.dtype = body.dtype, .rows = b.inner(), .columns = b.columns()};
  share.panels = body.data();
  share.onednn = body.onednn;
  return share;
}

}  // namespace

bool has_bf16_products() { return onednn::serves(DType::bf16); }
int64_t product_kernel_bytes(DType dtype) {
  if (!by_onednn(dtype)) return 0;
  return available_cores() * (dtype == DType::bf16 ? int64_t{50'000'000} : int64_t{8'000'000});
}

void set_product_backend(ProductBackend backend) { chosen_backend = backend; }
int64_t product_panel() { return panel_of(by_onednn(DType::f32)); }

void pack(const MatrixView& b, DType dtype, PackedMatrix& into, const std::function<void(ColumnRange)>& done) {
  check_dtype(b.dtype, "B");
  NARU_CHECK(product_dtype(b.dtype, dtype) == dtype, "product: B is {}, packed as {}", name(b.dtype), name(dtype));
  PackedMatrix::Body& body = into.reshape(b.rows, b.columns);
  body.onednn = by_onednn(dtype);
  body.panel = panel_of(body.onednn);
  body.dtype = dtype;
  const int64_t panel = body.panel, panels = divide_up(b.columns, panel);
  const int64_t panel_bytes =
      body.onednn ? onednn::packed_bytes(b.rows, panel, dtype) : panel * b.rows * size_of(dtype);
  auto* to = body.memory.at_least<std::byte>(panels * panel_bytes);
  const int64_t grain = std::max<int64_t>(1, 65536 / std::max<int64_t>(1, panel_bytes));
  parallel_for(panels, grain, [&](int64_t begin, int64_t end) {
    const ColumnRange columns{begin * panel, std::min(b.columns, end * panel)};
    if (body.onednn) {
      onednn::pack(b, columns.first, columns.last, dtype, to);
    } else {
      pack_panels(b, {begin, end, 0, b.rows}, dtype, to + begin * panel_bytes);
    }
    if (done) done(columns);
  });
}

namespace {

PackedMatrix::Body& panels_of(DType dtype, int64_t inner, int64_t outputs, PackedMatrix& into) {
  PackedMatrix::Body& body = into.reshape(inner, outputs);
  body.dtype = dtype == DType::b16 ? DType::bf16 : dtype;
  body.onednn = dtype == DType::b16 && by_onednn(DType::bf16);
  body.panel = PanelLayout::panel;
  return body;
}

}  // namespace

void pack(const PanelMatrix& weight, const WeightPart& part, PackedMatrix& into) {
  const PanelLayout whole = weight.layout;
  NARU_CHECK(part.first_row + part.rows <= whole.outputs && part.first_column + part.columns <= whole.inner,
             "pack: a part of {} [{}, {}]", name(whole.dtype), whole.outputs, whole.inner);
  PackedMatrix::Body& body = panels_of(whole.dtype, part.columns, part.rows, into);
  body.whole = weight;
  if (part.rows == whole.outputs && part.columns == whole.inner) return;
  const int64_t skew = is_q4(whole.dtype) ? part.first_column % whole.group() : 0;
  const PanelLayout layout{whole.dtype, part.rows, part.columns, skew};
  const PanelMatrixOut to{layout, body.memory.at_least<std::byte>(layout.bytes())};
  copy_part(weight, part.first_row, part.first_column, to);
  body.whole = {layout, to.data};
}

void pack(const PanelMatrix& weight, std::span<const int32_t> outputs, PackedMatrix& into) {
  const PanelLayout layout{weight.layout.dtype, std::ssize(outputs), weight.layout.inner};
  PackedMatrix::Body& body = panels_of(layout.dtype, layout.inner, layout.outputs, into);
  const PanelMatrixOut to{layout, body.memory.at_least<std::byte>(layout.bytes())};
  gather_outputs(weight, outputs, to);
  body.whole = {layout, to.data};
}

void product(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, const Epilogue& epilogue) {
  if (b.body().in_panels()) return product(a, b.body().whole, c, epilogue);
  const ProfiledProduct profiled = timed(a, b.columns(), b.body().dtype);
  const Share share = packed_share(a, b, c, epilogue);
  const int64_t rows = share.onednn ? onednn::row_block : 4 * row_block(inner_block(a.columns, true));
  const Grid grid{rows, std::max<int64_t>(1, b.columns())};
  compute_in_parallel(share, a.rows, b.columns(), choose_grid(share, a.rows, b.columns(), grid));
}

LeftSide LeftSide::part(int64_t first, int64_t last) const {
  LeftSide some = *this;
  some.matrix.data = static_cast<const std::byte*>(matrix.data) + first * matrix.stride * size_of(matrix.dtype);
  some.matrix.rows = last - first;
  if (ready.numbers) some.ready = ready.part(first, last);
  return some;
}

LeftSide left_side(const MatrixView& a, const PackedMatrix& b, ThreadBuffer& memory) {
  return {a, b.body().in_panels() ? left_rows(a, b.body().whole.layout, memory) : LeftRows()};
}

void product_columns(const LeftSide& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue) {
  NARU_CHECK(0 <= columns.first && columns.first <= columns.last && columns.last <= b.columns(),
             "product_columns: columns {} to {} of {}", columns.first, columns.last, b.columns());
  if (b.body().in_panels()) return product_columns(a.ready, b.body().whole, c, columns, epilogue);
  const ProfiledProduct profiled = timed(a.matrix, columns.last - columns.first, b.body().dtype);
  Share share = packed_share(a.matrix, b, c, epilogue);
  share.last_row = a.matrix.rows;
  share.first_column = columns.first, share.last_column = columns.last;
  compute_share(share);
}

void product_columns(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                     const Epilogue& epilogue) {
  static thread_local ThreadBuffer memory;
  product_columns(left_side(a, b, memory), b, c, columns, epilogue);
}

void product(const MatrixView& a, const MatrixView& b, const MatrixOut& c, const Epilogue& epilogue) {
  check_dtype(a.dtype, "A");
  check_dtype(b.dtype, "B");
  check_dtype(c.dtype, "C");
  NARU_CHECK(a.columns == b.rows, "product: A [{}, {}] · B [{}, {}]", a.rows, a.columns, b.rows, b.columns);
  const ProfiledProduct profiled = timed(a, b.columns, b.dtype);
  Share share;
  share.a = a, share.b = b, share.c = c, share.epilogue = epilogue;
  // In f32 ours is faster here; in bf16 the machine's own instruction, which Highway lacks, makes up for all.
  const bool wanted = b.dtype == DType::bf16 || chosen_backend == ProductBackend::onednn;
  share.onednn = wanted && a.dtype == b.dtype && by_onednn(b.dtype);
  if (share.onednn) return compute_in_parallel(share, a.rows, b.columns, unpacked_grid(a.rows, b.columns));
  // Each block packs its columns of B for itself: large blocks, so that this stays a percent.
  constexpr int64_t usual = 768;
  const int64_t block = row_block(inner_block(a.columns, false));
  const Grid grid{std::max<int64_t>(1, usual / block) * block, 32 * kernel_shape().panel};
  compute_in_parallel(share, a.rows, b.columns, choose_grid(share, a.rows, b.columns, grid));
}

}  // namespace naru::cpu
