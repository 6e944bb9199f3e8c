// `naru distil`, run as a process: what it makes of a teacher, what it refuses, and that kills lose nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "naru/base/file.h"
#include "naru/base/random.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct Distil : ::testing::Test {
  /// A teacher after so many steps; equal steps and seeds give equal teachers.
  void teach(const std::string& name, int steps, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"learning_rate=0.01", "--max-steps", std::to_string(steps)};
    all.insert(all.end(), more.begin(), more.end());
    const ProcessResult result = runs.train(name, all);
    ASSERT_EQ(result.exit_code, 0) << result.error;
  }
  /// Files of pairs and lines are named without their folder.
  std::vector<std::string> arguments(const std::string& model, const std::vector<std::string>& more,
                                     const std::vector<std::string>& teachers = {"teacher"}) const {
    std::vector<std::string> all{"distil",         "--model", runs.path(model), "--preset", "transformer-tiny",
                                 "--batch-tokens", "100",     "--beam",         "2",        "--teacher"};
    for (const std::string& teacher : teachers) all.push_back(runs.path(teacher));
    all.emplace_back("--set");
    for (const char* setting : {"precision=f32", "layers=1", "width=16", "heads=2", "feed_forward=16", "warmup=5",
                                "checkpoint_every=5", "learning_rate=0.01"})
      all.emplace_back(setting);
    for (const std::string& word : more)
      all.push_back(word.ends_with(".tsv") || word.ends_with(".txt") ? runs.path(word) : word);
    return all;
  }
  ProcessResult distil(const std::string& model, const std::vector<std::string>& more,
                       const std::vector<std::string>& teachers = {"teacher"}) const {
    return run_naru(arguments(model, more, teachers));
  }
  std::vector<std::string> lines(const std::string& file) const { return lines_of(runs.bytes(file)); }
  std::vector<std::string> translations(const std::vector<std::string>& teachers, const std::string& sources) const {
    std::vector<std::string> all{"translate", "--beam", "2", "--input", runs.path(sources), "--model"};
    for (const std::string& teacher : teachers) all.push_back(runs.path(teacher));
    return lines_of(run_naru(all).out);
  }
  double perplexity(const std::string& model, const std::vector<std::string>& test) const {
    std::vector<std::string> all{"score", "--json", "--model", runs.path(model), "--test"};
    for (const std::string& file : test) all.push_back(runs.path(file));
    const std::string out = run_naru(all).out;
    return std::atof(out.substr(out.find("\"perplexity\"") + 13).c_str());
  }
  SmallRuns runs;
};

