// Seconds of reading, learning and writing by length, of several models side by side, on so many threads.
#pragma once

#include <array>
#include <vector>

#include "naru/lab/curve.h"
#include "naru/lab/findings.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/model_cost.h"

namespace naru {

/// Random weights, all of one width, so that only the architecture differs: the lecture's three, and where all are
/// wanted two hybrids.
std::vector<ModelCost> cost_models(bool all);
inline constexpr size_t recurrent_model = 0, transformer_model = 2;  // among them

/// Seconds of every model at every load, one after the other in each turn. [models][loads][turns]
using Timings = std::vector<std::vector<std::vector<double>>>;
Timings time_models(const Laboratory& laboratory, std::vector<ModelCost>& models, const std::vector<WorkLoad>& loads,
                    int64_t turns);

/// For each kind of work, of each model: length and median seconds of a sentence. [works][models]
using LengthCurves = std::array<std::vector<Curve>, 3>;

/// One sentence at a time, of 8 tokens to `longest`, doubling; adds a plot for each kind of work.
LengthCurves measure_lengths(const Laboratory& laboratory, std::vector<ModelCost>& models, int64_t longest,
                             Findings& findings);
/// Adds the exponents of all curves, and where the Transformer's cross the recurrent model's.
void show_exponents(Findings& findings, const std::vector<ModelCost>& models, const LengthCurves& measured);

}  // namespace naru
