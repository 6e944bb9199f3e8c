// Translators trained side by side, in turns, and measured on the same sentences.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/evaluate/model_folder.h"
#include "naru/train/training_run.h"

namespace naru {

struct Contestant {
  std::string name, preset;
  std::vector<std::string> settings;  // "key=value", with the end of its training: max_minutes or max_steps
};

struct TestSet {
  std::string name;  // "test", "long"
  std::vector<Pair> pairs;
};

struct ContestSpec {
  std::filesystem::path out;  // a model folder for each contestant
  std::vector<Contestant> contestants;
  std::vector<std::string> train, dev;  // files
  std::vector<TestSet> tests;
  std::vector<std::string> watched = {};  // sentences that are translated again and again while training
  bool fresh = true;                      // false: goes on where an earlier comparison was cut
};

/// What each of the watched sentences was translated to at some moment.
struct LearningSample {
  double seconds = 0;  // of this model's training
  std::vector<std::string> translations;
};

struct TestScores {
  double bleu = 0, chrf = 0;
};

/// BLEU of the sentences of all test sets together that have so many source words.
struct LengthBucket {
  int64_t from = 0, to = 0, sentences = 0;
  double bleu = 0;
};

struct ContestantResult {
  std::string name;
  int64_t parameters = 0, steps = 0, peak_bytes = 0;
  double epochs = 0, training_flops = 0;
  double seconds = 0, training_rate = 0, translating_rate = 0;  // target tokens per second
  std::vector<TestScores> scores;                               // for each test set
  std::vector<std::vector<std::string>> hypotheses;             // for each test set
  std::vector<LengthBucket> by_length;
  std::vector<LearningSample> samples;

  /// Not of a model that was stopped before its first turn: it is not measured either.
  bool trained() const { return steps > 0; }
};

class Contest {
 public:
  /// Makes the runs. Error: what `naru train` would refuse.
  explicit Contest(ContestSpec spec);

  /// One contestant's turn is over: index, and what it makes of the watched sentences now.
  using Watch = std::function<void(size_t index, const LearningSample& now)>;
  /// Trains all in turns of some seconds until each is at its planned end, or until `stop`.
  void train(const Watch& watch, const std::atomic<bool>& stop);
  /// Translates the test sets with each. `progress` says what is being done. Error: all were stopped before their
  /// first turn.
  void measure(const std::function<void(const std::string& what)>& progress);

  const ContestSpec& spec() const { return spec_; }
  const std::vector<ContestantResult>& results() const { return results_; }
  /// After `measure`.
  const ModelFolder& model(size_t index) const { return folders_[index]; }
  std::filesystem::path folder(size_t index) const { return spec_.out / results_[index].name; }

 private:
  void take_turn(size_t index, const Watch& watch);
  void sum_up(ContestantResult& result, const Model& model) const;
  void measure(ContestantResult& result, const ModelFolder& folder) const;

  ContestSpec spec_;
  std::vector<std::unique_ptr<TrainingRun>> runs_;
  std::vector<ModelFolder> folders_;
  std::vector<ContestantResult> results_;
};

/// BLEU and chrF of translations of a test set.
TestScores scores_of(const std::vector<std::string>& hypotheses, const std::vector<Pair>& pairs);
/// For each test set the translations of its sentences.
std::vector<LengthBucket> bleu_by_length(const std::vector<TestSet>& tests,
                                         const std::vector<std::vector<std::string>>& hypotheses);

}  // namespace naru
