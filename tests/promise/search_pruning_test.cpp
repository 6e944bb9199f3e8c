#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "naru/promise/importance.h"
#include "naru/promise/search.h"

#include "tests/promise/trained_folder.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Importances : ::testing::Test {
  ModelConfig config_ = small_config();
  std::unique_ptr<Model> model_ = build(config_, Params(3));
  std::vector<Batch> batches_ = {
      make_batch(std::vector<TokenPair>{{{3, 4, 5}, {6, 7}}, {{8}, {9, 10, 11}}}, SentenceMarks{})};

  static ModelConfig small_config() {
    ModelConfig config = preset("transformer-tiny");
    for (const auto& [key, value] : std::vector<std::pair<const char*, const char*>>{
             {"layers", "1"},
             {"width", "16"},
             {"vocabulary", "23"},
             {"heads", "2"},
             {"feed_forward", "48"},
             {"activation", "gelu"}})  // with relu some units give nothing at all
      set_option(config, key, value);
    return config;
  }
  /// Columns of head or unit `piece` times `factor`.
  void scale(const PrunablePart& part, int64_t piece, float factor) const {
    const Tensor& reader = model_->params().named().at(part.reader);
    for (int64_t row = 0; row < reader.dim(0); ++row)
      for (int64_t k = 0; k < part.each; ++k) reader.data()[row * reader.dim(1) + piece * part.each + k] *= factor;
    model_->params().touch();
  }
  double loss(const Batch& sentence) const {
    double sum = 0;
    const auto logs = target_log_probabilities(*model_, sentence);
    for (const float log : logs[0]) sum -= static_cast<double>(log);
    return sum;
  }
};

TEST_F(Importances, AreTheSlopesOfTheLossByAFactorOfEachHeadAndUnit) {
  const auto parts = prunable_parts(config_, "all");
  const Importance found = importance(*model_, batches_, parts);
  for (size_t i = 0; i < parts.size(); ++i)
    for (const int64_t piece : {0, 1}) {
      constexpr float step = 1.0F / 64;
      double expected = 0;
      for (const Batch& sentence : split(batches_[0], 1)) {
        scale(parts[i], piece, 1 + step);
        const double above = loss(sentence);
        scale(parts[i], piece, (1 - step) / (1 + step));
        expected += std::abs(above - loss(sentence)) / (2.0 * step) / 2;  // two sentences
        scale(parts[i], piece, 1 / (1 - step));
      }
      EXPECT_NEAR(found[i][static_cast<size_t>(piece)], expected, 2e-4 + 0.02 * expected) << parts[i].reader;
    }
}

TEST_F(Importances, DecideThatWhatGivesLeastGoesFirst) {
  const auto parts = prunable_parts(config_, "all");
  scale(parts[0], 1, 1e-4F);  // a head of the encoder
  for (int64_t unit = 0; unit < 16; ++unit) scale(parts[1], 3 * unit, 1e-4F);
  const Kept kept = most_important(parts, importance(*model_, batches_, parts), 0.2);
  EXPECT_THAT(kept[0], ElementsAre(0));
  EXPECT_EQ(kept[1].size(), 32U);
  for (const int64_t unit : kept[1]) EXPECT_NE(unit % 3, 0);
  EXPECT_THAT(kept[2], ElementsAre(0, 1)) << "nothing else goes";
}

TEST_F(Importances, LeaveEveryPartOneHeadOrAVectorOfUnits) {
  const auto parts = prunable_parts(config_, "all");
  for (const std::vector<int64_t>& some : most_important(parts, importance(*model_, batches_, parts), 1))
    EXPECT_TRUE(some.size() == 1 || some.size() == 16) << some.size();
}

TEST(SearchPruning, TakesOutWhatThePromiseAllowsAndReopensTheSame) {
  const TrainedFolder trained("transformer-tiny");
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Means means{.coarsest = DType::q8, .prune = "all"};
  const Yardstick yardstick(folder, trained.promise("12"), sequences_of(means));
  const SafetensorsFile file(trained.weights());
  const Weights weights(folder.config, file);
  const SearchResult result = search(weights, yardstick, means);
  ASSERT_TRUE(result.best.pruned) << yardstick.text(result.tried.back().quality);
  EXPECT_LE(result.best.quality.bound, 12);
  const Candidate& int8 = result.tried[0];
  ASSERT_TRUE(int8.keeps);
  EXPECT_LT(result.best.bytes, int8.bytes);
  EXPECT_LT(part_counts(result.best.weights.config).units, part_counts(folder.config).units);

  copy_beside_weights(trained.path, trained.folder / "small");
  write(result.best, trained.folder / "small");
  const ModelFolder small = ModelFolder::open(trained.folder / "small");
  EXPECT_EQ(yardstick.measure(*small.model).score, result.best.quality.score);
}

TEST(SearchPruning, StopsAtTheFirstStepThatBreaksThePromise) {
  const TrainedFolder trained("transformer-tiny");
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Means means{.coarsest = {}, .prune = "all"};
  const Yardstick yardstick(folder, trained.promise("12"), sequences_of(means));
  const SafetensorsFile file(trained.weights());
  const SearchResult result = search(Weights(folder.config, file), yardstick, means);
  for (size_t i = 0; i + 1 < result.tried.size(); ++i) EXPECT_TRUE(result.tried[i].keeps) << result.tried[i].name;
  EXPECT_FALSE(result.tried.back().keeps) << "nine tenths of all heads and units cannot go";
}

TEST(SearchPruning, RefusesWithNumbersWhatNoStepKeeps) {
  const TrainedFolder trained("transformer-tiny");
  const ModelFolder folder = ModelFolder::open(trained.path);
  const Yardstick yardstick(folder, trained.promise("0"));
  const SafetensorsFile file(trained.weights());
  try {
    search(Weights(folder.config, file), yardstick, {.coarsest = {}, .prune = "heads"});
    FAIL() << "no refusal";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no smaller weights keep a drop of at most 0"));
    EXPECT_THAT(error.what(), HasSubstr("% pruned: BLEU"));
  }
}

}  // namespace
}  // namespace naru
