// Stacks of recurrent layers against torch.nn.RNN, GRU and LSTM: tests/fixtures/torch/{rnn,gru,lstm}_{1l,2l}{,_bi}.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "naru/ops/concat.h"
#include "naru/ops/recurrent.h"
#include "naru/tensor/safetensors.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

void expect_near(const Tensor& actual, const Tensor& expected, const std::string& what) {
  ASSERT_EQ(to_string(actual.shape()), to_string(expected.shape())) << what;
  for (int64_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual.data()[i], expected.data()[i], 2e-5) << what << " at " << i;
}

class TorchRecurrent : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    data_ = SafetensorsFile(NARU_SOURCE_DIR "/tests/fixtures/torch/" + GetParam() + "/data.safetensors").tensors();
    for (const int64_t length : data_.at("in.lengths").values<int64_t>())
      lengths_.push_back(static_cast<int32_t>(length));
    for (auto& [name, tensor] : data_)
      if (name.starts_with("w.")) want_gradient(tensor, true);
  }
  /// The rows of a padded [batch, time, …] tensor that are no padding: [total, …], and the way back with zeros.
  Tensor packed(const Tensor& padded) const {
    const Offsets offsets(lengths_);
    const Tensor rows({offsets.total(), padded.dim(2)});
    for (int64_t i = 0; i < offsets.count(); ++i)
      std::copy_n(padded.data() + i * padded.dim(1) * padded.dim(2), offsets.length(i) * padded.dim(2),
                  rows.data() + offsets.begin(i) * padded.dim(2));
    return rows;
  }
  Tensor padded(const Tensor& rows, const Shape& shape) const {
    const Offsets offsets(lengths_);
    Tensor result = Tensor::zeros(shape);
    for (int64_t i = 0; i < offsets.count(); ++i)
      std::copy_n(rows.data() + offsets.begin(i) * shape[2], offsets.length(i) * shape[2],
                  result.data() + i * shape[1] * shape[2]);
    return result;
  }
  /// Slice i of the first axis, as torch stores the states of layers and directions.
  Tensor state(const std::string& name, int64_t i) const {
    const auto found = data_.find(name);
    if (found == data_.end()) return {};
    const Tensor& all = found->second;
    Tensor slice = all.rows(i, i + 1).reshaped({all.dim(1), all.dim(2)}).clone();
    return slice;
  }

  NamedTensors data_;
  std::vector<int32_t> lengths_;
};

TEST_P(TorchRecurrent, HasItsOutputsAndGradients) {
  const std::string& name = GetParam();
  const Cell cell = name.starts_with("rnn") ? Cell::rnn : name.starts_with("gru") ? Cell::gru : Cell::lstm;
  const int64_t directions = name.ends_with("bi") ? 2 : 1, layers = data_.at("in.h0").dim(0) / directions;
  const Offsets offsets(lengths_);
  Tape tape;
  Tensor x = packed(data_.at("in.x"));
  want_gradient(x);
  Tensor y = x;
  std::vector<RecurrentState> initial, last;
  for (int64_t layer = 0; layer < layers; ++layer) {
    std::vector<Tensor> outputs;
    for (int64_t direction = 0; direction < directions; ++direction) {
      const std::string suffix = "_l" + std::to_string(layer) + (direction == 1 ? "_reverse" : "");
      const RecurrentWeights weights{data_.at("w.weight_ih" + suffix), data_.at("w.weight_hh" + suffix),
                                     data_.at("w.bias_ih" + suffix), data_.at("w.bias_hh" + suffix)};
      const int64_t slice = layer * directions + direction;
      initial.push_back({state("in.h0", slice), state("in.c0", slice)});
      want_gradient(initial.back().h);
      if (cell == Cell::lstm) want_gradient(initial.back().c);
      const auto result = recurrent_layer(y, offsets, initial.back(), weights, {cell, direction == 1});
      outputs.push_back(result.outputs);
      last.push_back(result.last);
    }
    y = directions == 2 ? concat_columns(outputs) : outputs[0];
  }
  const Tensor& expected = data_.at("out.output");
  expect_near(padded(y, expected.shape()), expected, "outputs");
  std::vector<Tensor> results{y};
  Gradients gradients{packed(data_.at("in.c_output"))};
  for (size_t i = 0; i < last.size(); ++i) {
    const auto slice = static_cast<int64_t>(i);
    expect_near(last[i].h, state("out.hn", slice), "last h");
    results.push_back(last[i].h);
    gradients.push_back(state("in.c_hn", slice));
    if (cell != Cell::lstm) continue;
    expect_near(last[i].c, state("out.cn", slice), "last c");
    results.push_back(last[i].c);
    gradients.push_back(state("in.c_cn", slice));
  }
  tape.backward(results, gradients);

  expect_near(padded(gradient_of(x), data_.at("in.x").shape()), data_.at("grad.in.x"), "gradient of x");
  for (size_t i = 0; i < initial.size(); ++i) {
    const auto slice = static_cast<int64_t>(i);
    expect_near(gradient_of(initial[i].h), state("grad.in.h0", slice), "gradient of h0");
    if (cell == Cell::lstm) expect_near(gradient_of(initial[i].c), state("grad.in.c0", slice), "gradient of c0");
  }
  for (const auto& [key, tensor] : data_)
    if (key.starts_with("w.")) expect_near(gradient_of(tensor), data_.at("grad." + key), "gradient of " + key);
}

INSTANTIATE_TEST_SUITE_P(Fixtures, TorchRecurrent,
                         testing::Values("rnn_1l", "rnn_1l_bi", "rnn_2l", "rnn_2l_bi", "gru_1l", "gru_1l_bi", "gru_2l",
                                         "gru_2l_bi", "lstm_1l", "lstm_1l_bi", "lstm_2l", "lstm_2l_bi"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace naru
