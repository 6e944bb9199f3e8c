// What of a chain of clauses is left in its translation.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/lab/day_clauses.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

/// Clauses of the longest chains and of the short ones.
inline constexpr int64_t most_facts = 8, few_facts = 2;

/// Each clause of each sentence: whether its fact stands in the translation.
struct KeptFacts {
  std::vector<int64_t> clauses;  // of the sentence that each fact is of
  std::vector<int64_t> place;    // of the fact's clause, from 0
  std::vector<bool> kept;
};
/// Over all seeds of the laboratory.
KeptFacts kept_facts(Laboratory& laboratory, const char* model, const std::vector<ChainSentence>& sentences);

/// The share that few clauses keep minus that of many (the longest and one fewer); judged of a model that keeps
/// three quarters of the few.
Interval lost_facts(const KeptFacts& facts);

}  // namespace naru
