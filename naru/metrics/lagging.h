// How far a simultaneous translation lags behind its speaker, in source words.
#pragma once

#include <cstdint>
#include <span>

namespace naru {

/// Average lagging (Ma et al. 2019): how many words behind a translator that writes evenly while it hears.
///   AL = 1/τ Σ_{t=1}^{τ} (g(t) − (t − 1) / γ),  γ = |y| / |x|,  τ = the first t with g(t) = |x|
/// `heard`: g(t), the source words heard when target word t was written. `target_words` is |y|; the length-adaptive
/// form (LAAL, Papi et al. 2022) takes max(|y|, |y*|), y* being the reference, so that writing too much does not pay. A
/// translation without words lags by the whole source.
double average_lagging(std::span<const int32_t> heard, int64_t source_words, int64_t target_words);

}  // namespace naru
