#include "naru/ops/attention_decoder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "naru/base/threads.h"
#include "naru/ops/cpu/dropout.h"
#include "naru/tensor/tape.h"

#include "tests/ops/op_case.h"
#include "tests/ops/recurrent_twin.h"

namespace naru {
namespace {

using Vector = std::vector<double>;

enum class Kind { additive, dot, dot_with_query };

struct Situation {
  std::string name;
  AttentionDecoderOptions options;
  Kind kind = Kind::additive;
  int64_t layers = 1;
  std::vector<int32_t> targets = {3, 0, 1, 2}, sources = {2, 3, 1, 4};
  int64_t in = 3, hidden = 4, values = 5, width = 6, attentional = 3;
  bool initial = true;

  bool luong() const { return options.order == AttentionOrder::luong; }
  bool lstm() const { return options.cell == Cell::lstm; }
  int64_t keys() const { return kind == Kind::dot ? hidden : width; }
  int64_t fed() const { return !luong() ? values : options.input_feeding ? attentional : 0; }
};

/// The numbers of a call, taken from the list of a row's inputs in the order of `shapes`. T is Tensor or Doubles.
template <class T>
struct Call {
  T y, values, keys, query, score, combine, combine_bias, attentional;
  std::vector<std::vector<T>> cells;  // W_ih, W_hh, b_ih, b_hh
  std::vector<T> h, c;
};

/// Calls visit(place, shape, role) for every input of a situation, in a fixed order.
template <class T, class Visit>
Call<T> each_input(const Situation& s, const Visit& visit) {
  Call<T> call;
  const Offsets targets(s.targets), sources(s.sources);
  const int64_t rows = gate_count(s.options.cell) * s.hidden;
  visit(call.y, Shape{targets.total(), s.in}, Role::activation);
  visit(call.values, Shape{sources.total(), s.values}, Role::activation);
  visit(call.keys, Shape{sources.total(), s.keys()}, Role::activation);
  if (s.kind != Kind::dot) visit(call.query, Shape{s.width, s.hidden}, Role::weight);
  if (s.kind == Kind::additive) visit(call.score, Shape{s.width}, Role::weight);
  if (s.luong()) visit(call.combine, Shape{s.attentional, s.values + s.hidden}, Role::weight);
  if (s.luong()) visit(call.combine_bias, Shape{s.attentional}, Role::parameter);
  for (int64_t layer = 0; layer < s.layers; ++layer) {
    call.cells.emplace_back(4);
    visit(call.cells.back()[0], Shape{rows, layer == 0 ? s.in + s.fed() : s.hidden}, Role::weight);
    visit(call.cells.back()[1], Shape{rows, s.hidden}, Role::weight);
    visit(call.cells.back()[2], Shape{rows}, Role::parameter);
    visit(call.cells.back()[3], Shape{rows}, Role::parameter);
  }
  if (!s.initial) return call;
  const Shape state{targets.count(), s.hidden};
  call.h.resize(static_cast<size_t>(s.layers)), call.c.resize(static_cast<size_t>(s.layers));
  for (auto& h : call.h) visit(h, state, Role::activation);
  if (s.lstm())
    for (auto& c : call.c) visit(c, state, Role::parameter);
  if (s.luong()) visit(call.attentional, Shape{targets.count(), s.attentional}, Role::activation);
  return call;
}

template <class T>
Call<T> call_of(const Situation& s, const std::vector<T>& inputs) {
  size_t next = 0;
  return each_input<T>(s, [&](T& place, const Shape&, Role) { place = inputs[next++]; });
}

AttentionDecoderWeights weights_of(const Call<Tensor>& call) {
  AttentionDecoderWeights weights{{}, call.query, call.score, call.combine, call.combine_bias};
  for (const auto& cell : call.cells) weights.cells.push_back({cell[0], cell[1], cell[2], cell[3]});
  return weights;
}
AttentionDecoderState state_of(const Call<Tensor>& call) {
  AttentionDecoderState state;
  for (size_t i = 0; i < call.h.size(); ++i) state.cells.push_back({call.h[i], call.c[i]});
  state.attentional = call.attentional;
  return state;
}

/// Everything that a call gives, in one list.
std::vector<Tensor> list(const AttentionDecoderResult& result) {
  std::vector<Tensor> all{result.states, result.contexts, result.before ? result.before : result.attentional};
  for (const RecurrentState& state : result.last.cells) {
    all.push_back(state.h);
    if (state.c) all.push_back(state.c);
  }
  if (result.last.attentional) all.push_back(result.last.attentional);
  return all;
}

/// One sequence of the decoder, in double.
class Twin {
 public:
  Twin(const Situation& s, const Call<Doubles>& call) : s_(s), call_(call) {}

