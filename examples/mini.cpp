// The map before the city: all of naru's core in one small program. It learns the running exclusive or (after each bit
// of a sequence: was the number of ones so far odd?) with a recurrent layer. Read it from top to bottom; each part
// prints what it shows, and the program fails if something does not hold.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "naru/nn/linear.h"
#include "naru/nn/params.h"
#include "naru/ops/embedding.h"
#include "naru/ops/recurrent.h"
#include "naru/ops/softmax.h"
#include "naru/tensor/ragged.h"
#include "naru/tensor/tape.h"

namespace {
using namespace naru;

bool all_hold = true;
void show(const std::string& what, bool holds) {
  fmt::print("  {} {}\n", holds ? "holds:" : "FAILS:", what);
  all_hold = all_hold && holds;
}
bool equal(const Tensor& a, const Tensor& b) { return std::ranges::equal(a.values(), b.values()); }

// 1. A Tensor is a handle on contiguous numbers. A Ragged is a batch without padding: the tokens of all sequences one
// after the other, and where each begins.
void tensors() {
  fmt::print("1. Tensor and Ragged\n");
  const Tensor a = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2});
  const Tensor handle = a, copy = a.clone();
  a.data()[0] = 9;
  show("a copied handle sees the same numbers, a clone has its own", handle.data()[0] == 9 && copy.data()[0] == 1);

  const Ragged batch = Ragged::from({{1, 0, 1}, {}, {1}});
  fmt::print("  {} sequences, {} tokens; the third begins at token {}\n", batch.count(), batch.total(),
             batch.offsets.begin(2));
  show("no padding: as many values as tokens", batch.values.size() == 4);
}

// 2. An op is a function of tensors. Without a tape it computes and keeps nothing.
void ops() {
  fmt::print("2. Ops\n");
  const Tensor x = Tensor::from({1.f, 2.f}, {1, 2});                           // [total, in]
  const Tensor weight = Tensor::from({1.f, 0.f, 0.f, 1.f, 1.f, 1.f}, {3, 2});  // [out, in]
  const Tensor y = linear(x, weight);                                          // [total, out]: x Wᵀ = 1 2 3
  const Tensor p = softmax(y);                                                 // [total, out]
  fmt::print("  softmax({}, {}, {}) = {:.4f}, {:.4f}, {:.4f}\n", y.data()[0], y.data()[1], y.data()[2], p.data()[0],
             p.data()[1], p.data()[2]);
  show("probabilities add up to 1", std::abs(p.data()[0] + p.data()[1] + p.data()[2] - 1) < 1e-6);
}

// 3. What an op must do to be differentiable: `record` how to go back. It does so only while a Tape lives and an input
// wants a gradient. (The library's ops leave the loops to kernels, and have a test row with a twin in double.)
/// Mean over rows of -log p(target). log_probabilities [total, classes], one target per row → [1]
Tensor negative_log_likelihood(const Tensor& log_probabilities, const std::vector<int32_t>& targets) {
  const int64_t rows = log_probabilities.dim(0), classes = log_probabilities.dim(1);
  const float share = 1 / static_cast<float>(rows);
  const auto at = [=](int64_t row) { return row * classes + targets[static_cast<size_t>(row)]; };
  Tensor loss = Tensor::zeros({1});
  for (int64_t row = 0; row < rows; ++row) loss.data()[0] -= share * log_probabilities.data()[at(row)];

  return record("negative_log_likelihood", loss, {log_probabilities}, [=](const Tensor& d_loss) -> Gradients {
    Tensor d = Tensor::zeros({rows, classes});
    for (int64_t row = 0; row < rows; ++row) d.data()[at(row)] = -share * d_loss.data()[0];
    return {d};
  });
}

// 4. A model is a plain struct. It asks a Scope for its weights by name; the Params behind it make them from a seed, or
// take them from a file.
struct RunningXor {
  static constexpr int64_t width = 4, hidden = 8;
  Tensor table;           // [2, width]: one row for each of the tokens 0 and 1
  RecurrentWeights cell;  // h = tanh(W_ih x + b_ih + W_hh h' + b_hh)
  Linear output;          // [2, hidden]

  explicit RunningXor(const Scope& scope)
      : table(scope.param("embedding.weight", {2, width}, normal(1))),
        cell{.weight_ih = scope.param("rnn.weight_ih_l0", {hidden, width}, xavier_uniform()),
             .weight_hh = scope.param("rnn.weight_hh_l0", {hidden, hidden}, xavier_uniform()),
             .bias_ih = scope.param("rnn.bias_ih_l0", {hidden}, zeros()),
             .bias_hh = scope.param("rnn.bias_hh_l0", {hidden}, zeros())},
        output(scope / "output", hidden, 2) {}

  /// Two scores after each bit: even, odd. [total, 2]
  Tensor operator()(const Ragged& bits) const {
    const Tensor x = embedding(table, bits.values);                                            // [total, width]
    const Tensor h = recurrent_layer(x, bits.offsets, {}, cell, {.cell = Cell::rnn}).outputs;  // [total, hidden]
    return output(h);
  }
};

using Sequences = std::vector<std::vector<int32_t>>;

