// The main job on the embedded corpus: three translators trained side by side for equal time, then compared.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/evaluation.h"
#include "naru/train/training_run.h"

namespace naru {

struct DemoOptions {
  std::filesystem::path out = "out/demo";
  double minutes = 1.4;  // of training, for each model
  int64_t pairs = 60'000, seed = 1, test_sentences = 300;
};

/// What each of the watched sentences was translated to at some moment.
struct DemoSample {
  double seconds = 0;  // of this model's training
  std::vector<std::string> translations;
};

struct DemoTestSet {
  std::string name;  // "test", "compose", "long"
  std::vector<Pair> pairs;
};

struct DemoScores {
  double bleu = 0, chrf = 0;
};

/// BLEU of the sentences of all test sets together that have so many source words.
struct DemoBucket {
  int64_t from = 0, to = 0, sentences = 0;
  double bleu = 0;
};

struct DemoResult {
  std::string name;
  int64_t parameters = 0, steps = 0, peak_bytes = 0;
  double seconds = 0, training_rate = 0, translating_rate = 0;  // target tokens per second
  std::vector<DemoScores> scores;                               // for each test set
  std::vector<DemoBucket> by_length;
  std::vector<std::string> lecture;  // translations of the lecture's sentences
  std::vector<DemoSample> samples;

  /// Not of a model that was stopped before its first turn: it is not measured either.
  bool trained() const { return steps > 0; }
};

class Demo {
 public:
  /// Makes the corpus and the three runs.
  explicit Demo(const DemoOptions& options);

  /// One model's turn is over: index, and what it makes of the watched sentences now.
  using Watch = std::function<void(size_t model, const DemoSample& now, double share_done)>;
  /// Trains all three in turns until their time is over, or until `stop`.
  void train(const Watch& watch, const std::atomic<bool>& stop);
  /// Translates the test sets with each model and with the nearest-sentence baseline. `progress` says what is being
  /// done. Error: all were stopped before their first turn.
  void measure(const std::function<void(const std::string& what)>& progress);
  /// Everything that was found, as JSON.
  std::string json() const;
  /// Writes report.html, a page of what `json` gave; gives its path.
  std::filesystem::path report(const std::string& json) const;

  const std::vector<Phrase>& lecture() const { return lecture_; }
  const std::vector<std::string>& watched() const { return watched_; }
  const std::vector<DemoTestSet>& test_sets() const { return tests_; }
  const std::vector<DemoResult>& results() const { return results_; }
  const DemoResult& baseline() const { return baseline_; }
  /// Sentences computed from the results, in Korean and English.
  std::string conclusion(bool korean) const;
  const ModelFolder& model(size_t index) const { return folders_[index]; }
  std::filesystem::path folder(size_t index) const { return options_.out / results_[index].name; }

 private:
  void write_corpus();
  void measure_model(size_t index);
  void measure_baseline();
  std::vector<DemoBucket> by_length(const std::vector<std::vector<std::string>>& hypotheses) const;

  DemoOptions options_;
  std::vector<Phrase> lecture_;
  std::vector<std::string> watched_;
  std::vector<DemoTestSet> tests_;
  std::vector<std::unique_ptr<TrainingRun>> runs_;
  std::vector<ModelFolder> folders_;
  std::vector<DemoResult> results_;
  DemoResult baseline_;
};

}  // namespace naru
