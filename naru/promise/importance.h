// How much a model needs each head and each feed-forward unit: the first-order change of the loss were it taken out.
#pragma once

#include "naru/compress/prune.h"
#include "naru/data/batch.h"

namespace naru {

/// [part][head or unit]
using Importance = std::vector<std::vector<double>>;

/// I = mean over sentences of |∂L/∂ξ|, ξ = 1 a factor of what a head or unit gives (Michel et al. 2019; Molchanov et
/// al. 2017). All that it gives goes through its columns of the reader, so ∂L/∂ξ = Σ w · ∂L/∂w over them; L is the
/// negative log-likelihood of a sentence. `model`: f32; its gradients are overwritten.
Importance importance(const Model& model, const std::vector<Batch>& batches, const std::vector<PrunablePart>& parts);

/// What stays when at most `share` of the parts' weights go, the least important per weight first. A part keeps one
/// head, or units in whole vectors of 16.
Kept most_important(const std::vector<PrunablePart>& parts, const Importance& importance, double share);

}  // namespace naru
