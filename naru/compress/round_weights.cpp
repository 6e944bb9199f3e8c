#include "naru/compress/round_weights.h"

#include "naru/nn/params.h"

namespace naru {
namespace {

WholeMatrix rounded(const TensorSource& source, DType dtype) {
  const Tensor stored = source.make();
  return rounded(stored.dtype() == DType::f32 ? stored : stored.to(DType::f32), dtype);
}

/// Numbers and scales of a matrix, made when they are asked for.
void add_whole(const std::string& name, const TensorSource& source, DType dtype, TensorSources& to) {
  const int64_t rows = source.shape[0], inner = source.shape[1];
  if (dtype == DType::q8) {
    to.emplace(name, TensorSource(source.shape, DType::i8, [=] { return rounded(source, dtype).numbers; }));
  } else {
    to.emplace(name, TensorSource({rows, (inner + 1) / 2}, DType::u8,
                                  [=] { return to_halves(rounded(source, dtype).numbers); }));
  }
  const Shape scales = dtype == DType::q8 ? Shape{rows} : Shape{rows, PanelLayout{dtype, rows, inner}.groups()};
  to.emplace(name + scale_suffix, TensorSource(scales, DType::f32, [=] { return rounded(source, dtype).scales; }));
}

}  // namespace

TensorSources sources_of(const SafetensorsFile& file) {
  TensorSources sources;
  for (const std::string& name : file.names())
    sources.emplace(name,
                    TensorSource(file.shape(name), file.dtype(name), [&file, name] { return file.tensor(name); }));
  return sources;
}

TensorSources rounded_weights(const TensorSources& weights, const MatrixDTypes& dtypes) {
  TensorSources result;
  for (const auto& [name, source] : weights) {
    const auto chosen = dtypes.find(name);
    if (chosen == dtypes.end()) {
      result.emplace(name, source);
    } else if (chosen->second == DType::b16) {
      result.emplace(name, TensorSource(source.shape, DType::bf16, [source] { return source.make().to(DType::bf16); }));
    } else {
      add_whole(name, source, chosen->second, result);
    }
  }
  return result;
}

MatrixDTypes uniform_dtypes(const TensorSources& weights, DType dtype) {
  MatrixDTypes dtypes;
  for (const auto& [name, source] : weights)
    if (is_matrix(source.shape)) dtypes.emplace(name, dtype);
  return dtypes;
}

int64_t bytes_of(const TensorSources& weights) {
  int64_t bytes = 0;
  for (const auto& [name, source] : weights) bytes += source.shape.size() * size_of(source.dtype);
  return bytes;
}

}  // namespace naru
