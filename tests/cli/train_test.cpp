// How a training run goes: what it skips, splits, survives, and when it ends.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Train : ::testing::Test {
  ProcessResult trained(const std::string& model, const std::vector<std::string>& more,
                        const std::string& preset = "transformer-tiny") const {
    const ProcessResult result = runs.train(model, more, preset);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(result.out, "");
    return result;
  }
  size_t steps(const std::string& model) const { return runs.history(model, "step").size(); }
  SmallRuns runs;
};

TEST_F(Train, LeavesOutEmptySidesAndLongPairsAndCountsThem) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "개 ";
  write_file(runs / "mixed.tsv", small_table(200) + "\tnothing\n개\t\n" + words + "\tdog\n");
  const ProcessResult result =
      trained("mixed", {"--train", runs.path("mixed.tsv"), "--max-steps", "2", "--set", "max_length=60"});
  EXPECT_THAT(result.error,
              HasSubstr("203 lines: 200 pairs; left out: 2 with an empty side, 1 of more than 60 pieces"));
}

TEST_F(Train, SwappedEqualsACorpusWhoseColumnsAreSwapped) {
  std::string left, right;
  std::istringstream lines(small_table(200));
  for (std::string line; std::getline(lines, line);) {
    const size_t tab = line.find('\t');
    left += line.substr(0, tab) + "\n";
    right += line.substr(tab + 1) + "\n";
  }
  write_file(runs / "left", left);
  write_file(runs / "right", right);
  trained("swapped", {"--max-steps", "5", "--swap"});
  trained("files", {"--max-steps", "5", "--train", runs.path("right"), runs.path("left")});
  EXPECT_EQ(runs.history("swapped", "loss"), runs.history("files", "loss"));
  EXPECT_EQ(runs.weights("swapped"), runs.weights("files"));
}

TEST_F(Train, InLessMemoryIsSplitAndFindsNearlyTheSame) {
  const std::vector<std::string> more{"dropout=0", "--batch-tokens", "1000", "--max-steps", "10", "--threads", "1"};
  const int64_t needed = planned_megabytes(trained("whole", more).error);
  std::vector<std::string> limited = more;
  limited.insert(limited.end(), {"--ram", fmt::format("{}M", needed - 2)});
  const ProcessResult result = trained("split", limited);
  EXPECT_THAT(result.error, HasSubstr("--ram: each batch of 1000 target tokens goes through in parts of at most "));
  const auto whole = runs.history("whole", "loss"), split = runs.history("split", "loss");
  ASSERT_EQ(split.size(), 10);
  for (size_t i = 0; i < split.size(); ++i) EXPECT_NEAR(split[i], whole[i], 1e-3 * whole[i]);
  limited[6] = "2";
  trained("threads", limited);
  EXPECT_EQ(runs.weights("threads"), runs.weights("split"));
}

TEST_F(Train, InBf16WarnsWhereTheProcessorDoesNotMultiplyIt) {
  const auto warned = [&](const std::string& precision) {
    const auto arguments = runs.arguments(precision, {"--precision", precision, "--max-steps", "1"});
    return run_naru(arguments, "", {"env", "DNNL_MAX_CPU_ISA=AVX2"}).error;
  };
  EXPECT_THAT(warned("bf16"), HasSubstr("precision bf16: this processor does not multiply it"));
  EXPECT_THAT(warned("f32"), Not(HasSubstr("precision bf16")));
}

TEST_F(Train, AccumulatingEqualsALargerBatchInPartsOfTheSmallerSize) {
  trained("large", {"dropout=0", "--batch-tokens", "400", "--max-steps", "10"});
  trained("accumulated", {"dropout=0", "accumulate=4", "--batch-tokens", "100", "--max-steps", "10"});
  const auto large = runs.history("large", "loss"), accumulated = runs.history("accumulated", "loss");
  ASSERT_EQ(accumulated.size(), 10);
  for (size_t i = 0; i < 10; ++i) EXPECT_NEAR(accumulated[i], large[i], 1e-3 * large[i]);
  EXPECT_EQ(runs.history("accumulated", "target_tokens"), runs.history("large", "target_tokens"));
  trained("accumulated", {"dropout=0", "accumulate=4", "--batch-tokens", "100", "--max-steps", "12"});
  EXPECT_EQ(steps("accumulated"), 12);
}

