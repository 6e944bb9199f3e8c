// oneDNN's primitives, made once for each shape and thread.
#pragma once

#include <dnnl.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "naru/ops/cpu/product_kernel.h"

namespace naru::cpu::onednn {

using Memory = dnnl::memory;

/// A matrix as oneDNN sees it. Step −1, −1: the packed layout.
struct Layout {
  int64_t rows, columns, row_step, column_step;
  DType dtype;
};
constexpr int64_t packed_step = -1;

Layout layout(const MatrixView& m);
Layout packed_layout(int64_t inner, int64_t columns, DType dtype);

dnnl::engine& engine();
/// Tells OpenMP's runtime, which Debian's oneDNN brings with it, that this thread works alone.
void stay_on_this_thread();

/// A primitive with the memory objects that its arguments are bound through: a call allocates nothing.
class Primitive {
 public:
  Primitive(const dnnl::primitive& primitive, const char* name, const Memory::desc& scratch)
      : primitive_(primitive), name_(name) {
    bind(DNNL_ARG_SCRATCHPAD, scratch);
  }
  void bind(int argument, const Memory::desc& desc);
  void set(int argument, const void* data);
  void run();
  std::string_view name() const { return name_; }

 private:
  dnnl::primitive primitive_;
  std::string name_;
  std::vector<dnnl::memory> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
};

/// What a product does besides.
inline constexpr int64_t add = 1, bias = 2, relu = 4;

/// a · b, kept for this thread. Makes sure that oneDNN works on it alone.
Primitive& product_primitive(const Layout& a, const Layout& b, const Layout& c, int64_t extras);
/// A copy into another layout or dtype, kept likewise.
Primitive& reorder_primitive(const Layout& from, const Layout& to);

}  // namespace naru::cpu::onednn