TEST_F(Distil, TrainsOnWhatTheTeacherWritesWithTheTeachersTokenizers) {
  teach("teacher", 20);
  write_file(runs / "more.txt", "개 본다\n작은 새\n");
  const ProcessResult result =
      distil("student", {"--train", "corpus.tsv", "--sources", "more.txt", "--with-original", "--max-steps", "5"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto pairs = lines("corpus.tsv"), sources = lines("student/distilled/source.txt"),
             targets = lines("student/distilled/target.txt");
  ASSERT_EQ(sources.size(), 402U);
  ASSERT_EQ(targets.size(), 402U);
  for (size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(sources[i] + "\t" + targets[202 + i], pairs[i]);
    EXPECT_EQ(sources[i], sources[202 + i]);
  }
  EXPECT_EQ(sources[200], "개 본다");
  EXPECT_EQ(std::vector(targets.begin(), targets.begin() + 202), [&] {
    auto translated = translations({"teacher"}, "student/distilled/source.txt");
    translated.resize(202);
    return translated;
  }());
  for (const char* file : {"/source.spm", "/target.spm"})
    EXPECT_EQ(runs.bytes(std::string("student") + file), runs.bytes(std::string("teacher") + file));
  EXPECT_EQ(run_naru({"verify", runs.path("student")}).exit_code, 0);
}

TEST_F(Distil, TakesSeveralTeachersForOneAndAStudentOfAnyArchitecture) {
  teach("teacher", 20);
  teach("second", 10, {"--from", runs.path("teacher"), "--seed", "2"});
  const ProcessResult result = distil("student", {"--train", "corpus.tsv", "--max-steps", "3"}, {"teacher", "second"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(lines("student/distilled/target.txt"), translations({"teacher", "second"}, "student/distilled/source.txt"));
  const ProcessResult recurrent = run_naru({"distil",
                                            "--teacher",
                                            runs.path("teacher"),
                                            runs.path("second"),
                                            "--level",
                                            "both",
                                            "--beam",
                                            "1",
                                            "--model",
                                            runs.path("recurrent"),
                                            "--preset",
                                            "seq2seq-attention",
                                            "--train",
                                            runs.path("corpus.tsv"),
                                            "--max-steps",
                                            "3",
                                            "--batch-tokens",
                                            "100",
                                            "--set",
                                            "precision=f32",
                                            "layers=1",
                                            "width=16"});
  EXPECT_EQ(recurrent.exit_code, 0) << recurrent.error;
}

TEST_F(Distil, OfTheOtherDirectionReadsTheSecondColumn) {
  teach("teacher", 20, {"--swap"});
  ASSERT_EQ(distil("student", {"--train", "corpus.tsv", "--swap", "--dev", "dev.tsv", "--max-steps", "3"}).exit_code,
            0);
  const auto pairs = lines("corpus.tsv"), sources = lines("student/distilled/source.txt");
  EXPECT_EQ(sources[0], pairs[0].substr(pairs[0].find('\t') + 1));
  EXPECT_EQ(lines("student/distilled/target.txt"), translations({"teacher"}, "student/distilled/source.txt"));
}

struct DistilLevels : Distil, ::testing::WithParamInterface<std::string> {};
INSTANTIATE_TEST_SUITE_P(, DistilLevels, ::testing::Values("sequence", "word", "both"),
                         [](const auto& info) { return info.param; });

TEST_P(DistilLevels, TeachTheStudentWhatTheTeacherHoldsProbable) {
  teach("teacher", 300);
  const std::vector<std::string> more{"--train", "corpus.tsv", "--level",           GetParam(),  "--teacher-weight",
                                      "0.9",     "--set",      "label_smoothing=0", "dropout=0", "--max-steps"};
  const auto after = [&](const char* model, const char* steps) {
    std::vector<std::string> all = more;
    all.emplace_back(steps);
    const ProcessResult result = distil(model, all);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return model;
  };
  ASSERT_EQ(runs.history(after("fresh", "1"), "loss").size(), 1U);
  after("student", "300");
  const std::vector<std::string> of_teacher{"dev.source.txt", "dev.target.txt"};
  write_file(runs / of_teacher[0], [&](std::ostream& out) {
    for (const std::string& line : lines("dev.tsv")) out << line.substr(0, line.find('\t')) << '\n';
  });
  write_file(runs / of_teacher[1], [&](std::ostream& out) {
    for (const std::string& line : translations({"teacher"}, of_teacher[0])) out << line << '\n';
  });
  EXPECT_LT(perplexity("student", of_teacher), 0.1 * perplexity("fresh", of_teacher));
}

TEST_P(DistilLevels, KilledAtAnyMomentEndsWithTheSameBytes) {
  teach("teacher", 20);
  write_file(runs / "large.tsv", small_table(3000, 5));
  const std::vector<std::string> more{"--train", "large.tsv",   "--level",     GetParam(),
                                      "--set",   "dropout=0.1", "--max-steps", "30"};
  const ProcessResult whole = distil("whole", more);
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  Random random(11);
  int kills = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    RunningNaru run(arguments("killed", more));
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + random.below(250)));
    run.kill();
    kills += run.wait() == 128 + 9 ? 1 : 0;
  }
  EXPECT_GE(kills, 3);
  const ProcessResult last = distil("killed", more);
  ASSERT_EQ(last.exit_code, 0) << last.error;
  EXPECT_EQ(runs.weights("killed"), runs.weights("whole"));
  EXPECT_EQ(runs.history("killed", "loss"), runs.history("whole", "loss"));
  const auto names = [&](const char* model) {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(runs / model / "distilled"))
      all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
  };
  if (GetParam() == "word") return;
  EXPECT_EQ(runs.bytes("killed/distilled/target.txt"), runs.bytes("whole/distilled/target.txt"));
  std::vector<std::string> expected{"made-from.json", "source.txt", "target.txt"};
  if (GetParam() == "both") expected.insert(expected.begin(), "distributions");
  EXPECT_EQ(names("killed"), expected);
}

TEST_F(Distil, TranslatesNothingASecondTime) {
  teach("teacher", 20);
  write_file(runs / "large.tsv", small_table(1500, 5));
  const std::vector<std::string> more{"--train", "large.tsv", "--max-steps", "3"};
  {
    RunningNaru run(arguments("student", more));
    while (run.running() && !fs::exists(runs / "student/distilled/000000.txt"))
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    run.kill();
    ASSERT_EQ(run.wait(), 128 + 9);
  }
  std::string marked;
  for (int i = 0; i < 512; ++i) marked += "was there\n";
  write_file(runs / "student/distilled/000000.txt", marked);
  const ProcessResult result = distil("student", more);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto targets = lines("student/distilled/target.txt");
  ASSERT_EQ(targets.size(), 1500U);
  EXPECT_EQ(targets[511], "was there");
  EXPECT_NE(targets[512], "was there");
  EXPECT_THAT(distil("student", {"--train", "large.tsv", "--max-steps", "4"}).error,
              AllOf(HasSubstr("translations are there"), HasSubstr("resumed at step 3")));
}

