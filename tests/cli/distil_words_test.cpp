// `naru distil --level word`, run as a process: the teacher's distributions that it keeps beside the corpus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "naru/base/file.h"
#include "naru/base/random.h"
#include "naru/data/piece_distributions.h"
#include "naru/evaluate/evaluation.h"
#include "naru/evaluate/model_folder.h"
#include "naru/generate/ensemble.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kept_file = "distilled/distributions/distributions.bin";

struct DistilWords : ::testing::Test {
  void teach(const std::string& name, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"learning_rate=0.01", "--max-steps", "30"};
    all.insert(all.end(), more.begin(), more.end());
    const ProcessResult result = runs.train(name, all);
    ASSERT_EQ(result.exit_code, 0) << result.error;
  }
  std::vector<std::string> arguments(const std::string& model, const std::vector<std::string>& more,
                                     const std::string& teacher = "teacher") const {
    std::vector<std::string> all{"distil",
                                 "--level",
                                 "word",
                                 "--teacher",
                                 runs.path(teacher),
                                 "--model",
                                 runs.path(model),
                                 "--preset",
                                 "transformer-tiny",
                                 "--batch-tokens",
                                 "100",
                                 "--train",
                                 runs.path("large.tsv"),
                                 "--set"};
    for (const char* setting : {"precision=f32", "layers=1", "width=16", "heads=2", "feed_forward=16", "warmup=5",
                                "checkpoint_every=5", "learning_rate=0.01"})
      all.emplace_back(setting);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  ProcessResult distil(const std::string& model, const std::vector<std::string>& more,
                       const std::string& teacher = "teacher") const {
    return run_naru(arguments(model, more, teacher));
  }
  fs::path folder(const std::string& model) const { return runs / model / "distilled/distributions"; }
  std::string kept(const std::string& model) const { return runs.bytes(model + "/" + kept_file); }
  /// The run killed when it has stored its first chunk, the last it began is not stored.
  void kill_behind_the_first_chunk(const std::string& model, const std::vector<std::string>& more) const {
    RunningNaru run(arguments(model, more));
    while (run.running() && !fs::exists(folder(model) / "000000.bin"))
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    run.kill();
    ASSERT_EQ(run.wait(), 128 + 9);
  }
  SmallRuns runs;
  DistilWords() { write_file(runs / "large.tsv", small_table(3000, 5)); }
};

/// log p of every piece at each of a batch's target tokens, in double: those kept must be the likeliest, renormalised.
void expect_kept(const Tensor& logs, const SoftTargets& kept) {
  const int64_t best = kept.ids.dim(1), vocabulary = logs.dim(1);
  for (int64_t row = 0; row < logs.dim(0); ++row) {
    const float* log = logs.data() + row * vocabulary;
    std::vector<double> sorted(log, log + vocabulary);
    std::ranges::sort(sorted, std::greater());
    double sum = 0;
    for (int64_t k = 0; k < best; ++k) sum += std::exp(sorted[static_cast<size_t>(k)]);
    for (int64_t k = 0; k < best; ++k) {
      const int32_t id = kept.ids.data<int32_t>()[row * best + k];
      const double expected = std::exp(sorted[static_cast<size_t>(k)]) / sum;
      EXPECT_NEAR(std::exp(double{log[id]}) / sum, expected, 1e-6);
      EXPECT_NEAR(double{kept.probabilities.data()[row * best + k]}, expected, 0.5 / 65535 + 1e-6);
    }
  }
}

TEST_F(DistilWords, KeepsTheTeachersOwnDistributionOfEveryPiece) {
  teach("teacher");
  const ProcessResult result = distil("student", {"--teacher-best", "5", "--max-steps", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const ModelFolder teacher = ModelFolder::open(runs / "teacher");
  const TokenCorpus corpus = TokenCorpus::open(runs / "student/corpus.ids");
  const PieceDistributions distributions(runs / "student" / kept_file);
  ASSERT_EQ(distributions.blocks(), corpus.blocks());
  for (int64_t block = 0; block < corpus.blocks(); block += 9) {
    std::vector<TokenPair> pairs;
    corpus.read_block(block, pairs);
    distributions.read_block(block, pairs);
    const Voice voice = voice_over(*teacher.model, make_batch(pairs, marks_of(teacher.model->vocabulary())));
    expect_kept(log_probabilities_of(std::span(&voice, 1)), distributions.of(pairs));
  }
}

TEST_F(DistilWords, KilledWhileTheyAreStoredEndWithTheSameBytesAndAreNotComputedTwice) {
  teach("teacher");
  const std::vector<std::string> more{"--max-steps", "6"};
  ASSERT_EQ(distil("whole", more).exit_code, 0);
  Random random(3);
  for (int attempt = 0; attempt < 6; ++attempt) {
    RunningNaru run(arguments("killed", more));
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + random.below(150)));
    run.kill();
    run.wait();
  }
  if (!fs::exists(runs / "killed" / kept_file)) kill_behind_the_first_chunk("killed", more);
  const ProcessResult last = distil("killed", more);
  ASSERT_EQ(last.exit_code, 0) << last.error;
  EXPECT_EQ(last.error.find("from 1 on"), std::string::npos) << last.error;
  EXPECT_TRUE(kept("killed") == kept("whole"));
  EXPECT_EQ(runs.weights("killed"), runs.weights("whole"));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder("killed"))) names.push_back(entry.path().filename().string());
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("made-from.json", "distributions.bin"));
}

