// How many sentences a model translates exactly.
#pragma once

#include <cstdint>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"

namespace naru {

/// Of these sentences, how many a greedy search translates into the English that stands beside them, to the letter.
int64_t count_exact(const ModelFolder& folder, const std::vector<Phrase>& sentences);

}  // namespace naru
