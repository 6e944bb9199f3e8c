#include "naru/evaluate/calibrate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "naru/evaluate/observed_set.h"
#include "naru/metrics/chrf.h"

namespace naru {
namespace {

/// For each word of a translation whether the reference has it.
std::vector<bool> right_words(const std::vector<ObservedWord>& observed, const std::string& reference) {
  std::vector<std::string> words;
  for (const ObservedWord& word : observed) words.push_back(word.text);
  return matched_words(words, word_texts(reference));
}

bool is_right(const ObservedLine& line, const std::string& reference, double right_at) {
  return score_corpus(chrf(), {line.text}, {{reference}}).value >= right_at;
}

std::vector<double> plain(const std::vector<double>& features) {
  std::vector<double> some;
  for (const size_t feature : plain_line_features) some.push_back(features[feature]);
  return some;
}

/// The suspicion that at most a share of good lines reach.
double flag_at(std::vector<double> suspicions, double share) {
  std::ranges::sort(suspicions, std::greater{});
  const auto flagged = static_cast<size_t>(share * static_cast<double>(suspicions.size()));
  return flagged < suspicions.size() ? std::nextafter(suspicions[flagged], 2) : 0;
}

Usual usual_of(const ModelFolder& folder, const std::vector<ObservedLine>& good) {
  Usual usual{.sources = PieceBigrams(folder.source->size())};
  for (const ObservedLine& line : good) {
    usual.sources.add(line.observation.source);
    usual.log_ratio += std::log(static_cast<double>(line.observation.written.size()) /
                                static_cast<double>(line.observation.source.size())) /
                       static_cast<double>(good.size());
  }
  return usual;
}

/// What foretells whether words and lines are right, from lines as they are.
void fit_confidence(Calibration& calibration, const ModelFolder& folder, const std::vector<ObservedLine>& good,
                    const std::vector<Pair>& pairs) {
  std::vector<Example> words, lines;
  for (const ObservedLine& line : good) {
    const Observation& seen = line.observation;
    const std::string& reference = pairs[line.pair].target;
    lines.push_back({line_features(seen, *folder.source, *folder.target, calibration.usual, seen.source),
                     is_right(line, reference, calibration.right_at)});
    std::vector<ObservedWord> observed = observed_words(seen, *folder.target);
    const std::vector<bool> right = right_words(observed, reference);
    for (size_t i = 0; i < observed.size(); ++i) words.push_back({std::move(observed[i].features), right[i]});
  }
  at_place(fmt::format("a line is right from chrF {} on (--right-at)", calibration.right_at),
           [&] { calibration.line = fit_logistic(lines); });
  at_place("words", [&] { calibration.word = fit_logistic(words); });
}

/// What tells good lines from broken ones.
void fit_detector(Calibrated& calibrated, const ObservedSet& set, const ModelFolder& folder,
                  const std::vector<ObservedLine>& good, double false_alarms) {
  const int64_t each = std::max<int64_t>(1, std::ssize(good) / 5);
  std::vector<Example> examples, plain_examples;
  std::set<size_t> known;  // pairs whose sources `usual` was made from
  for (const ObservedLine& line : good) known.insert(line.pair);
  const auto add = [&](const std::vector<ObservedLine>& lines, bool bad) {
    for (const ObservedLine& line : lines) {
      std::vector<int32_t> own;
      if (known.contains(line.pair)) own = folder.source->encode(set.pairs()[line.pair].source);
      examples.push_back(
          {line_features(line.observation, *folder.source, *folder.target, calibrated.calibration.usual, own), bad});
      plain_examples.push_back({plain(examples.back().features), bad});
    }
  };
  add(good, false);
  for (const Corruption kind : all_corruptions) add(set.broken(kind, each), true);
  for (const Detachment kind : all_detachments) add(set.detached(kind, good, each), true);
  const auto threshold = [&](const Logistic& model, const std::vector<Example>& of) {
    std::vector<double> suspicions;
    for (const Example& example : of)
      if (!example.answer) suspicions.push_back(model.probability(example.features));
    return flag_at(std::move(suspicions), false_alarms);
  };
  calibrated.calibration.detector = fit_logistic(examples);
  calibrated.calibration.flag_at = std::min(threshold(calibrated.calibration.detector, examples), 1.0);
  calibrated.baseline = fit_logistic(plain_examples);
  calibrated.baseline_flag_at = threshold(calibrated.baseline, plain_examples);
}

}  // namespace

std::vector<bool> matched_words(const std::vector<std::string>& words, const std::vector<std::string>& reference) {
  // longest[i][j]: of words[i…] and reference[j…]
  std::vector<std::vector<int>> longest(words.size() + 1, std::vector<int>(reference.size() + 1));
  for (size_t i = words.size(); i-- > 0;)
    for (size_t j = reference.size(); j-- > 0;)
      longest[i][j] =
          words[i] == reference[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
  std::vector<bool> matched(words.size());
  for (size_t i = 0, j = 0; i < words.size() && j < reference.size();) {
    if (words[i] == reference[j]) {
      matched[i] = true;
      ++i, ++j;
    } else {
      longest[i + 1][j] >= longest[i][j + 1] ? ++i : ++j;
    }
  }
  return matched;
}

Calibrated calibrate(const ModelFolder& folder, const std::vector<Pair>& dev, const CalibrateConfig& config,
                     const SearchOptions& search) {
  const ObservedSet set(folder, dev, search);
  const std::vector<ObservedLine> good = set.good(config.lines);
  Calibrated calibrated{.pairs = std::ssize(good),
                        .calibration = {.vocabularies = vocabularies_of(*folder.source, *folder.target),
                                        .weights = weights_checksum(folder),
                                        .right_at = config.right_at,
                                        .usual = usual_of(folder, good),
                                        .word = {},
                                        .line = {},
                                        .detector = {}},
                        .baseline = {}};
  fit_confidence(calibrated.calibration, folder, good, dev);
  fit_detector(calibrated, set, folder, good, config.false_alarms);
  return calibrated;
}

CalibrationReport measure(const ModelFolder& folder, const Calibrated& calibrated, const std::vector<Pair>& test,
                          const CalibrateConfig& config, const SearchOptions& search) {
  const Calibration& calibration = calibrated.calibration;
  const ObservedSet set(folder, test, search);
  const std::vector<ObservedLine> good = set.good(config.lines);
  CalibrationReport report;
  for (const ObservedLine& line : good) {
    const std::string& reference = test[line.pair].target;
    const Judgement judgement = calibration.judge(line.observation, *folder.source, *folder.target);
    const bool line_right = is_right(line, reference, calibration.right_at);
    report.raw_lines.push_back({std::exp(mean_log_probability(line.observation.pieces)), line_right});
    report.lines.push_back({judgement.confidence, line_right});
    const std::vector<ObservedWord> observed = observed_words(line.observation, *folder.target);
    const std::vector<bool> right = right_words(observed, reference);
    for (size_t i = 0; i < observed.size(); ++i) {
      report.raw_words.push_back({std::exp(observed[i].log_probability), right[i]});
      report.words.push_back({judgement.words[i].confidence, right[i]});
    }
  }
  const auto detected = [&](const std::string& kind, const std::vector<ObservedLine>& lines, int64_t most) {
    Detected row{.kind = kind};
    for (const ObservedLine& line : lines) {
      if (row.lines == most) break;
      const std::vector<double> features =
          line_features(line.observation, *folder.source, *folder.target, calibration.usual);
      ++row.lines;
      row.flagged += calibration.detector.probability(features) >= calibration.flag_at;
      row.by_baseline += calibrated.baseline.probability(plain(features)) >= calibrated.baseline_flag_at;
    }
    return row;
  };
  report.good = detected("good", good, most_bad);
  constexpr int64_t each = most_bad / 4;
  for (const Corruption kind : all_corruptions)
    (kind == Corruption::shuffled ? report.other : report.bad)
        .push_back(detected(name_of(kind), set.broken(kind, each), each));
  for (const Detachment kind : all_detachments)
    report.other.push_back(detected(name_of(kind), set.detached(kind, good, each), each));
  return report;
}

}  // namespace naru
