// Makes a calibration from a development set and broken copies of it, and measures one on a test set.
#pragma once

#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/evaluate/translator.h"
#include "naru/metrics/reliability.h"

namespace naru {

struct CalibrateConfig {
  double right_at = 50;
  double false_alarms = 0.03;
  int64_t lines = 3000;

  void fields(auto&& field) {
    field("right-at", right_at, "chrF from which on a line counts as right", between(0, 100));
    field("false-alarms", false_alarms, "share of good development lines that may be flagged", between(0, 1));
    field("lines", lines, "most lines taken of each set, drawn from all of it", at_least(1));
  }
};

/// What a calibration is made of, and what it is compared with: a detector of length ratio and repetition alone.
struct Calibrated {
  int64_t pairs = 0;  // that were taken
  Calibration calibration;
  Logistic baseline;
  double baseline_flag_at = 0.5;
};

/// Translates the set and as many broken lines; tells how far it is. Error: too few pairs to learn from.
Calibrated calibrate(const ModelFolder& folder, const std::vector<Pair>& dev, const CalibrateConfig& config,
                     const SearchOptions& search);

/// How often lines of one kind are flagged.
struct Detected {
  std::string kind;
  int64_t lines = 0, flagged = 0, by_baseline = 0;
};

struct CalibrationReport {
  std::vector<Judged> raw_words, words;  // raw: exp of the mean log-probability of the pieces
  std::vector<Judged> raw_lines, lines;
  Detected good;
  std::vector<Detected> bad;    // random words, wrong language, cut, doubled: the measured set, `most_bad` in all
  std::vector<Detected> other;  // what the detector learned besides
};
inline constexpr int64_t most_bad = 500;

/// On pairs that the calibration was not made from.
CalibrationReport measure(const ModelFolder& folder, const Calibrated& calibrated, const std::vector<Pair>& test,
                          const CalibrateConfig& config, const SearchOptions& search);

/// Which words of a translation a reference has in the same order: a longest common subsequence.
std::vector<bool> matched_words(const std::vector<std::string>& words, const std::vector<std::string>& reference);

}  // namespace naru
