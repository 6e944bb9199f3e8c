#include "naru/compress/round_weights.h"

#include "naru/nn/params.h"
#include "naru/ops/cpu/int8_product.h"

namespace naru {
namespace {

struct Rounded {
  Tensor numbers, scales;
};

Rounded rounded(const SafetensorsFile& file, const std::string& name) {
  const Tensor stored = file.tensor(name), wide = stored.dtype() == DType::f32 ? stored : stored.to(DType::f32);
  const Tensor packed(wide.shape(), DType::q8, Purpose::workspace);
  cpu::quantize_rows(wide.data(), wide.dim(0), 0, packed.int8_out());
  Rounded result{Tensor(wide.shape(), DType::i8), Tensor({wide.dim(0)})};
  cpu::load_rows(packed.int8(), result.numbers.data<int8_t>(), result.scales.data());
  return result;
}

}  // namespace

TensorSources rounded_weights(const SafetensorsFile& file) {
  TensorSources weights;
  for (const std::string& name : file.names()) {
    const Shape shape = file.shape(name);
    if (!is_matrix(shape)) {
      weights.emplace(name, TensorSource(shape, file.dtype(name), [&file, name] { return file.tensor(name); }));
      continue;
    }
    weights.emplace(name, TensorSource(shape, DType::i8, [&file, name] { return rounded(file, name).numbers; }));
    weights.emplace(name + scale_suffix,
                    TensorSource({shape[0]}, DType::f32, [&file, name] { return rounded(file, name).scales; }));
  }
  return weights;
}

}  // namespace naru
