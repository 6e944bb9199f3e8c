#include "naru/lab/character_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace naru {
namespace {

double mean(const std::vector<std::vector<double>>& losses) {
  double sum = 0, count = 0;
  for (const auto& text : losses)
    for (const double loss : text) sum += loss, ++count;
  return sum / count;
}

CharacterLearner learner(const CharacterTexts& texts, const std::string& preset, int64_t width) {
  return {{.preset = preset, .settings = {"decoder_layers=1", "learning_rate=1e-2", fmt::format("width={}", width)}},
          texts};
}

TEST(CharacterTexts, HoldOutOtherTextsOfTheSameLength) {
  const CharacterTexts texts(50, 10, 64, 1);
  const std::set<std::vector<int32_t>> learned(texts.training().begin(), texts.training().end());
  for (const auto& text : texts.held_out()) {
    EXPECT_EQ(text.size(), 64u);
    EXPECT_FALSE(learned.contains(text));
    for (const int32_t id : text) {
      EXPECT_GE(id, 1);
      EXPECT_LE(id, texts.characters());
    }
  }
}

TEST(CharacterTexts, PairsOfCharactersTellMoreThanNothing) {
  const CharacterTexts texts(200, 20, 64, 1);
  EXPECT_LT(texts.pair_loss(), 0.85 * std::log(static_cast<double>(texts.characters())));
  EXPECT_GT(texts.pair_loss(), 1);  // English by pairs: over 3 bits a letter (Shannon 1951)
}

TEST(CharacterLearner, IsADistributionBeforeItLearnsAndBetterAfter) {
  const CharacterTexts texts(200, 4, 32, 1);
  for (const char* preset : {"seq2seq", "transformer-tiny"}) {
    CharacterLearner one = learner(texts, preset, 16);
    const double before = mean(one.losses()), uniform = std::log(static_cast<double>(texts.characters() + 1));
    EXPECT_NEAR(before, uniform, 0.7) << preset;
    one.learn(60);
    EXPECT_LT(mean(one.losses()), 0.8 * uniform) << preset;
  }
}

TEST(CharacterLearner, WithMoreParametersHasTheLowerLoss) {
  const CharacterTexts texts(500, 8, 64, 1);
  CharacterLearner small = learner(texts, "seq2seq", 8), large = learner(texts, "seq2seq", 48);
  EXPECT_GT(large.parameters(), 10 * small.parameters());
  small.learn(80), large.learn(80);
  EXPECT_LT(mean(large.losses()), mean(small.losses()) - 0.1);
}

}  // namespace
}  // namespace naru