TEST_F(Train, OnATerminalRedrawsOneLineThatFits) {
  const std::string shown = shown_by_naru(runs.arguments("model", {"--max-steps", "1500"}), 60);
  const std::string redraw = "\r\x1b[K";
  int drawn = 0;
  for (size_t at = shown.find(redraw); at != std::string::npos; at = shown.find(redraw, at + 1)) {
    const std::string line = shown.substr(at + redraw.size(), shown.find_first_of("\r\n", at + 1) - at - redraw.size());
    if (!line.starts_with("step ")) continue;
    ++drawn;
    EXPECT_LE(line.size(), 60) << line;
    EXPECT_THAT(line, HasSubstr(" | loss ")) << line;
  }
  EXPECT_GT(drawn, 1) << shown;
  EXPECT_EQ(trained("plain", {"--max-steps", "20"}).error.find('\r'), std::string::npos);
}

TEST_F(Train, ProfileTellsWhereTheTimeWent) {
  const ProcessResult result = trained("model", {"--profile", "--max-steps", "2"});
  for (const char* what :
       {"output_loss", "calls", " %", "output_loss dw", "attention", "backward", "GFLOP/s", "over the whole time"})
    EXPECT_THAT(result.error, HasSubstr(what));
}

TEST_F(Train, LooksForALearningRateAndLeavesTheRunAtItsBeginning) {
  const ProcessResult found =
      runs.train("model", {"learning_rate=1e-5", "--find-learning-rate", "--trial-steps", "20"});
  ASSERT_EQ(found.exit_code, 0) << found.error;
  EXPECT_THAT(found.out, HasSubstr("learning_rate  loss after 20 steps\n"));
  EXPECT_THAT(found.out, HasSubstr("  the best\n"));
  EXPECT_THAT(found.out, HasSubstr("0.00064"));  // each of the rates up to there is better than the one before
  const std::vector<std::string> found_rate{"learning_rate=3e-3", "--max-steps", "8"};
  trained("model", found_rate);
  trained("fresh", found_rate);
  EXPECT_EQ(runs.weights("model"), runs.weights("fresh"));
  EXPECT_EQ(runs.history("model", "loss"), runs.history("fresh", "loss"));
  const ProcessResult again = runs.train("model", {"--find-learning-rate"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.error, HasSubstr("is at step 8 already"));
}

TEST_F(Train, LooksForALearningRateFarBelowOneThatIsTooHigh) {
  const ProcessResult found = runs.train("model", {"learning_rate=4", "--find-learning-rate", "--trial-steps", "40"});
  ASSERT_EQ(found.exit_code, 0) << found.error;
  EXPECT_THAT(found.out, HasSubstr("\n0.25 "));
  EXPECT_THAT(found.out, Not(HasSubstr("\n16 ")));
}

TEST_F(Train, ThatDivergesGoesBackOnceAtHalfTheRateAndThenStops) {
  const std::vector<std::string> more{"learning_rate=1e30", "clip_norm=0", "warmup=8", "--max-steps", "20"};
  const ProcessResult result = runs.train("model", more);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("back to step 0 with half the learning rate"));
  EXPECT_THAT(result.error, HasSubstr("for the second time; lower --set learning_rate"));
  EXPECT_THAT(result.error, Not(HasSubstr("internal failure")));
  EXPECT_EQ(runs.train("model", more).exit_code, 2);  // and no better when it is asked again
}

