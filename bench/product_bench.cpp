// The matrix product at the sizes of training and decoding, against the arithmetic peak that the same run measured.
// One thread by default, timed by its CPU time; pin it: taskset -c 1 build/bench/product_bench. On a shared machine
// take the best of many: --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true. NARU_THREADS=N measures
// the pool by the clock. `of_peak` is the share of the peak that this run measured; --benchmark_filter=forward picks
// rows.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/measure.h"
#include "naru/ops/cpu/product.h"
#include "naru/tensor/tensor.h"

namespace naru {
namespace {

double peak = 0;  // FLOP/s

/// What is multiplied: x · Wᵀ, dy · W with W packed, or dyᵀ · x added to dW.
enum class Kind { forward, data_gradient, weight_gradient };

struct Case {
  const char* what;
  Kind kind;
  int64_t rows, columns, inner;
};

constexpr Case cases[] = {
    {"forward", Kind::forward, 4096, 512, 512},
    {"forward", Kind::forward, 4096, 2048, 512},
    {"forward", Kind::forward, 4096, 512, 2048},
    {"forward", Kind::forward, 4096, 256, 256},
    {"forward", Kind::forward, 4096, 8000, 256},
    {"forward_vocabulary_tile", Kind::forward, 512, 32000, 512},
    {"data_gradient", Kind::data_gradient, 4096, 512, 512},
    {"data_gradient", Kind::data_gradient, 4096, 512, 2048},
    {"data_gradient", Kind::data_gradient, 4096, 256, 8000},
    {"weight_gradient", Kind::weight_gradient, 256, 256, 2048},
    {"weight_gradient", Kind::weight_gradient, 768, 256, 2048},
    {"weight_gradient", Kind::weight_gradient, 1024, 256, 2048},
    {"weight_gradient", Kind::weight_gradient, 256, 1024, 2048},
    {"weight_gradient", Kind::weight_gradient, 512, 512, 4096},
    {"weight_gradient", Kind::weight_gradient, 2048, 512, 4096},
    {"weight_gradient", Kind::weight_gradient, 8000, 256, 4096},
    {"recurrent", Kind::forward, 128, 2048, 512},
    {"decode", Kind::forward, 1, 512, 512},
    {"decode", Kind::forward, 8, 512, 512},
    {"decode", Kind::forward, 1, 32000, 512},
};

Tensor random_tensor(int64_t rows, int64_t columns, DType dtype) {
  const Tensor made({rows, columns}, dtype);
  Random random(static_cast<uint64_t>(rows * columns));
  for (int64_t i = 0; i < made.size(); ++i) {
    const auto value = static_cast<float>(random.uniform() * 2 - 1);
    if (dtype == DType::f32) {
      made.data<float>()[i] = value;
    } else {
      made.data<bf16>()[i] = bf16(value);
    }
  }
  return made;
}

cpu::MatrixView view(const Tensor& m, bool transposed) {
  const int64_t rows = m.dim(0), columns = m.dim(1);
  return {m.raw(), m.dtype(), transposed ? columns : rows, transposed ? rows : columns, columns, transposed};
}

void run(benchmark::State& state, const Case& c, DType dtype) {
  const bool weight = c.kind == Kind::weight_gradient, forward = c.kind == Kind::forward;
  const Tensor a = weight ? random_tensor(c.inner, c.rows, dtype) : random_tensor(c.rows, c.inner, dtype);
  const Tensor b = forward ? random_tensor(c.columns, c.inner, dtype) : random_tensor(c.inner, c.columns, dtype);
  const Tensor y = random_tensor(c.rows, c.columns, weight ? DType::f32 : dtype);
  const cpu::MatrixOut out{y.raw(), y.dtype(), c.columns};
  cpu::PackedMatrix packed;
  if (!weight) cpu::pack(view(b, forward), packed);
  for (auto _ : state) {
    if (weight) {
      cpu::product(view(a, true), view(b, false), out, {.add = true});
    } else {
      cpu::product(view(a, false), packed, out);
    }
  }
  const double flops = 2.0 * static_cast<double>(c.rows * c.columns * c.inner);
  using Counter = benchmark::Counter;
  state.counters["FLOP/s"] = Counter(flops, Counter::kIsIterationInvariantRate, Counter::OneK::kIs1000);
  state.counters["of_peak"] = Counter(flops / peak, Counter::kIsIterationInvariantRate);
}

}  // namespace
}  // namespace naru

int main(int argc, char** argv) {
  const char* threads = std::getenv("NARU_THREADS");
  naru::set_threads(threads ? std::max(1, std::atoi(threads)) : 1);
  naru::peak = naru::cpu::measure_peak_rate();
  benchmark::AddCustomContext("peak GFLOP/s", std::to_string(naru::peak / 1e9));
  for (const auto& c : naru::cases) {
    for (const naru::DType dtype : {naru::DType::f32, naru::DType::bf16}) {
      const std::string title = std::string(c.what) + '/' + std::to_string(c.rows) + 'x' + std::to_string(c.columns) +
                                'x' + std::to_string(c.inner) + '/' + std::string(name(dtype));
      auto* made = benchmark::RegisterBenchmark(title.c_str(),
                                                [&c, dtype](benchmark::State& state) { naru::run(state, c, dtype); });
      made->Unit(benchmark::kMicrosecond);
      if (naru::threads() > 1) made->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
