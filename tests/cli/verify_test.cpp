// What `naru verify` says of model folders: whole ones, damaged ones, and those of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/file.h"
#include "naru/tensor/safetensors.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Verify : ::testing::TestWithParam<std::string> {
  Verify() { EXPECT_EQ(runs.train("model", {"--max-steps", "6"}, GetParam()).exit_code, 0); }
  /// What is printed about the folder, which is expected to be found `good` or not.
  std::string verified(const std::string& model, bool good) const {
    const ProcessResult result = run_naru({"verify", runs.path(model)});
    EXPECT_EQ(result.exit_code, good ? 0 : 1) << result.out << result.error;
    EXPECT_EQ(result.error, "");
    return result.out;
  }
  void flip(const std::string& file, size_t from_end) const {
    std::string bytes = read_file(runs / file);
    char& byte = bytes[bytes.size() - from_end];
    byte = static_cast<char>(byte ^ 1);
    write_file(runs / file, bytes);
  }
  SmallRuns runs;
};

TEST_P(Verify, ATrainedFolderHasItsChecksumsAndGoldenOutputs) {
  const std::string said = verified("model", true);
  EXPECT_THAT(said, AllOf(HasSubstr("golden.log_probabilities"), HasSubstr("golden.greedy"),
                          HasSubstr("4 files have their checksums\n2 tensors agree within 0.0001\n")));
}

TEST_P(Verify, SaysTheSameInJson) {
  const auto said = [&] { return run_naru({"verify", runs.path("model"), "--json"}); };
  const ProcessResult whole = said();
  EXPECT_EQ(whole.exit_code, 0);
  EXPECT_THAT(whole.out,
              AllOf(HasSubstr("\"good\":true"), HasSubstr("golden.log_probabilities"), HasSubstr("source.spm")));
  flip("model/target.spm", 9);
  const ProcessResult damaged = said();
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_THAT(damaged.out, AllOf(HasSubstr("\"good\":false"), HasSubstr("is not the file that the weights")));
}

TEST_P(Verify, AnAverageHasItsOwn) {
  const ProcessResult mean = run_naru({"average", "--models", runs.path("model/checkpoints/step-00000000.safetensors"),
                                       runs.path("model"), "--out", runs.path("mean")});
  ASSERT_EQ(mean.exit_code, 0) << mean.error;
  EXPECT_NE(runs.weights("mean"), runs.weights("model"));
  verified("mean", true);
}

TEST_P(Verify, NamesTheFileInWhichAByteIsFlipped) {
  for (const char* file : {"model.safetensors", "source.spm", "target.spm", "config.json"}) {
    fs::remove_all(runs / "copy");
    fs::copy(runs / "model", runs / "copy", fs::copy_options::recursive);
    if (std::string(file) == "config.json")
      write_file(runs / "copy" / file, read_file(runs / "copy" / file) + " ");
    else
      flip(std::string("copy/") + file, 9);
    const std::string said = verified("copy", false);
    EXPECT_THAT(said, AllOf(HasSubstr(file), HasSubstr(" saved"))) << file;
    EXPECT_THAT(said, Not(HasSubstr("have their checksums"))) << file;
  }
  fs::remove(runs / "copy" / "target.spm");
  EXPECT_THAT(verified("copy", false), HasSubstr("is missing"));
}

TEST_P(Verify, RecognisesGoldenOutputsOfOtherWeights) {
  ASSERT_EQ(runs.train("other", {"--max-steps", "6", "--seed", "2"}, GetParam()).exit_code, 0);
  const SafetensorsFile other(runs / "other" / "model.safetensors");
  const auto metadata = SafetensorsFile(runs / "model" / "model.safetensors").metadata();
  write_safetensors(runs / "model" / "model.safetensors", other.tensors(), metadata);
  EXPECT_THAT(verified("model", false),
              AllOf(HasSubstr("weights were replaced"), HasSubstr("first to diverge: golden.")));
}

TEST_P(Verify, SaysWhatItCouldNotCheck) {
  const SafetensorsFile file(runs / "model" / "model.safetensors");
  write_safetensors(runs / "model" / "model.safetensors", file.tensors(), {{"format", "pt"}});
  EXPECT_EQ(verified("model", true),
            "model.safetensors carries neither checksums nor golden outputs (others, or an earlier naru, saved it): it "
            "opens, and nothing else was checked\n");
}

INSTANTIATE_TEST_SUITE_P(, Verify, ::testing::Values("transformer-tiny", "seq2seq-attention"), [](const auto& info) {
  return std::string(info.param == "transformer-tiny" ? "Transformer" : "Recurrent");
});

TEST(VerifyOfOthers, ComparesTheReferenceInTheFolderAndSaysThatNothingElseWas) {
  const ProcessResult result = run_naru({"verify", NARU_SOURCE_DIR "/tests/fixtures/hf/marian"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, AllOf(HasSubstr("out.logits"), HasSubstr("only the reference was compared")));
  const ProcessResult old = run_naru({"verify", NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny"});
  EXPECT_EQ(old.exit_code, 0) << old.error;
  EXPECT_THAT(old.out, HasSubstr("nothing else was checked"));
}

TEST(VerifyOfOthers, FoldersOfVersion010HoldInThisOne) {
  for (const char* model : {"seq2seq", "transformer-small"}) {
    const ProcessResult result = run_naru({"verify", std::string(NARU_SOURCE_DIR "/tests/fixtures/golden/") + model});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_THAT(result.out, HasSubstr("4 files have their checksums\n2 tensors agree within 0.0001\n"));
  }
}

TEST(VerifyOfOthers, ComputesPyTorchsCasesAgain) {
  const std::string folder = NARU_SOURCE_DIR "/tests/fixtures/torch/lstm_1l";
  const ProcessResult result = run_naru({"verify", folder});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, AllOf(HasSubstr("grad.w.weight_hh_l0"), HasSubstr("\n10 tensors agree within 0.0001\n")));
  const ProcessResult strict = run_naru({"verify", folder, "--tolerance", "0"});
  EXPECT_EQ(strict.exit_code, 1);
  EXPECT_THAT(strict.out, HasSubstr("first to diverge: out."));
  const ProcessResult twice = run_naru({"verify", folder, "--reference", folder + "/data.safetensors"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.error, HasSubstr("holds its own reference"));
}

TEST(VerifyOfOthers, AFolderWithoutAModelIsRefused) {
  const ProcessResult result = run_naru({"verify", "/nowhere"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("/nowhere: no config.json there"));
}

}  // namespace
}  // namespace naru