/// Every sequence of 1 … `longest` bits.
Sequences all_bits(int longest) {
  Sequences sequences;
  for (int length = 1; length <= longest; ++length)
    for (int number = 0; number < 1 << length; ++number) {
      std::vector<int32_t>& bits = sequences.emplace_back();
      for (int i = 0; i < length; ++i) bits.push_back(number >> i & 1);
    }
  return sequences;
}

/// The running exclusive or of all sequences, one after the other.
std::vector<int32_t> answers(const Sequences& sequences) {
  std::vector<int32_t> odd;
  for (const auto& bits : sequences) {
    int32_t so_far = 0;
    for (const int32_t bit : bits) odd.push_back(so_far ^= bit);
  }
  return odd;
}

Tensor loss_of(const RunningXor& model, const Sequences& sequences) {
  return negative_log_likelihood(log_softmax(model(Ragged::from(sequences))), answers(sequences));
}

double share_right(const RunningXor& model, const Sequences& sequences) {
  const Tensor scores = model(Ragged::from(sequences));  // [total, 2]
  const std::vector<int32_t> odd = answers(sequences);
  int64_t right = 0;
  for (size_t i = 0; i < odd.size(); ++i) right += (scores.data()[2 * i + 1] > scores.data()[2 * i]) == (odd[i] == 1);
  return static_cast<double>(right) / static_cast<double>(odd.size());
}

// 5. While a Tape lives, ops record; `backward` goes back through what they recorded. The gradient must equal what the
// loss does when a weight moves a little to both sides.
void gradient_check(const RunningXor& model, const Params& params) {
  fmt::print("5. Tape: gradients against central differences\n");
  const Sequences sequences = all_bits(3);
  {
    Tape tape;
    const Tensor loss = loss_of(model, sequences);
    fmt::print("  recorded: {}\n", fmt::join(tape.recorded(), ", "));
    tape.backward(loss);
  }
  constexpr float step = 5e-3f;
  double worst = 0, largest = 0;
  for (const Tensor& weight : params.blocks())
    for (int64_t i = 0; i < weight.size(); ++i) {
      const float kept = weight.data()[i];
      const auto loss_at = [&](float value) {
        weight.data()[i] = value;
        weight.touch();  // copies packed for matrix products are stale
        return static_cast<double>(loss_of(model, sequences).data()[0]);
      };
      const double difference = (loss_at(kept + step) - loss_at(kept - step)) / (2 * step);
      loss_at(kept);
      worst = std::max(worst, std::abs(difference - gradient_of(weight).data()[i]));
      largest = std::max(largest, std::abs(difference));
    }
  fmt::print("  {} weights, largest gradient {:.3f}, largest error {:.1e}\n", params.parameter_count(), largest, worst);
  show("backward equals the differences to 1/1000 of the largest gradient", worst < 1e-3 * largest);
  params.clear_gradients();
}

// 6. Training: loss, gradients, step. (The library's Optimizer is Adam or Muon; here it is plain descent.)
void train(const RunningXor& model, Params& params) {
  fmt::print("6. Training on all sequences of 1 to 5 bits\n");
  const Sequences sequences = all_bits(5);
  constexpr int steps = 600;
  for (int step = 0; step <= steps; ++step) {
    Tape tape({.seed = 1, .step = static_cast<uint64_t>(step)});  // dropout, if there were any, would follow from these
    const Tensor loss = loss_of(model, sequences);
    if (step % 150 == 0) fmt::print("  step {:>3}: loss {:.4f}\n", step, loss.data()[0]);
    tape.backward(loss);
    for (const Tensor& weight : params.blocks())
      for (int64_t i = 0; i < weight.size(); ++i) weight.data()[i] -= 0.5f * gradient_of(weight).data()[i];
    params.touch();
    params.clear_gradients();  // the next backward overwrites
  }
}

// 7. Inference is the same body without a tape.
void what_was_learned(const RunningXor& model, const Params& params) {
  fmt::print("7. What was learned\n");
  show("exclusive or: 00 01 10 11", share_right(model, {{0, 0}, {0, 1}, {1, 0}, {1, 1}}) == 1);
  const Sequences longer = {{1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1}};
  show("the rule holds for 24 bits, though 5 were the most in training", share_right(model, longer) == 1);

  const Tensor alone = model(Ragged::from({{1, 0, 1}}));
  const Tensor among_others = model(Ragged::from({{0, 0, 0, 1, 1}, {1, 0, 1}, {1}})).rows(5, 8);
  show("a sequence's numbers do not depend on its neighbours, to the last bit", equal(alone, among_others));

  const auto file = std::filesystem::temp_directory_path() / fmt::format("naru-mini-{}.safetensors", getpid());
  write_safetensors(file, params.tensors());
  Params loaded{SafetensorsFile(file)};
  const RunningXor again{Scope(loaded)};  // the same constructor, from a file
  std::filesystem::remove(file);
  show("saved and opened, it is the same model", equal(again(Ragged::from({{1, 0, 1}})), alone));
}

}  // namespace

int main() {
  tensors();
  ops();
  fmt::print("3. An op of our own: negative_log_likelihood\n4. A model of named weights\n");
  Params params(1);  // each weight is a function of this seed and its name
  const RunningXor model{Scope(params)};
  for (const auto& [name, weight] : params.named()) fmt::print("  {} {}\n", name, weight.shape());
  gradient_check(model, params);
  train(model, params);
  what_was_learned(model, params);
  return all_hold ? 0 : 1;
}