  struct State {
    std::vector<Vector> h, c;
    Vector attentional;
  };
  State start(int64_t sequence) const {
    State state;
    for (int64_t layer = 0; layer < s_.layers; ++layer) {
      const auto i = static_cast<size_t>(layer);
      state.h.push_back(s_.initial ? row(call_.h[i], sequence) : Vector(static_cast<size_t>(s_.hidden)));
      state.c.push_back(s_.initial && s_.lstm() ? row(call_.c[i], sequence) : Vector(static_cast<size_t>(s_.hidden)));
    }
    if (s_.luong())
      state.attentional = s_.initial ? row(call_.attentional, sequence) : Vector(static_cast<size_t>(s_.attentional));
    return state;
  }

  /// Gives the context.
  Vector step(int64_t sequence, int64_t token, State& state) const {
    Vector context = s_.luong() ? Vector() : attend(sequence, state.h.back());
    Vector input = row(call_.y, token);
    if (s_.fed() > 0) append(input, s_.luong() ? state.attentional : context);
    for (size_t i = 0; i < state.h.size(); ++i) {
      const auto& cell = call_.cells[i];
      CellTwin{s_.options.cell, cell[0], cell[1], cell[2], cell[3]}.step(input, state.h[i], state.c[i]);
      input = dropped(state.h[i], i, token);
    }
    if (!s_.luong()) return context;
    context = attend(sequence, state.h.back());
    Vector joined = context;
    append(joined, state.h.back());
    for (int64_t j = 0; j < s_.attentional; ++j)
      state.attentional[static_cast<size_t>(j)] =
          std::tanh(CellTwin::affine(call_.combine, call_.combine_bias, j, joined));
    return context;
  }

  Vector attention(int64_t sequence, const Vector& state) const {
    const Offsets sources(s_.sources);
    const Doubles none;
    Vector query = state;
    if (call_.query.size() > 0) {
      query.clear();
      for (int64_t j = 0; j < s_.width; ++j) query.push_back(CellTwin::affine(call_.query, none, j, state));
    }
    Vector weights;
    double sum = 0;
    for (int64_t j = sources.begin(sequence); j < sources.end(sequence); ++j) {
      double energy = 0;
      for (int64_t k = 0; k < s_.keys(); ++k) {
        const double q = query[static_cast<size_t>(k)], key = call_.keys(j, k);
        energy += s_.kind == Kind::additive ? call_.score[k] * std::tanh(q + key) : q * key;
      }
      weights.push_back(std::exp(energy));
      sum += weights.back();
    }
    for (double& weight : weights) weight /= sum;
    return weights;
  }

 private:
  static void append(Vector& to, const Vector& more) { to.insert(to.end(), more.begin(), more.end()); }

  Vector attend(int64_t sequence, const Vector& state) const {
    const Vector weights = attention(sequence, state);
    Vector context(static_cast<size_t>(s_.values));
    for (size_t j = 0; j < weights.size(); ++j)
      for (int64_t k = 0; k < s_.values; ++k)
        context[static_cast<size_t>(k)] +=
            weights[j] * call_.values(Offsets(s_.sources).begin(sequence) + static_cast<int64_t>(j), k);
    return context;
  }

