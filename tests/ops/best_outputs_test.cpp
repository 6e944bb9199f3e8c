#include "naru/ops/best_outputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/threads.h"
#include "naru/ops/linear.h"
#include "naru/ops/softmax.h"

#include "tests/instruction_sets.h"
#include "tests/ops/op_case.h"
#include "tests/ops/stored_as.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

struct BestOutputsOf : ::testing::TestWithParam<DType> {
  static constexpr int64_t d = 24;
  static Tensor hidden(int64_t rows) { return to_tensor(random_doubles(1, {rows, d})); }
  /// Rows 2 i and 2 i + 1 are alike, so that there are equal scores.
  static Tensor weight(int64_t vocabulary) {
    Tensor w = to_tensor(random_doubles(2, {vocabulary, d}));
    for (int64_t i = 0; i + 1 < vocabulary; i += 2) std::copy_n(w.data() + i * d, d, w.data() + (i + 1) * d);
    return stored_as(GetParam(), w);
  }
};
INSTANTIATE_TEST_SUITE_P(Weights, BestOutputsOf,
                         ::testing::Values(DType::f32, DType::bf16, DType::b16, DType::q8, DType::q4_32),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(BestOutputsOf, AreThoseOfLogSoftmaxInFallingOrderAndOfEqualsTheLowerId) {
  for (const auto& [rows, vocabulary, count] :
       {std::tuple<int64_t, int64_t, int64_t>{1, 7, 7}, {3, 1025, 5}, {130, 2500, 8}, {2, 1300, 1200}, {0, 50, 3}})
    on_every_instruction_set([&, rows = rows, vocabulary = vocabulary, count = count] {
      const Tensor w = weight(vocabulary), x = hidden(rows), bias = to_tensor(random_doubles(3, {vocabulary}));
      for (int64_t i = 0; i + 1 < vocabulary; i += 2) bias.data()[i + 1] = bias.data()[i];
      const Tensor scores = linear(x, w, bias), all = log_softmax(scores);
      const BestOutputs best = best_outputs(x, w, bias, count);
      for (int64_t row = 0; row < rows; ++row) {
        std::vector<int32_t> order(static_cast<size_t>(vocabulary));
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, std::greater{},
                                 [&](int32_t id) { return scores.data()[row * vocabulary + id]; });
        for (int64_t i = 0; i < count; ++i) {
          const int32_t id = order[static_cast<size_t>(i)];
          ASSERT_EQ(best.ids.data<int32_t>()[row * count + i], id) << row << ", " << i;
          ASSERT_NEAR(best.log_probabilities.data()[row * count + i], all.data()[row * vocabulary + id], 1e-5);
        }
      }
    });
}

TEST_P(BestOutputsOf, DependNeitherOnTheirNeighboursNorOnTheThreads) {
  const int before = threads();
  const Tensor w = weight(3000), x = hidden(200);
  set_threads(1);
  const BestOutputs all = best_outputs(x, w, {}, 4);
  set_threads(2);
  for (const auto& [first, last] : {std::pair<int64_t, int64_t>{0, 200}, {77, 78}, {100, 133}}) {
    const BestOutputs some = best_outputs(x.rows(first, last), w, {}, 4);
    EXPECT_TENSORS_NEAR(some.log_probabilities, all.log_probabilities.rows(first, last), 0);
  }
  set_threads(before);
}

TEST(BestOutputs, PassNaNOn) {
  const Tensor x = Tensor::from({NAN, 0.0f}, {1, 2});
  const BestOutputs best = best_outputs(x, Tensor::zeros({3, 2}), {}, 2);
  EXPECT_TRUE(std::isnan(best.log_probabilities.data()[0]));
}

}  // namespace
}  // namespace naru
