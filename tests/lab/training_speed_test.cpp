#include "naru/lab/training_speed.h"

#include <gtest/gtest.h>

#include <cstring>

#include "naru/data/batch_stream.h"
#include "naru/train/training_run.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

class BenchSteps : public ::testing::TestWithParam<const char*> {};

TEST_P(BenchSteps, FiveEndAtTheWeightsOfFiveStepsOfTraining) {
  const TemporaryFolder folder;
  const TrainingSpec spec{.folder = folder / "model",
                          .preset = GetParam(),
                          .settings = {"width=16", "vocabulary=300", "dropout=0.1", "max_steps=5", "batch_tokens=100",
                                       "schedule=constant", "warmup=1", "learning_rate=0.01", "precision=f32"},
                          .train = {NARU_SOURCE_DIR "/tests/fixtures/golden/corpus.tsv"},
                          .dev = {},
                          .from = {},
                          .name = ""};
  TrainingRun run(spec);
  run.run(false);

  const Settings settings = read_settings(spec.folder);
  const auto seed = static_cast<uint64_t>(settings.train.seed);
  const auto model = build(settings.model, Params(seed));
  const TokenCorpus corpus = TokenCorpus::open(spec.folder / "corpus.ids");
  BatchStream batches(
      corpus, {.batch_tokens = settings.train.batch_tokens, .seed = seed, .marks = marks_of(model->vocabulary())});
  Trainer trainer(*model, settings.train);
  const auto seconds = timed_steps(
      trainer, 5, [&] { return batches.next(); }, 0.01, 1000);

  EXPECT_EQ(seconds.size(), 5u);
  for (const auto& [name, weight] : model->params().named()) {
    const Tensor trained = run.model().params().named().at(name);
    EXPECT_EQ(std::memcmp(weight.raw(), trained.raw(), static_cast<size_t>(weight.bytes())), 0) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, BenchSteps, ::testing::Values("transformer-tiny", "seq2seq", "seq2seq-attention"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace naru
