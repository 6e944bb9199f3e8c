// `naru compare`: architectures trained on the user's own pairs under equal conditions, and the report of it.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "naru/base/json.h"
#include "naru/lab/contest.h"

namespace naru {

struct CompareOptions {
  std::filesystem::path out = "out/compare";
  std::vector<std::string> train, dev, test;  // files
  std::vector<std::string> models;            // presets
  std::vector<std::string> settings;          // "key=value", of all
  double minutes = 30;                        // of training, for each model
  /// What is equal besides the data: "time" (each preset as it is, the same minutes), "parameters" (besides, widths
  /// chosen so that all have as many weights as the first), "flops" (each preset as it is, as many operations as the
  /// first model does in these minutes). Empty: time, and parameters too where the presets differ by over 5 %.
  std::string equal;
  int64_t seeds = 1, seed = 1;
  int64_t test_sentences = 1000;  // the first of the test file
};

/// What `equal` asks for: one comparison, or two.
std::vector<std::string> comparisons_of(const CompareOptions& options);

/// The preset at the width whose number of weights is nearest to `parameters`; feed-forward parts keep their ratio to
/// the width. Settings that make it so.
std::vector<std::string> width_for(const std::string& preset, const std::vector<std::string>& settings,
                                   int64_t parameters);
/// Weights of a preset with these settings.
int64_t parameters_of(const std::string& preset, const std::vector<std::string>& settings);

struct CompareListener {
  std::function<void(const std::string& what)> begins;  // a comparison
  std::function<void(const std::string& model, double seconds)> turn;
  std::function<void(const std::string& what)> progress;
};

/// Trains, measures, writes report.json and report.html; gives the report. A comparison that was cut goes on where it
/// was. Error: what `naru train` would refuse; a test set without pairs.
Json run_compare(const CompareOptions& options, bool korean, const CompareListener& listener,
                 const std::atomic<bool>& stop);

}  // namespace naru
