// torch.nn.TransformerEncoderLayer and TransformerDecoderLayer, as models of one layer. What torch reads are vectors:
// here they are the embeddings of ids that occur once, without positions.
#include <algorithm>

#include "naru/lab/torch/case_tensors.h"
#include "naru/models/transformer.h"

namespace naru {
namespace {

TransformerConfig config_of(const CaseTensors& tensors, const std::string& norm) {
  TransformerConfig config;
  config.encoder_layers = config.decoder_layers = 1;
  config.heads = 3;  // its README's; the tensors do not say
  config.width = tensors["in.src"].dim(2), config.feed_forward = tensors["w.enc.linear1.bias"].size();
  config.dropout = 0, config.norm = norm, config.positions = "learned", config.activation = "gelu_erf";
  config.scale_embedding = false;
  config.vocabulary.source = flat(tensors["in.src"]).dim(0);
  config.vocabulary.target = flat(tensors["in.tgt"]).dim(0);
  config.maximum_positions = config.vocabulary.source;
  return config;
}

/// torch's weights under naru's names. Positions are zeros; norms behind the last layer, which torch's layers lack and
/// models with norm=pre have, are there to be complete: nothing behind them is compared.
class Weights {
 public:
  explicit Weights(const CaseTensors& tensors) : tensors_(tensors), d_(tensors["in.src"].dim(2)) {
    side("encoder", "enc", "in.src", {"self_attn_layer_norm", "final_layer_norm"});
    side("decoder", "dec", "in.tgt", {"self_attn_layer_norm", "encoder_attn_layer_norm", "final_layer_norm"});
  }
  Params params() const { return Params(NamedTensors(named_), "transformer_layer"); }

 private:
  void add(const std::string& name, Tensor tensor) { named_.insert_or_assign(name, std::move(tensor)); }
  void both(const std::string& ours, const std::string& theirs) {
    for (const char* part : {".weight", ".bias"}) add(ours + part, tensors_["w." + theirs + part].clone());
  }
  void attention(const std::string& ours, const std::string& theirs) {
    const Tensor weight = tensors_["w." + theirs + ".in_proj_weight"], bias = tensors_["w." + theirs + ".in_proj_bias"];
    for (const auto& [part, name] : {std::pair{0, ".q_proj"}, {1, ".k_proj"}, {2, ".v_proj"}}) {
      add(ours + name + ".weight", weight.rows(part * d_, (part + 1) * d_).clone());
      add(ours + name + ".bias", bias.rows(part * d_, (part + 1) * d_).clone());
    }
    both(ours + ".out_proj", theirs + ".out_proj");
  }
  void side(const std::string& ours, const std::string& theirs, const char* input,
            const std::vector<std::string>& norms) {
    const std::string model = "model." + ours, layer = model + ".layers.0.";
    add(model + ".embed_tokens.weight", flat(tensors_[input]).clone());
    add(model + ".embed_positions.weight", Tensor::zeros({flat(tensors_["in.src"]).dim(0), d_}));
    add(model + ".layer_norm.weight", Tensor::from(std::vector<float>(static_cast<size_t>(d_), 1), {d_}));
    add(model + ".layer_norm.bias", Tensor::zeros({d_}));
    attention(layer + "self_attn", theirs + ".self_attn");
    if (norms.size() == 3) attention(layer + "encoder_attn", theirs + ".multihead_attn");
    both(layer + "fc1", theirs + ".linear1");
    both(layer + "fc2", theirs + ".linear2");
    for (size_t i = 0; i < norms.size(); ++i) both(layer + norms[i], fmt::format("{}.norm{}", theirs, i + 1));
  }

  const CaseTensors& tensors_;
  int64_t d_;
  NamedTensors named_;
};

/// Of a padded batch of `longest` rows a sequence, the numbers of its real rows: ids that find them in the table.
Ragged ids_of(const Offsets& offsets, int64_t longest) {
  std::vector<std::vector<int32_t>> sequences(static_cast<size_t>(offsets.count()));
  for (int64_t i = 0; i < offsets.count(); ++i)
    for (int64_t k = 0; k < offsets.length(i); ++k)
      sequences[static_cast<size_t>(i)].push_back(static_cast<int32_t>(i * longest + k));
  return Ragged::from(sequences);
}

}  // namespace

/// Decoders with the norm in front are left out: naru's have a norm behind the encoder, which torch's read without.
void compute_transformer_layers(CaseTensors& tensors) {
  const Tensor source = tensors["in.src"], target = tensors["in.tgt"];
  const Offsets sources = tokens_of(tensors["in.src_pad"], 0);
  const Offsets targets = equal_lengths(target.dim(0), target.dim(1));
  for (const std::string norm : {"post", "pre"}) {
    const Transformer model(config_of(tensors, norm), Weights(tensors).params());
    Trace trace;
    const auto state = model.start(ids_of(sources, source.dim(1)), &trace);
    const auto layer = std::ranges::find(trace.hidden, "encoder.1", &std::pair<std::string, Tensor>::first);
    NARU_CHECK(layer != trace.hidden.end(), "transformer: a trace without encoder.1");
    // What torch makes of padding is not compared.
    tensors.compare("out.enc_" + norm, with_padding(layer->second, sources, source.dim(1)), {.counts = [&](int64_t i) {
                      const int64_t row = i / source.dim(2);
                      return row % source.dim(1) < sources.length(row / source.dim(1));
                    }});
    if (norm == "post") tensors.compare("out.dec_post", model.append(*state, ids_of(targets, target.dim(1))));
  }
}

}  // namespace naru