TEST_F(DistilWords, AChunkThatWasCutIsComputedAgain) {
  teach("teacher");
  const std::vector<std::string> more{"--max-steps", "2"};
  ASSERT_EQ(distil("whole", more).exit_code, 0);
  kill_behind_the_first_chunk("cut", more);
  const std::string chunk = read_file(folder("cut") / "000000.bin");
  write_file(folder("cut") / "000000.bin", chunk.substr(0, chunk.size() - 3));
  const ProcessResult result = distil("cut", more);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.error, HasSubstr("of 3000 pairs, from 1 on"));
  EXPECT_TRUE(kept("cut") == kept("whole"));
}

TEST_F(DistilWords, ACutFileIsNamedInOneLine) {
  teach("teacher");
  ASSERT_EQ(distil("student", {"--max-steps", "2"}).exit_code, 0);
  const std::string bytes = kept("student");
  write_file(runs / "student" / kept_file, bytes.substr(0, bytes.size() / 2));
  const ProcessResult result = distil("student", {"--max-steps", "4"});
  EXPECT_EQ(result.exit_code, 2);
  const size_t line = result.error.find(runs.path("student/" + kept_file) + ": the end is damaged; delete the file");
  ASSERT_NE(line, std::string::npos) << result.error;
  EXPECT_EQ(result.error.find('\n', line), result.error.size() - 1) << result.error;
  fs::remove(runs / "student" / kept_file);
  EXPECT_EQ(distil("student", {"--max-steps", "4"}).exit_code, 0);
  EXPECT_TRUE(kept("student") == bytes);
}

TEST_F(DistilWords, OfAnotherTeacherOrAnotherNumberAreRefused) {
  teach("teacher");
  teach("second", {"--seed", "2", "--from", runs.path("teacher")});
  ASSERT_EQ(distil("student", {"--max-steps", "2"}).exit_code, 0);
  const auto before = contents(runs / "student");
  EXPECT_THAT(distil("student", {"--max-steps", "4"}, "second").error, HasSubstr("of a run with another teacher"));
  EXPECT_THAT(distil("student", {"--max-steps", "4", "--teacher-best", "4"}).error,
              HasSubstr("of a run with another teacher"));
  EXPECT_EQ(contents(runs / "student"), before);
  for (const auto& [name, more, teacher] : std::vector<std::tuple<std::string, std::vector<std::string>, std::string>>{
           {"of second", {"--max-steps", "2"}, "second"},
           {"of four", {"--max-steps", "2", "--teacher-best", "4"}, "teacher"},
           {"of another order", {"--max-steps", "2", "--seed", "2"}, "teacher"}}) {
    fs::create_directories(runs / name);
    fs::copy(runs / "student/distilled", runs / name / "distilled", fs::copy_options::recursive);
    const ProcessResult refused = distil(name, more, teacher);
    EXPECT_EQ(refused.exit_code, 2) << refused.error;
    EXPECT_THAT(refused.error, HasSubstr("distilled/distributions: holds distributions by another teacher, of other "
                                         "pairs or with another --teacher-best; --fresh starts over"));
  }
}

TEST_F(DistilWords, AreTakenOverByAStudentThatIsGivenThem) {
  teach("teacher");
  ASSERT_EQ(distil("student", {"--max-steps", "2"}).exit_code, 0);
  fs::create_directories(runs / "other");
  fs::copy(runs / "student/distilled", runs / "other/distilled", fs::copy_options::recursive);
  const ProcessResult other = distil("other", {"width=24", "--max-steps", "2", "--teacher-weight", "0.9"});
  EXPECT_EQ(other.exit_code, 0) << other.error;
  EXPECT_THAT(other.error, ::testing::Not(HasSubstr("storing")));
}

/// Only what it sees of the source is limited; the teacher reads all of it.
TEST_F(DistilWords, AStudentThatTranslatesWhileItReadsLearnsToo) {
  teach("teacher");
  const ProcessResult result =
      distil("student", {"wait_k=2", "dropout=0", "--teacher-weight", "1", "--max-steps", "40"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const std::vector<double> loss = runs.history("student", "loss");
  EXPECT_LT(loss.back(), 0.7 * loss.front());
  EXPECT_EQ(
      run_naru({"translate", "--model", runs.path("student"), "--policy", "wait-2", "--input", runs.path("large.tsv")})
          .exit_code,
      0);
}

/// λ = 0 is training without the teacher, but for rounding.
TEST_F(DistilWords, WithoutAnyWeightChangeNothing) {
  teach("teacher");
  ASSERT_EQ(distil("none", {"--teacher-weight", "0", "--max-steps", "8"}).exit_code, 0);
  ASSERT_EQ(distil("half", {"--max-steps", "8"}).exit_code, 0);
  std::vector<std::string> alone = arguments("alone", {"--tokenizers", runs.path("teacher"), "--max-steps", "8"});
  alone.erase(alone.begin() + 1, alone.begin() + 5);  // level and teacher
  alone[0] = "train";
  const ProcessResult result = run_naru(alone);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_TRUE(runs.bytes("alone/target.spm") == runs.bytes("teacher/target.spm"));
  const std::vector<double> losses = runs.history("alone", "loss");
  const auto apart = [&](const char* model) {
    const std::vector<double> others = runs.history(model, "loss");
    double most = 0;
    for (size_t i = 0; i < losses.size(); ++i) most = std::max(most, std::abs(losses[i] - others.at(i)));
    return most;
  };
  EXPECT_LT(apart("none"), 1e-4);
  EXPECT_GT(apart("half"), 1e-2);
}

}  // namespace
}  // namespace naru
