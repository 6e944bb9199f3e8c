// Against the factors in tests/fixtures/torch/schedules (its README names the formulas).
#include "naru/train/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "naru/tensor/safetensors.h"

namespace naru {
namespace {

struct Schedules : ::testing::Test {
  SafetensorsFile file_{NARU_SOURCE_DIR "/tests/fixtures/torch/schedules/data.safetensors"};

  void expect_equal(const std::string& name, const std::function<double(int64_t)>& rate, int64_t first_step,
                    int64_t last_step) {
    const Tensor steps = file_.tensor("in.steps"), expected = file_.tensor(name);
    for (int64_t i = 0; i < steps.size(); ++i) {
      const int64_t step = steps.data<int64_t>()[i];
      if (step < first_step || step > last_step) continue;
      EXPECT_NEAR(rate(step), expected.data()[i], 1e-6 * std::abs(expected.data()[i]) + 1e-9)
          << name << " step " << step;
    }
  }
};

TEST_F(Schedules, InverseSquareRootIsThePapersWithItsPeakAtTheEndOfWarmUp) {
  const double peak = std::pow(512.0 * 4000, -0.5);
  const ScheduleConfig config{.schedule = "inverse_sqrt", .learning_rate = peak, .warmup = 4000};
  expect_equal(
      "out.noam_d512_w4000", [&](int64_t step) { return learning_rate(config, step, 0); }, 1, 1'000'000);
}

/// (Behind its end the reference's cosine rises again; naru's stays at its end.)
TEST_F(Schedules, LinearAndCosineEndAtZero) {
  for (const auto& [name, schedule] :
       {std::pair{"out.linear_w100_t1000", "linear"}, {"out.cosine_w100_t1000", "cosine"}}) {
    const ScheduleConfig config{.schedule = schedule, .learning_rate = 1, .warmup = 100};
    expect_equal(
        name, [&](int64_t step) { return learning_rate(config, step, static_cast<double>(step - 100) / 900); }, 0,
        1000);
  }
}

}  // namespace
}  // namespace naru
