// Two steps of the decoder of Bahdanau et al. 2014 (appendix A) against tests/fixtures/torch/bahdanau: additive
// attention, the GRU of 2014, maxout readout; outputs, loss and gradients.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "naru/ops/attention_decoder.h"
#include "naru/ops/linear.h"
#include "naru/ops/maxout.h"
#include "naru/tensor/safetensors.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

/// Matrices of equal height side by side, and on top of each other; negated where the paper's z is our 1 - z.
Tensor beside(const std::vector<Tensor>& parts) {
  int64_t columns = 0;
  for (const Tensor& part : parts) columns += part.dim(1);
  Tensor all({parts[0].dim(0), columns});
  for (int64_t i = 0, at = 0; i < all.dim(0); ++i)
    for (const Tensor& part : parts)
      for (int64_t j = 0; j < part.dim(1); ++j) all.data()[at++] = part.data()[i * part.dim(1) + j];
  return all;
}
Tensor stacked(const std::vector<Tensor>& parts) {
  std::vector<float> numbers;
  for (const Tensor& part : parts) numbers.insert(numbers.end(), part.values().begin(), part.values().end());
  return Tensor::from(numbers, {static_cast<int64_t>(numbers.size()) / parts[0].dim(1), parts[0].dim(1)});
}
Tensor negated(const Tensor& x) {
  Tensor y = x.clone();
  for (float& value : y.values()) value = -value;
  return y;
}
/// Columns [first, last) of a matrix.
Tensor columns(const Tensor& x, int64_t first, int64_t last) {
  Tensor y({x.dim(0), last - first});
  for (int64_t i = 0, at = 0; i < x.dim(0); ++i)
    for (int64_t j = first; j < last; ++j) y.data()[at++] = x.data()[i * x.dim(1) + j];
  return y;
}

void expect_near(const Tensor& actual, const Tensor& expected, const std::string& what) {
  ASSERT_EQ(to_string(actual.shape()), to_string(expected.shape())) << what;
  for (int64_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual.data()[i], expected.data()[i], 2e-5) << what << " at " << i;
}

class Bahdanau : public testing::Test {
 protected:
  Bahdanau()
      : data_(SafetensorsFile(NARU_SOURCE_DIR "/tests/fixtures/torch/bahdanau/data.safetensors").tensors()),
        sources_({5, 3}),
        targets_({2, 2}) {}

  const Tensor& w(const std::string& name) const { return data_.at("w." + name); }
  const Tensor& in(const std::string& name) const { return data_.at("in." + name); }
  /// [2, 5, d] padded → [8, d]: the second source has three tokens.
  Tensor unpadded(const Tensor& x) const { return x.reshaped({10, x.dim(2)}).rows(0, 8).clone(); }
  /// Tensors of each step [2, d] → rows in our order: sentence by sentence.
  Tensor by_sentence(const Tensor& first, const Tensor& second) const {
    return stacked({first.rows(0, 1), second.rows(0, 1), first.rows(1, 2), second.rows(1, 2)});
  }
  Tensor steps(const std::string& name) const {
    return by_sentence(data_.at("out." + name + ".0"), data_.at("out." + name + ".1"));
  }

  NamedTensors data_;
  Offsets sources_, targets_;
};

/// Sum over rows of -log softmax(logits)[target], and its gradient.
double cross_entropy(const Tensor& logits, const std::vector<int64_t>& targets, const Tensor& gradient) {
  double loss = 0;
  for (int64_t i = 0; i < logits.dim(0); ++i) {
    const float* row = logits.data() + i * logits.dim(1);
    double sum = 0;
    for (int64_t j = 0; j < logits.dim(1); ++j) sum += std::exp(double{row[j]});
    const int64_t target = targets[static_cast<size_t>(i)];
    loss += std::log(sum) - row[target];
    for (int64_t j = 0; j < logits.dim(1); ++j)
      gradient.data()[i * logits.dim(1) + j] = static_cast<float>(std::exp(double{row[j]}) / sum - (j == target));
  }
  return loss;
}

