#include "naru/lab/model_cost.h"

#include <gtest/gtest.h>

#include "naru/base/threads.h"
#include "naru/lab/curve.h"
#include "naru/lab/state_bytes.h"

namespace naru {
namespace {

ModelCost tiny(const std::string& preset) { return {preset, {"width=32", "layers=1", "vocabulary=40"}}; }

double exponent(const std::function<double(int64_t)>& of_length) {
  Curve curve;
  for (int64_t length = 128; length <= 1024; length *= 2) curve.emplace_back(length, of_length(length));
  return fit_power_law(curve).exponent.value;
}

TEST(ModelCost, OperationsOfReadingAreLinearForARecurrentModelAndTowardsQuadraticForTheTransformer) {
  ModelCost recurrent = tiny("seq2seq"), transformer = tiny("transformer-tiny");
  const auto operations = [](ModelCost& model) {
    return exponent([&](int64_t length) { return model.operations({Work::read, length, 1}); });
  };
  EXPECT_NEAR(operations(recurrent), 1, 1e-9);
  EXPECT_GT(operations(transformer), 1.3);
  EXPECT_LT(operations(transformer), 2);
}

TEST(ModelCost, OperationsAreThoseCountedByHand) {
  constexpr double d = 32, n = 10, hidden = 256, sentences = 3;          // the preset's feed-forward width
  const double products = n * (4 * d * d + 2 * d * hidden + 2 * d * d);  // the last: keys and values for the decoder
  EXPECT_DOUBLE_EQ(tiny("transformer-tiny").operations({Work::read, 10, 3}),
                   sentences * 2 * (products + 2 * n * n * d));
}

TEST(ModelCost, BlockwiseAttentionsMemoryIsLinearInTheLength) {
  for (const char* preset : {"seq2seq", "transformer-tiny"})
    for (const Work work : {Work::read, Work::train}) {
      ModelCost model = tiny(preset);
      const double growth = exponent([&](int64_t length) {
        return static_cast<double>(model.peak_bytes({work, length, 1}));
      });
      EXPECT_GT(growth, 0.8) << preset;
      EXPECT_LT(growth, 1.2) << preset;
    }
}

TEST(ModelCost, ARecurrentStateStaysAndATransformersGrows) {
  ModelCost recurrent = tiny("seq2seq"), transformer = tiny("transformer-tiny");
  const auto written = [](const ModelCost& cost, int64_t pieces) {
    return state_bytes(*cost.model().decoder(), pieces).written;
  };
  EXPECT_EQ(written(recurrent, 16), written(recurrent, 512));
  EXPECT_GT(written(transformer, 512), 16 * written(transformer, 16));
}

TEST(TimedInTurns, RunsEveryWorkInEveryTurnAndTellsLongFromShort) {
  int64_t short_runs = 0, long_runs = 0, rests = 0;
  volatile double sink = 0;
  const auto spin = [&](int64_t rounds) {
    for (int64_t i = 0; i < rounds; ++i) sink = sink + 1;
  };
  const std::vector<std::function<void()>> works{[&] { ++short_runs, spin(100'000); },
                                                 [&] { ++long_runs, spin(10'000'000); }};
  const auto seconds = timed_in_turns(works, 3, [&] { ++rests; });
  ASSERT_EQ(seconds.size(), 2u);
  EXPECT_EQ(seconds[0].size(), 3u);
  EXPECT_GT(short_runs, 10);  // as often as 20 ms want
  EXPECT_GE(long_runs, 5);
  EXPECT_EQ(rests, 2 + 3 * 2);
  EXPECT_LT(seconds[0][1], seconds[1][1]);
}

TEST(ThreadCount, HoldsWhileItLives) {
  const int before = threads();
  {
    const ThreadCount two(2);
    EXPECT_EQ(threads(), 2);
  }
  EXPECT_EQ(threads(), before);
}

}  // namespace
}  // namespace naru
