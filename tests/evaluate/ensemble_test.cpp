// Models that translate together: `Translator` and `score_pairs` over several folders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/file.h"
#include "naru/base/threads.h"
#include "naru/evaluate/evaluation.h"

#include "tests/evaluate/golden_lines.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;

std::vector<ModelFolder> folders_of(const std::vector<const char*>& names, const std::string& precision = "f32") {
  std::vector<std::string> paths;
  for (const char* name : names) paths.push_back((golden / name).string());
  return open_folders(paths, precision);
}

std::vector<Translation> translated(const std::vector<ModelFolder>& folders, int64_t batch_tokens = 300) {
  return Translator(folders).translate(golden_lines(24), {.search = {.beam = 3, .batch_tokens = batch_tokens}});
}

struct Twice : ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, Twice, ::testing::Values("transformer-tiny", "seq2seq", "seq2seq-attention"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_P(Twice, OneModelTranslatesAndScoresAsAlone) {
  for (const std::string precision : {"f32", "int8"}) {
    const auto twice = folders_of({GetParam(), GetParam()}, precision), once = folders_of({GetParam()}, precision);
    const auto together = translated(twice), alone = translated(once);
    for (size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(together[i].best[0].text, alone[i].best[0].text);
      EXPECT_NEAR(together[i].best[0].log_probability, alone[i].best[0].log_probability, 1e-3);
      EXPECT_NEAR(together[i].best[0].score, alone[i].best[0].score, 1e-3);
    }
    const std::vector<Pair> pairs = read_pairs({.paths = {golden / "corpus.tsv"}});
    const auto both = score_pairs(twice, pairs, 500), one = score_pairs(once, pairs, 500);
    for (size_t i = 0; i < pairs.size(); ++i) EXPECT_NEAR(both[i].log_probability, one[i].log_probability, 1e-3);
  }
}

TEST(EnsembleOfArchitectures, DependsNeitherOnTheBatchNorOnTheThreads) {
  const auto folders = folders_of({"transformer-tiny", "seq2seq-attention", "seq2seq"});
  const int before = threads();
  set_threads(1);
  const std::string alone = texts(translated(folders, 1));
  set_threads(2);
  EXPECT_EQ(texts(translated(folders, 1000)), alone);
  set_threads(before);
  EXPECT_NE(texts(translated(folders_of({"transformer-tiny"}))), alone);
}

TEST(EnsembleOfArchitectures, ScoresByTheMeanOfTheProbabilities) {
  const std::vector<Pair> pairs = read_pairs({.paths = {golden / "corpus.tsv"}});
  const auto folders = folders_of({"transformer-tiny", "seq2seq-attention"});
  const auto both = score_pairs(folders, pairs, 200);
  for (size_t i = 0; i < 6; ++i) {  // token by token from each alone
    std::vector<std::vector<float>> logs;
    for (const ModelFolder& folder : folders) {
      const auto tokens = encode_pairs(std::span(&pairs[i], 1), *folder.source, *folder.target);
      logs.push_back(
          target_log_probabilities(*folder.model, make_batch(tokens, marks_of(folder.model->vocabulary())))[0]);
    }
    double sum = 0;
    for (size_t token = 0; token < logs[0].size(); ++token)
      sum += std::log((std::exp(double{logs[0][token]}) + std::exp(double{logs[1][token]})) / 2);
    EXPECT_NEAR(both[i].log_probability, sum, 1e-3);
  }
}

struct Others : ::testing::Test {
  Others() { fs::copy(golden / "transformer-tiny", folder / "other", fs::copy_options::recursive); }
  void give(const char* name, const char* bytes_of) const {
    write_file(folder / "other" / name, read_file(golden / "transformer-tiny" / bytes_of));
  }
  std::vector<ModelFolder> together() const {
    return open_folders({(golden / "transformer-tiny").string(), (folder / "other").string()});
  }
  TemporaryFolder folder;
};

TEST_F(Others, MayReadOtherPieces) {
  give("source.spm", "target.spm");
  EXPECT_NE(texts(translated(together())), texts(translated(folders_of({"transformer-tiny", "transformer-tiny"}))));
}

TEST_F(Others, MustWriteTheSamePieces) {
  give("target.spm", "source.spm");
  const auto folders = together();
  for (const auto& use : std::vector<std::function<void()>>{
           [&] { const Translator together(folders); },
           [&] { score_pairs(folders, read_pairs({.paths = {golden / "corpus.tsv"}}), 200); }}) {
    try {
      use();
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("other: writes other pieces than"));
    }
  }
}

}  // namespace
}  // namespace naru
