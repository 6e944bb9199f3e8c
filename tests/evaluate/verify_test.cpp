#include "naru/evaluate/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "naru/models/registry.h"

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

TEST(Verify, AFileWithoutInputsIsRefused) {
  EXPECT_THROW(verify_reference(*open_model(marian), marian / "grads.safetensors"), Error);
}

}  // namespace
}  // namespace naru
