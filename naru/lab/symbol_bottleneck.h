// A recurrent model that must carry symbols through a fixed vector, or may look back at them, and what of the source
// can still be read from that vector.
#pragma once

#include "naru/lab/laboratory.h"
#include "naru/lab/symbol_task.h"
#include "naru/lab/verdict.h"

namespace naru {

struct SymbolModel {
  SymbolTask task;
  int64_t width;
  bool attention;
  int64_t shortest = 1, longest = 20;  // of the training examples
};
SymbolLearner symbol_learner(const SymbolModel& model, uint64_t seed);
void learn_with_rests(SymbolLearner& learner, const Laboratory& laboratory, int64_t steps);

/// For each position of sources of this length how often a linear probe reads its symbol from the encoder's last state.
std::vector<Interval> context_probe(const SymbolLearner& learner, int64_t length, int64_t examples);

}  // namespace naru