  /// As the op drops under the tape {seed 3, step 4}: one key for each cell but the topmost.
  Vector dropped(Vector h, size_t cell, int64_t token) const {
    if (s_.options.dropout == 0 || cell + 1 == call_.cells.size()) return h;
    const Offsets targets(s_.targets);
    const cpu::DropoutMask mask{s_.options.dropout, mix(mix(3, 4), cell), targets.token_keys().data()};
    for (size_t j = 0; j < h.size(); ++j)
      h[j] *= cpu::is_dropped(mask, token, static_cast<int64_t>(j)) ? 0 : 1 / (1 - double{s_.options.dropout});
    return h;
  }

  const Situation& s_;
  const Call<Doubles>& call_;
};

std::vector<Doubles> run_twin(const Situation& s, const Call<Doubles>& call) {
  const Offsets targets(s.targets);
  const Shape last{targets.count(), s.hidden};
  Doubles states({targets.total(), s.hidden}), before = states, contexts({targets.total(), s.values}),
                                               attentional({targets.total(), s.attentional}),
                                               last_attentional({targets.count(), s.attentional});
  std::vector<Doubles> last_h(static_cast<size_t>(s.layers), Doubles(last)), last_c = last_h;
  const Twin twin(s, call);
  for (int64_t i = 0; i < targets.count(); ++i) {
    Twin::State state = twin.start(i);
    for (int64_t token = targets.begin(i); token < targets.end(i); ++token) {
      set_row(before, token, state.h.back());
      set_row(contexts, token, twin.step(i, token, state));
      set_row(states, token, state.h.back());
      if (s.luong()) set_row(attentional, token, state.attentional);
    }
    for (size_t layer = 0; layer < state.h.size(); ++layer) {
      set_row(last_h[layer], i, state.h[layer]);
      set_row(last_c[layer], i, state.c[layer]);
    }
    if (s.luong()) set_row(last_attentional, i, state.attentional);
  }
  std::vector<Doubles> all{states, contexts, s.luong() ? attentional : before};
  for (size_t layer = 0; layer < last_h.size(); ++layer) {
    all.push_back(last_h[layer]);
    if (s.lstm()) all.push_back(last_c[layer]);
  }
  if (s.luong()) all.push_back(last_attentional);
  return all;
}

OpCase decoder_case(const Situation& s) {
  OpCase result;
  result.name = "attention_decoder", result.situation = s.name;
  result.bf16_tolerance = 0x1p-5;  // what one step rounds, the next step reads
  if (s.options.dropout > 0) result.tape = {.seed = 3, .step = 4};
  each_input<Tensor>(s, [&](Tensor&, const Shape& shape, Role role) { result.inputs.push_back({shape, role}); });
  result.op = [s](const Inputs& inputs) -> OneOrMore<Tensor> {
    const Call<Tensor> call = call_of(s, inputs);
    const AttentionMemory memory{call.values, call.keys, Offsets(s.sources), {}};
    return list(attention_decoder({call.y, Offsets(s.targets)}, memory, state_of(call), weights_of(call), s.options));
  };
  result.twin = [s](const DoubleInputs& inputs) -> OneOrMore<Doubles> { return run_twin(s, call_of(s, inputs)); };
  return result;
}

std::vector<OpCase> decoder_cases() {
  constexpr auto bahdanau = AttentionOrder::bahdanau, luong = AttentionOrder::luong;
  std::vector<Situation> all = {
      {"bahdanau gru", {.cell = Cell::gru, .order = bahdanau}},
      {"bahdanau gru_2014", {.cell = Cell::gru_2014, .order = bahdanau}},
      {"bahdanau lstm dot two cells", {.cell = Cell::lstm, .order = bahdanau}, Kind::dot, 2},
      {"luong lstm additive two cells", {.cell = Cell::lstm, .order = luong}, Kind::additive, 2},
      {"luong lstm dot", {.cell = Cell::lstm, .order = luong}, Kind::dot},
      {"luong gru dot with a query weight", {.cell = Cell::gru, .order = luong}, Kind::dot_with_query},
      {"luong rnn two cells", {.cell = Cell::rnn, .order = luong}, Kind::additive, 2},
      {"luong without input feeding", {.cell = Cell::lstm, .order = luong, .input_feeding = false}, Kind::dot, 2},
      {"luong dropout", {.cell = Cell::gru, .order = luong, .dropout = 0.4f}, Kind::additive, 3},
  };
  all.push_back({"from zeros", {.cell = Cell::lstm, .order = luong}});
  all.back().initial = false;
  all.push_back({"odd widths", {.cell = Cell::lstm, .order = luong}});
  all.back().hidden = 9, all.back().values = 19, all.back().width = 17, all.back().targets = {2, 1};
  all.back().sources = {3, 1};
  all.push_back({"empty sources", {.cell = Cell::gru, .order = bahdanau}});
  all.back().targets = {2, 1}, all.back().sources = {0, 2};
  std::vector<OpCase> rows;
  for (const Situation& s : all) rows.push_back(decoder_case(s));
  return rows;
}
const bool added = add_op_cases(decoder_cases());

/// A model of useful widths, for the tests of bits.
class AttentionDecoder : public testing::TestWithParam<AttentionOrder> {
 protected:
  AttentionDecoder() {
    situation_.options = {.cell = GetParam() == AttentionOrder::luong ? Cell::lstm : Cell::gru, .order = GetParam()};
    situation_.layers = 2, situation_.initial = false;
    situation_.in = 20, situation_.hidden = 40, situation_.values = 24, situation_.width = 16;
    situation_.attentional = 28;
    for (int32_t i = 0; i < 70; ++i) {
      situation_.targets.push_back(i % 6);
      situation_.sources.push_back(1 + i % 5);
    }
    uint64_t seed = 1;
    call_ = each_input<Tensor>(
        situation_, [&](Tensor& place, const Shape& shape, Role) { place = to_tensor(random_doubles(seed++, shape)); });
  }
  AttentionDecoderResult run() const {
    return attention_decoder({call_.y, Offsets(situation_.targets)}, memory(), {}, weights_of(call_),
                             situation_.options);
  }
  AttentionMemory memory() const { return {call_.values, call_.keys, Offsets(situation_.sources), {}}; }

