// Parity with torch.nn.MultiheadAttention (tests/fixtures/torch/mha_*): outputs, weights and gradients. The projections
// around the op are done here in double. Torch's additive float mask has no counterpart: what may be seen is a matter
// of offsets and of `causal`.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "naru/ops/attention.h"
#include "naru/tensor/safetensors.h"
#include "naru/tensor/tape.h"

#include "tests/ops/op_case.h"

namespace naru {
namespace {

constexpr int64_t width = 12, heads = 3;
constexpr double tolerance = 3e-5;  // ten times torch's own error in f32

/// A padded batch [count, longest, columns] and the lengths of its sequences.
class Fixture {
 public:
  explicit Fixture(const std::string& name)
      : file_(std::filesystem::path(NARU_SOURCE_DIR) / "tests/fixtures/torch" / name / "data.safetensors") {}
  Doubles operator[](const std::string& name) const { return to_doubles(file_.tensor(name)); }
  /// Where the mask (1 = not allowed) lets keys through: a prefix of each sequence.
  std::vector<int32_t> key_lengths() const {
    const Tensor mask = file_.tensor("in.key_padding_mask_bool");  // [count, keys]
    std::vector<int32_t> lengths;
    for (int64_t i = 0; i < mask.dim(0); ++i) {
      const auto row = mask.rows(i, i + 1).values<uint8_t>();
      lengths.push_back(static_cast<int32_t>(std::ranges::count(row, 0)));
    }
    return lengths;
  }

 private:
  SafetensorsFile file_;
};

/// Rows [begins[i], ends[i]) of each sequence of a padded batch.
std::vector<int64_t> rows_between(const std::vector<int32_t>& begins, const std::vector<int32_t>& ends,
                                  int64_t longest) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < ends.size(); ++i)
    for (int32_t t = begins[i]; t < ends[i]; ++t) rows.push_back(static_cast<int64_t>(i) * longest + t);
  return rows;
}
Doubles take(const Doubles& x, const std::vector<int64_t>& rows) {
  Doubles y({static_cast<int64_t>(rows.size()), x.columns()});
  for (int64_t i = 0; i < y.rows(); ++i)
    for (int64_t c = 0; c < x.columns(); ++c) y(i, c) = x(rows[static_cast<size_t>(i)], c);
  return y;
}
void add_rows(Doubles& to, const std::vector<int64_t>& rows, const Doubles& x) {
  for (int64_t i = 0; i < x.rows(); ++i)
    for (int64_t c = 0; c < x.columns(); ++c) to(rows[static_cast<size_t>(i)], c) += x(i, c);
}
Doubles transposed(const Doubles& x) {
  Doubles y({x.columns(), x.rows()});
  for (int64_t i = 0; i < x.rows(); ++i)
    for (int64_t j = 0; j < x.columns(); ++j) y(j, i) = x(i, j);
  return y;
}
/// x wᵀ + b, where w and b are the part-th `width` rows of stacked projections.
Doubles project(const Doubles& x, const Doubles& w, const Doubles& b, int64_t part) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < width; ++i) rows.push_back(part * width + i);
  Doubles y = times_transposed(x, take(w, rows));
  for (int64_t i = 0; i < y.rows(); ++i)
    for (int64_t c = 0; c < width; ++c) y(i, c) += b[part * width + c];
  return y;
}
void expect_near(const Doubles& actual, const Doubles& expected, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (int64_t i = 0; i < actual.size(); ++i) ASSERT_NEAR(actual[i], expected[i], tolerance) << what << " at " << i;
}

/// The gradients that torch gives, taken apart into what the op is answerable for.
struct Parity {
  const Fixture& fixture;
  Doubles query = fixture["in.query"], c_output = fixture["in.c_output"];
  Doubles key, value;
  Doubles in_weight = fixture["w.in_proj_weight"], in_bias = fixture["w.in_proj_bias"];
  Doubles out_weight = fixture["w.out_proj.weight"], out_bias = fixture["w.out_proj.bias"];
  Doubles q, k, v;     // projected, padded
  Doubles dq, dk, dv;  // their gradients
  Doubles output;
  std::vector<AttentionMap> maps;

  Parity(const Fixture& fixture, const std::string& key_name, const std::string& value_name)
      : fixture(fixture), key(fixture[key_name]), value(fixture[value_name]) {
    q = project(query, in_weight, in_bias, 0);
    k = project(key, in_weight, in_bias, 1);
    v = project(value, in_weight, in_bias, 2);
    dq = Doubles(q.shape), dk = Doubles(k.shape), dv = Doubles(v.shape), output = Doubles(fixture["out.output"].shape);
  }
  int64_t count() const { return query.shape[0]; }
  int64_t queries() const { return query.shape[1]; }
  int64_t keys() const { return key.shape[1]; }

