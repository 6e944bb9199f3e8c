// The experiments, in the order of the lecture. One line each: experiments/<name>.cpp defines it.
#include "naru/lab/experiment.h"

#define NARU_EXPERIMENTS(X) \
  X(word_order)             \
  X(heads)                  \
  X(tricks)                 \
  X(sizes)

namespace naru {

#define NARU_DECLARE(experiment) Experiment experiment##_experiment();
NARU_EXPERIMENTS(NARU_DECLARE)

const std::vector<Experiment>& experiments() {
#define NARU_CALL(experiment) experiment##_experiment(),
  static const std::vector<Experiment> all{NARU_EXPERIMENTS(NARU_CALL)};
  return all;
}

}  // namespace naru
