// What all experiments share: how much time there is, the embedded corpus, models trained on it once and kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"

namespace naru {

enum class Effort { classroom, fast, full };
std::string_view name(Effort effort);

struct LaboratoryOptions {
  std::filesystem::path out = "out/claims";
  Effort effort = Effort::full;
  int64_t seeds = 0;  // of whatever is random; 0: one, in full three
  int64_t seed = 1;   // the first of them

  int64_t repetitions() const { return seeds > 0 ? seeds : effort == Effort::full ? 3 : 1; }
};

/// Thrown where `stop` was asked for; what was finished is kept.
struct Stopped {};

/// A training on the embedded corpus, or on `corpus` (a TSV file).
struct LaboratoryTraining {
  std::string name;  // of its folder under out/models: one name, one training
  std::string preset;
  std::vector<std::string> settings;  // "key=value"
  double minutes = 0;                 // 0: max_steps must be among the settings
  std::filesystem::path corpus = {};
};

class Laboratory {
 public:
  using Progress = std::function<void(const std::string& what)>;
  Laboratory(LaboratoryOptions options, const std::atomic<bool>& stop, Progress progress);

  const LaboratoryOptions& options() const { return options_; }
  Effort effort() const { return options_.effort; }
  /// What fits the time that there is.
  template <class T>
  T by_effort(T classroom, T fast, T full) const {
    return effort() == Effort::classroom ? classroom : effort() == Effort::fast ? fast : full;
  }
  /// The seeds to repeat with.
  std::vector<int64_t> seeds() const;

  /// The three contenders of `naru demo` ("seq2seq", "seq2seq-attention", "transformer-tiny"), trained on the embedded
  /// corpus of the first seed, from weights of `seed`.
  const ModelFolder& model(const std::string& contender, int64_t seed);
  const ModelFolder& model(const std::string& contender) { return model(contender, options_.seed); }
  /// Trains, or goes on training, or finds trained.
  const ModelFolder& train(const LaboratoryTraining& training);
  /// Sentences that no model here was trained on.
  std::vector<Phrase> held_out(int64_t count, PhraseSplit split = PhraseSplit::test) const;
  /// A folder for an experiment's own files.
  std::filesystem::path folder(const std::string& experiment) const;

  /// Says what is being done now.
  void progress(const std::string& what) const;
  /// Throws Stopped where it was asked for. Between any two pieces of work of a second.
  void rest() const;

 private:
  std::filesystem::path corpus();

  LaboratoryOptions options_;
  const std::atomic<bool>& stop_;
  Progress progress_;
  std::map<std::string, ModelFolder> models_;
};

}  // namespace naru
