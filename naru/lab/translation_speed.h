#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/lab/speed.h"
#include "naru/models/registry.h"

namespace naru {

/// What is translated: sources of 32 tokens by a model with random weights, every translation of exactly `length`
/// tokens.
struct TranslationLoad {
  std::string geometry;           // base, student
  std::string precision = "f32";  // or bf16, int8, int4
  int64_t batch = 32;             // sentences of one call
  int64_t beam = 1;
  int64_t length = 32;
  int64_t workers = 1;    // callers at the same time, who share the model
  int64_t shortlist = 0;  // pieces that a sentence may be translated with, drawn at random; 0 = all
  int64_t repetitions = 5;
};

/// base: 6+6 layers, width 512, feed-forward 2,048, 8 heads. student: 6+2, 256, 1,536, 8 heads. One vocabulary of
/// 32,000 pieces, norms after the sums.
std::vector<std::string> translation_geometries();
ModelConfig translation_config(const std::string& geometry);

/// Through the search that `naru translate` runs; a sentence counts once, whatever the beam. One repetition is at least
/// eight sentences of each worker. The floor: operations at the packed product's rate or weights read, whichever takes
/// longer. `profile`: what the timed runs do is counted (naru/base/profile.h).
Speed measure_translation_speed(const TranslationLoad& load, bool profile = false);

}  // namespace naru
