#include "naru/tensor/tensor.h"

#include <algorithm>
#include <cstring>

#include "naru/base/threads.h"

namespace naru {
namespace {

int64_t bytes_of(const Shape& shape, DType dtype) {
  if (!lies_in_panels(dtype)) return shape.size() * size_of(dtype);
  NARU_CHECK(shape.rank() == 2 && shape[1] > 0, "tensor {}: {} is for matrices", shape, name(dtype));
  return PanelLayout{dtype, shape[0], shape[1]}.bytes();
}

}  // namespace

Tensor::Tensor(Shape shape, DType dtype, Purpose purpose)
    : shape_(shape), dtype_(dtype), storage_(std::make_shared<Storage>(bytes_of(shape, dtype), purpose)) {}

int64_t Tensor::bytes() const { return bytes_of(shape_, dtype_); }

PanelLayout Tensor::panel_layout() const {
  NARU_CHECK(lies_in_panels(dtype_), "tensor {} is {}, which has no panels", shape_, name(dtype_));
  return {dtype_, shape_[0], shape_[1]};
}

Tensor Tensor::zeros(Shape shape, DType dtype, Purpose purpose) {
  Tensor made(shape, dtype, purpose);
  if (made.bytes() > 0) std::memset(made.raw(), 0, static_cast<size_t>(made.bytes()));
  return made;
}

Tensor Tensor::rows(int64_t begin, int64_t end) const {
  NARU_CHECK(rank() >= 1 && 0 <= begin && begin <= end && end <= dim(0), "tensor {}: rows {} to {}", shape_, begin,
             end);
  NARU_CHECK(!lies_in_panels(dtype_), "tensor {}: no view on rows of {}", shape_, name(dtype_));
  const int64_t row_size = dim(0) == 0 ? 0 : size() / dim(0);
  Tensor view = *this;
  view.shape_ = shape_.with_rows(end - begin);
  view.offset_ += begin * row_size;
  return view;
}

Tensor Tensor::reshaped(Shape shape) const {
  NARU_CHECK(!wants_gradient(), "tensor {}: reshaped to {} while on a tape", shape_, shape);
  NARU_CHECK(shape.size() == size(), "tensor {}: reshaped to {}, which has another size", shape_, shape);
  Tensor view = *this;
  view.shape_ = shape;
  return view;
}

Tensor Tensor::clone(Purpose purpose) const {
  Tensor copy(shape_, dtype_, purpose);
  if (bytes() > 0) std::memcpy(copy.raw(), raw(), static_cast<size_t>(bytes()));
  return copy;
}

Tensor Tensor::detached() const {
  Tensor handle = *this;
  handle.variable_ = nullptr;
  return handle;
}

Tensor Tensor::without_numbers() const {
  Tensor handle = *this;
  handle.storage_ = nullptr;
  return handle;
}

Tensor Tensor::without_numbers(Shape shape) {
  Tensor handle;
  handle.shape_ = shape;
  return handle;
}

Tensor Tensor::to(DType dtype, Purpose purpose) const {
  if (dtype == dtype_) return clone(purpose);
  const bool widen = dtype_ == DType::bf16 && dtype == DType::f32,
             narrow = dtype_ == DType::f32 && dtype == DType::bf16;
  NARU_CHECK(widen || narrow, "tensor {}: no conversion from {} to {}", shape_, name(dtype_), name(dtype));
  Tensor made(shape_, dtype, purpose);
  if (widen) {
    std::ranges::transform(values<bf16>(), made.data(), [](bf16 x) { return static_cast<float>(x); });
  } else {
    std::ranges::transform(values(), made.data<bf16>(), [](float x) { return bf16(x); });
  }
  return made;
}

}  // namespace naru
