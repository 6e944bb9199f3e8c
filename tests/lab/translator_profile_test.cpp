#include "naru/lab/translator_profile.h"

#include <gtest/gtest.h>

#include "naru/lab/contenders.h"
#include "naru/lab/held_out_quality.h"
#include "naru/train/training_run.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

TEST(StreamingSetting, IsTheOneUnderWhichAnArchitectureReadsOn) {
  EXPECT_EQ(streaming_setting(preset("seq2seq")), "reverse_source=false");
  EXPECT_EQ(streaming_setting(preset("transformer-tiny")), "wait_k=random");
  EXPECT_EQ(streaming_setting(preset("seq2seq-attention")), "");
}

TEST(Needs, AreMetByWhatStaysBelowThem) {
  TranslatorProfile profile;
  profile.megabytes = 20, profile.milliseconds = 5;
  EXPECT_TRUE(meets(profile, {}));
  EXPECT_TRUE(meets(profile, {.megabytes = 20, .milliseconds = 5}));
  EXPECT_FALSE(meets(profile, {.megabytes = 19}));
  EXPECT_FALSE(meets(profile, {.milliseconds = 4}));
  EXPECT_FALSE(meets(profile, {.streaming = true}));
}

TEST(HeldOutQuality, TellsAPerfectTranslatorFromOneThatIsOftenWrong) {
  const auto sentences = sentences_near(6, 40, 1);
  ASSERT_EQ(sentences.size(), 40u);
  Lines right, wrong;
  for (const Phrase& phrase : sentences) {
    EXPECT_NEAR(static_cast<double>(word_count(phrase)), 6, 1);
    right.push_back(phrase.english);
    wrong.push_back(right.size() % 2 ? phrase.english : "nothing of the kind");
  }
  EXPECT_EQ(count_exact(right, sentences), 40);
  EXPECT_EQ(count_exact(wrong, sentences), 20);
  const std::vector<Pair> pairs = pairs_of(sentences);
  const Statistics perfect = bleu_statistics(right, pairs), poor = bleu_statistics(wrong, pairs);
  const Interval ahead = bleu_difference(perfect, poor);
  EXPECT_GT(ahead.low, 0);
  EXPECT_LT(ahead.low, ahead.value);
  EXPECT_GT(ahead.high, ahead.value);
  EXPECT_EQ(bleu_difference(perfect, perfect).value, 0);
}

TEST(SentencesNear, GoBeyondTheLongestLearned) {
  for (const Phrase& phrase : sentences_near(30, 20, 1)) EXPECT_GT(word_count(phrase), longest_training_phrase);
}

TEST(TranslatorProfile, OfARecurrentModelHasAStateThatDoesNotGrow) {
  const TemporaryFolder folder;
  write_embedded_corpus(folder / "corpus", 200, 1);
  std::vector<ModelFolder> folders;
  for (const char* preset : {"seq2seq", "transformer-tiny"}) {
    TrainingRun run({.folder = folder / preset,
                     .preset = preset,
                     .settings = {"width=16", "vocabulary=300", "max_steps=2", "batch_tokens=100"},
                     .train = {(folder / "corpus" / "train.tsv").string()},
                     .dev = {},
                     .from = {},
                     .name = ""});
    run.run(false);
    folders.push_back(ModelFolder::open(folder / preset));
  }
  const auto profiles = profile_translators({&folders[0], &folders[1]}, sentences_near(5, 10, 1), [] {});
  EXPECT_TRUE(profiles[0].constant_state());
  EXPECT_FALSE(profiles[1].constant_state());
  for (const TranslatorProfile& one : profiles) {
    EXPECT_GT(one.milliseconds, 0);
    EXPECT_GE(one.megabytes * (1 << 20), 4 * static_cast<double>(one.parameters));
  }
}

}  // namespace
}  // namespace naru
