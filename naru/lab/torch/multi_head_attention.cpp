// torch.nn.MultiheadAttention with padded keys, across and causally on itself.
#include <algorithm>

#include "naru/lab/torch/case_tensors.h"
#include "naru/ops/attention.h"
#include "naru/ops/linear.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

/// Queries of each sequence from `begins[i]` on, `offsets.length(i)` of them, and which keys they see.
struct Call {
  std::vector<int64_t> begins;
  Offsets offsets;
  AttentionPattern pattern;
};

/// torch computes padded queries too: they see every key that is not padding, so they need a call of their own, without
/// the causal pattern.
std::vector<Call> calls_of(const Offsets& keys, int64_t queries, bool causal) {
  const auto count = static_cast<size_t>(keys.count());
  if (!causal) return {{std::vector<int64_t>(count), equal_lengths(keys.count(), queries), {}}};
  std::vector<int64_t> ends;
  std::vector<int32_t> left;
  for (const int32_t length : keys.lengths()) {
    ends.push_back(length);
    left.push_back(static_cast<int32_t>(queries) - length);
  }
  return {{std::vector<int64_t>(count), keys, {.causal = true}}, {ends, Offsets(left), {}}};
}

/// Copies between a padded batch [count, longest, d] and a call's rows of it.
template <class Copy>
void each_row(const Call& call, int64_t longest, const Copy& copy) {
  for (int64_t i = 0; i < call.offsets.count(); ++i)
    for (int64_t k = 0; k < call.offsets.length(i); ++k)
      copy(i * longest + call.begins[static_cast<size_t>(i)] + k, call.offsets.begin(i) + k);
}
Tensor rows_of_call(const Call& call, const Tensor& padded) {
  const int64_t d = padded.dim(2);
  Tensor rows({call.offsets.total(), d});
  each_row(call, padded.dim(1),
           [&](int64_t from, int64_t to) { std::copy_n(padded.data() + from * d, d, rows.data() + to * d); });
  return rows;
}
void put_back(const Call& call, const Tensor& rows, const Tensor& padded) {
  const int64_t d = padded.dim(2);
  each_row(call, padded.dim(1), [&](int64_t to, int64_t from) {
    for (int64_t j = 0; j < d; ++j) padded.data()[to * d + j] += rows.data()[from * d + j];
  });
}
/// A call's weights into torch's [count, heads, queries, keys].
void put_weights(const Call& call, const AttentionMap& map, const Tensor& all) {
  const int64_t heads = all.dim(1), queries = all.dim(2), keys = all.dim(3);
  for (size_t i = 0; i < map.sequences.size(); ++i) {
    size_t at = 0;
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t row = 0; row < map.queries[i]; ++row)
        for (int64_t key = 0; key < map.keys[i]; ++key)
          all.data()[((static_cast<int64_t>(i) * heads + head) * queries + call.begins[i] + row) * keys + key] =
              map.sequences[i][at++];
  }
}

}  // namespace

void compute_multi_head_attention(CaseTensors& tensors) {
  const bool self = !tensors.has("in.key");
  const Tensor query = tensors["in.query"], key = tensors[self ? "in.query" : "in.key"];
  const Tensor value = tensors[self ? "in.query" : "in.value"], weights = Tensor::zeros(tensors["out.weights"].shape());
  const Offsets offsets = tokens_of(tensors["in.key_padding_mask_bool"], 0);
  const int64_t d = query.dim(2), heads = weights.dim(1);
  const Tensor weight = tensors.variable("w.in_proj_weight"), bias = tensors.variable("w.in_proj_bias");
  const Tensor out_weight = tensors.variable("w.out_proj.weight"), out_bias = tensors.variable("w.out_proj.bias");
  const auto project = [&](const Tensor& x, int64_t part) {  // q, k, v stacked
    return linear(x, weight.rows(part * d, (part + 1) * d), bias.rows(part * d, (part + 1) * d));
  };
  Tensor keys = without_padding(key, offsets), values = without_padding(value, offsets);
  want_gradient(keys), want_gradient(values);

  Tape tape;
  const KeyValueRows memory{project(keys, 1), project(values, 2), offsets};
  const Tensor output = Tensor::zeros(query.shape());
  const std::vector<Call> calls = calls_of(offsets, query.dim(1), tensors.has("in.attn_mask_bool"));
  std::vector<Tensor> queries, results;
  Gradients gradients;
  for (const Call& call : calls) {
    want_gradient(queries.emplace_back(rows_of_call(call, query)));
    AttentionMap map;
    const Tensor attended = attention(project(queries.back(), 0), call.offsets, memory,
                                      {.heads = heads, .pattern = call.pattern, .map = &map});
    results.push_back(linear(attended, out_weight, out_bias));
    gradients.push_back(rows_of_call(call, tensors["in.c_output"]));
    put_back(call, results.back(), output);
    put_weights(call, map, weights);
  }
  tensors.compare("out.weights", weights);
  tensors.compare("out.output", output);
  tape.backward(results, gradients);

  const Tensor d_query = Tensor::zeros(query.shape());
  for (size_t i = 0; i < calls.size(); ++i) put_back(calls[i], gradient_of(queries[i]), d_query);
  const Tensor d_keys = with_padding(gradient_of(keys), offsets, key.dim(1));
  const Tensor d_values = with_padding(gradient_of(values), offsets, value.dim(1));
  if (self) {
    for (int64_t i = 0; i < d_query.size(); ++i) d_query.data()[i] += d_keys.data()[i] + d_values.data()[i];
  } else {
    tensors.compare("grad.in.key", d_keys);
    tensors.compare("grad.in.value", d_values);
  }
  tensors.compare("grad.in.query", d_query);
  tensors.compare_gradients();
}

}  // namespace naru
