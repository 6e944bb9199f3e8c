#include "naru/tensor/shape.h"

#include <algorithm>

#include "naru/base/error.h"

namespace naru {

Shape::Shape(std::span<const int64_t> extents) : rank_(static_cast<int>(extents.size())) {
  NARU_CHECK(extents.size() <= max_rank, "shape: {} axes, at most {} are supported", extents.size(), int{max_rank});
  for (const int64_t extent : extents) NARU_CHECK(extent >= 0, "shape: negative extent {}", extent);
  std::copy(extents.begin(), extents.end(), extents_.begin());
  constexpr int64_t most = int64_t{1} << 56;
  int64_t size = 1;
  for (const int64_t extent : extents) {
    if (extent > 0 && size > most / extent) fail("a tensor of {} is larger than any memory", *this);
    size *= extent;
  }
}

int64_t Shape::operator[](int axis) const {
  const int from_front = axis < 0 ? axis + rank_ : axis;
  NARU_CHECK(from_front >= 0 && from_front < rank_, "shape: axis {} of {}", axis, *this);
  return extents_[static_cast<size_t>(from_front)];
}

int64_t Shape::size() const {
  int64_t product = 1;
  for (const int64_t extent : extents()) product *= extent;
  return product;
}

bool Shape::operator==(const Shape& other) const { return std::ranges::equal(extents(), other.extents()); }

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (const int64_t extent : shape.extents()) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

}  // namespace naru
