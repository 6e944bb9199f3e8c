#pragma once

#include <string>
#include <vector>

#include "naru/lab/contest.h"
#include "naru/lab/findings.h"

namespace naru {

/// A comparison, measured: each model once per seed, the seeds of a model one after the other.
struct ComparedModels {
  std::string equal;                // "time", "parameters", "flops"
  std::vector<std::string> models;  // names
  int64_t seeds = 1;
  const Contest& contest;
};

/// Table, curves, scores by length, sentences side by side, and what the figures say.
Findings compare_findings(const ComparedModels& compared);

/// Who leads in BLEU and by how much; a lead within the noise of the resampled test set (95 %) is called none.
Bilingual compare_conclusion(const ComparedModels& compared);

}  // namespace naru