TEST_F(Bahdanau, HasThePapersOutputsAndGradients) {
  Tape tape;
  Tensor h = unpadded(in("h")), s0 = in("s0").clone();
  const Tensor y_steps = in("y");  // [2, 2, m]: step, sentence
  Tensor y = by_sentence(y_steps.rows(0, 1).reshaped({2, 5}), y_steps.rows(1, 2).reshaped({2, 5}));
  RecurrentWeights cell{
      beside({stacked({w("Wr"), negated(w("Wz")), w("W")}), stacked({w("Cr"), negated(w("Cz")), w("C")})}),
      stacked({w("Ur"), negated(w("Uz")), w("U")}),
      {},
      {}};
  Tensor keys_weight = w("Ua"), readout_state = w("Uo"), readout_y = w("Vo"), readout_context = w("Co"),
         output = w("Wo");
  AttentionDecoderWeights weights{{cell}, w("Wa"), w("va"), {}, {}};
  for (Tensor* parameter : {&weights.cells[0].weight_ih, &weights.cells[0].weight_hh, &weights.query, &weights.score,
                            &keys_weight, &readout_state, &readout_y, &readout_context, &output})
    want_gradient(*parameter, true);
  for (Tensor* input : {&h, &s0, &y}) want_gradient(*input);

  const Tensor keys = linear(h, keys_weight);
  const auto decoded = attention_decoder({y, targets_}, {h, keys, sources_, {}}, {{{s0, {}}}, {}}, weights,
                                         {.cell = Cell::gru_2014, .order = AttentionOrder::bahdanau, .weights = true});
  expect_near(decoded.contexts, steps("context"), "contexts");
  expect_near(decoded.states, steps("state"), "states");
  const Tensor alpha = steps("alpha");  // [4, 5], the last two rows have three source tokens
  for (int64_t i = 0, at = 0; i < 4; ++i)
    for (int64_t j = 0; j < (i < 2 ? 5 : 3); ++j)
      ASSERT_NEAR(decoded.weights.data()[at++], alpha.data()[i * 5 + j], 1e-5) << i << ", " << j;

  // The readout's sum of three products, as one op of this test.
  const std::vector<Tensor> terms{linear(decoded.before, readout_state), linear(y, readout_y),
                                  linear(decoded.contexts, readout_context)};
  Tensor sum = terms[0].clone();
  for (size_t term = 1; term < 3; ++term)
    for (int64_t i = 0; i < sum.size(); ++i) sum.data()[i] += terms[term].data()[i];
  sum = record("sum", sum, terms, [](const Tensor& dy) -> Gradients { return {dy, dy, dy}; });
  const Tensor t = maxout(sum), logits = linear(t, output);
  expect_near(t, steps("t"), "t");
  expect_near(logits, steps("logits"), "logits");

  const int64_t* ids = in("target").data<int64_t>();
  const Tensor d_logits(logits.shape());
  EXPECT_NEAR(cross_entropy(logits, {ids[0], ids[2], ids[1], ids[3]}, d_logits), data_.at("loss").data()[0], 1e-4);
  tape.backward({logits}, {d_logits});

  const auto expected = [&](const std::string& name) { return data_.at("grad." + name); };
  expect_near(gradient_of(h), unpadded(expected("in.h")), "h");
  expect_near(gradient_of(s0), expected("in.s0"), "s0");
  const Tensor d_y = expected("in.y");
  expect_near(gradient_of(y), by_sentence(d_y.rows(0, 1).reshaped({2, 5}), d_y.rows(1, 2).reshaped({2, 5})), "y");
  const Tensor d_ih = gradient_of(weights.cells[0].weight_ih), d_hh = gradient_of(weights.cells[0].weight_hh);
  expect_near(columns(d_ih, 0, 5), stacked({expected("w.Wr"), negated(expected("w.Wz")), expected("w.W")}), "W");
  expect_near(columns(d_ih, 5, 17), stacked({expected("w.Cr"), negated(expected("w.Cz")), expected("w.C")}), "C");
  expect_near(d_hh, stacked({expected("w.Ur"), negated(expected("w.Uz")), expected("w.U")}), "U");
  expect_near(gradient_of(weights.query), expected("w.Wa"), "Wa");
  expect_near(gradient_of(weights.score), expected("w.va"), "va");
  expect_near(gradient_of(keys_weight), expected("w.Ua"), "Ua");
  expect_near(gradient_of(readout_state), expected("w.Uo"), "Uo");
  expect_near(gradient_of(readout_y), expected("w.Vo"), "Vo");
  expect_near(gradient_of(readout_context), expected("w.Co"), "Co");
  expect_near(gradient_of(output), expected("w.Wo"), "Wo");
}

}  // namespace
}  // namespace naru
