#include "naru/compress/round_weights.h"

#include "naru/nn/params.h"

namespace naru {
namespace {

WholeMatrix rounded(const SafetensorsFile& file, const std::string& name, DType dtype) {
  const Tensor stored = file.tensor(name);
  return rounded(stored.dtype() == DType::f32 ? stored : stored.to(DType::f32), dtype);
}

/// Numbers and scales of a matrix, made when they are asked for.
void add_whole(const SafetensorsFile& file, const std::string& name, DType dtype, TensorSources& to) {
  const Shape shape = file.shape(name);
  const int64_t rows = shape[0], inner = shape[1];
  if (dtype == DType::q8) {
    to.emplace(name, TensorSource(shape, DType::i8, [=, &file] { return rounded(file, name, dtype).numbers; }));
  } else {
    to.emplace(name, TensorSource({rows, (inner + 1) / 2}, DType::u8,
                                  [=, &file] { return to_halves(rounded(file, name, dtype).numbers); }));
  }
  const Shape scales = dtype == DType::q8 ? Shape{rows} : Shape{rows, PanelLayout{dtype, rows, inner}.groups()};
  to.emplace(name + scale_suffix,
             TensorSource(scales, DType::f32, [=, &file] { return rounded(file, name, dtype).scales; }));
}

}  // namespace

TensorSources rounded_weights(const SafetensorsFile& file, const MatrixDTypes& dtypes) {
  TensorSources weights;
  for (const std::string& name : file.names()) {
    const Shape shape = file.shape(name);
    const auto chosen = dtypes.find(name);
    if (chosen == dtypes.end()) {
      weights.emplace(name, TensorSource(shape, file.dtype(name), [&file, name] { return file.tensor(name); }));
    } else if (chosen->second == DType::b16) {
      weights.emplace(name,
                      TensorSource(shape, DType::bf16, [&file, name] { return file.tensor(name).to(DType::bf16); }));
    } else {
      add_whole(file, name, chosen->second, weights);
    }
  }
  return weights;
}

MatrixDTypes uniform_dtypes(const SafetensorsFile& file, DType dtype) {
  MatrixDTypes dtypes;
  for (const std::string& name : file.names())
    if (is_matrix(file.shape(name))) dtypes.emplace(name, dtype);
  return dtypes;
}

int64_t bytes_of(const TensorSources& weights) {
  int64_t bytes = 0;
  for (const auto& [name, source] : weights) bytes += source.shape.size() * size_of(source.dtype);
  return bytes;
}

}  // namespace naru
