#include "naru/lab/head_removal.h"

#include <algorithm>

#include "naru/models/transformer_encoder.h"

namespace naru {

std::unique_ptr<Model> without_head(const ModelConfig& config, const Params& params, const HeadChoice& head) {
  const auto* hybrid = std::get_if<HybridConfig>(&config);
  const TransformerConfig& transformer = hybrid ? hybrid->encoder : std::get<TransformerConfig>(config);
  const int64_t d = attention_config(transformer, transformer.heads).head_d();
  NamedTensors tensors = params.tensors();
  Tensor& projection = tensors.at(attention_weights(head.layer) + ".out_proj.weight");  // [width, heads d]
  projection = projection.clone();
  const int64_t width = projection.dim(1);
  NARU_CHECK(head.head >= 0 && (head.head + 1) * d <= width, "{}: head {} of {}", head.layer, head.head, width / d);
  for (int64_t row = 0; row < projection.dim(0); ++row)
    std::fill_n(projection.data() + row * width + head.head * d, d, 0.0f);
  return build(config, Params(tensors, "a model without a head"));
}

}  // namespace naru
