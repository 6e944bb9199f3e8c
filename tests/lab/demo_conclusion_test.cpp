#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/lab/demo_report.h"

namespace naru {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

/// Results of three models on two test sets.
std::vector<ContestantResult> results(std::vector<std::pair<double, double>> bleu) {
  std::vector<ContestantResult> all;
  for (const char* name : {"seq2seq", "seq2seq-attention", "transformer-tiny"}) {
    ContestantResult result;
    result.name = name;
    result.steps = 100;
    const auto [first, second] = bleu[all.size()];
    result.scores = {{.bleu = first}, {.bleu = second}};
    result.by_length = {{.from = 1, .to = 4, .bleu = first + 10}, {.from = 17, .to = 20, .bleu = second}};
    all.push_back(result);
  }
  return all;
}

std::string conclusion(const std::vector<ContestantResult>& all, bool korean = false) {
  ContestantResult baseline;
  baseline.scores = {{.bleu = 30.25}, {.bleu = 5}};
  return demo_conclusion({"test", "long"}, all, baseline, korean);
}

TEST(DemoConclusion, NamesWhoeverLeadsAlsoARecurrentModel) {
  const auto all = results({{23, 7}, {86.5, 48}, {83, 60}});
  const std::string text = conclusion(all);
  EXPECT_THAT(text, HasSubstr("On test, seq2seq-attention leads with BLEU 86.5, 3.5 above transformer-tiny."));
  EXPECT_THAT(text, HasSubstr("On long, transformer-tiny leads with BLEU 60.0, 12.0 above seq2seq-attention."));
  EXPECT_THAT(text, HasSubstr("seq2seq scores 33 on sentences of 1 to 4 words and 7 on 17 to 20."));
  EXPECT_THAT(text, HasSubstr("nearest training sentence on test gives 30.2"));
  EXPECT_THAT(conclusion(all, true), HasSubstr("test에서는 seq2seq-attention가 BLEU 86.5로"));
}

TEST(DemoConclusion, CallsASmallMarginNoLead) {
  const std::string text = conclusion(results({{80, 7}, {81.5, 48}, {20, 60}}));
  EXPECT_THAT(text, HasSubstr("On test, seq2seq-attention (81.5) and seq2seq (80.0) are about equal."));
  EXPECT_THAT(text, Not(HasSubstr("On test, seq2seq-attention leads")));
}

TEST(DemoConclusion, JudgesNoModelThatWasStoppedBeforeItsFirstTurn) {
  auto all = results({{20, 7}, {86.5, 48}, {83, 60}});
  ContestantResult untrained;
  untrained.name = all[1].name;
  all[1] = untrained;
  EXPECT_THAT(conclusion(all), HasSubstr("On test, transformer-tiny leads with BLEU 83.0, 63.0 above seq2seq."));
  EXPECT_THAT(conclusion(all), HasSubstr("seq2seq-attention was stopped before its first turn and is not compared."));
  EXPECT_THAT(conclusion(all, true), HasSubstr("seq2seq-attention: 첫 차례 전에 멈춰"));
  untrained.name = all[2].name;
  all[2] = untrained;
  EXPECT_THAT(conclusion(all), HasSubstr("On test, seq2seq has BLEU 20.0."));
  EXPECT_THAT(conclusion(all), Not(HasSubstr("leads")));
}

}  // namespace
}  // namespace naru
