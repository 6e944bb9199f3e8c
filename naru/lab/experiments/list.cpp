// The experiments, in the order of the lecture. One line each: experiments/<name>.cpp defines it.
#include "naru/lab/experiment.h"

#define NARU_EXPERIMENTS(X) \
  X(ambiguity)              \
  X(bottleneck)             \
  X(remembers)              \
  X(speed)                  \
  X(positions)              \
  X(depth)                  \
  X(gradient_flow)          \
  X(heads)                  \
  X(long_range)             \
  X(memory)                 \
  X(learning_speed)         \
  X(tricks)                 \
  X(who_is_self)            \
  X(word_order)             \
  X(scaling)                \
  X(sizes)                  \
  X(papers)                 \
  X(choose)

namespace naru {

#define NARU_DECLARE(experiment) Experiment experiment##_experiment();
NARU_EXPERIMENTS(NARU_DECLARE)

const std::vector<Experiment>& experiments() {
#define NARU_CALL(experiment) experiment##_experiment(),
  static const std::vector<Experiment> all{NARU_EXPERIMENTS(NARU_CALL)};
  return all;
}

}  // namespace naru
