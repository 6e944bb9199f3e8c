// The main job on the embedded corpus: three translators trained side by side for equal time, then compared.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/lab/contest.h"

namespace naru {

struct DemoOptions {
  std::filesystem::path out = "out/demo";
  double minutes = 1.4;  // of training, for each model
  int64_t pairs = 60'000, seed = 1, test_sentences = 300;
};

class Demo {
 public:
  /// Makes the corpus and the three runs.
  explicit Demo(const DemoOptions& options);

  /// Trains all three in turns until their time is over, or until `stop`.
  void train(const Contest::Watch& watch, const std::atomic<bool>& stop) { contest_->train(watch, stop); }
  /// Translates the test sets with each model and with the nearest-sentence baseline. `progress` says what is being
  /// done. Error: all were stopped before their first turn.
  void measure(const std::function<void(const std::string& what)>& progress);
  /// Everything that was found, as JSON.
  std::string json() const;
  /// Writes report.html, a page of what `json` gave; gives its path.
  std::filesystem::path report(const std::string& json) const;

  const std::vector<Phrase>& lecture() const { return lecture_; }
  const std::vector<std::string>& watched() const { return contest_->spec().watched; }
  const std::vector<TestSet>& test_sets() const { return contest_->spec().tests; }
  const std::vector<ContestantResult>& results() const { return contest_->results(); }
  const ContestantResult& baseline() const { return baseline_; }
  /// What each model, and the baseline after them, makes of the lecture's sentences; empty of one that is untrained.
  const std::vector<std::vector<std::string>>& lecture_translations() const { return lecture_translations_; }
  /// Sentences computed from the results, in Korean and English.
  std::string conclusion(bool korean) const;
  const ModelFolder& model(size_t index) const { return contest_->model(index); }
  std::filesystem::path folder(size_t index) const { return contest_->folder(index); }

 private:
  std::vector<TestSet> write_corpus();
  void measure_baseline();

  DemoOptions options_;
  std::vector<Phrase> lecture_;
  std::unique_ptr<Contest> contest_;
  ContestantResult baseline_;
  std::vector<std::vector<std::string>> lecture_translations_;
};

}  // namespace naru