TEST_F(Distil, StoppedWhileTheTeacherTranslatesGoesOnFromThere) {
  teach("teacher", 20);
  write_file(runs / "large.tsv", small_table(3000, 5));
  RunningNaru run(arguments("student", {"--train", "large.tsv", "--max-steps", "3"}));
  while (run.running() && !fs::exists(runs / "student/distilled/000000.txt"))
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  run.stop();
  EXPECT_EQ(run.wait(), 0);
  EXPECT_FALSE(fs::exists(runs / "student/model.safetensors"));
  const ProcessResult result = distil("student", {"--train", "large.tsv", "--max-steps", "3"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.error.find("from 1 on"), std::string::npos) << result.error;
}

struct DistilRefuses : Distil {
  /// The one line said about a run that makes no folder.
  std::string refused(const std::vector<std::string>& more, const std::vector<std::string>& teachers = {"teacher"}) {
    const ProcessResult result = distil("none", more, teachers);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_FALSE(fs::exists(runs / "none")) << result.error;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.error.find('\n'), result.error.size() - 1) << result.error;
    return result.error;
  }
  std::string with_file(const std::string& name, const std::string& bytes) const {
    write_file(runs / name, bytes);
    return name;
  }
};

TEST_F(DistilRefuses, WhatIsMissingOrDoesNotGoTogether) {
  teach("teacher", 3);
  EXPECT_THAT(refused({"--train", "corpus.tsv"}, {"nobody"}), HasSubstr("nobody: holds no model.safetensors"));
  EXPECT_THAT(refused({}), HasSubstr("--train: needed, or --sources"));
  EXPECT_THAT(refused({"--sources", with_file("empty.txt", "\n\n")}), HasSubstr("holds no line to translate"));
  EXPECT_THAT(refused({"--train", with_file("wrong.tsv", "a\tb\nno tab\n")}), HasSubstr("wrong.tsv:2: expected 2"));
  EXPECT_THAT(refused({"--train", "-"}), HasSubstr("-: is read more than once"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--level", "word", "--sources", "empty.txt"}),
              HasSubstr("--sources: "));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--level", "word", "--own-tokenizers"}),
              HasSubstr("--own-tokenizers: --level word needs the teacher's vocabulary"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--level", "word", "--with-original"}), HasSubstr("--with-original: "));
  EXPECT_THAT(refused({"--sources", "empty.txt", "--with-original"}), HasSubstr("--with-original: there are no pairs"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--both"}), HasSubstr("--both: "));
}

TEST_F(DistilRefuses, OptionsOfTrainingBeforeAnythingIsTranslated) {
  teach("teacher", 3);
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--set", "layrs=2"}), HasSubstr("did you mean layers?"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--set", "heads=3"}), HasSubstr("heads=3: does not divide width=16"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--set", "vocabulary=280"}), HasSubstr("--own-tokenizers"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--set", "validate_by=bleu"}), HasSubstr("is measured on --dev"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--dev", "wrong.tsv"}), HasSubstr("wrong.tsv"));
}

TEST_F(DistilRefuses, TeachersAndStudentsOfOtherVocabularies) {
  teach("teacher", 3);
  teach("other", 3, {"--swap"});
  const std::string two = refused({"--train", "corpus.tsv"}, {"teacher", "other"});
  EXPECT_THAT(two, HasSubstr("other: writes other pieces than"));
  EXPECT_THAT(refused({"--train", "corpus.tsv", "--level", "word", "--from", runs.path("other")}),
              HasSubstr("has another vocabulary than the student"));
}

TEST_F(DistilRefuses, ToGoOnWithAnotherTeacherOrOtherSources) {
  teach("teacher", 3);
  teach("second", 3, {"--seed", "2", "--from", runs.path("teacher")});
  const std::vector<std::string> sequence{"--train", "corpus.tsv", "--max-steps", "3"};
  ASSERT_EQ(distil("student", sequence).exit_code, 0);
  const auto before = contents(runs / "student");
  EXPECT_THAT(distil("student", sequence, {"second"}).error, HasSubstr("translations by another teacher"));
  EXPECT_THAT(distil("student", {"--train", "dev.tsv", "--max-steps", "3"}).error, HasSubstr("of other sources"));
  EXPECT_THAT(run_naru({"train", "--model", runs.path("student"), "--train", runs.path("corpus.tsv")}).error,
              HasSubstr("was trained on other pairs"));
  EXPECT_EQ(contents(runs / "student"), before);
  const ProcessResult fresh = distil("student", {"--train", "dev.tsv", "--max-steps", "3", "--fresh"}, {"second"});
  EXPECT_EQ(fresh.exit_code, 0) << fresh.error;
  EXPECT_EQ(lines("student/distilled/target.txt").size(), 20U);

  const std::vector<std::string> word{"--train", "corpus.tsv", "--max-steps", "3", "--level", "word"};
  ASSERT_EQ(distil("words", word).exit_code, 0);
  EXPECT_THAT(distil("words", word, {"second"}).error, HasSubstr("of a run with another teacher"));
  EXPECT_THAT(run_naru({"train", "--model", runs.path("words"), "--train", runs.path("corpus.tsv")}).error,
              HasSubstr("of a run with another teacher"));
}

}  // namespace
}  // namespace naru
