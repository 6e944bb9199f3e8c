// What `naru inspect`, `doctor`, `phrases`, `bench train` and `bench translate` print.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

nlohmann::json json_of(std::vector<std::string> command) {
  command.emplace_back("--json");
  const ProcessResult result = run_naru(command);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return nlohmann::json::parse(result.out);
}

TEST(BenchTrain, PrintsTheKeysThatScriptsRelyOn) {
  const auto found = json_of({"bench", "train", "--geometry", "small", "--repetitions", "1"});
  for (const char* key : {"target_tokens_per_second", "floor_ratio", "gemm_share", "peak_bytes"})
    EXPECT_GT(found.at(key).get<double>(), 0) << key;
  EXPECT_EQ(found.at("repetitions").size(), 1);
  EXPECT_EQ(found.at("parameters"), 7'578'624);
}

TEST(BenchTranslate, PrintsTheKeysThatScriptsRelyOn) {
  const auto found = json_of({"bench", "translate", "--geometry", "student", "--batch", "2", "--beam", "2",
                              "--shortlist", "50", "--length", "3", "--workers", "2", "--repetitions", "1"});
  for (const char* key : {"target_tokens_per_second", "floor_ratio", "gemm_share", "peak_bytes"})
    EXPECT_GT(found.at(key).get<double>(), 0) << key;
  EXPECT_EQ(found.at("repetitions").size(), 1);
  EXPECT_EQ(found.at("workers"), 2);
  // 32,000 × d; 6 × (4 d² + 2 d f), 2 × (8 d² + 2 d f), with their biases and norms.
  EXPECT_EQ(found.at("parameters"), 17'138'688);
}

TEST(Doctor, PrintsTheKeysThatScriptsRelyOn) {
  const auto found = json_of({"doctor"});
  for (const char* dtype : {"f32", "bf16", "int8"}) EXPECT_GT(found.at("gemm").at(dtype).get<double>(), 1e8) << dtype;
  EXPECT_GE(found.at("cores"), 1);
  EXPECT_FALSE(found.at("isa").get<std::string>().empty());
  EXPECT_GE(found.at("bandwidth").size(), 3);
}

/// The counts of Vaswani et al. 2017 and of the lecture: 60.5 M with one vocabulary of 32,000.
TEST(Inspect, CountsThePublishedParametersOfAPreset) {
  const TemporaryFolder folder;
  auto config = json_of({"inspect", "transformer-base"}).at("config");
  config["shared_vocabulary"] = true;
  write_file(folder / "config.json", config.dump());
  const auto found = json_of({"inspect", (folder / "config.json").string()});
  EXPECT_EQ(found.at("parameters"), 60'522'496);
  EXPECT_EQ(found.at("architecture"), "naru-transformer");
  int64_t sum = 0;
  for (const auto& part : found.at("parts")) sum += part.at("parameters").get<int64_t>();
  EXPECT_EQ(sum, found.at("parameters"));
}

TEST(Inspect, OfAFolderTellsItsTokenizersAndItsTraining) {
  const SmallRuns runs;
  ASSERT_EQ(runs.train("model", {"validate_every=4", "--max-steps", "8", "--dev", runs.path("dev.tsv")}).exit_code, 0);
  const auto found = json_of({"inspect", runs.path("model")});
  ASSERT_EQ(found.at("tokenizers").size(), 2);
  EXPECT_EQ(found["tokenizers"][0].at("kind"), "unigram");
  EXPECT_EQ(found["tokenizers"][1].at("pieces"), found.at("config").at("target_vocabulary"));
  EXPECT_EQ(found.at("training").at("steps"), 8);
  const auto losses = runs.history("model", "dev_loss");
  EXPECT_EQ(found["training"].at("best").at("dev_loss").at("value"), *std::ranges::min_element(losses));
  const std::string text = run_naru({"inspect", runs.path("model")}).out;
  EXPECT_THAT(text, HasSubstr("source tokenizer   unigram of"));
  EXPECT_THAT(text, HasSubstr("8 steps"));
}

TEST(Inspect, CountsTheBytesOfTrainingByItsOptimizer) {
  const auto bytes = [](const char* preset) {
    const auto found = json_of({"inspect", preset});
    return found.at("bytes").at("training_f32").get<double>() / found.at("bytes").at("inference_f32").get<double>();
  };
  EXPECT_EQ(bytes("transformer-base"), 4);
  EXPECT_GT(bytes("transformer-small"), 3);  // Muon: hidden matrices have no variance, tables have
  EXPECT_LT(bytes("transformer-small"), 3.5);
}

TEST(Inspect, MeasuresWhatIsRememberedOfASentence) {
  const auto read = [](const char* preset, const char* pieces) {
    return json_of({"inspect", preset, "--vocabulary", "100", "--state", pieces}).at("state_bytes").at("read");
  };
  EXPECT_EQ(read("seq2seq", "16"), 2 * 2 * 512 * 4);  // h and c of two layers
  EXPECT_EQ(read("seq2seq", "160"), read("seq2seq", "16"));
  EXPECT_EQ(read("transformer-small", "160"), 10 * read("transformer-small", "16").get<int64_t>());
}

TEST(Inspect, OfNothingSaysWhatThereIs) {
  const ProcessResult result = run_naru({"inspect", "nowhere"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("nowhere: neither a model folder nor a config.json nor a preset (seq2seq, "));
}

TEST(Inspect, NamesTheFileOfAConfigThatIsWrong) {
  const TemporaryFolder folder;
  auto config = json_of({"inspect", "transformer-tiny"}).at("config");
  config["heads"] = "many";
  const std::string path = (folder / "config.json").string();
  write_file(path, config.dump());
  EXPECT_EQ(run_naru({"inspect", path}).error, path + ": heads: 'many' is not a whole number\n");
}

TEST(Phrases, ArePrintedAsATableWithAlignments) {
  const TemporaryFolder folder;
  const std::string path = (folder / "alignments").string();
  const ProcessResult result = run_naru({"phrases", "--pairs", "20", "--alignments", path});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(std::ranges::count(result.out, '\t'), 20);
  EXPECT_EQ(std::ranges::count(read_file(path), '\n'), 20);
  EXPECT_EQ(run_naru({"phrases", "--pairs", "20"}).out, result.out);
  EXPECT_EQ(std::ranges::count(run_naru({"phrases", "--split", "lecture"}).out, '\n'), 17);
  EXPECT_THAT(run_naru({"phrases"}).error, HasSubstr("--pairs: say how many"));
  EXPECT_EQ(run_naru({"phrases", "--pairs", "2", "--alignments", path, "--annotations", path}).exit_code, 2);
  EXPECT_EQ(run_naru({"phrases", "--pairs", "20", "--annotations", path}).out, result.out);
  std::istringstream annotations(read_file(path));
  int objects = 0;
  for (std::string line; std::getline(annotations, line); ++objects)
    EXPECT_TRUE(nlohmann::json::parse(line).is_object());
  EXPECT_EQ(objects, 20);
}

TEST(Phrases, LexiconIsATableOfFourColumnsAndMore) {
  std::istringstream lines(run_naru({"phrases", "--lexicon"}).out);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_GE(std::ranges::count(line, '\t'), 3) << line;
  EXPECT_GT(count, 500);
}

}  // namespace
}  // namespace naru
