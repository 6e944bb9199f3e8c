// A Transformer without one of its attention heads (Michel et al. 2019, "Are Sixteen Heads Really Better than One?").
#pragma once

#include <memory>

#include "naru/lab/attention_steps.h"

namespace naru {

/// The same model on a copy of its weights, in which the columns of the output projection that read this head are zero:
/// out = Σ_h head_h W_hᵀ + b without one of the sum. `params` as f32.
std::unique_ptr<Model> without_head(const ModelConfig& config, const Params& params, const HeadChoice& head);

}  // namespace naru
