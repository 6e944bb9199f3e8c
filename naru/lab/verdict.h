// What is measured, how sure it is, and what that says of a claim. The rule is written before the run; this file knows
// nothing of any experiment.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "naru/lab/bilingual.h"

namespace naru {

/// A figure and where it lies with 95 % confidence, by `n` independent repetitions (seeds, or trials).
struct Interval {
  double value = 0, low = 0, high = 0;
  int64_t n = 1;
};
/// Student's t with so many degrees of freedom, 97.5 %.
double student(int64_t degrees);
/// What is counted or computed, not sampled.
Interval exactly(double value);
/// The mean over repetitions, by Student's t. One alone says nothing of its spread: from -∞ to ∞.
Interval mean_of(std::span<const double> repetitions);
/// The geometric mean, by the mean of their logarithms: of ratios, and of what spreads over orders of magnitude. Where
/// one is 0 the smallest float stands.
Interval geometric_mean_of(std::span<const double> repetitions);
/// A share of trials (Wilson 1927).
Interval share_of(int64_t hits, int64_t trials);
/// The difference of two shares (Newcombe 1998, method 10).
Interval difference(const Interval& share, const Interval& other);

/// What must be measured for a claim to hold.
struct Rule {
  Bilingual text;  // "the exponent of time over length is at least 0.8"
  double at_least = -std::numeric_limits<double>::infinity(), at_most = std::numeric_limits<double>::infinity();
  Bilingual condition = {};  // "without attention": of a claim that may hold here and not there
};

enum class Kind {
  arithmetic,      // by formula
  measured,        // on this machine, in the claim's own setting
  analogue,        // smaller than the claim's setting: may agree with it, never "holds"
  cited,           // compared with the papers, nothing run
  not_measurable,  // needs another machine, or a pre-trained family
};
std::string_view name(Kind kind);

enum class Verdict { holds, holds_if, does_not_hold, agrees, disagrees, undecided, not_measured };
std::string_view name(Verdict verdict);

/// One rule: inside, outside, or across its border.
Verdict judge(const Rule& rule, const Interval& interval);
/// All rules of a claim: `holds_if` where some hold and the others do not. An analogue agrees or disagrees instead.
Verdict judge(Kind kind, std::span<const Rule> rules, std::span<const Interval> intervals);
/// The conditions of the rules that hold, for `holds_if`.
Bilingual conditions_that_hold(std::span<const Rule> rules, std::span<const Interval> intervals);

}  // namespace naru
