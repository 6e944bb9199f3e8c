#include "naru/metrics/chrf.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "naru/base/error.h"
#include "naru/metrics/ngrams.h"
#include "naru/metrics/python_text.h"

namespace naru {
namespace {

double f_score(double precision, double recall, double factor) {
  return (1 + factor) * precision * recall / (factor * precision + recall);
}

/// 0 … 100 from (n-grams of the hypothesis, of the reference, matches) by order.
double score(std::span<const double> counts, const ChrfOptions& options) {
  constexpr double eps = 1e-16;
  const double factor = static_cast<double>(options.beta) * options.beta;
  double f_sum = 0, precision_sum = 0, recall_sum = 0;
  int effective = 0;
  for (size_t i = 0; i + 2 < counts.size(); i += 3) {
    const double hypothesis = counts[i], reference = counts[i + 1], matches = counts[i + 2];
    const double precision = hypothesis > 0 ? matches / hypothesis : eps;
    const double recall = reference > 0 ? matches / reference : eps;
    f_sum += factor * precision + recall > 0 ? f_score(precision, recall, factor) : eps;
    if (hypothesis <= 0 || reference <= 0) continue;
    precision_sum += precision;
    recall_sum += recall;
    ++effective;
  }
  if (options.eps_smoothing) return 100 * f_sum / (options.char_order + options.word_order);
  if (precision_sum + recall_sum == 0) return 0;
  return 100 * f_score(precision_sum / effective, recall_sum / effective, factor);
}

/// Words with one ASCII punctuation mark split off: the last if it is one, else the first if it is one.
std::vector<std::string_view> words(std::string_view line) {
  const auto is_punctuation = [](char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  };
  std::vector<std::string_view> split;
  for (const std::string_view word : python::split(line)) {
    // A word of one character has more than one byte only if it is not ASCII, thus no punctuation.
    const bool last = word.size() > 1 && is_punctuation(word.back());
    const bool first = word.size() > 1 && !last && is_punctuation(word.front());
    const size_t cut = last ? word.size() - 1 : first ? 1 : word.size();
    split.push_back(word.substr(0, cut));
    if (cut < word.size()) split.push_back(word.substr(cut));
  }
  return split;
}

Symbols characters(std::string_view line, const ChrfOptions& options) {
  Symbols symbols;
  symbols.reserve(line.size());
  for (const char32_t character : python::code_points(line))
    if (options.whitespace || !python::is_space(character)) symbols.push_back(character);
  return symbols;
}

/// Adds (n-grams of sequence 0, n-grams, matches) for each order to the counts against each further sequence.
void add_matches(const std::vector<Symbols>& sequences, int max_order, std::vector<std::vector<double>>& counts) {
  std::vector<uint32_t> unmatched;
  for_each_order(sequences, max_order, [&](int, const std::vector<Symbols>& grams, uint32_t distinct) {
    for (size_t r = 1; r < grams.size(); ++r) {
      unmatched.assign(distinct, 0);
      for (const uint32_t gram : grams[r]) ++unmatched[gram];
      double matches = 0;
      for (const uint32_t gram : grams[0]) {
        if (unmatched[gram] == 0) continue;
        --unmatched[gram];
        ++matches;
      }
      // A reference too short for the order says nothing about the hypothesis's precision.
      const double hypothesis = grams[r].empty() ? 0.0 : static_cast<double>(grams[0].size());
      counts[r - 1].insert(counts[r - 1].end(), {hypothesis, static_cast<double>(grams[r].size()), matches});
    }
  });
}

std::vector<double> count(const std::string& hypothesis, std::span<const std::string> references,
                          const ChrfOptions& options) {
  Lines lines{hypothesis};
  lines.insert(lines.end(), references.begin(), references.end());
  std::vector<Symbols> by_character, by_word;
  WordNumbers numbers;
  for (std::string& line : lines) {
    if (options.lowercase) line = python::lower(line);
    by_character.push_back(characters(line, options));
    if (options.word_order > 0) by_word.push_back(numbers.all(words(line)));
  }
  std::vector<std::vector<double>> counts(references.size());
  add_matches(by_character, options.char_order, counts);
  add_matches(by_word, options.word_order, counts);
  return *std::max_element(counts.begin(), counts.end(),
                           [&](const auto& a, const auto& b) { return score(a, options) < score(b, options); });
}

}  // namespace

Metric chrf(const ChrfOptions& options) {
  NARU_CHECK(options.char_order >= 0 && options.word_order >= 0 && options.char_order + options.word_order > 0 &&
                 options.beta > 0,
             "chrf: char_order {}, word_order {}, beta {}", options.char_order, options.word_order, options.beta);
  return {
      .name = "chrf",
      .label = fmt::format("chrF{}{}", options.beta, std::string(static_cast<size_t>(options.word_order), '+')),
      .fields = fmt::format("case:{}|eff:{}|nc:{}|nw:{}|space:{}", options.lowercase ? "lc" : "mixed",
                            options.eps_smoothing ? "no" : "yes", options.char_order, options.word_order,
                            options.whitespace ? "yes" : "no"),
      .count = [options](const std::string& hypothesis,
                         std::span<const std::string> references) { return count(hypothesis, references, options); },
      .score =
          [options](std::span<const double> sums) {
            Score result;
            result.value = score(sums, options);
            return result;
          }};
}

}  // namespace naru
