// The directions that the tricks' theories demand, at toy size.
#include <gtest/gtest.h>

#include "naru/lab/exposure.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/symbol_task.h"
#include "naru/metrics/bleu.h"

namespace naru {
namespace {

/// Mean loss of a symbol over the last steps of learning to copy.
double loss_of_copying(const std::string& setting) {
  SymbolLearner learner({.task = SymbolTask::copy,
                         .preset = "seq2seq",
                         .settings = {"width=48", "layers=1", "learning_rate=1e-2", setting},
                         .symbols = 8,
                         .shortest = 10,
                         .longest = 10});
  learner.learn(150);
  return learner.learn(50);
}

TEST(Tricks, AnLstmLearnsToCopyFasterFromTheSourcesEnd) {
  EXPECT_LT(loss_of_copying("reverse_source=true"), loss_of_copying("reverse_source=false") - 0.1);
}

TEST(Tricks, ReadingTheReferenceIsRightAtLeastAsOftenAsReadingItsOwn) {
  const std::filesystem::path golden = NARU_SOURCE_DIR "/tests/fixtures/golden";
  auto pairs = read_pairs({.paths = {(golden / "corpus.tsv").string()}});
  pairs.resize(60);
  const Exposure exposure = exposure_of(ModelFolder::open(golden / "seq2seq", "f32"), pairs);
  EXPECT_EQ(exposure.places[0].trials, 60);
  EXPECT_EQ(exposure.places[0].forced, exposure.places[0].free);  // both have read nothing but the start
  EXPECT_GT(exposure.forced(), exposure.free());
  EXPECT_LT(exposure.forced(), exposure.trials());
}

TEST(BleuDifference, HoldsTheDifferenceAndIsNoneOfEquals) {
  std::vector<std::string> references, spoiled;
  for (int i = 0; i < 40; ++i) {
    references.push_back(fmt::format("this is line {} of a test set", i));
    spoiled.push_back(fmt::format("this is line {} of {} test set", i, i % 3 ? "a" : "some"));
  }
  const Statistics good(bleu(), references, {references}), bad(bleu(), spoiled, {references});
  const Interval lost = bleu_difference(good, bad), none = bleu_difference(good, good);
  EXPECT_GT(lost.low, 0);
  EXPECT_LE(lost.low, lost.value);
  EXPECT_GE(lost.high, lost.value);
  EXPECT_EQ(lost.n, 40);
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(none.high, 0);
}

}  // namespace
}  // namespace naru
