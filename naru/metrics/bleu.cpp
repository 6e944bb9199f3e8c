#include "naru/metrics/bleu.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "naru/base/error.h"
#include "naru/metrics/ngrams.h"
#include "naru/metrics/python_text.h"

namespace naru {
namespace {

double smooth_value(const BleuOptions& options) {
  return options.smooth_value.value_or(options.smoothing == Smoothing::floor ? 0.1 : 1.0);
}

std::string smoothing_field(const BleuOptions& options) {
  switch (options.smoothing) {
    case Smoothing::none: return "none";
    case Smoothing::exp: return "exp";
    case Smoothing::floor: return fmt::format("floor[{:.2f}]", smooth_value(options));
    case Smoothing::add_k: return fmt::format("add-k[{:.2f}]", smooth_value(options));
  }
  return {};
}

std::vector<std::string> tokens(const std::string& line, const BleuOptions& options) {
  const std::string lowered = options.lowercase ? python::lower(line) : std::string();
  return options.tokenization.tokens(python::strip_right(options.lowercase ? lowered : line));
}

/// The reference length closest to the hypothesis's; of two equally close, the shorter.
size_t closest_length(const std::vector<Symbols>& sequences) {
  const auto length = [&](size_t s) { return static_cast<int64_t>(sequences[s].size()); };
  const auto distance = [&](size_t s) { return std::abs(length(s) - length(0)); };
  size_t best = 1;
  for (size_t s = 2; s < sequences.size(); ++s)
    if (distance(s) < distance(best) || (distance(s) == distance(best) && length(s) < length(best))) best = s;
  return sequences[best].size();
}

/// Matches of one order: each n-gram of the hypothesis (sequence 0) counts at most as often as in the reference that
/// has most of it.
int64_t clipped_matches(const std::vector<Symbols>& grams, uint32_t distinct) {
  std::vector<uint32_t> most(distinct, 0), here(distinct);
  for (size_t reference = 1; reference < grams.size(); ++reference) {
    std::fill(here.begin(), here.end(), 0);
    for (const uint32_t gram : grams[reference]) most[gram] = std::max(most[gram], ++here[gram]);
  }
  int64_t matches = 0;
  for (const uint32_t gram : grams[0]) {
    if (most[gram] == 0) continue;
    --most[gram];
    ++matches;
  }
  return matches;
}

/// One sentence: hypothesis length, reference length, matches by order, n-grams by order.
std::vector<double> count(const std::string& hypothesis, std::span<const std::string> references,
                          const BleuOptions& options) {
  std::vector<std::vector<std::string>> sides{tokens(hypothesis, options)};
  for (const std::string& reference : references) sides.push_back(tokens(reference, options));
  WordNumbers numbers;
  std::vector<Symbols> sequences;
  sequences.reserve(sides.size());
  for (const auto& side : sides) sequences.push_back(numbers.all(side));

  const auto orders = static_cast<size_t>(options.max_order);
  std::vector<double> counts(2 + 2 * orders);
  counts[0] = static_cast<double>(sequences[0].size());
  counts[1] = static_cast<double>(closest_length(sequences));
  for_each_order(sequences, options.max_order, [&](int order, const std::vector<Symbols>& grams, uint32_t distinct) {
    const size_t at = 1 + static_cast<size_t>(order);
    counts[at] = static_cast<double>(clipped_matches(grams, distinct));
    counts[at + orders] = static_cast<double>(grams[0].size());
  });
  return counts;
}

struct Precisions {
  std::vector<double> percent, matches, totals;
  int orders = 0;  // how many of them the geometric mean takes
};

Precisions smoothed_precisions(std::span<const double> sums, const BleuOptions& options) {
  const auto orders = static_cast<size_t>(options.max_order);
  Precisions p{std::vector<double>(orders, 0.0),
               {sums.begin() + 2, sums.begin() + 2 + static_cast<std::ptrdiff_t>(orders)},
               {sums.begin() + 2 + static_cast<std::ptrdiff_t>(orders), sums.end()},
               options.max_order};
  if (std::all_of(p.matches.begin(), p.matches.end(), [](double matches) { return matches == 0; })) return p;
  double halvings = 1;
  for (size_t n = 0; n < orders; ++n) {
    if (options.smoothing == Smoothing::add_k && n > 0) {
      p.matches[n] += smooth_value(options);
      p.totals[n] += smooth_value(options);
    }
    if (p.totals[n] == 0) break;
    if (options.effective_order) p.orders = static_cast<int>(n) + 1;
    if (p.matches[n] > 0)
      p.percent[n] = 100.0 * p.matches[n] / p.totals[n];
    else if (options.smoothing == Smoothing::exp)
      p.percent[n] = 100.0 / ((halvings *= 2) * p.totals[n]);
    else if (options.smoothing == Smoothing::floor)
      p.percent[n] = 100.0 * smooth_value(options) / p.totals[n];
  }
  return p;
}

Score score(std::span<const double> sums, const BleuOptions& options) {
  const double length = sums[0], reference_length = sums[1];
  double brevity_penalty = 1;
  if (length < reference_length) brevity_penalty = length > 0 ? std::exp(1 - reference_length / length) : 0.0;

  const Precisions p = smoothed_precisions(sums, options);
  double log_sum = 0;  // ln 0 = -∞ makes the score 0
  for (int n = 0; n < p.orders; ++n) log_sum += std::log(p.percent[static_cast<size_t>(n)]);
  Score score;
  score.value = brevity_penalty * std::exp(log_sum / p.orders);
  score.parts = {{"precisions", p.percent},
                 {"brevity_penalty", {brevity_penalty}},
                 {"ratio", {reference_length > 0 ? length / reference_length : 0.0}},
                 {"hypothesis_length", {length}},
                 {"reference_length", {reference_length}},
                 {"counts", p.matches},
                 {"totals", p.totals}};
  return score;
}

}  // namespace

Smoothing smoothing(std::string_view name) {
  if (name == "none") return Smoothing::none;
  if (name == "floor") return Smoothing::floor;
  if (name == "add-k") return Smoothing::add_k;
  if (name == "exp") return Smoothing::exp;
  fail("smoothing '{}' is unknown; one of exp, floor, add-k, none", name);
}

Metric bleu(const BleuOptions& options) {
  NARU_CHECK(options.max_order >= 1, "bleu: max_order is {}", options.max_order);
  return {
      .name = "bleu",
      .label = "BLEU",
      .fields =
          fmt::format("case:{}|eff:{}|tok:{}|smooth:{}", options.lowercase ? "lc" : "mixed",
                      options.effective_order ? "yes" : "no", options.tokenization.name, smoothing_field(options)),
      .count = [options](const std::string& hypothesis,
                         std::span<const std::string> references) { return count(hypothesis, references, options); },
      .score = [options](std::span<const double> sums) { return score(sums, options); }};
}

}  // namespace naru
