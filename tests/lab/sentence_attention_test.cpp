#include "naru/lab/sentence_attention.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace naru {
namespace {

TEST(SentenceAttention, MarksThePiecesOfWordsThatTranslateEachOther) {
  const ModelFolder folder =
      ModelFolder::open(std::filesystem::path(NARU_SOURCE_DIR) / "tests/fixtures/golden/transformer-tiny");
  Phrase phrase;
  phrase.korean = "a b";
  phrase.english = "b a";
  phrase.alignment = {{0, 1, true}, {1, 0, true}, {0, 0, false}};
  const auto view = attention_of_sentence(folder, phrase, "a");
  EXPECT_EQ(view.source.size(), folder.source->pieces("a b").size() + 1);
  EXPECT_EQ(view.source.back(), "⏎");
  EXPECT_FALSE(view.layers.empty());
  const size_t first = folder.source->pieces("a").size(), second = folder.target->pieces("b").size();
  const std::set<std::pair<int64_t, int64_t>> gold(view.gold.begin(), view.gold.end());
  EXPECT_TRUE(gold.contains({0, static_cast<int64_t>(second)}));
  EXPECT_TRUE(gold.contains({static_cast<int64_t>(first), 0}));
  EXPECT_FALSE(gold.contains({0, 0}));  // only possible
}

}  // namespace
}  // namespace naru
