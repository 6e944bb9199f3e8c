// What theory demands of a fixed vector, at toy size.
#include <gtest/gtest.h>

#include "naru/lab/symbol_task.h"

namespace naru {
namespace {

SymbolLearner copier(const char* attention) {
  return SymbolLearner({.task = SymbolTask::copy,
                        .preset = "seq2seq",
                        .settings = {"width=32", "layers=1", "cell=gru", "learning_rate=1e-2", attention},
                        .symbols = 4,
                        .shortest = 30,
                        .longest = 30,
                        .batch = 32});
}

TEST(Bottleneck, AttentionBeatsAFixedVectorAtLengthThirty) {
  SymbolLearner with = copier("attention=general"), without = copier("attention=none");
  with.learn(220);
  without.learn(220);
  const double with_loss = with.learn(20), without_loss = without.learn(20);
  EXPECT_LT(with_loss, 0.5 * without_loss);
}

}  // namespace
}  // namespace naru
