#include "naru/ops/best_outputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
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

/// Every `step`-th id from `first` on.
std::vector<int32_t> every(int32_t step, int32_t first, int64_t vocabulary) {
  std::vector<int32_t> ids;
  for (int32_t id = first; id < vocabulary; id += step) ids.push_back(id);
  return ids;
}

/// log-probabilities in double of `ids` alone for one row.
std::vector<double> log_softmax_over(const std::vector<int32_t>& ids, const float* scores) {
  double sum = 0;
  for (const int32_t id : ids) sum += std::exp(static_cast<double>(scores[id]));
  std::vector<double> logs;
  for (const int32_t id : ids) logs.push_back(static_cast<double>(scores[id]) - std::log(sum));
  return logs;
}

TEST_P(BestOutputsOf, AmongChosenIdsAreThoseOfTheSoftmaxOverThese) {
  for (const auto& [step, vocabulary, count] :
       {std::tuple<int32_t, int64_t, int64_t>{1, 90, 7}, {3, 1300, 5}, {2, 4500, 8}})
    on_every_instruction_set([&, step = step, vocabulary = vocabulary, count = count] {
      const Tensor w = weight(vocabulary), x = hidden(5), bias = to_tensor(random_doubles(3, {vocabulary}));
      for (const Tensor& b : {bias, Tensor()}) {
        const Tensor scores = linear(x, w, b);
        const ChosenOutputs first(w, b, every(step, 0, vocabulary)), second(w, b, every(step + 1, 1, vocabulary));
        const std::vector<ChoosingRows> choosing{{2, first}, {3, second}};
        const BestOutputs best = best_outputs(x, choosing, count);
        for (int64_t row = 0; row < 5; ++row) {
          const std::vector<int32_t>& ids = (row < 2 ? first : second).ids;
          const std::vector<double> logs = log_softmax_over(ids, scores.data() + row * vocabulary);
          std::vector<size_t> order(ids.size());
          std::iota(order.begin(), order.end(), 0);
          std::ranges::stable_sort(order, std::greater{}, [&](size_t i) { return logs[i]; });
          for (int64_t i = 0; i < count; ++i) {
            const size_t place = order[static_cast<size_t>(i)];
            ASSERT_EQ(best.ids.data<int32_t>()[row * count + i], ids[place]) << row << ", " << i;
            ASSERT_NEAR(best.log_probabilities.data()[row * count + i], logs[place], 1e-5);
          }
        }
      }
    });
}

TEST_P(BestOutputsOf, AmongChosenIdsDependNeitherOnTheirNeighboursNorOnTheThreads) {
  const int before = threads();
  const Tensor w = weight(3000), x = hidden(9);
  const ChosenOutputs few(w, {}, every(31, 5, 3000)), many(w, {}, every(2, 0, 3000));
  set_threads(1);
  const BestOutputs together = best_outputs(x, std::vector<ChoosingRows>{{4, few}, {4, many}, {1, few}}, 4);
  set_threads(2);
  for (const auto& [first, last] : {std::pair<int64_t, int64_t>{0, 4}, {1, 2}, {4, 8}, {6, 7}, {8, 9}}) {
    const ChoosingRows alone{last - first, first == 4 || first == 6 ? many : few};
    const BestOutputs some = best_outputs(x.rows(first, last), {&alone, 1}, 4);
    EXPECT_TENSORS_NEAR(some.log_probabilities, together.log_probabilities.rows(first, last), 0);
    EXPECT_TRUE(std::ranges::equal(some.ids.values<int32_t>(), together.ids.rows(first, last).values<int32_t>()));
  }
  set_threads(before);
}

TEST_P(BestOutputsOf, EndWithNoIdWhereFewerAreChosenThanWanted) {
  const Tensor w = weight(100), x = hidden(1);
  const ChosenOutputs two(w, {}, {3, 70});
  const BestOutputs best = best_outputs(x, std::vector<ChoosingRows>{{1, two}}, 4);
  const auto ids = best.ids.values<int32_t>();
  EXPECT_EQ(std::min(ids[0], ids[1]), 3);
  EXPECT_EQ(std::max(ids[0], ids[1]), 70);
  EXPECT_EQ(ids[2], -1);
  EXPECT_EQ(ids[3], -1);
  EXPECT_EQ(best.log_probabilities.data()[3], -std::numeric_limits<float>::infinity());
}

TEST(BestOutputs, PassNaNOn) {
  const Tensor x = Tensor::from({NAN, 0.0f}, {1, 2});
  const BestOutputs best = best_outputs(x, Tensor::zeros({3, 2}), {}, 2);
  EXPECT_TRUE(std::isnan(best.log_probabilities.data()[0]));
}

}  // namespace
}  // namespace naru