  Situation situation_;
  Call<Tensor> call_;
};

void expect_equal_bits(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(to_string(a.shape()), to_string(b.shape()));
  EXPECT_EQ(std::memcmp(a.raw(), b.raw(), static_cast<size_t>(a.bytes())), 0);
}

TEST_P(AttentionDecoder, TokenByTokenEqualsAtOnceBitForBit) {
  const Offsets targets(situation_.targets);
  const AttentionDecoderResult whole = run();
  for (const int64_t i : {0, 2, 44, 73}) {
    AttentionDecoderState state;
    const AttentionMemory all = memory();
    for (int64_t token = targets.begin(i); token < targets.end(i); ++token) {
      const AttentionMemory one{all.values, all.keys, all.offsets, {static_cast<int32_t>(i)}};
      const AttentionDecoderResult step = attention_decoder({call_.y.rows(token, token + 1), Offsets({1})}, one, state,
                                                            weights_of(call_), situation_.options);
      expect_equal_bits(step.states, whole.states.rows(token, token + 1));
      expect_equal_bits(step.contexts, whole.contexts.rows(token, token + 1));
      if (whole.attentional) expect_equal_bits(step.attentional, whole.attentional.rows(token, token + 1));
      if (whole.before) expect_equal_bits(step.before, whole.before.rows(token, token + 1));
      state = step.last;
    }
    if (targets.length(i) > 0) expect_equal_bits(state.cells[1].h, whole.last.cells[1].h.rows(i, i + 1));
  }
}

TEST_P(AttentionDecoder, GivesTheSameBitsForEveryNumberOfThreads) {
  const int before = threads();
  set_threads(1);
  const std::vector<Tensor> one = list(run());
  set_threads(3);
  const std::vector<Tensor> three = list(run());
  set_threads(before);
  for (size_t i = 0; i < one.size(); ++i) expect_equal_bits(one[i], three[i]);
}

TEST_P(AttentionDecoder, HypothesesMayShareASource) {
  const AttentionMemory all = memory();
  const Tensor y = to_tensor(random_doubles(3, {3, situation_.in}));
  const auto run_on = [&](const AttentionMemory& memory) {
    return list(attention_decoder({y, Offsets({1, 1, 1})}, memory, {}, weights_of(call_), situation_.options));
  };
  const std::vector<Tensor> shared = run_on({all.values, all.keys, all.offsets, {3, 1, 3}});
  const auto copied = [&](const Tensor& from) {
    Tensor to({0, from.dim(1)});
    std::vector<float> numbers;
    for (const int64_t source : {3, 1, 3}) {
      const auto rows = from.rows(all.offsets.begin(source), all.offsets.end(source)).values();
      numbers.insert(numbers.end(), rows.begin(), rows.end());
    }
    return Tensor::from(numbers, {static_cast<int64_t>(numbers.size()) / from.dim(1), from.dim(1)});
  };
  const auto length = [&](int64_t source) { return static_cast<int32_t>(all.offsets.length(source)); };
  const std::vector<Tensor> apart =
      run_on({copied(all.values), copied(all.keys), Offsets({length(3), length(1), length(3)}), {}});
  for (size_t i = 0; i < apart.size(); ++i) expect_equal_bits(shared[i], apart[i]);
}

TEST_P(AttentionDecoder, GivesItsWeightsWhenAskedAndNoOtherNumbersChange) {
  const std::vector<Tensor> without = list(run());
  EXPECT_FALSE(run().weights);
  situation_.options.weights = true;
  const AttentionDecoderResult with = run();
  for (size_t i = 0; i < without.size(); ++i) expect_equal_bits(list(with)[i], without[i]);
  const Offsets targets(situation_.targets), sources(situation_.sources);
  const float* weights = with.weights.data();
  for (int64_t i = 0; i < targets.count(); ++i)
    for (int64_t token = targets.begin(i); token < targets.end(i); ++token)
      for (int64_t k = 0; k < situation_.values; ++k) {
        double context = 0;
        for (int64_t j = 0; j < sources.length(i); ++j)
          context += weights[j] * call_.values.data()[(sources.begin(i) + j) * situation_.values + k];
        ASSERT_NEAR(with.contexts.data()[token * situation_.values + k], context, 1e-5);
        if (k + 1 == situation_.values) weights += sources.length(i);
      }
  EXPECT_EQ(weights, with.weights.data() + with.weights.size());
}

INSTANTIATE_TEST_SUITE_P(Orders, AttentionDecoder, testing::Values(AttentionOrder::bahdanau, AttentionOrder::luong));

TEST(AttentionDecoderChecks, NamesTheShapeThatDoesNotFit) {
  const Tensor y({1, 3}), values({2, 4}), keys({2, 5}), weight_ih({8, 7}), weight_hh({8, 2});
  try {
    attention_decoder({y, Offsets({1})}, {values, keys, Offsets({2}), {}}, {},
                      {{{weight_ih, weight_hh, {}, {}}}, {}, {}, {}, {}},
                      {.cell = Cell::lstm, .order = AttentionOrder::bahdanau});
    FAIL();
  } catch (const CheckFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("keys are 5 wide; the query's weight must be [5, 2]"), std::string::npos)
        << failure.what();
  }
}

}  // namespace
}  // namespace naru
