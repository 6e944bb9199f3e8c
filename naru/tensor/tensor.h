// A cheap handle on contiguous numbers, row-major. Copying a Tensor copies the handle, not the numbers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "naru/base/error.h"
#include "naru/tensor/dtype.h"
#include "naru/tensor/memory.h"
#include "naru/tensor/panel_layout.h"
#include "naru/tensor/shape.h"

namespace naru {

struct Variable;

class Tensor {
 public:
  /// The empty tensor: "none given", e.g. no bias.
  Tensor() = default;
  /// Uninitialised.
  explicit Tensor(Shape shape, DType dtype = DType::f32, Purpose purpose = Purpose::activations);
  /// Numbers that are there.
  Tensor(std::shared_ptr<Storage> storage, Shape shape, DType dtype)
      : shape_(shape), dtype_(dtype), storage_(std::move(storage)) {}

  static Tensor zeros(Shape shape, DType dtype = DType::f32, Purpose purpose = Purpose::activations);
  /// Same shape and dtype, uninitialised.
  static Tensor like(const Tensor& other) { return Tensor(other.shape(), other.dtype()); }
  template <class T>
  static Tensor from(std::span<const T> values, Shape shape, Purpose purpose = Purpose::activations);
  template <class T>
  static Tensor from(std::initializer_list<T> values, Shape shape) {
    return from(std::span<const T>(values.begin(), values.size()), shape);
  }
  template <class T>
  static Tensor from(const std::vector<T>& values, Shape shape) {
    return from(std::span<const T>(values), shape);
  }

  /// False for the empty tensor; a tensor with a 0 extent is not empty in this sense.
  explicit operator bool() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  int64_t dim(int axis) const { return shape_[axis]; }
  int rank() const { return shape_.rank(); }
  int64_t size() const { return shape_.size(); }
  /// How many rows of dim(-1) numbers it holds, whatever its rank; 0 where they are empty.
  int64_t row_count() const { return dim(-1) == 0 ? 0 : size() / dim(-1); }
  int64_t bytes() const;
  DType dtype() const { return dtype_; }
  Device device() const { return Device::cpu; }

  void* raw() const { return storage_ ? storage_->data() + offset_ * size_of(dtype_) : nullptr; }
  /// The numbers; T must match the dtype.
  template <class T = float>
  T* data() const {
    NARU_CHECK(!storage_ || dtype_of<T> == dtype_, "tensor {} is {}, read as {}", shape_, name(dtype_),
               name(dtype_of<T>));
    return static_cast<T*>(raw());
  }
  template <class T = float>
  std::span<T> values() const {
    return {data<T>(), static_cast<size_t>(storage_ ? size() : 0)};
  }

  /// A matrix [outputs, inner] that lies in panels.
  PanelMatrix panels() const { return {panel_layout(), static_cast<const std::byte*>(raw())}; }
  PanelMatrixOut panels_out() const { return {panel_layout(), static_cast<std::byte*>(raw())}; }

  /// Rows [begin, end) of the first axis: a view on the same numbers, and on the same rows of the gradient.
  Tensor rows(int64_t begin, int64_t end) const;
  /// The same numbers under another shape of equal size. Not for tensors on a tape.
  Tensor reshaped(Shape shape) const;
  /// The numbers again, elsewhere, off the tape.
  Tensor clone(Purpose purpose = Purpose::activations) const;
  /// The same numbers, off the tape.
  Tensor detached() const;
  /// Converted to another dtype (f32 ↔ bf16), off the tape.
  Tensor to(DType dtype, Purpose purpose = Purpose::activations) const;

  /// Where in the storage the numbers begin, in elements, and the storage itself (for what is derived from weights).
  int64_t offset() const { return offset_; }
  Storage& storage() const { return *storage_; }
  /// Says that the numbers were written in place: packed copies made from them are stale.
  void touch() const { storage_->touch(); }

  // The gradient side; see tape.h.
  bool wants_gradient() const { return variable_ != nullptr; }
  /// Shape, place and variable without the numbers, which this handle does not keep alive.
  Tensor without_numbers() const;
  static Tensor without_numbers(Shape shape);
  /// True when other handles refer to the same numbers.
  bool is_shared() const { return storage_.use_count() > 1; }
  const std::shared_ptr<Variable>& variable() const { return variable_; }
  void set_variable(std::shared_ptr<Variable> variable) { variable_ = std::move(variable); }

 private:
  PanelLayout panel_layout() const;

  Shape shape_;
  DType dtype_ = DType::f32;
  int64_t offset_ = 0;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Variable> variable_;
};

template <class T>
Tensor Tensor::from(std::span<const T> values, Shape shape, Purpose purpose) {
  NARU_CHECK(static_cast<int64_t>(values.size()) == shape.size(), "tensor: {} values for shape {}", values.size(),
             shape);
  Tensor made(shape, dtype_of<T>, purpose);
  std::copy(values.begin(), values.end(), made.data<T>());
  return made;
}

}  // namespace naru