  /// One call of the op: queries [begins[i], ends[i]) of each sequence over its first `lengths[i]` keys.
  void run(const std::vector<int32_t>& begins, const std::vector<int32_t>& ends, const std::vector<int32_t>& lengths,
           AttentionPattern pattern) {
    std::vector<int32_t> query_lengths, zeros(lengths.size());
    for (size_t i = 0; i < ends.size(); ++i) query_lengths.push_back(ends[i] - begins[i]);
    const auto query_rows = rows_between(begins, ends, queries()), key_rows = rows_between(zeros, lengths, keys());
    Tensor tq = to_tensor(take(q, query_rows)), tk = to_tensor(take(k, key_rows)), tv = to_tensor(take(v, key_rows));
    want_gradient(tq), want_gradient(tk), want_gradient(tv);
    Tape tape;
    const Tensor y = attention(tq, Offsets(query_lengths), {tk, tv, Offsets(lengths)},
                               {.heads = heads, .pattern = pattern, .map = &maps.emplace_back()});
    Doubles projected = times_transposed(to_doubles(y), out_weight);
    for (int64_t i = 0; i < projected.size(); ++i) projected[i] += out_bias[i % width];
    add_rows(output, query_rows, projected);
    tape.backward({y}, {to_tensor(times_transposed(take(c_output, query_rows), transposed(out_weight)))});
    add_rows(dq, query_rows, to_doubles(gradient_of(tq)));
    add_rows(dk, key_rows, to_doubles(gradient_of(tk)));
    add_rows(dv, key_rows, to_doubles(gradient_of(tv)));
  }

  void expect_weight_gradients() const {
    const Doubles weights = fixture["grad.w.in_proj_weight"], bias = fixture["grad.w.in_proj_bias"];
    const Doubles* const gradients[] = {&dq, &dk, &dv};
    const Doubles* const inputs[] = {&query, &key, &value};
    for (int64_t part = 0; part < 3; ++part) {
      const Doubles made = times_transposed(transposed(*gradients[part]), transposed(*inputs[part]));
      for (int64_t i = 0; i < made.size(); ++i)
        ASSERT_NEAR(made[i], weights[part * width * width + i], tolerance) << "in_proj_weight, part " << part;
      for (int64_t c = 0; c < width; ++c) {
        double sum = 0;
        for (int64_t i = 0; i < gradients[part]->rows(); ++i) sum += (*gradients[part])(i, c);
        ASSERT_NEAR(sum, bias[part * width + c], tolerance) << "in_proj_bias, part " << part;
      }
    }
  }
  /// What the part-th projection hands back to its input.
  Doubles input_gradient(const Doubles& gradient, int64_t part) const {
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < width; ++i) rows.push_back(part * width + i);
    return times_transposed(gradient, transposed(take(in_weight, rows)));
  }
  /// Compares a call's map with torch's padded weights [count, heads, queries, keys], from query `begins[i]` on.
  void expect_weights(const AttentionMap& map, const std::vector<int32_t>& begins) const {
    const Doubles expected = fixture["out.weights"];
    for (int64_t i = 0; i < count(); ++i) {
      const auto sequence = static_cast<size_t>(i);
      size_t at = 0;
      for (int64_t head = 0; head < heads; ++head)
        for (int64_t row = 0; row < map.queries[sequence]; ++row)
          for (int64_t j = 0; j < map.keys[sequence]; ++j)
            ASSERT_NEAR(map.sequences[sequence][at++],
                        expected[((i * heads + head) * queries() + begins[sequence] + row) * keys() + j], tolerance);
    }
  }
};

TEST(AttentionFixture, CrossAttentionWithPaddedKeysEqualsTorch) {
  const Fixture fixture("mha_cross_pad");
  Parity parity(fixture, "in.key", "in.value");
  const std::vector<int32_t> none = {0, 0}, all = {5, 5};
  parity.run(none, all, fixture.key_lengths(), {});
  expect_near(parity.output, fixture["out.output"], "output");
  parity.expect_weights(parity.maps[0], none);
  parity.expect_weight_gradients();
  expect_near(parity.input_gradient(parity.dq, 0), fixture["grad.in.query"], "query");
  expect_near(parity.input_gradient(parity.dk, 1), fixture["grad.in.key"], "key");
  expect_near(parity.input_gradient(parity.dv, 2), fixture["grad.in.value"], "value");
}

/// torch's padded queries see every key that is not padding: here a second call, without the causal pattern.
TEST(AttentionFixture, CausalSelfAttentionWithPaddingEqualsTorch) {
  const Fixture fixture("mha_self_causal_pad");
  Parity parity(fixture, "in.query", "in.query");
  const std::vector<int32_t> none = {0, 0}, all = {5, 5}, lengths = fixture.key_lengths();
  parity.run(none, lengths, lengths, {.causal = true});
  parity.run(lengths, all, lengths, {});
  expect_near(parity.output, fixture["out.output"], "output");
  parity.expect_weights(parity.maps[0], none);
  parity.expect_weights(parity.maps[1], lengths);
  parity.expect_weight_gradients();
  Doubles gradient = parity.input_gradient(parity.dq, 0);
  for (const auto& more : {parity.input_gradient(parity.dk, 1), parity.input_gradient(parity.dv, 2)})
    for (int64_t i = 0; i < gradient.size(); ++i) gradient[i] += more[i];
  expect_near(gradient, fixture["grad.in.query"], "query");
}

}  // namespace
}  // namespace naru
