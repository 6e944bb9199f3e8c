// How one quantity grows with another: time with length, memory with length, loss with parameters.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "naru/lab/verdict.h"

namespace naru {

/// Points (x, y), all positive, x rising.
using Curve = std::vector<std::pair<double, double>>;

/// Its points of x from `first` on.
Curve from(const Curve& curve, double first);
/// y of one over y of the other, at the same x.
Curve quotient(const Curve& above, const Curve& below);
/// Where a quotient passes 1 first, between two points by a straight line in logarithms.
std::optional<double> crossing(const Curve& quotient);

/// y ≈ factor · x ^ exponent.
struct PowerLaw {
  Interval exponent;  // n: points
  double factor = 0;

  double at(double x) const;
};

/// By least squares of log y on log x. The interval is Student's t on the residuals, so that what no power law fits
/// makes it wider; two points leave it from -∞ to ∞. Two different x are needed.
PowerLaw fit_power_law(const Curve& points);
/// "1.02 (0.97 … 1.07)"; without the interval where it is not known.
std::string interval_text(const Interval& interval);

}  // namespace naru
