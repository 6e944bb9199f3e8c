#include "naru/evaluate/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "naru/models/registry.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

const std::filesystem::path marian = NARU_SOURCE_DIR "/tests/fixtures/hf/marian";

TEST(Verify, AMarianModelGivesItsReferenceOutputsAndIds) {
  const auto results = verify_reference(*open_model(marian), marian / "reference.safetensors");
  EXPECT_GE(results.size(), 6u + 6 + 2 + 3);  // hidden rows, attention weights, logits and loss, generated ids
  for (const Comparison& result : results) EXPECT_LE(result.largest, 2e-5) << result.name;
}

TEST(Verify, AMarianModelGivesItsReferenceGradients) {
  const auto model = open_model(marian);
  const auto results = verify_gradients(*model, marian / "reference.safetensors", marian / "grads.safetensors");
  EXPECT_EQ(results.size(), SafetensorsFile(marian / "grads.safetensors").names().size());
  for (const Comparison& result : results) EXPECT_LE(result.largest, 1e-4) << result.name;
}

TEST(Verify, AChangedWeightIsSeenWhereItActsFirst) {
  const auto model = open_model(marian);
  model->params().named().at("model.encoder.layers.1.fc1.weight").data()[0] += 1;
  model->params().touch();
  const auto results = verify_reference(*model, marian / "reference.safetensors");
  const auto first = std::ranges::find_if(results, [](const Comparison& result) { return !result.equal(1e-4); });
  ASSERT_NE(first, results.end());
  EXPECT_EQ(first->name, "out.encoder_hidden_states.2");
}

TEST(Verify, AReferenceOfAnotherShapeIsRefused) {
  const SafetensorsFile whole(marian / "reference.safetensors");
  const TemporaryFolder folder;
  for (const auto& [name, shape] : {std::pair<const char*, Shape>{"in.attention_mask", {3, 8}},
                                    {"out.encoder_hidden_states.1", {3, 9, 16}},
                                    {"out.cross_attentions.0", {3, 2, 7, 9}},
                                    {"out.logits", {3, 7, 119}}}) {
    NamedTensors tensors = whole.tensors();
    tensors[name] = Tensor::zeros(shape, whole.dtype(name));
    write_safetensors(folder / "reference.safetensors", tensors);
    EXPECT_THROW(verify_reference(*open_model(marian), folder / "reference.safetensors"), Error) << name;
  }
  const auto model = open_model(marian);
  write_safetensors(folder / "grads.safetensors", {{"model.shared.weight", Tensor::zeros({200, 32})}});
  EXPECT_THROW(verify_gradients(*model, marian / "reference.safetensors", folder / "grads.safetensors"), Error);
}

TEST(Verify, GradientsOfNoWeightOfTheModelAreRefused) {
  const auto model = open_model(marian);
  const TemporaryFolder folder;
  const auto refuses = [&](const std::filesystem::path& gradients) {
    EXPECT_THROW(verify_gradients(*model, marian / "reference.safetensors", gradients), Error);
  };
  refuses(marian / "reference.safetensors");
  NamedTensors tensors = SafetensorsFile(marian / "grads.safetensors").tensors();
  tensors["model.shard.weight"] = Tensor::zeros({120, 32});
  write_safetensors(folder / "grads.safetensors", tensors);
  refuses(folder / "grads.safetensors");
  write_safetensors(folder / "grads.safetensors", {});
  refuses(folder / "grads.safetensors");
}

TEST(Verify, AFileWithoutInputsIsRefused) {
  EXPECT_THROW(verify_reference(*open_model(marian), marian / "grads.safetensors"), Error);
}

}  // namespace
}  // namespace naru
