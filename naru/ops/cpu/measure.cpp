#include "naru/ops/cpu/measure.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <vector>

#include "naru/base/error.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/product.h"
#include "naru/ops/cpu/product_onednn.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/measure.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

constexpr int chains = 12;  // independent sums: more than latency × throughput of any core

/// Runs `rounds` of `chains` multiply-adds; returns their FLOPs. The sum goes to `sink`, so that nothing is left out.
double multiply_add(int64_t rounds, float* sink) {
  const Floats d;
  FloatVector sum[chains];
  // Different starts: equal chains would be computed once.
#pragma GCC unroll 16
  for (int c = 0; c < chains; ++c) sum[c] = hn::Set(d, *sink + static_cast<float>(c));
  const auto x = hn::Set(d, 0.999f), y = hn::Set(d, 1e-3f);
  for (int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
    for (auto& s : sum) s = hn::MulAdd(s, x, y);
  }
#pragma GCC unroll 16
  for (int c = 1; c < chains; ++c) sum[0] = hn::Add(sum[0], sum[c]);
  *sink = hn::GetLane(sum[0]);
  return 2.0 * static_cast<double>(rounds * chains * lanes);
}

float read(const float* from, int64_t count) {
  const Floats d;
  FloatVector sum[8];
  for (auto& s : sum) s = hn::Zero(d);
  for (int64_t i = 0; i + 8 * lanes <= count; i += 8 * lanes) {
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v) sum[v] = hn::Add(sum[v], hn::LoadU(d, from + i + v * lanes));
  }
  for (int v = 1; v < 8; ++v) sum[0] = hn::Add(sum[0], sum[v]);
  return hn::GetLane(sum[0]);
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(multiply_add);
HWY_EXPORT(read);
namespace {

/// Seconds of the fastest of the calls of `work` that fit into `budget` seconds (at least three).
template <class Work>
double fastest(double budget, Work&& work) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const auto begin = Clock::now();
  double best = 1e30;
  for (int round = 0; round < 3 || seconds_since(begin) < budget; ++round) {
    const auto start = Clock::now();
    work();
    best = std::min(best, seconds_since(start));
  }
  return best;
}

/// Runs work(thread) once on each thread's share.
template <class Work>
void on_all_threads(Work&& work) {
  parallel_for(threads(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) work(i);
  });
}

}  // namespace

double measure_peak_rate() {
  std::vector<double> flops(static_cast<size_t>(threads()));
  const double seconds = fastest(0.2, [&] {
    on_all_threads([&](int64_t i) {
      float sink = 1;
      flops[static_cast<size_t>(i)] = HWY_DYNAMIC_DISPATCH(multiply_add)(100'000, &sink);
      if (sink == 0) flops[static_cast<size_t>(i)] = 0;  // never: keeps the sum alive
    });
  });
  double total = 0;
  for (double f : flops) total += f;
  return total / seconds;
}

constexpr int64_t rows = 4096, columns = 2048, inner = 512;  // of the product that is measured

double measure_product_rate(DType dtype) {
  const auto zeros = [&](int64_t count) { return std::vector<std::byte>(static_cast<size_t>(count * size_of(dtype))); };
  const auto a = zeros(rows * inner), b = zeros(inner * columns);
  auto c = zeros(rows * columns);
  PackedMatrix packed;
  pack({.data = b.data(), .dtype = dtype, .rows = inner, .columns = columns, .stride = columns}, packed);
  const MatrixView view{.data = a.data(), .dtype = dtype, .rows = rows, .columns = inner, .stride = inner};
  const double seconds = fastest(0.4, [&] { product(view, packed, {c.data(), dtype, columns}); });
  return 2.0 * rows * columns * inner / seconds;
}

double measure_int8_rate() {
  const int64_t share = rows / threads();
  std::vector<std::function<void()>> products(static_cast<size_t>(threads()));
  for (auto& product : products) product = onednn::int8_product(share, inner, columns);
  const double seconds = fastest(0.4, [&] { on_all_threads([&](int64_t i) { products[static_cast<size_t>(i)](); }); });
  return 2.0 * static_cast<double>(share * threads() * columns * inner) / seconds;
}

double measure_bandwidth(int64_t bytes) {
  NARU_CHECK(bytes > 0, "measure_bandwidth: a working set of {} bytes", bytes);
  const int64_t share = std::max<int64_t>(64, bytes / int64_t{sizeof(float)} / threads() / 64 * 64);
  const std::vector<float> memory(static_cast<size_t>(share * threads()), 1.0f);
  // Small sets are read several times per round, so that starting the threads does not count.
  const int64_t repeats = std::max<int64_t>(1, (int64_t{16} << 20) / bytes);
  std::vector<float> sinks(static_cast<size_t>(threads()));
  const double seconds = fastest(0.2, [&] {
    on_all_threads([&](int64_t i) {
      for (int64_t r = 0; r < repeats; ++r)
        sinks[static_cast<size_t>(i)] += HWY_DYNAMIC_DISPATCH(read)(memory.data() + i * share, share);
    });
  });
  return static_cast<double>(share * threads() * repeats * int64_t{sizeof(float)}) / seconds;
}

}  // namespace naru::cpu
#endif
