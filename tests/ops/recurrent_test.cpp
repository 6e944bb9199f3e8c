#include "naru/ops/recurrent.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "naru/base/threads.h"
#include "naru/tensor/tape.h"

#include "tests/ops/op_case.h"
#include "tests/ops/recurrent_twin.h"

namespace naru {
namespace {

struct Situation {
  std::string name;
  Cell cell = Cell::lstm;
  std::vector<int32_t> lengths;
  int64_t in = 3, hidden = 4;
  bool reverse = false, initial = false, biases = true;
};

/// x, W_ih, W_hh, b_ih, b_hh, h0, c0 (as far as the situation has them).
OpCase recurrent_case(const Situation& s) {
  const Offsets offsets(s.lengths);
  const int64_t rows = gate_count(s.cell) * s.hidden, bias = s.biases ? rows : 0;
  const Shape state{s.initial ? offsets.count() : 0, s.hidden};
  const bool lstm = s.cell == Cell::lstm;
  OpCase result;
  result.name = "recurrent_layer", result.situation = s.name;
  result.bf16_tolerance = 0x1p-6;  // what one step rounds, the next step reads
  result.inputs = {{{offsets.total(), s.in}},
                   {{rows, s.in}, Role::weight},
                   {{rows, s.hidden}, Role::weight},
                   {{bias}, Role::parameter},
                   {{bias}, Role::parameter}};
  if (s.initial) result.inputs.push_back({state});
  if (s.initial && lstm) result.inputs.push_back({state, Role::parameter});
  result.op = [=](const Inputs& x) -> OneOrMore<Tensor> {
    const RecurrentWeights weights{x[1], x[2], s.biases ? x[3] : Tensor(), s.biases ? x[4] : Tensor()};
    const RecurrentState initial{s.initial ? x[5] : Tensor(), s.initial && lstm ? x[6] : Tensor()};
    const auto [outputs, last] = recurrent_layer(x[0], offsets, initial, weights, {s.cell, s.reverse});
    return lstm ? std::vector{outputs, last.h, last.c} : std::vector{outputs, last.h};
  };
  result.twin = [=](const DoubleInputs& x) -> OneOrMore<Doubles> {
    const CellTwin twin{s.cell, x[1], x[2], x[3], x[4]};
    Doubles outputs({offsets.total(), s.hidden}), last_h({offsets.count(), s.hidden}), last_c = last_h;
    for (int64_t i = 0; i < offsets.count(); ++i) {
      std::vector<double> h(static_cast<size_t>(s.hidden)), c = h;
      if (s.initial) h = row(x[5], i);
      if (s.initial && lstm) c = row(x[6], i);
      for (int64_t t = 0; t < offsets.length(i); ++t) {
        const int64_t token = s.reverse ? offsets.end(i) - 1 - t : offsets.begin(i) + t;
        twin.step(row(x[0], token), h, c);
        set_row(outputs, token, h);
      }
      set_row(last_h, i, h);
      set_row(last_c, i, c);
    }
    return lstm ? std::vector{outputs, last_h, last_c} : std::vector{outputs, last_h};
  };
  return result;
}

std::vector<OpCase> recurrent_cases() {
  std::vector<OpCase> rows;
  const std::vector<std::pair<std::string, Cell>> cells = {
      {"rnn", Cell::rnn}, {"gru", Cell::gru}, {"gru_2014", Cell::gru_2014}, {"lstm", Cell::lstm}};
  for (const auto& [name, cell] : cells) {
    rows.push_back(recurrent_case({name, cell, {3, 0, 1, 5}}));
    rows.push_back(recurrent_case({name + " reverse", cell, {3, 0, 1, 5}, 3, 4, true}));
    rows.push_back(recurrent_case({name + " from a state", cell, {2, 0, 4}, 3, 4, false, true}));
    rows.push_back(recurrent_case({name + " reverse from a state", cell, {2, 0, 4}, 3, 4, true, true}));
    rows.push_back(recurrent_case({name + " without biases", cell, {2, 3}, 2, 3, false, false, false}));
    rows.push_back(recurrent_case({name + " odd width", cell, {2, 1}, 5, 19, false, true}));
    rows.push_back(recurrent_case({name + " no tokens", cell, {0, 0}, 3, 4, false, true}));
  }
  rows.push_back(recurrent_case({"many sequences", Cell::lstm, std::vector<int32_t>(70, 2), 2, 3, false, true}));
  return rows;
}
const bool added = add_op_cases(recurrent_cases());

class EveryCell : public testing::TestWithParam<Cell> {
 protected:
  static constexpr int64_t in = 24, hidden = 40;
  RecurrentWeights weights() const {
    const int64_t rows = gate_count(GetParam()) * hidden;
    return {numbers(1, {rows, in}), numbers(2, {rows, hidden}), numbers(3, {rows}), numbers(4, {rows})};
  }
  static Tensor numbers(uint64_t seed, Shape shape) { return to_tensor(random_doubles(seed, shape)); }
  RecurrentResult run(const Tensor& x, std::vector<int32_t> lengths, const RecurrentState& initial = {}) const {
    return recurrent_layer(x, Offsets(std::move(lengths)), initial, weights_, {GetParam()});
  }
  const RecurrentWeights weights_ = weights();
};

void expect_equal_bits(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(to_string(a.shape()), to_string(b.shape()));
  EXPECT_EQ(std::memcmp(a.raw(), b.raw(), static_cast<size_t>(a.bytes())), 0);
}

TEST_P(EveryCell, TokenByTokenEqualsAtOnceBitForBit) {
  const Tensor x = numbers(5, {9, in});
  const RecurrentResult whole = run(x, {9});
  RecurrentState state;
  for (int64_t t = 0; t < 9; ++t) {
    const RecurrentResult step = run(x.rows(t, t + 1), {1}, state);
    expect_equal_bits(step.outputs, whole.outputs.rows(t, t + 1));
    state = step.last;
  }
  expect_equal_bits(state.h, whole.last.h);
  if (state.c) expect_equal_bits(state.c, whole.last.c);
}

TEST_P(EveryCell, DoesNotSeeItsBatchNeighboursNorTheThreads) {
  std::vector<int32_t> lengths;
  for (int32_t i = 0; i < 150; ++i) lengths.push_back(i % 7);
  const Offsets offsets(lengths);
  const Tensor x = numbers(6, {offsets.total(), in});
  const int before = threads();
  set_threads(1);
  const RecurrentResult one = run(x, lengths);
  set_threads(3);
  const RecurrentResult three = run(x, lengths);
  set_threads(before);
  expect_equal_bits(one.outputs, three.outputs);
  expect_equal_bits(one.last.h, three.last.h);
  for (const int64_t i : {0, 5, 83, 149}) {
    const RecurrentResult alone = run(x.rows(offsets.begin(i), offsets.end(i)), {lengths[static_cast<size_t>(i)]});
    expect_equal_bits(alone.outputs, one.outputs.rows(offsets.begin(i), offsets.end(i)));
    expect_equal_bits(alone.last.h, one.last.h.rows(i, i + 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, EveryCell, testing::Values(Cell::rnn, Cell::gru, Cell::gru_2014, Cell::lstm));

TEST(RecurrentLayer, KeepsNothingWithoutATape) {
  const auto x = to_tensor(random_doubles(1, {64, 16}));
  RecurrentWeights weights{to_tensor(random_doubles(2, {64, 16})), to_tensor(random_doubles(3, {64, 16})), {}, {}};
  want_gradient(weights.weight_hh, true);
  const int64_t before = memory_use(Purpose::activations).current;
  const RecurrentResult result = recurrent_layer(x, Offsets({30, 34}), {}, weights, {Cell::lstm});
  const int64_t kept = result.outputs.bytes() + result.last.h.bytes() + result.last.c.bytes();
  EXPECT_EQ(memory_use(Purpose::activations).current - before, kept);
}

TEST(RecurrentLayer, NamesTheShapeThatDoesNotFit) {
  const Tensor x({2, 3}), weight_ih({8, 4}), weight_hh({8, 2});
  try {
    recurrent_layer(x, Offsets({2}), {}, {weight_ih, weight_hh, {}, {}}, {Cell::lstm});
    FAIL();
  } catch (const CheckFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("x is [2, 3], weight_ih [8, 4]"), std::string::npos) << failure.what();
  }
}

}  // namespace
}  // namespace naru
