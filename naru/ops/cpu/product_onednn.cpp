#include "naru/ops/cpu/product_onednn.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "naru/base/error.h"
#include "naru/base/log.h"
#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/onednn_primitive.h"

namespace naru::cpu::onednn {
namespace {

bool is_plain(const Epilogue& e) {
  return e.scale == 1 && (e.activation == Activation::none || e.activation == Activation::relu);
}
int64_t extras_of(const Epilogue& e) {
  return (e.add ? add : 0) | (e.bias ? bias : 0) | (e.activation == Activation::relu ? relu : 0);
}

/// The fallback is right but slow, and a row may then depend on its neighbours: said once.
void warn_unless_brg(const Primitive& product, DType dtype) {
  if (product.name().starts_with("brg:") || !serves(dtype)) return;
  static std::once_flag once;
  std::call_once(once, [&] {
    NARU_LOG(warning, "product: oneDNN has only {} for a {} product; please report it with your CPU's name",
             product.name(), name(dtype));
  });
}

/// Rows that a call computes.
struct Rows {
  int64_t first, count;
  int64_t padded;  // with those that only make the kernel the one that this product is computed by
};

/// These rows of A, densely and in `dtype`: in place where they lie so, else copied. Those of the padding are zeros.
const void* dense_rows(const MatrixView& a, const Rows& wanted, DType dtype, ThreadBuffer& buffer) {
  const int64_t rows = wanted.count, row_bytes = a.columns * size_of(dtype);
  const auto* memory =
      static_cast<const std::byte*>(a.data) + wanted.first * (a.transposed ? 1 : a.stride) * size_of(a.dtype);
  const bool lies_so = !a.transposed && a.stride == a.columns && a.dtype == dtype;
  if (lies_so && wanted.padded == rows) return memory;
  auto* to = buffer.at_least<std::byte>(wanted.padded * row_bytes);
  std::fill(to + rows * row_bytes, to + wanted.padded * row_bytes, std::byte{0});
  MatrixView part = a;
  part.rows = rows;
  Primitive& copy = reorder_primitive(layout(part), {rows, a.columns, a.columns, 1, dtype});
  copy.set(DNNL_ARG_FROM, memory);
  copy.set(DNNL_ARG_TO, to);
  copy.run();
  return to;
}

bool is_amx(int64_t rows, int64_t inner, int64_t columns) {
  return kernel_name(rows, inner, columns, DType::bf16).find("amx") != std::string_view::npos;
}

/// Where oneDNN has kernels for AMX it takes them for many rows and others for few, whose sums are rounded otherwise: a
/// row would depend on its neighbours. Those that many rows of this B would take serve all: this is the least number of
/// rows for which oneDNN takes them.
int64_t least_rows(int64_t inner, int64_t all_columns, int64_t columns, DType dtype) {
  static const bool has_amx = serves(DType::bf16) && is_amx(row_block, 512, 512);
  if (dtype != DType::bf16 || !has_amx) return 1;
  static thread_local std::map<std::array<int64_t, 3>, int64_t> known;
  const auto [found, fresh] = known.try_emplace({inner, all_columns, columns}, 1);
  if (fresh && is_amx(row_block, inner, all_columns))
    for (const int64_t rows : {1, 2, 4, 8, 16, 32, 48, 64, 128, 256})
      if (is_amx(found->second = rows, inner, columns)) break;
  return found->second;
}

/// One call of a `brg:` kernel, which wants C dense: rows × columns [first, last), the first a multiple of `panel`.
struct Call {
  int64_t row, rows, first, last;
  int64_t padded_rows;
};

/// Copies the wanted columns of some rows of C to or from dense rows of the same dtype.
void copy_rows(const Share& s, const Call& part, std::byte* dense, bool to_c) {
  const int64_t number = size_of(s.c.dtype), begin = std::max(part.first, s.first_column);
  const int64_t bytes = (std::min(part.last, s.last_column) - begin) * number;
  for (int64_t r = 0; r < part.rows; ++r) {
    std::byte* c = static_cast<std::byte*>(s.c.data) + ((part.row + r) * s.c.stride + begin) * number;
    std::byte* other = dense + (r * (part.last - part.first) + begin - part.first) * number;
    std::memcpy(to_c ? c : other, to_c ? other : c, static_cast<size_t>(bytes));
  }
}

void run_product(const Share& s, const Call& part, const MatrixOut& to, int64_t extras) {
  static thread_local ThreadBuffer buffer;
  const DType dtype = s.b.dtype;
  const int64_t inner = s.a.columns, columns = part.last - part.first;
  const int64_t rows = part.padded_rows;
  Primitive& product = product_primitive({rows, inner, inner, 1, dtype}, packed_layout(inner, columns, dtype),
                                         {rows, columns, columns, 1, to.dtype}, extras);
  warn_unless_brg(product, dtype);
  const void* a = dense_rows(s.a, {part.row, part.rows, rows}, dtype, buffer);
  product.set(DNNL_ARG_SRC, a);
  product.set(DNNL_ARG_WEIGHTS, static_cast<const std::byte*>(s.panels) + packed_bytes(inner, part.first, dtype));
  product.set(DNNL_ARG_DST, to.data);
  product.set(DNNL_ARG_BIAS, s.epilogue.bias ? s.epilogue.bias + part.first : nullptr);
  product.run();
}

void call(const Share& s, const Call& part) {
  static thread_local ThreadBuffer buffer;
  const int64_t columns = part.last - part.first, begin = std::max(part.first, s.first_column);
  const int64_t end = std::min(part.last, s.last_column);
  MatrixOut c = s.c;
  c.data = static_cast<std::byte*>(c.data) + part.row * c.stride * size_of(c.dtype);
  if (!is_plain(s.epilogue) || (c.dtype != DType::f32 && s.b.dtype == DType::f32)) {
    const SumsView whole{buffer.at_least<float>(part.padded_rows * columns), columns, part.rows, columns};
    const SumsView wanted{whole.data + (begin - part.first), columns, part.rows, end - begin};
    if (s.epilogue.add) {
      std::fill_n(whole.data, part.padded_rows * columns, 0.0f);
      load_sums(c, begin, wanted);
    }
    Share bare = s;
    bare.epilogue = {};
    run_product(bare, part, {whole.data, DType::f32, columns}, s.epilogue.add ? add : 0);
    return finish_sums(wanted, s.epilogue, begin, c);
  }
  const int64_t extras = extras_of(s.epilogue);
  if (columns == c.stride && end - begin == columns && part.rows == part.padded_rows) {
    c.data = static_cast<std::byte*>(c.data) + begin * size_of(c.dtype);
    return run_product(s, part, c, extras);
  }
  const int64_t bytes = part.padded_rows * columns * size_of(c.dtype);
  auto* dense = buffer.at_least<std::byte>(bytes);
  if (s.epilogue.add) {
    std::fill_n(dense, bytes, std::byte{0});
    copy_rows(s, part, dense, false);
  }
  run_product(s, part, {dense, c.dtype, columns}, extras);
  copy_rows(s, part, dense, true);
}

}  // namespace

std::string_view kernel_name(int64_t rows, int64_t inner, int64_t columns, DType dtype) {
  try {
    return product_primitive({rows, inner, inner, 1, dtype}, packed_layout(inner, columns, dtype),
                             {rows, columns, columns, 1, dtype}, 0)
        .name();
  } catch (const dnnl::error&) {
    return "";
  }
}

bool serves(DType dtype) {
  const auto has_brg = [](DType each) { return kernel_name(128, 128, 128, each).starts_with("brg:"); };
  static const bool f32 = has_brg(DType::f32), bf16 = has_brg(DType::bf16);
  return dtype == DType::f32 ? f32 : dtype == DType::bf16 && bf16;
}

int64_t packed_bytes(int64_t inner, int64_t columns, DType dtype) {
  const int64_t granularity = dtype == DType::bf16 ? 32 : 16;
  return divide_up(inner, granularity) * granularity * divide_up(columns, panel) * panel * size_of(dtype);
}

void pack(const MatrixView& b, int64_t first, int64_t last, DType dtype, void* packed) {
  if (b.rows == 0 || first >= last) return;
  MatrixView part = b;
  part.columns = last - first;
  Primitive& copy = reorder_primitive(layout(part), packed_layout(b.rows, part.columns, dtype));
  copy.set(DNNL_ARG_FROM,
           static_cast<const std::byte*>(b.data) + first * (b.transposed ? b.stride : 1) * size_of(b.dtype));
  copy.set(DNNL_ARG_TO, static_cast<std::byte*>(packed) + packed_bytes(b.rows, first, dtype));
  copy.run();
}

void compute(const Share& s) {
  const int64_t first = s.first_column / panel * panel;
  const int64_t last = std::min(s.b.columns, divide_up(s.last_column, panel) * panel);
  constexpr int64_t exact = 64;  // rows of A up to which, for the steps of recurrent layers, none are filled up
  const bool many = s.a.rows > exact;
  const int64_t least = std::max(many ? row_step : 1, least_rows(s.a.columns, s.b.columns, last - first, s.b.dtype));
  for (int64_t row = s.first_row, rows; row < s.last_row; row += rows) {
    rows = std::min(row_block, s.last_row - row);
    if (many && rows > row_step) rows = rows / row_step * row_step;
    call(s, {row, rows, first, last, std::max(rows, least)});
  }
}

bool compute_unpacked(const Share& s) {
  const int64_t rows = s.last_row - s.first_row, columns = s.last_column - s.first_column, inner = s.a.columns;
  if (!is_plain(s.epilogue)) return false;
  Layout a = layout(s.a), b = layout(s.b);
  a.rows = rows, b.columns = columns;
  Primitive& product = product_primitive(a, b, {rows, columns, s.c.stride, 1, s.c.dtype}, extras_of(s.epilogue));
  if (product.name().starts_with("ref")) return false;
  const auto at = [](const void* data, int64_t number, DType dtype) {
    return static_cast<const std::byte*>(data) + number * size_of(dtype);
  };
  NARU_CHECK(s.b.rows == inner, "product: A has {} columns, B {} rows", inner, s.b.rows);
  product.set(DNNL_ARG_SRC, at(s.a.data, s.first_row * a.row_step, a.dtype));
  product.set(DNNL_ARG_WEIGHTS, at(s.b.data, s.first_column * b.column_step, b.dtype));
  product.set(DNNL_ARG_DST, at(s.c.data, s.first_row * s.c.stride + s.first_column, s.c.dtype));
  product.set(DNNL_ARG_BIAS, s.epilogue.bias ? s.epilogue.bias + s.first_column : nullptr);
  product.run();
  return true;
}

std::function<void()> int8_product(int64_t rows, int64_t inner, int64_t columns) {
  using Type = Memory::data_type;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const Memory::desc a({rows, inner}, Type::u8, Memory::format_tag::ab),
      c({rows, columns}, Type::s32, Memory::format_tag::ab);
  const Memory::desc any_b({inner, columns}, Type::s8, Memory::format_tag::any);
  const dnnl::matmul::primitive_desc description({a, any_b, c}, attributes, engine());
  struct Work {
    Primitive product;
    std::list<Buffer> memory;
  };
  auto work = std::make_shared<Work>(
      Work{{dnnl::matmul(description), description.impl_info_str(), description.scratchpad_desc()}, {}});
  const auto bind = [&](int argument, const Memory::desc& desc) {
    const auto bytes = static_cast<int64_t>(desc.get_size());
    auto* data = work->memory.emplace_back().at_least<std::byte>(bytes);
    std::fill_n(data, bytes, std::byte{0});
    work->product.bind(argument, desc);
    work->product.set(argument, data);
  };
  bind(DNNL_ARG_SRC, a);
  bind(DNNL_ARG_WEIGHTS, description.weights_desc());
  bind(DNNL_ARG_DST, c);
  return [work] {
    stay_on_this_thread();
    work->product.run();
  };
}

}  // namespace naru::cpu::onednn
