#include "naru/text/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "naru/text/digits.h"
#include "naru/text/korean/syllable.h"

namespace naru {
namespace {

bool near(double a, double b, double tolerance = 1e-9) {
  return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

bool same(const Quantity& a, const Quantity& b) {
  return near(a.value, b.value) || (a.hour && b.hour && near(std::fmod(a.value, 12), std::fmod(b.value, 12)));
}
bool rounded(const Quantity& a, const Quantity& b) {
  constexpr double large = 10'000, tolerance = 0.05;
  return std::min(a.value, b.value) >= large && near(a.value, b.value, tolerance);
}

/// The power of ten between two numbers; 0 where there is none.
int power_between(const Quantity& expected, const Quantity& found) {
  if (expected.value <= 0 || found.value <= 0) return 0;
  const double power = std::round(std::log10(found.value / expected.value));
  return near(expected.value * std::pow(10, power), found.value) ? static_cast<int>(power) : 0;
}

/// Those of `here` that nothing on the other side says: each has a partner of its own, or is said there once more.
std::vector<Quantity> alone(const std::vector<Quantity>& here, const std::vector<Quantity>& there) {
  std::vector<Quantity> found;
  for (const Quantity& q : here) {
    const auto says = [&](const Quantity& other) { return same(q, other) || rounded(q, other); };
    if (!q.weak && std::ranges::none_of(there, says)) found.push_back(q);
  }
  return found;
}

/// Takes the pairs that differ by a power of ten out of what is missing and added.
void find_scaled(QuantityComparison& comparison) {
  std::erase_if(comparison.missing, [&](const Quantity& expected) {
    const auto found =
        std::ranges::find_if(comparison.added, [&](const Quantity& q) { return power_between(expected, q) != 0; });
    if (found == comparison.added.end()) return false;
    comparison.scaled.push_back({expected, *found, power_between(expected, *found)});
    comparison.added.erase(found);
    return true;
  });
}

/// 1234567.5 → "1,234,567.5"
std::string grouped(double value) {
  std::string digits = fmt::format("{:.10g}", value);
  if (std::abs(value) < 1e15 && value == std::floor(value)) digits = fmt::format("{:.0f}", value);
  if (digits.find('e') != digits.npos) return digits;
  for (size_t at = std::min(digits.find('.'), digits.size()); at > 3; digits.insert(at, ",")) at -= 3;
  return digits;
}
std::string shown(const Quantity& q) { return fmt::format("{} ({})", grouped(q.value), q.text); }

bool is_korean(std::string_view text) { return std::ranges::any_of(to_code_points(text), is_hangul_syllable); }

std::vector<Quantity> quantities_of(std::string_view text, bool words) {
  if (is_korean(text)) return korean_quantities(text);
  std::vector<Quantity> found = english_quantities(text);
  if (!words)
    for (Quantity& q : found) q.weak |= !is_decimal(static_cast<unsigned char>(q.text[0]));
  return found;
}

}  // namespace

QuantityComparison compare_quantities(const std::vector<Quantity>& source, const std::vector<Quantity>& translation) {
  QuantityComparison comparison{
      .missing = alone(source, translation), .added = alone(translation, source), .scaled = {}};
  const auto strong = [](const Quantity& q) { return !q.weak; };
  comparison.numbers = std::ranges::count_if(source, strong) + std::ranges::count_if(translation, strong);
  find_scaled(comparison);
  return comparison;
}

QuantityComparison compare_quantities(std::string_view source, std::string_view translation) {
  const bool words = is_korean(source) || is_korean(translation);
  return compare_quantities(quantities_of(source, words), quantities_of(translation, words));
}

std::string describe(const QuantityComparison& comparison) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  for (const auto& [expected, found, power] : comparison.scaled)
    add(fmt::format("expected {}, found {}: {}", shown(expected), shown(found),
                    power > 0 ? grouped(std::pow(10, power)) + " times as much"
                              : "a " + grouped(std::pow(10, -power)) + "th of it"));
  for (const Quantity& q : comparison.missing) add("missing " + shown(q));
  for (const Quantity& q : comparison.added) add("added " + shown(q));
  return text;
}

}  // namespace naru
