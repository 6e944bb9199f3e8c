#include "naru/lab/laboratory.h"

#include <array>

#include "naru/base/file.h"
#include "naru/lab/contenders.h"
#include "naru/train/training_run.h"

namespace naru {
namespace fs = std::filesystem;

std::string_view name(Effort effort) {
  constexpr std::array<std::string_view, 3> names{"class", "fast", "full"};
  return names[static_cast<size_t>(effort)];
}

Laboratory::Laboratory(LaboratoryOptions options, const std::atomic<bool>& stop, Progress progress)
    : options_(std::move(options)), stop_(stop), progress_(std::move(progress)) {}

std::vector<int64_t> Laboratory::seeds() const {
  std::vector<int64_t> all;
  for (int64_t i = 0; i < options_.repetitions(); ++i) all.push_back(options_.seed + i);
  return all;
}

const ModelFolder& Laboratory::model(const std::string& preset, int64_t seed) {
  LaboratoryTraining training{.name = fmt::format("{}-{}", preset, seed),
                              .preset = preset,
                              .settings = contender(preset).settings,
                              .minutes = by_effort(0.5, 1.0, 6.0)};
  training.settings.push_back(fmt::format("seed={}", seed));
  return train(training);
}

const ModelFolder& Laboratory::train(const LaboratoryTraining& training) {
  const auto known = models_.find(training.name);
  if (known != models_.end()) return known->second;
  const fs::path place = options_.out / "models" / training.name;
  TrainingSpec spec{.folder = place,
                    .preset = training.preset,
                    .settings = training.settings,
                    .train = {(training.corpus.empty() ? corpus() : training.corpus).string()},
                    .dev = {},
                    .from = {},
                    .name = training.name};
  if (training.minutes > 0) spec.settings.push_back(fmt::format("max_minutes={}", training.minutes));
  progress("training " + training.name);
  TrainingRun run(spec);
  if (!run.status().finished) {
    run.run(stop_);
    rest();
  }
  return models_.emplace(training.name, ModelFolder::open(place)).first->second;
}

fs::path Laboratory::corpus() {
  const fs::path place = options_.out / "corpus";
  // The training pairs are the first file that is written, the development pairs the last.
  if (!fs::exists(place / "dev.tsv")) {
    progress("making the embedded corpus");
    write_embedded_corpus(place, by_effort(20'000, 60'000, 200'000), static_cast<uint64_t>(options_.seed));
  }
  return place / "train.tsv";
}

std::vector<Phrase> Laboratory::held_out(int64_t count, PhraseSplit split) const {
  return phrases({.pairs = count, .seed = static_cast<uint64_t>(options_.seed), .split = split});
}

fs::path Laboratory::folder(const std::string& experiment) const {
  const fs::path place = options_.out / "experiments" / experiment;
  fs::create_directories(place);
  return place;
}

void Laboratory::progress(const std::string& what) const {
  rest();
  progress_(what);
}

void Laboratory::rest() const {
  if (stop_) throw Stopped{};
}

}  // namespace naru
