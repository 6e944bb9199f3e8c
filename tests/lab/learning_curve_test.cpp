#include "naru/lab/learning_curve.h"

#include <gtest/gtest.h>

#include "naru/base/file.h"
#include "naru/lab/contenders.h"
#include "naru/train/training_run.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

TEST(LearningCurve, IsWhatATrainingRunWrites) {
  const TemporaryFolder folder;
  write_embedded_corpus(folder / "corpus", 200, 1);
  TrainingRun run({.folder = folder / "model",
                   .preset = "seq2seq",
                   .settings = {"width=16", "vocabulary=300", "max_steps=12", "batch_tokens=100", "validate_every=6",
                                "validate_by=bleu", "validate_sentences=3"},
                   .train = {(folder / "corpus" / "train.tsv").string()},
                   .dev = {(folder / "corpus" / "dev.tsv").string()},
                   .from = {},
                   .name = ""});
  run.run(false);
  const ModelFolder model = ModelFolder::open(folder / "model");
  const LearningCurve curve = read_learning_curve(model);
  ASSERT_EQ(curve.size(), 12u);
  for (size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GT(curve[i].seconds, curve[i - 1].seconds);
    EXPECT_GT(curve[i].tokens, curve[i - 1].tokens);
    EXPECT_EQ(curve[i].bleu.has_value(), (i + 1) % 6 == 0);
  }
  EXPECT_EQ(curve.back().tokens, static_cast<double>(run.status().target_tokens));
  const auto [source, target] = model.model->matrix_flops_per_token();
  EXPECT_GT(curve.back().operations, 3 * target * curve.back().tokens);
  EXPECT_LT(curve.back().operations, 3 * (target + 3 * source) * curve.back().tokens);
}

TEST(LearningCurve, PartsKeepTheirEndAndTheMeanOfTheirLosses) {
  LearningCurve curve;
  for (int i = 1; i <= 6; ++i) curve.push_back({.seconds = 1.0 * i, .tokens = 10.0 * i, .loss = 7.0 - i});
  const LearningCurve parts = in_parts(curve, 3);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[1].seconds, 4);
  EXPECT_EQ(parts[1].loss, 3.5);
  EXPECT_EQ(first_below(parts, 4)->seconds, 4);
  EXPECT_FALSE(first_below(parts, 0.1));
}

TEST(LearningCurve, WithoutAHistoryNamesTheMend) {
  const TemporaryFolder folder;
  write_embedded_corpus(folder / "corpus", 50, 1);
  TrainingRun run({.folder = folder / "model",
                   .preset = "seq2seq",
                   .settings = {"width=16", "vocabulary=300", "max_steps=1"},
                   .train = {(folder / "corpus" / "train.tsv").string()},
                   .dev = {},
                   .from = {},
                   .name = ""});
  run.run(false);
  std::filesystem::remove(folder / "model" / "history.jsonl");
  EXPECT_THROW(read_learning_curve(ModelFolder::open(folder / "model")), Error);
}

}  // namespace
}  // namespace naru
