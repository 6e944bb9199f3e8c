#include "naru/lab/state_probe.h"

#include <gtest/gtest.h>

#include "naru/lab/symbol_bottleneck.h"
#include "naru/text/words.h"

namespace naru {
namespace {

TEST(StateProbe, SentencesSayWhatTheirLabelsSay) {
  const LabelledSentences sentences = four_word_sentences(50, 3);
  for (size_t i = 0; i < sentences.lines.size(); ++i) {
    std::string line;
    for (size_t fact = 0; fact < 4; ++fact)
      line += (fact == 0 ? "" : " ") + four_words()[fact][static_cast<size_t>(sentences.answers[fact][i])];
    EXPECT_EQ(line, sentences.lines[i]);
  }
  const LabelledSentences chains = labelled_chains(20, 3, 4);
  ASSERT_EQ(chains.answers.size(), 4u);
  for (const std::string& line : chains.lines) EXPECT_EQ(words_of(line).size(), 7u);
}

/// A recurrent encoder without training knows its last symbols and, the further back, the less of the others.
TEST(StateProbe, AFixedVectorKnowsWhatWasReadLastBest) {
  const SymbolLearner learner = symbol_learner({.task = SymbolTask::copy, .width = 24, .attention = false}, 1);
  const std::vector<Interval> known = context_probe(learner, 12, 400);
  ASSERT_EQ(known.size(), 12u);
  EXPECT_GT(known[0].value, 0.95);  // read from the end: the first symbol last
  EXPECT_GT(known[1].value, known[11].value + 0.2);
  EXPECT_LT(known[11].value, 0.3);  // chance is 1/10
}

TEST(StateProbe, OfAWordThatIsNotReadYetNothingIsKnown) {
  const ModelFolder folder = ModelFolder::open(std::string(NARU_SOURCE_DIR) + "/tests/fixtures/golden/seq2seq");
  const std::atomic<bool> stop{false};
  const Laboratory laboratory({}, stop, [](const std::string&) {});
  const ProbedModel probed = probe_words(folder, *folder.model, four_word_sentences(300, 5), laboratory);
  ASSERT_TRUE(probed.reading.from_end);
  const auto& top = probed.accuracy.back();
  EXPECT_LT(top[0][3].value, 0.35);                   // the subject, when only the verb has been read
  EXPECT_GT(top[0][0].value, top[0][3].value + 0.3);  // and when it has been read itself
  EXPECT_GT(top[3][3].value, 0.6);                    // the verb
}

}  // namespace
}  // namespace naru
