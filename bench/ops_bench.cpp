// Ops at the sizes of training (transformer-small, 4,096 tokens in sentences of 32; the recurrent ones in their
// own), forward (on a tape) alone and with backward, beside its floor: matrix FLOPs over the measured rate of packed
// products, or bytes touched once over the measured bandwidth, whichever takes longer. `of_floor` is floor / time: 1 is
// the best there is. In bf16 the time to round what comes in as f32 counts. output_loss makes its gradients on the way
// forward. NARU_THREADS=N; --benchmark_filter=attention picks rows.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/ops/activations.h"
#include "naru/ops/arithmetic.h"
#include "naru/ops/attention.h"
#include "naru/ops/attention_decoder.h"
#include "naru/ops/concat.h"
#include "naru/ops/cpu/measure.h"
#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"
#include "naru/ops/linear.h"
#include "naru/ops/maxout.h"
#include "naru/ops/norm.h"
#include "naru/ops/output_loss.h"
#include "naru/ops/precision.h"
#include "naru/ops/recurrent.h"
#include "naru/ops/softmax.h"
#include "naru/ops/ssru.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

double product_rate_f32 = 0, product_rate_bf16 = 0, bandwidth = 0;  // FLOP/s; bytes per second from memory

using Inputs = std::vector<Tensor>;

struct Row {
  const char* op;
  std::vector<Shape> inputs;  // all f32, all wanting a gradient
  std::function<Tensor(const Inputs&)> run;
  double forward_flops = 0;  // of matrix products; backward takes twice as many
};

constexpr int64_t total = 4096, length = 32, count = total / length;
constexpr int64_t d = 256, feed_forward = 1024, heads = 4, vocabulary = 8000, hidden = 512;

double product_flops(int64_t rows, int64_t in, int64_t out) { return 2.0 * static_cast<double>(rows * in * out); }

Offsets sentences() { return Offsets(std::vector<int32_t>(count, length)); }

Tensor ids() {
  Tensor made({total}, DType::i32);
  Random random(3);
  for (int32_t& id : made.values<int32_t>()) id = static_cast<int32_t>(random.below(vocabulary));
  return made;
}

Tensor rows_in_reverse() {
  Tensor made({total}, DType::i32);
  for (int64_t i = 0; i < total; ++i) made.data<int32_t>()[i] = static_cast<int32_t>(total - 1 - i);
  return made;
}

Row recurrent_row(const char* name, Cell cell) {
  const int64_t gates = gate_count(cell) * hidden;
  return {name,
          {{total, hidden}, {gates, hidden}, {gates, hidden}, {gates}, {gates}},
          [cell](const Inputs& x) {
            const RecurrentState initial{to_precision(Tensor::zeros({count, hidden})),
                                         cell == Cell::lstm ? Tensor::zeros({count, hidden}) : Tensor()};
            return recurrent_layer(to_precision(x[0]), sentences(), initial, {x[1], x[2], x[3], x[4]}, {.cell = cell})
                .outputs;
          },
          2 * product_flops(total, hidden, gates)};
}

/// Bahdanau's decoder: additive energies over 32 source tokens of a bidirectional encoder, a GRU of 512.
Row attention_decoder_row() {
  const int64_t gates = 3 * hidden, values = 2 * hidden;
  return {"attention_decoder",
          {{total, hidden},
           {total, values},
           {total, hidden},
           {gates, hidden + values},
           {gates, hidden},
           {hidden, hidden},
           {hidden}},
          [](const Inputs& x) {
            const AttentionDecoderWeights weights{
                .cells = {{x[3], x[4], {}, {}}}, .query = x[5], .score = x[6], .combine = {}, .combine_bias = {}};
            const AttentionDecoderState initial{{{to_precision(Tensor::zeros({count, hidden})), {}}}, {}};
            return attention_decoder({to_precision(x[0]), sentences()},
                                     {to_precision(x[1]), to_precision(x[2]), sentences(), {}}, initial, weights,
                                     {.cell = Cell::gru, .order = AttentionOrder::bahdanau})
                .states;
          },
          product_flops(total, hidden + values, gates) + product_flops(total, hidden, gates + hidden)};
}

