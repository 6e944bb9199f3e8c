// One layer of each kind against torch.nn.TransformerEncoderLayer and TransformerDecoderLayer
// (tests/fixtures/torch/transformer_layer). What torch reads are vectors: here they are the embeddings of ids that
// occur once, without positions.
#include <gtest/gtest.h>

#include <algorithm>

#include "naru/models/transformer.h"

#include "tests/fixture.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

constexpr int64_t d = 12;

struct TransformerLayer : ::testing::Test {
  SafetensorsFile file_ = torch_fixture("transformer_layer");

  TransformerConfig config(const std::string& norm) const {
    TransformerConfig c;
    c.encoder_layers = c.decoder_layers = 1;
    c.width = d, c.heads = 3, c.feed_forward = 20, c.dropout = 0;
    c.norm = norm, c.positions = "learned", c.activation = "gelu_erf", c.scale_embedding = false;
    c.vocabulary.source = rows("in.src").dim(0);
    c.vocabulary.target = rows("in.tgt").dim(0);
    c.maximum_positions = c.vocabulary.source;
    return c;
  }
  /// [count, longest, d] as [count · longest, d].
  Tensor rows(const std::string& name) const {
    const Tensor padded = file_.tensor(name);
    return padded.reshaped({padded.dim(0) * padded.dim(1), padded.dim(2)});
  }
  std::vector<int32_t> source_lengths() const {
    const Tensor padding = file_.tensor("in.src_pad");  // [count, longest], 1 = padding, at the end
    std::vector<int32_t> lengths;
    for (int64_t i = 0; i < padding.dim(0); ++i)
      lengths.push_back(static_cast<int32_t>(std::ranges::count(padding.rows(i, i + 1).values<uint8_t>(), 0)));
    return lengths;
  }
  /// The first lengths[i] ids of each row of `longest`.
  static Ragged ids(const std::vector<int32_t>& lengths, int32_t longest) {
    std::vector<std::vector<int32_t>> sequences;
    for (size_t i = 0; i < lengths.size(); ++i)
      for (int32_t k = 0; k < lengths[i]; ++k) {
        if (k == 0) sequences.emplace_back();
        sequences.back().push_back(static_cast<int32_t>(i) * longest + k);
      }
    return Ragged::from(sequences);
  }
  static Tensor real(const Tensor& padded, const std::vector<int32_t>& lengths) {
    const Ragged tokens = ids(lengths, static_cast<int32_t>(padded.dim(1)));
    Tensor made({tokens.values.size(), d});
    for (int64_t i = 0; i < made.size(); ++i)
      made.data()[i] = padded.data()[tokens.values.data<int32_t>()[i / d] * d + i % d];
    return made;
  }

  Params weights() const {
    NamedTensors named;
    const auto add = [&](const std::string& ours, Tensor tensor) { named.insert_or_assign(ours, std::move(tensor)); };
    const auto both = [&](const std::string& ours, const std::string& theirs) {
      for (const char* part : {".weight", ".bias"}) add(ours + part, file_.tensor("w." + theirs + part));
    };
    for (const auto& [side, theirs, input, norms] :
         {std::tuple{"encoder", "enc", "in.src", 2}, {"decoder", "dec", "in.tgt", 3}}) {
      const std::string model = std::string("model.") + side, layer = model + ".layers.0.", from = theirs;
      add(model + ".embed_tokens.weight", rows(input));
      add(model + ".embed_positions.weight", Tensor::zeros({rows("in.src").dim(0), d}));
      add(model + ".layer_norm.weight", Tensor::from(std::vector<float>(d, 1), {d}));  // with norm=pre; not compared
      add(model + ".layer_norm.bias", Tensor::zeros({d}));
      for (const auto& [ours, torch] : {std::pair{"self_attn", "self_attn"}, {"encoder_attn", "multihead_attn"}}) {
        const std::string attention = from + "." + torch + ".";
        if (!file_.contains("w." + attention + "in_proj_weight")) continue;
        const Tensor weight = file_.tensor("w." + attention + "in_proj_weight");
        const Tensor bias = file_.tensor("w." + attention + "in_proj_bias");
        for (const auto& [part, name] : {std::pair{0, "q_proj"}, {1, "k_proj"}, {2, "v_proj"}}) {
          add(layer + ours + "." + name + ".weight", weight.rows(part * d, (part + 1) * d));
          add(layer + ours + "." + name + ".bias", bias.rows(part * d, (part + 1) * d));
        }
        both(layer + ours + ".out_proj", attention + "out_proj");
      }
      both(layer + "fc1", from + ".linear1");
      both(layer + "fc2", from + ".linear2");
      both(layer + "self_attn_layer_norm", from + ".norm1");
      if (norms == 3) both(layer + "encoder_attn_layer_norm", from + ".norm2");
      both(layer + "final_layer_norm", from + ".norm" + std::to_string(norms));
    }
    return Params(std::move(named), "transformer_layer");
  }
};

TEST_F(TransformerLayer, PostNormEqualsTorch) {
  const Transformer model(config("post"), weights());
  Trace trace;
  const auto state = model.start(ids(source_lengths(), 6), &trace);
  const std::vector<int32_t> whole(source_lengths().size(), 4);
  const Tensor hidden = model.append(*state, ids(whole, 4));
  EXPECT_EQ(trace.hidden.back().first, "encoder.1");
  EXPECT_TENSORS_NEAR(trace.hidden.back().second, real(file_.tensor("out.enc_post"), source_lengths()), 1e-5);
  EXPECT_TENSORS_NEAR(hidden, real(file_.tensor("out.dec_post"), whole), 1e-5);
}

/// The encoder only: torch's layers have no norm behind the last, naru's pre-norm models do.
TEST_F(TransformerLayer, PreNormEqualsTorch) {
  const Transformer model(config("pre"), weights());
  Trace trace;
  const auto state = model.start(ids(source_lengths(), 6), &trace);
  EXPECT_TENSORS_NEAR(trace.hidden.back().second, real(file_.tensor("out.enc_pre"), source_lengths()), 1e-5);
}

}  // namespace
}  // namespace naru
