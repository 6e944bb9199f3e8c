#pragma once

#include <cstdint>
#include <string>

#include "naru/base/fields.h"

namespace naru {

struct ScheduleConfig {
  std::string schedule = "auto";
  double learning_rate = 5e-4;
  int64_t warmup = 4000;
  double final_rate = 0;

  void fields(auto&& field) {
    field("schedule", schedule,
          "after warm-up: rate · sqrt(warmup / step), half a cosine, a line, or constant; auto = cosine where an end "
          "is planned, else inverse_sqrt",
          one_of({"auto", "inverse_sqrt", "cosine", "linear", "constant"}));
    field("learning_rate", learning_rate, "the highest rate, reached at the end of warm-up", at_least(0));
    field("warmup", warmup, "steps over which the rate rises from 0", at_least(0));
    field("final_rate", final_rate, "where cosine and linear end, as a share of learning_rate", between(0, 1));
  }
};

/// The learning rate of step `step` (the first is 1). `progress` in [0, 1] is how much of the planned work is done;
/// only cosine and linear ask it. `auto` must have been resolved. Vaswani et al. 2017's schedule is inverse_sqrt with
/// rate = (width · warmup)^-0.5.
double learning_rate(const ScheduleConfig& config, int64_t step, double progress);

}  // namespace naru
