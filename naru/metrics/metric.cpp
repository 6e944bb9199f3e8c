#include "naru/metrics/metric.h"

#include <fmt/format.h>

#include <algorithm>

#include "naru/base/error.h"
#include "naru/base/threads.h"
#include "naru/base/version.h"

namespace naru {
namespace {

void check_sizes(const Metric& metric, const Lines& hypotheses, const std::vector<Lines>& references) {
  if (references.empty()) fail("{}: there is no reference; give at least one", metric.name);
  for (size_t r = 0; r < references.size(); ++r)
    if (references[r].size() != hypotheses.size())
      fail("{}: {} hypotheses but {} lines in reference {}; they must be line-aligned", metric.name, hypotheses.size(),
           references[r].size(), r + 1);
  if (hypotheses.empty()) fail("{}: there is no sentence to score", metric.name);
}

}  // namespace

const std::vector<double>& Score::part(std::string_view wanted) const {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const ScorePart& p) { return p.name == wanted; });
  NARU_CHECK(found != parts.end(), "score {} has no part '{}'", name, wanted);
  return found->values;
}

Statistics::Statistics(Metric metric, const Lines& hypotheses, const std::vector<Lines>& references)
    : metric_(std::move(metric)), references_(references.size()) {
  check_sizes(metric_, hypotheses, references);
  sentences_ = static_cast<int64_t>(hypotheses.size());
  const auto row = [&](size_t i) {
    std::vector<std::string> lines;
    lines.reserve(references.size());
    for (const Lines& reference : references) lines.push_back(reference[i]);
    return metric_.count(hypotheses[i], lines);
  };
  std::vector<double> first = row(0);
  columns_ = static_cast<int64_t>(first.size());
  counts_.resize(static_cast<size_t>(sentences_ * columns_));
  std::copy(first.begin(), first.end(), counts_.begin());
  parallel_for(sentences_ - 1, 8, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin + 1; i <= end; ++i) {
      const std::vector<double> counts = row(static_cast<size_t>(i));
      std::copy(counts.begin(), counts.end(), counts_.begin() + i * columns_);
    }
  });
}

std::vector<double> Statistics::sum(std::span<const int64_t> sentences) const {
  std::vector<double> sums(static_cast<size_t>(columns_), 0.0);
  for (const int64_t sentence : sentences) {
    const double* row = counts_.data() + sentence * columns_;
    for (int64_t c = 0; c < columns_; ++c) sums[static_cast<size_t>(c)] += row[c];
  }
  return sums;
}

Score Statistics::finished(std::span<const double> sums) const {
  Score score = metric_.score(sums);
  score.name = metric_.name;
  score.label = metric_.label;
  score.signature = signature();
  return score;
}

Score Statistics::corpus() const {
  std::vector<int64_t> all(static_cast<size_t>(sentences_));
  for (int64_t i = 0; i < sentences_; ++i) all[static_cast<size_t>(i)] = i;
  return of(all);
}

Score Statistics::of(std::span<const int64_t> sentences) const { return finished(sum(sentences)); }

double Statistics::value_of(std::span<const int64_t> sentences) const { return metric_.score(sum(sentences)).value; }

std::string Statistics::signature(const std::optional<BootstrapOptions>& bootstrap) const {
  std::string text = fmt::format("nrefs:{}", references_);
  if (bootstrap) text += fmt::format("|bs:{}|seed:{}", bootstrap->samples, bootstrap->seed);
  return text + fmt::format("|{}|version:naru-{}", metric_.fields, version());
}

Score score_corpus(const Metric& metric, const Lines& hypotheses, const std::vector<Lines>& references) {
  return Statistics(metric, hypotheses, references).corpus();
}

}  // namespace naru