std::vector<Row> rows() {
  const DropoutSpec drop{0.1f, sentences()};
  return {
      {"linear",
       {{total, d}, {feed_forward, d}, {feed_forward}},
       [](const Inputs& x) { return linear(to_precision(x[0]), x[1], x[2], {Activation::relu}); },
       product_flops(total, d, feed_forward)},
      {"attention",
       {{total, 3 * d}},
       [](const Inputs& x) {
         const Tensor qkv = to_precision(x[0]);
         return attention({qkv, 0, d}, sentences(), {{qkv, d, d}, {qkv, 2 * d, d}, sentences()}, {.heads = heads});
       },
       2 * product_flops(total, d, length)},
      {"output_loss",
       {{total, d}, {vocabulary, d}, {vocabulary}},
       [targets = ids()](const Inputs& x) {
         return output_loss(to_precision(x[0]), x[1], x[2], targets, {.smoothing = 0.1f}).loss;
       },
       product_flops(total, d, vocabulary)},
      recurrent_row("recurrent_layer/rnn", Cell::rnn),
      recurrent_row("recurrent_layer/gru", Cell::gru),
      recurrent_row("recurrent_layer/lstm", Cell::lstm),
      attention_decoder_row(),
      {"ssru",
       {{total, 2 * d}, {d}},
       [](const Inputs& x) { return ssru(to_precision(x[0]), x[1], sentences(), {}).outputs; }},
      {"embedding", {{vocabulary, d}}, [tokens = ids()](const Inputs& x) { return embedding(x[0], tokens); }},
      {"layer_norm", {{total, d}, {d}, {d}}, [](const Inputs& x) { return layer_norm(x[0], x[1], x[2], 1e-5f); }},
      {"residual_norm",
       {{total, d}, {total, d}, {d}, {d}},
       [drop](const Inputs& x) { return residual_norm(x[0], to_precision(x[1]), x[2], x[3], 1e-5f, drop); }},
      {"dropout", {{total, d}}, [drop](const Inputs& x) { return dropout(to_precision(x[0]), drop); }},
      {"add_dropped",
       {{total, d}, {total, d}},
       [drop](const Inputs& x) { return add_dropped(x[0], to_precision(x[1]), drop); }},
      {"to_precision", {{total, d}}, [](const Inputs& x) { return to_precision(x[0]); }},
      {"gelu", {{total, feed_forward}}, [](const Inputs& x) { return gelu(x[0]); }},
      {"tanh", {{total, feed_forward}}, [](const Inputs& x) { return tanh(x[0]); }},
      {"softmax", {{total, feed_forward}}, [](const Inputs& x) { return softmax(x[0]); }},
      {"log_softmax", {{total, feed_forward}}, [](const Inputs& x) { return log_softmax(x[0]); }},
      {"maxout", {{total, feed_forward}}, [](const Inputs& x) { return maxout(x[0]); }},
      {"add", {{total, feed_forward}, {total, feed_forward}}, [](const Inputs& x) { return add(x[0], x[1]); }},
      {"multiply",
       {{total, feed_forward}, {total, feed_forward}},
       [](const Inputs& x) { return multiply(x[0], x[1]); }},
      {"scale", {{total, feed_forward}}, [](const Inputs& x) { return scale(x[0], 0.5f); }},
      {"sum", {{total, feed_forward}}, [](const Inputs& x) { return sum(x[0]); }},
      {"mean", {{total, feed_forward}}, [](const Inputs& x) { return mean(x[0]); }},
      {"gather", {{total, d}}, [rows = rows_in_reverse()](const Inputs& x) { return gather(x[0], rows); }},
      {"concat_rows",
       {{total, d}, {total, d}},
       [](const Inputs& x) {
         return concat_rows({x[0], x[1]});
       }},
      {"concat_columns",
       {{total, feed_forward}, {total, feed_forward}},
       [](const Inputs& x) {
         return concat_columns({x[0], x[1]});
       }},
      {"slice_columns", {{total, 3 * d}}, [](const Inputs& x) { return slice_columns(x[0], d, 2 * d); }},
  };
}

Tensor random_tensor(const Shape& shape) {
  Tensor made(shape);
  Random random(static_cast<uint64_t>(made.size()));
  for (float& x : made.values<float>()) x = static_cast<float>(random.uniform() * 0.2 - 0.1);
  return made;
}

double floor_seconds(const Row& row, const Tensor& output, DType precision, bool backward) {
  double inputs = 0;
  for (const Shape& shape : row.inputs) inputs += 4.0 * static_cast<double>(shape.size());
  const auto outputs = static_cast<double>(output.bytes());
  const double bytes = backward ? 3 * inputs + 2 * outputs : inputs + outputs;
  return std::max(
      (backward ? 3 : 1) * row.forward_flops / (precision == DType::bf16 ? product_rate_bf16 : product_rate_f32),
      bytes / bandwidth);
}

void run(benchmark::State& state, const Row& row, DType precision, bool backward) {
  Inputs inputs;
  for (const Shape& shape : row.inputs) {
    inputs.push_back(random_tensor(shape));
    want_gradient(inputs.back(), true);
  }
  const TapeOptions options{.seed = 1, .precision = precision};
  Tensor output, gradient;
  {
    const Tape tape(options);
    output = row.run(inputs);
    gradient = output.size() == 1 ? Tensor::from({1.0f}, {1}) : random_tensor(output.shape()).to(output.dtype());
  }
  for (auto _ : state) {
    Tape tape(options);
    const Tensor y = row.run(inputs);
    if (backward) tape.backward({y}, {gradient});
  }
  using Counter = benchmark::Counter;
  state.counters["of_floor"] =
      Counter(floor_seconds(row, output, precision, backward), Counter::kIsIterationInvariantRate);
}

}  // namespace
}  // namespace naru

int main(int argc, char** argv) {
  const char* threads = std::getenv("NARU_THREADS");
  if (threads) naru::set_threads(std::max(1, std::atoi(threads)));
  naru::product_rate_f32 = naru::cpu::measure_product_rate(naru::DType::f32);
  naru::product_rate_bf16 = naru::cpu::measure_product_rate(naru::DType::bf16);
  naru::bandwidth = naru::cpu::measure_bandwidth(32'000'000);
  benchmark::AddCustomContext("packed product f32, GFLOP/s", std::to_string(naru::product_rate_f32 / 1e9));
  benchmark::AddCustomContext("packed product bf16, GFLOP/s", std::to_string(naru::product_rate_bf16 / 1e9));
  benchmark::AddCustomContext("reading 32 MB, GB/s", std::to_string(naru::bandwidth / 1e9));
  const std::vector<naru::Row> rows = naru::rows();
  for (const naru::Row& row : rows)
    for (const naru::DType precision : {naru::DType::f32, naru::DType::bf16})
      for (const bool backward : {false, true})
        benchmark::RegisterBenchmark(
            fmt::format("{}/{}/{}", row.op, naru::name(precision), backward ? "with_backward" : "forward").c_str(),
            [&row, precision, backward](benchmark::State& state) { naru::run(state, row, precision, backward); })
            ->Unit(benchmark::kMicrosecond)
            ->UseRealTime();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
