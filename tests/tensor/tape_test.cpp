#include "naru/tensor/tape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace naru {
namespace {

/// y = factor · x, the smallest op there is.
Tensor scaled(const Tensor& x, float factor) {
  Tensor y = Tensor::like(x);
  for (int64_t i = 0; i < x.size(); ++i) y.data()[i] = factor * x.data()[i];
  return record("scaled", y, {x}, [factor](const Tensor& dy) -> Gradients {
    Tensor dx = Tensor::like(dy);
    for (int64_t i = 0; i < dy.size(); ++i) dx.data()[i] = factor * dy.data()[i];
    return {dx};
  });
}

/// y = a + b; both inputs get dy itself, not a copy.
Tensor sum_of(const Tensor& a, const Tensor& b) {
  Tensor y = Tensor::like(a);
  for (int64_t i = 0; i < a.size(); ++i) y.data()[i] = a.data()[i] + b.data()[i];
  return record("sum_of", y, {a, b}, [](const Tensor& dy) -> Gradients { return {dy, dy}; });
}

Tensor one(float value, bool parameter = true) {
  Tensor x = Tensor::from({value}, {1});
  if (parameter) want_gradient(x, true);
  return x;
}

TEST(Tape, WithoutATapeNothingIsRecorded) {
  const Tensor x = one(2);
  EXPECT_FALSE(scaled(x, 3).wants_gradient());
}

TEST(Tape, GradientsOfAValueUsedTwiceAddUp) {
  const Tensor x = one(2);
  Tape tape;
  tape.backward(sum_of(scaled(x, 3), scaled(x, 5)));
  EXPECT_EQ(gradient_of(x).data()[0], 8);
}

TEST(Tape, AGradientHandedToTwoInputsIsNotCorruptedByALaterSum) {
  const Tensor x = one(1), y = one(1);
  Tape tape;
  const Tensor a = scaled(x, 1), b = scaled(y, 1);
  // dy of the outer sum reaches a and b by reference; a gets a second contribution.
  tape.backward(sum_of(sum_of(a, b), scaled(a, 10)));
  EXPECT_EQ(gradient_of(x).data()[0], 11);
  EXPECT_EQ(gradient_of(y).data()[0], 1);
}

TEST(Tape, ParameterGradientsAccumulateOverBackwardsUntilRestarted) {
  const Tensor x = one(1);
  for (int i = 0; i < 2; ++i) {
    Tape tape;
    tape.backward(scaled(x, 3));
  }
  EXPECT_EQ(gradient_of(x).data()[0], 6);
  x.variable()->started = false;
  Tape tape;
  tape.backward(scaled(x, 3));
  EXPECT_EQ(gradient_of(x).data()[0], 3);
}

TEST(Tape, InputsThatWantNoGradientRecordNothing) {
  Tape tape;
  scaled(one(1, false), 2);
  EXPECT_TRUE(tape.recorded().empty());
}

TEST(Tape, RowsOfAParameterReceiveTheirPartOfTheGradient) {
  Tensor x = Tensor::from({1.f, 2.f, 3.f}, {3, 1});
  want_gradient(x, true);
  x.variable()->gradient = Tensor::from({99.f, 99.f, 99.f}, {3, 1});  // left over from an earlier step
  Tape tape;
  tape.backward(scaled(x.rows(1, 2), 4));
  EXPECT_EQ(gradient_of(x).data()[0], 0);
  EXPECT_EQ(gradient_of(x).data()[1], 4);
  EXPECT_EQ(gradient_of(x.rows(1, 2)).data()[0], 4);
}

TEST(Tape, RandomKeysDependOnSeedStepAndOrdinalOnly) {
  const auto keys = [](uint64_t seed, uint64_t step) {
    Tape tape({.seed = seed, .step = step});
    return std::vector<uint64_t>{tape.next_random_key(), tape.next_random_key()};
  };
  EXPECT_EQ(keys(1, 2), keys(1, 2));
  EXPECT_NE(keys(1, 2), keys(1, 3));
  EXPECT_NE(keys(1, 2), keys(2, 2));
  EXPECT_NE(keys(1, 2)[0], keys(1, 2)[1]);
}

TEST(Tape, TheInnermostTapeRecords) {
  const Tensor x = one(1);
  Tape outer;
  {
    Tape inner;
    scaled(x, 2);
    EXPECT_EQ(inner.recorded().size(), 1u);
  }
  EXPECT_TRUE(outer.recorded().empty());
  scaled(x, 2);
  EXPECT_EQ(outer.recorded().size(), 1u);
}

TEST(Tape, TellsOfEachParameterOnceWhenItsGradientIsWhole) {
  const Tensor used_twice = one(3), used_late = one(5), unused = one(7), value = one(2, false);
  std::vector<const Variable*> told;
  std::vector<float> gradients;
  Tape tape;
  tape.on_complete([&](const Variable& variable) {
    told.push_back(&variable);
    gradients.push_back(variable.started ? variable.gradient.data()[0] : NAN);
  });
  const Tensor first = scaled(used_twice, 10), side = scaled(value, 2);
  const Tensor second = sum_of(scaled(used_twice, 100), first);
  tape.backward(sum_of(second, sum_of(scaled(used_late, 1), side)));
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0], used_late.variable().get());
  EXPECT_EQ(told[1], used_twice.variable().get());
  EXPECT_EQ(gradients, (std::vector<float>{1, 110}));
  EXPECT_FALSE(gradient_of(unused));
}

TEST(Tape, TheNumbersOfAnIntermediateAreFreedWhenNoClosureKeepsThem) {
  const Tensor x = one(1);
  Tape tape;
  const int64_t before = memory_use().current;
  Tensor y = scaled(scaled(x, 2), 3);
  EXPECT_EQ(memory_use().current, before + 64);
}

}  // namespace
}  // namespace naru
