#include "naru/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "naru/base/error.h"

namespace naru {

double learning_rate(const ScheduleConfig& config, int64_t step, double progress) {
  const auto at = static_cast<double>(step), warmup = static_cast<double>(config.warmup);
  if (at < warmup) return config.learning_rate * at / warmup;
  NARU_CHECK(config.schedule != "auto", "schedule: auto was not resolved");
  if (config.schedule == "inverse_sqrt") return config.learning_rate * std::sqrt(std::max(warmup, 1.0) / at);
  if (config.schedule == "constant") return config.learning_rate;
  const double left = 1 - std::clamp(progress, 0.0, 1.0);
  const double shape = config.schedule == "linear" ? left : (1 - std::cos(std::numbers::pi * left)) / 2;
  return config.learning_rate * (config.final_rate + (1 - config.final_rate) * shape);
}

}  // namespace naru
