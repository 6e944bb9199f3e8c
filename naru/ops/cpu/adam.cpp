// g = scale · gradient;  m += (1-β₁)(g - m);  v += (1-β₂)(g² - v);  w -= rate · (m / c₁) / (√(v / c₂) + ε)
#include "naru/ops/cpu/adam.h"

#include <algorithm>
#include <cmath>

#include "naru/base/threads.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/adam.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// The constants in registers, and one vector's step.
struct AdamVector {
  explicit AdamVector(const AdamStep& s)
      : decoupled(s.decoupled),
        keep(hn::Set(d, s.decoupled ? 1 - s.learning_rate * s.decay : 1.f)),
        decay(hn::Set(d, s.decay)),
        scale(hn::Set(d, s.gradient_scale)),
        new1(hn::Set(d, 1 - s.beta1)),
        new2(hn::Set(d, 1 - s.beta2)),
        rate(hn::Set(d, s.learning_rate / s.correction1)),
        root(hn::Set(d, 1 / std::sqrt(s.correction2))),
        epsilon(hn::Set(d, s.epsilon)),
        fresh(hn::Set(d, 1 - s.average_decay)) {}

  void operator()(FloatVector& weight, FloatVector gradient, FloatVector& mean, FloatVector& variance) const {
    auto g = hn::Mul(gradient, scale);
    if (!decoupled) g = hn::MulAdd(decay, weight, g);
    mean = hn::MulAdd(new1, hn::Sub(g, mean), mean);
    variance = hn::MulAdd(new2, hn::Sub(hn::Mul(g, g), variance), variance);
    const auto step = hn::Div(hn::Mul(rate, mean), hn::MulAdd(hn::Sqrt(variance), root, epsilon));
    weight = hn::Sub(hn::Mul(keep, weight), step);
  }
  FloatVector averaged(FloatVector average, FloatVector weight) const {
    return hn::MulAdd(fresh, hn::Sub(weight, average), average);
  }

  static constexpr Floats d{};
  bool decoupled;
  FloatVector keep, decay, scale, new1, new2, rate, root, epsilon, fresh;
};

void adam_piece(const AdamStep& step, float* weight, const float* gradient, float* mean, float* variance,
                float* average, int64_t count) {
  const AdamVector one(step);
  const auto part = [&](int64_t i, int64_t size) {
    auto w = load_part(weight + i, size), m = load_part(mean + i, size), v = load_part(variance + i, size);
    one(w, load_part(gradient + i, size), m, v);
    store_part(w, weight + i, size);
    store_part(m, mean + i, size);
    store_part(v, variance + i, size);
    if (average) store_part(one.averaged(load_part(average + i, size), w), average + i, size);
  };
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    auto w = load(weight + i), m = load(mean + i), v = load(variance + i);
    one(w, load(gradient + i), m, v);
    store(w, weight + i);
    store(m, mean + i);
    store(v, variance + i);
    if (average) store(one.averaged(load(average + i), w), average + i);
  }
  if (i < count) part(i, count - i);
}

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {

HWY_EXPORT(adam_piece);

void adam(const AdamStep& step, float* weight, const float* gradient, float* mean, float* variance, float* average,
          int64_t count) {
  constexpr int64_t grain = 1 << 14;
  parallel_for(count, grain, [&](int64_t begin, int64_t end) {
    HWY_DYNAMIC_DISPATCH(adam_piece)
    (step, weight + begin, gradient + begin, mean + begin, variance + begin, average ? average + begin : nullptr,
     end - begin);
  });
}

}  // namespace naru::cpu
#endif