TEST_F(Train, WhoseLossExplodesLaterGoesBackToItsLastCheckpoint) {
  const std::vector<std::string> calm{"schedule=constant", "learning_rate=3e-3", "--max-steps", "150"};
  trained("model", calm);
  const std::string weights = runs.weights("model");
  const ProcessResult result =
      runs.train("model", {"schedule=constant", "learning_rate=30", "clip_norm=0", "--max-steps", "170"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("the loss rose to "));
  EXPECT_THAT(result.error, HasSubstr("back to step 150 with half the learning rate"));
  trained("model", calm);  // nothing was lost
  EXPECT_EQ(runs.weights("model"), weights);
}

TEST_F(Train, WithAMemoryLimitStaysBelowItAlsoWhenItIsResumed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer takes memory of its own, which --ram does not count";
#endif
  write_file(runs / "large.tsv", small_table(1500));
  const auto at_most = [&](int64_t bytes, const std::string& model, const std::string& steps,
                           const std::string& optimizer = "adam") {
    const ProcessResult result = runs.train(
        model, {"layers=3", "width=256", "feed_forward=1024", "heads=4", "optimizer=" + optimizer, "--batch-tokens",
                "2048", "--train", runs.path("large.tsv"), "--max-steps", steps, "--ram", std::to_string(bytes)});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_LT(result.peak_bytes, bytes) << result.error;
    return result;
  };
  const ProcessResult plenty = at_most(2'000'000'000, "plenty", "2");
  constexpr int64_t little = 240'000'000;
  EXPECT_GT(plenty.peak_bytes, little);
  EXPECT_THAT(plenty.error, AllOf(HasSubstr("memory plan: program "), HasSubstr(" MB + weights ")));
  EXPECT_THAT(at_most(little, "little", "2").error, HasSubstr("goes through in parts of at most"));
  at_most(little, "little", "4");
  at_most(little, "muon", "2", "muon");
}

TEST_F(Train, ValidatingAndSavingManyWeightsTakesNoMoreThanPlanned) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer takes memory of its own, which the plan does not count";
#endif
  const ProcessResult result =
      trained("model", {"layers=3", "width=768", "feed_forward=3072", "heads=4", "optimizer=adam", "validate_every=1",
                        "--batch-tokens", "256", "--max-steps", "2", "--dev", runs.path("dev.tsv")});
  EXPECT_LT(result.peak_bytes, planned_megabytes(result.error) * 1'000'000) << result.error;
}

TEST_F(Train, EndsAfterStepsEpochsOrMinutes) {
  trained("steps", {"--max-steps", "7"});
  EXPECT_EQ(steps("steps"), 7);
  trained("epochs", {"--max-epochs", "2"});
  EXPECT_EQ(runs.history("epochs", "epoch").back(), 2);
  EXPECT_GT(steps("epochs"), 10);
  const size_t an_epoch = steps("epochs") / 2;
  trained("minutes", {"--max-minutes", "0.002"});
  EXPECT_GE(steps("minutes"), 1);
  EXPECT_LT(steps("minutes"), 5000);
  trained("steps", {"--max-steps", fmt::format("{}", an_epoch + 8)});  // resumed, further
  EXPECT_EQ(steps("steps"), an_epoch + 8);
}

TEST_F(Train, TheRateHasFallenWhicheverLimitEndsFirst) {
  for (const char* limit : {"--max-steps", "--max-epochs"}) {
    trained(limit, {"--max-steps", limit == std::string("--max-steps") ? "20" : "1000", "--max-epochs",
                    limit == std::string("--max-epochs") ? "1" : "1000"});
    const auto rates = runs.history(limit, "learning_rate");
    EXPECT_LT(rates.size(), 100);
    EXPECT_LT(rates.back(), 0.05 * *std::ranges::max_element(rates)) << limit;
  }
}

TEST_F(Train, WritesAHistoryRowForEachStep) {
  trained("model", {"validate_every=4", "validate_by=bleu", "--max-steps", "8", "--dev", runs.path("dev.tsv")});
  for (const char* key : {"step", "epoch", "loss", "learning_rate", "gradient_norm", "target_tokens",
                          "target_tokens_per_second", "seconds"})
    EXPECT_EQ(runs.history("model", key).size(), 8) << key;
  for (const char* key : {"dev_loss", "bleu", "chrf"}) EXPECT_EQ(runs.history("model", key).size(), 2) << key;
}

TEST_F(Train, FreshStartsOver) {
  trained("model", {"--max-steps", "7"});
  const std::string first = runs.weights("model");
  trained("model", {"--max-steps", "9"});
  EXPECT_NE(runs.weights("model"), first);
  trained("model", {"--max-steps", "7", "--fresh"});
  EXPECT_EQ(runs.weights("model"), first);
  EXPECT_EQ(steps("model"), 7);
}

TEST_F(Train, FromAModelThatWasTrainedElsewhereNeedsAPreset) {
  trained("first", {"--max-steps", "5"});
  std::filesystem::remove(runs / "first" / "training.json");
  const std::vector<std::string> from{
      "train",       "--model", runs.path("second"), "--from", runs.path("first"), "--train", runs.path("corpus.tsv"),
      "--max-steps", "2"};
  EXPECT_THAT(run_naru(from).error, HasSubstr("has no training.json; say with --preset"));
  trained("second", {"--from", runs.path("first"), "--max-steps", "2"});
}

TEST_F(Train, FromAnotherModelKeepsItsTokenizerAndBeginsWhereItStood) {
  trained("first", {"--max-epochs", "8"});
  trained("second", {"--from", runs.path("first"), "--max-steps", "5"});
  EXPECT_TRUE(runs.bytes("second/source.spm") == runs.bytes("first/source.spm"));
  EXPECT_EQ(steps("second"), 5);
  const auto first = runs.history("first", "loss"), second = runs.history("second", "loss");
  EXPECT_LT(second[0], 0.8 * first[0]);
  trained("second", {"--from", runs.path("first"), "--max-steps", "8"});  // the same command again resumes
  EXPECT_EQ(steps("second"), 8);
}

TEST_F(Train, KeepsTheModelThatIsBestOnDevelopmentPairsAndStopsByPatience) {
  // A rate this high soon makes the model worse than it was.
  const ProcessResult result =
      trained("model", {"learning_rate=0.3", "warmup=40", "schedule=constant", "validate_every=2", "patience=3",
                        "--max-steps", "400", "--dev", runs.path("dev.tsv")});
  const auto losses = runs.history("model", "dev_loss");
  const auto best = std::ranges::min_element(losses);
  EXPECT_EQ(losses.end() - best, 4);  // three without a better one
  EXPECT_LT(steps("model"), 400);
  const ProcessResult scored = run_naru({"score", "--model", runs.path("model"), "--test", runs.path("dev.tsv")});
  EXPECT_THAT(scored.out, HasSubstr(fmt::format("{:.4f} per token", -*best))) << *best;
}

TEST_F(Train, StoppedBeforeItsFirstValidationLeavesAModel) {
  RunningNaru run(runs.arguments("model", {"--max-steps", "100000", "--dev", runs.path("dev.tsv"), "--set",
                                           "validate_every=100000", "checkpoint_every=100000"}));
  while (run.running() && !std::filesystem::exists(runs / "model" / "checkpoints")) usleep(1000);
  usleep(100'000);
  run.stop();
  EXPECT_EQ(run.wait(), 0);
  EXPECT_TRUE(std::filesystem::exists(runs / "model" / "model.safetensors"));
}

TEST_F(Train, AveragesItsLastCheckpoints) {
  trained("model", {"average_last=2", "--max-steps", "20"});
  const auto checkpoint = [&](int step) {
    return runs.path(fmt::format("model/checkpoints/step-{:08}.safetensors", step));
  };
  const ProcessResult mean =
      run_naru({"average", "--models", checkpoint(15), checkpoint(20), "--out", runs.path("mean")});
  ASSERT_EQ(mean.exit_code, 0) << mean.error;
  EXPECT_EQ(runs.weights("model"), runs.weights("mean"));
}

}  // namespace
}  // namespace naru
