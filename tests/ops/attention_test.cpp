#include "naru/ops/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "naru/base/random.h"
#include "naru/ops/cpu/attention.h"

#include "tests/ops/op_case.h"

namespace naru {
namespace {

/// Columns of an input, for the twin.
struct Slice {
  const Doubles& x;
  int64_t first = 0;
  double at(int64_t row, int64_t head, int64_t head_d, int64_t c) const { return x(row, first + head * head_d + c); }
};

struct Situation {
  std::string name;
  std::vector<int32_t> queries, keys;  // lengths
  int64_t head_d = 4;
  AttentionOptions options;
  bool fused = false;  // one input that holds queries, keys and values side by side
  TapeOptions tape = {.dropout = false};

  int64_t kv_heads() const { return options.kv_heads == 0 ? options.heads : options.kv_heads; }
  int64_t width() const { return options.heads * head_d; }
  int64_t kv_width() const { return kv_heads() * head_d; }
};

/// The whole matrix of weights of one sequence and head, in double.
std::vector<double> weights_of_query(const Situation& s, Slice q, Slice k, int64_t query_row, int64_t first_key,
                                     int64_t head, KeyRange visible) {
  const int64_t kv_head = head / (s.options.heads / s.kv_heads());
  const double scale = s.options.scale ? *s.options.scale : 1 / std::sqrt(static_cast<double>(s.head_d));
  std::vector<double> weights;
  double sum = 0;
  for (int64_t j = visible.first; j < visible.last; ++j) {
    double score = 0;
    for (int64_t c = 0; c < s.head_d; ++c)
      score += q.at(query_row, head, s.head_d, c) * k.at(first_key + j, kv_head, s.head_d, c);
    weights.push_back(std::exp(scale * score));
    sum += weights.back();
  }
  for (double& w : weights) w /= sum;
  return weights;
}

/// 1 / (1 − rate) or 0: what dropout does to a weight. The op is the first on its tape.
double dropout_factor(const Situation& s, uint32_t token_key, int64_t head, int64_t position) {
  if (!s.tape.dropout || s.options.dropout == 0) return 1;
  const cpu::AttentionDropout dropout{s.options.dropout, mix(mix(s.tape.seed, s.tape.step), 0)};
  return cpu::attention_keeps(dropout, token_key, head, position) ? 1 / (1 - double{s.options.dropout}) : 0;
}

Doubles attention_twin(const Situation& s, Slice q, Slice k, Slice v) {
  const Offsets queries(s.queries), keys(s.keys);
  Doubles y({queries.total(), s.width()});
  for (int64_t i = 0; i < queries.count(); ++i)
    for (int64_t row = 0; row < queries.length(i); ++row)
      for (int64_t head = 0; head < s.options.heads; ++head) {
        const int64_t position = keys.length(i) - queries.length(i) + row,
                      kv_head = head / (s.options.heads / s.kv_heads());
        const int64_t window = s.options.pattern.window;
        KeyRange visible{0, s.options.pattern.causal ? position + 1 : keys.length(i)};
        if (window > 0)
          visible = {std::max<int64_t>(0, position - window + 1), std::min(visible.last, position + window)};
        const int64_t token = queries.begin(i) + row;
        if (s.options.pattern.reach)
          visible.last = std::min<int64_t>(visible.last, (*s.options.pattern.reach)[static_cast<size_t>(token)]);
        const auto weights = weights_of_query(s, q, k, token, keys.begin(i), head, visible);
        for (int64_t j = visible.first; j < visible.last; ++j)
          for (int64_t c = 0; c < s.head_d; ++c)
            y(token, head * s.head_d + c) +=
                weights[static_cast<size_t>(j - visible.first)] *
                dropout_factor(s, queries.token_keys()[static_cast<size_t>(token)], head, j) *
                v.at(keys.begin(i) + j, kv_head, s.head_d, c);
      }
  return y;
}

OpCase row_of(const Situation& s) {
  const Offsets queries(s.queries), keys(s.keys);
  OpCase row;
  row.name = "attention", row.situation = s.name, row.tape = s.tape;
  if (s.fused) {
    row.inputs = {{.shape = {queries.total(), s.width() + 2 * s.kv_width()}, .low = -2, .high = 2}};
    row.op = [=](const Inputs& x) {
      return attention({x[0], 0, s.width()}, queries,
                       {{x[0], s.width(), s.kv_width()}, {x[0], s.width() + s.kv_width(), s.kv_width()}, queries},
                       s.options);
    };
    row.twin = [=](const DoubleInputs& x) {
      return attention_twin(s, {x[0]}, {x[0], s.width()}, {x[0], s.width() + s.kv_width()});
    };
  } else {
    row.inputs = {{.shape = {queries.total(), s.width()}, .low = -2, .high = 2},
                  {.shape = {keys.total(), s.kv_width()}, .low = -2, .high = 2},
                  {.shape = {keys.total(), s.kv_width()}, .low = -2, .high = 2}};
    row.op = [=](const Inputs& x) { return attention(x[0], queries, {x[1], x[2], keys}, s.options); };
    row.twin = [=](const DoubleInputs& x) { return attention_twin(s, {x[0]}, {x[1]}, {x[2]}); };
  }
  return row;
}

std::shared_ptr<const std::vector<int32_t>> reach(std::vector<int32_t> limits) {
  return std::make_shared<const std::vector<int32_t>>(std::move(limits));
}
/// Query t of each sequence sees 2 t + k keys, t from 0 on.
std::shared_ptr<const std::vector<int32_t>> waiting(const std::vector<int32_t>& queries, int32_t k) {
  std::vector<int32_t> limits;
  for (const int32_t length : queries)
    for (int32_t t = 0; t < length; ++t) limits.push_back(2 * t + k);
  return reach(std::move(limits));
}

std::vector<OpCase> rows() {
  const std::vector<int32_t> few = {0, 1, 5, 3}, many = {1, 17, 0, 70};
  std::vector<OpCase> rows;
  const auto add = [&](const Situation& s) { rows.push_back(row_of(s)); };
  add({"full", few, few, 4, {.heads = 2}});
  add({"causal", few, few, 4, {.heads = 2, .pattern = {.causal = true}}});
  add({"odd width of heads", few, few, 7, {.heads = 3}});
  add({"cross", {2, 0, 4, 1, 3}, {3, 2, 1, 0, 18}, 4, {.heads = 2}});
  add({"continuing a prefix", {2, 1, 3}, {5, 1, 20}, 4, {.heads = 2, .pattern = {.causal = true}}});
  add({"grouped heads", few, few, 4, {.heads = 6, .kv_heads = 2, .pattern = {.causal = true}}});
  add({"given scale", few, few, 4, {.heads = 1, .scale = 0.8f}});
  add({"causal window", few, few, 4, {.heads = 2, .pattern = {.causal = true, .window = 2}}});
  add({"several spans, full", many, many, 8, {.heads = 2}});
  add({"several spans, causal", many, many, 20, {.heads = 2, .pattern = {.causal = true}}});
  add({"several spans, window", many, many, 8, {.heads = 2, .pattern = {.window = 21}}});
  add({"several spans, causal window", {150}, {150}, 8, {.heads = 2, .pattern = {.causal = true, .window = 21}}});
  add({"several spans, grouped heads", many, many, 8, {.heads = 6, .kv_heads = 2, .pattern = {.causal = true}}});
  add({"real width of heads", {32, 9}, {32, 9}, 64, {.heads = 2}});
  add({"reach", {2, 0, 4, 1}, {3, 2, 9, 5}, 4, {.heads = 2, .pattern = {.reach = reach({1, 3, 2, 2, 5, 9, 4})}}});
  add({"reach over several spans, grouped heads",
       {1, 60},
       {70, 150},
       8,
       {.heads = 4, .kv_heads = 2, .pattern = {.reach = waiting({1, 60}, 3)}}});
  add({"reach, causal", few, few, 4, {.heads = 2, .pattern = {.causal = true, .reach = waiting(few, 2)}}});
  add({"fused", few, few, 4, {.heads = 2, .pattern = {.causal = true}}, true});
  add({"fused, grouped heads", many, many, 16, {.heads = 4, .kv_heads = 2}, true});
  add({"dropout", few, few, 4, {.heads = 2, .dropout = 0.3f}, false, {.seed = 5, .step = 2}});
  add({"dropout over several spans",
       many,
       many,
       8,
       {.heads = 2, .pattern = {.causal = true}, .dropout = 0.5f},
       true,
       {.seed = 9}});
  return rows;
}
const bool added = add_op_cases(rows());

Tensor random_rows(uint64_t seed, int64_t rows, int64_t columns) {
  return to_tensor(random_doubles(seed, {rows, columns}));
}
Tensor self_attention(const Tensor& x, const Offsets& offsets, const AttentionOptions& options) {
  return attention(x, offsets, {x, x, offsets}, options);
}

TEST(Attention, KeepsTheShareOfWeightsThatDropoutLeaves) {
  const cpu::AttentionDropout dropout{0.3f, 77};
  int64_t kept = 0, same_in_other_head = 0, same_for_other_token = 0;
  constexpr int64_t trials = 100'000;
  for (int64_t i = 0; i < trials; ++i) {
    const bool keep = cpu::attention_keeps(dropout, 5, 0, i);
    kept += keep;
    same_in_other_head += keep == cpu::attention_keeps(dropout, 5, 1, i);
    same_for_other_token += keep == cpu::attention_keeps(dropout, 6, 0, i);
  }
  EXPECT_NEAR(static_cast<double>(kept) / trials, 0.7, 0.01);
  EXPECT_NEAR(static_cast<double>(same_in_other_head) / trials, 0.7 * 0.7 + 0.3 * 0.3, 0.01);
  EXPECT_NEAR(static_cast<double>(same_for_other_token) / trials, 0.7 * 0.7 + 0.3 * 0.3, 0.01);
}

TEST(Attention, DropsTheSameWeightsWhenABatchIsSplit) {
  const AttentionOptions options{.heads = 2, .dropout = 0.4f};
  const Tensor x = random_rows(1, 30, 8);
  const auto run = [&](const Tensor& rows, const Offsets& offsets) {
    const Tape tape({.seed = 3});
    return self_attention(rows, offsets, options);
  };
  const Tensor together = run(x, Offsets({10, 20})), second = run(x.rows(10, 30), Offsets({20}, {1}));
  EXPECT_TRUE(std::ranges::equal(together.rows(10, 30).values(), second.values()));
}

TEST(Attention, DropsNothingWithoutATape) {
  const Tensor x = random_rows(1, 30, 8);
  const Offsets offsets({10, 20});
  const Tensor with = self_attention(x, offsets, {.heads = 2, .dropout = 0.4f});
  EXPECT_TRUE(std::ranges::equal(with.values(), self_attention(x, offsets, {.heads = 2}).values()));
}

TEST(Attention, PassesNaNOnToTheRowsThatSeeIt) {
  const Tensor x = random_rows(1, 40, 8);
  x.data()[20 * 8 + 1] = NAN;  // head 0 of the token at position 20
  const Tensor y = self_attention(x, Offsets({40}), {.heads = 2, .pattern = {.causal = true}});
  EXPECT_FALSE(std::isnan(y.data()[19 * 8]));
  EXPECT_TRUE(std::isnan(y.data()[20 * 8]));
  EXPECT_TRUE(std::isnan(y.data()[39 * 8]));
  EXPECT_FALSE(std::isnan(y.data()[39 * 8 + 4]));
}

TEST(Attention, StaysFiniteForScoresFarApart) {
  const Tensor x = Tensor::from({300.0f, -300.0f, 1.0f}, {3, 1});
  const Tensor y = self_attention(x, Offsets({3}), {.heads = 1});
  EXPECT_EQ(y.data()[0], 300);
  EXPECT_EQ(y.data()[1], -300);
}

TEST(Attention, NeverHoldsAMatrixOfAllWeights) {
  constexpr int64_t length = 3000;
  Tensor x = random_rows(1, length, 4);
  want_gradient(x);
  const int64_t before = memory_use().current;
  reset_peak_memory();
  Tape tape;
  const Tensor y = self_attention(x, Offsets({length}), {.heads = 1, .pattern = {.causal = true}});
  tape.backward({y}, {y});
  EXPECT_LT(memory_use().peak - before, length * length);  // a quarter of the matrix in f32
}

}  // namespace
}  // namespace naru
