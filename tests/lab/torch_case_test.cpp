// naru's operations against what PyTorch computed: tests/fixtures/torch.
#include "naru/lab/torch/torch_case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "naru/tensor/safetensors.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;

const fs::path cases = NARU_SOURCE_DIR "/tests/fixtures/torch";

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(cases)) found.push_back(entry.path().filename());
  std::ranges::sort(found);
  return found;
}

/// What the files hold that no operation of naru's computes.
bool is_foreign(const std::string& name, const std::string& tensor) {
  const auto any_of = [&](std::initializer_list<const char*> parts) {
    return std::ranges::any_of(parts, [&](const char* part) { return tensor.find(part) != tensor.npos; });
  };
  // Of others a product with the outputs, which are compared themselves.
  if (tensor == "loss") return name != "bahdanau";
  if (name == "activations") return !any_of({".relu", ".gelu_erf", ".gelu_tanh", ".silu", ".tanh", ".sigmoid"});
  if (name == "layer_norm") return any_of({"rms"});
  if (name == "softmax_ce")  // grad.in.x is that of loss_smooth_0.1 again
    return any_of({"masked", "loss_none", "fairseq", "weight"}) || tensor == "grad.in.x";
  if (name == "positions") return !any_of({"vaswani", "marian"});
  if (name == "optimizers") return !any_of({"adam.", "adam_wd.", "adamw.", "adam_clip."});
  // Its gradients are those of two decoders together, of which naru has one.
  return name == "transformer_layer" && any_of({"grad.", "dec_pre"});
}

double tolerance(const std::string& name) {
  if (name == "positions" || name == "schedules") return 1e-6;
  return name == "activations" || name == "transformer_layer" || name == "layer_norm" ? 1e-5 : 2e-5;
}

class TorchCase : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Fixtures, TorchCase, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

TEST_P(TorchCase, IsComputedAgainToTheLastTensor) {
  ASSERT_TRUE(is_torch_case(cases / GetParam()));
  std::set<std::string> compared;
  for (const Comparison& one : verify_torch_case(cases / GetParam())) {
    EXPECT_LE(one.largest, tolerance(GetParam())) << one.name;
    EXPECT_TRUE(compared.insert(one.name).second) << one.name << " twice";
  }
  for (const std::string& name : SafetensorsFile(cases / GetParam() / "data.safetensors").names())
    EXPECT_TRUE(name.starts_with("in.") || name.starts_with("w.") || is_foreign(GetParam(), name) ||
                compared.contains(name))
        << name << " was not compared";
}

TEST(TorchCase, SeesAChangedWeight) {
  const TemporaryFolder folder;
  NamedTensors tensors = SafetensorsFile(cases / "lstm_1l/data.safetensors").tensors();
  tensors.at("w.bias_hh_l0").data()[3] += 0.01f;
  write_safetensors(folder / "data.safetensors", tensors);
  EXPECT_GT(verify_torch_case(folder.path()).front().largest, 1e-4);
}

TEST(TorchCase, IsRefusedWhereItIsOfNoKindOrLacksATensor) {
  const TemporaryFolder folder;
  const auto refuses = [&](const NamedTensors& tensors, const std::string& why) {
    write_safetensors(folder / "data.safetensors", tensors);
    try {
      verify_torch_case(folder.path());
      ADD_FAILURE() << "was not refused";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(why));
    }
  };
  refuses({{"x", Tensor::zeros({1})}}, "no case of PyTorch's that naru computes");
  NamedTensors tensors = SafetensorsFile(cases / "gru_1l/data.safetensors").tensors();
  tensors.erase("in.lengths");
  refuses(tensors, "has no 'in.lengths'");
  tensors = SafetensorsFile(cases / "gru_1l/data.safetensors").tensors();
  tensors["out.hn"] = Tensor::zeros({1, 3, 8});
  refuses(tensors, "'out.hn' is [1, 3, 8], but naru makes [3, 7]");
}

}  // namespace
}  // namespace naru
