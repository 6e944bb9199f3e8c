// The fewest bits that keep a promise. All matrices are tried in the dtype that is asked for. Where that breaks the
// promise, finer dtypes are tried from the finest on: all matrices, then fewer and fewer of them, an eighth of the
// groups at a time, the least sensitive per byte first into the coarser dtype, until one breaks it.
#pragma once

#include "naru/promise/candidate.h"

namespace naru {

/// The dtypes that are tried, from the coarsest to the finest that has fewer bits than the weights; f32 stands for the
/// weights themselves where they are in bf16 already.
std::vector<DType> levels_from(DType coarsest, const TensorSources& weights);

/// Goes on from `result`; `coarsest`: b16, q8 or q4. Two sequences of candidates; in b16 one.
void search_precision(const Weights& weights, const Yardstick& yardstick, DType coarsest, SearchResult& result);

}  // namespace naru
