#pragma once

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace naru {

/// The extents of a tensor, outermost first; at most 6 axes. A scalar has none.
class Shape {
 public:
  static constexpr int max_rank = 6;

  Shape() = default;
  Shape(std::initializer_list<int64_t> extents) : Shape(std::span(extents.begin(), extents.size())) {}
  explicit Shape(std::span<const int64_t> extents);

  int rank() const { return rank_; }
  /// Extent of an axis; negative axes count from the end.
  int64_t operator[](int axis) const;
  /// Product of the extents; 1 for a scalar.
  int64_t size() const;
  /// With another extent of the outermost axis.
  Shape with_rows(int64_t rows) const {
    Shape other = *this;
    other.extents_[0] = rows;
    return other;
  }
  std::span<const int64_t> extents() const { return {extents_.data(), static_cast<size_t>(rank_)}; }
  bool operator==(const Shape& other) const;

 private:
  std::array<int64_t, max_rank> extents_{};
  int rank_ = 0;
};

/// "[3, 5]"
std::string to_string(const Shape& shape);

}  // namespace naru

template <>
struct fmt::formatter<naru::Shape> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  auto format(const naru::Shape& shape, fmt::format_context& context) const {
    return fmt::format_to(context.out(), "{}", naru::to_string(shape));
  }
};
