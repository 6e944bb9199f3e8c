#include "naru/lab/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "naru/base/error.h"

namespace naru {

double student(int64_t degrees) {
  NARU_CHECK(degrees > 0, "Student's t with {} degrees of freedom", degrees);
  constexpr std::array<double, 10> table{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228};
  if (degrees <= static_cast<int64_t>(table.size())) return table[static_cast<size_t>(degrees - 1)];
  // Abramowitz and Stegun 26.7.5, two terms.
  constexpr double z = 1.959964;
  const auto v = static_cast<double>(degrees);
  return z + (z * z * z + z) / (4 * v) + (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * v * v);
}

Interval exactly(double value) { return {.value = value, .low = value, .high = value, .n = 1}; }

Interval mean_of(std::span<const double> repetitions) {
  NARU_CHECK(!repetitions.empty(), "a mean of no repetitions");
  const auto n = static_cast<double>(repetitions.size());
  const double mean = std::accumulate(repetitions.begin(), repetitions.end(), 0.0) / n;
  const auto count = static_cast<int64_t>(repetitions.size());
  if (count == 1) {
    constexpr double unknown = std::numeric_limits<double>::infinity();
    return {.value = mean, .low = -unknown, .high = unknown, .n = 1};
  }
  double squares = 0;
  for (const double x : repetitions) squares += (x - mean) * (x - mean);
  const double half = student(count - 1) * std::sqrt(squares / (n - 1) / n);
  return {.value = mean, .low = mean - half, .high = mean + half, .n = count};
}

Interval geometric_mean_of(std::span<const double> repetitions) {
  std::vector<double> logarithms;
  for (const double x : repetitions)
    logarithms.push_back(std::log(std::max<double>(x, std::numeric_limits<float>::min())));
  const Interval mean = mean_of(logarithms);
  return {.value = std::exp(mean.value), .low = std::exp(mean.low), .high = std::exp(mean.high), .n = mean.n};
}

Interval share_of(int64_t hits, int64_t trials) {
  NARU_CHECK(trials > 0 && hits >= 0 && hits <= trials, "{} hits in {} trials", hits, trials);
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {.value = p, .low = std::max(0.0, middle - half), .high = std::min(1.0, middle + half), .n = trials};
}

Interval difference(const Interval& share, const Interval& other) {
  const double value = share.value - other.value;
  const double below = std::hypot(share.value - share.low, other.high - other.value);
  const double above = std::hypot(share.high - share.value, other.value - other.low);
  return {.value = value, .low = value - below, .high = value + above, .n = std::min(share.n, other.n)};
}

std::string_view name(Kind kind) {
  constexpr std::array<std::string_view, 5> names{"arithmetic", "measured", "analogue", "cited", "not measurable"};
  return names[static_cast<size_t>(kind)];
}

std::string_view name(Verdict verdict) {
  constexpr std::array<std::string_view, 7> names{"holds",     "holds if",  "does not hold", "agrees",
                                                  "disagrees", "undecided", "not measured"};
  return names[static_cast<size_t>(verdict)];
}

Verdict judge(const Rule& rule, const Interval& interval) {
  if (interval.low >= rule.at_least && interval.high <= rule.at_most) return Verdict::holds;
  if (interval.high < rule.at_least || interval.low > rule.at_most) return Verdict::does_not_hold;
  return Verdict::undecided;
}

Verdict judge(Kind kind, std::span<const Rule> rules, std::span<const Interval> intervals) {
  NARU_CHECK(rules.size() == intervals.size(), "{} rules, {} measurements", rules.size(), intervals.size());
  if (rules.empty()) return Verdict::not_measured;
  size_t held = 0, broken = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    const Verdict one = judge(rules[i], intervals[i]);
    held += one == Verdict::holds;
    broken += one == Verdict::does_not_hold;
  }
  const bool analogue = kind == Kind::analogue;
  if (held == rules.size()) return analogue ? Verdict::agrees : Verdict::holds;
  if (broken == rules.size()) return analogue ? Verdict::disagrees : Verdict::does_not_hold;
  if (held > 0 && held + broken == rules.size()) return analogue ? Verdict::undecided : Verdict::holds_if;
  return Verdict::undecided;
}

Bilingual conditions_that_hold(std::span<const Rule> rules, std::span<const Interval> intervals) {
  Bilingual all;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (judge(rules[i], intervals[i]) != Verdict::holds || rules[i].condition.empty()) continue;
    all.korean += (all.korean.empty() ? "" : ", ") + rules[i].condition.korean;
    all.english += (all.english.empty() ? "" : ", ") + rules[i].condition.english;
  }
  return all;
}

}  // namespace naru
