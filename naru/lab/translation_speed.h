#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/models/registry.h"

namespace naru {

/// What is translated: sources of 32 tokens by a model with random weights, every translation of exactly `length`
/// tokens.
struct TranslationLoad {
  std::string geometry;           // base, student
  std::string precision = "f32";  // or int8
  int64_t batch = 32;             // sentences of one call
  int64_t beam = 1;
  int64_t length = 32;
  int64_t workers = 1;  // callers at the same time, who share the model
  int64_t repetitions = 5;
};

struct TranslationSpeed {
  double target_tokens_per_second = 0;  // median over the repetitions; a sentence counts once, whatever the beam
  std::vector<double> repetitions;
  int64_t parameters = 0;
  double floor_ratio = 0;  // time / the floor: operations at the packed product's rate, or weights read, the longer
  double gemm_share = 0;   // operations per second / that rate
  int64_t peak_bytes = 0;  // of the process
};

/// base: 6+6 layers, width 512, feed-forward 2,048, 8 heads. student: 6+2, 256, 1,536, 8 heads. One vocabulary of
/// 32,000 pieces, norms after the sums.
std::vector<std::string> translation_geometries();
ModelConfig translation_config(const std::string& geometry);

/// Through the search that `naru translate` runs. One repetition is at least eight sentences of each worker. `profile`:
/// what the timed runs do is counted (naru/base/profile.h).
TranslationSpeed measure_translation_speed(const TranslationLoad& load, bool profile = false);

}  // namespace naru
