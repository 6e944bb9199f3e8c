#include "naru/lab/curve.h"

#include <cmath>
#include <limits>

#include "naru/base/error.h"

namespace naru {

Curve from(const Curve& curve, double first) {
  Curve tail;
  for (const auto& point : curve)
    if (point.first >= first) tail.push_back(point);
  return tail;
}

Curve quotient(const Curve& above, const Curve& below) {
  NARU_CHECK(above.size() == below.size(), "curves of {} and {} points", above.size(), below.size());
  Curve result = above;
  for (size_t i = 0; i < result.size(); ++i) result[i].second /= below[i].second;
  return result;
}

std::optional<double> crossing(const Curve& quotient) {
  for (size_t i = 1; i < quotient.size(); ++i) {
    const double before = std::log(quotient[i - 1].second), after = std::log(quotient[i].second);
    if (before == after || before * after > 0) continue;
    const double share = before / (before - after);
    return quotient[i - 1].first * std::pow(quotient[i].first / quotient[i - 1].first, share);
  }
  return std::nullopt;
}

double PowerLaw::at(double x) const { return factor * std::pow(x, exponent.value); }

PowerLaw fit_power_law(const Curve& points) {
  const auto n = static_cast<double>(points.size());
  double mean_x = 0, mean_y = 0;
  for (const auto& [x, y] : points) {
    NARU_CHECK(x > 0 && y > 0, "a power law through ({}, {})", x, y);
    mean_x += std::log(x) / n;
    mean_y += std::log(y) / n;
  }
  double xx = 0, xy = 0;
  for (const auto& [x, y] : points) {
    xx += (std::log(x) - mean_x) * (std::log(x) - mean_x);
    xy += (std::log(x) - mean_x) * (std::log(y) - mean_y);
  }
  NARU_CHECK(xx > 0, "a power law through {} points of one x", points.size());
  const double slope = xy / xx;
  double squares = 0;
  for (const auto& [x, y] : points) {
    const double residual = std::log(y) - mean_y - slope * (std::log(x) - mean_x);
    squares += residual * residual;
  }
  const auto degrees = static_cast<int64_t>(points.size()) - 2;
  const double half = degrees > 0 ? student(degrees) * std::sqrt(squares / static_cast<double>(degrees) / xx)
                                  : std::numeric_limits<double>::infinity();
  return {.exponent = {.value = slope, .low = slope - half, .high = slope + half, .n = degrees + 2},
          .factor = std::exp(mean_y - slope * mean_x)};
}

std::string interval_text(const Interval& interval) {
  const int digits = std::abs(interval.value) < 0.1 ? 3 : 2;
  if (!std::isfinite(interval.low)) return fmt::format("{:.{}f}", interval.value, digits);
  return fmt::format("{0:.{3}f} ({1:.{3}f} … {2:.{3}f})", interval.value, interval.low, interval.high, digits);
}

}  // namespace naru
