#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <vector>

namespace naru {

/// Those that are compiled and that this machine has, the best first.
inline std::vector<int64_t> instruction_sets() {
  std::vector<int64_t> sets;
  for (const int64_t set : {HWY_AVX3, HWY_AVX2, HWY_SSE4})
    if ((hwy::SupportedTargets() & set) != 0) sets.push_back(set);
  return sets;
}

/// Runs a body once for each instruction set. What was packed for one is of no use to another: make models inside.
template <class Body>
void on_every_instruction_set(const Body& body) {
  for (const int64_t set : instruction_sets()) {
    SCOPED_TRACE(hwy::TargetName(set));
    hwy::SetSupportedTargetsForTest(set);
    body();
    hwy::SetSupportedTargetsForTest(0);
  }
}

}  // namespace naru
