// What `naru translate`, `score`, `evaluate` and `average` promise, on a model trained for a moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Translate : ::testing::Test {
  static void SetUpTestSuite() {
    runs_ = new SmallRuns;
    // Enough to say something: most words are then right.
    const ProcessResult trained = runs_->train(
        "model", {"width=32", "feed_forward=64", "learning_rate=0.01", "warmup=20", "dropout=0", "label_smoothing=0",
                  "checkpoint_every=150", "--batch-tokens", "400", "--max-steps", "150"});
    ASSERT_EQ(trained.exit_code, 0) << trained.error;
  }
  static void TearDownTestSuite() { delete runs_; }

  static std::vector<std::string> arguments(const std::string& command, const std::vector<std::string>& more) {
    std::vector<std::string> all{command};
    if (std::ranges::find(more, "--model") == more.end()) all.insert(all.end(), {"--model", runs().path("model")});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static ProcessResult translated(const std::string& input, const std::vector<std::string>& more) {
    ProcessResult result = run_naru(arguments("translate", more), input);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return result;
  }
  static SmallRuns& runs() { return *runs_; }
  static std::string sources(int count) {
    std::string text;
    for (const std::string& line : lines_of(small_table(count, 9))) text += line.substr(0, line.find('\t')) + "\n";
    return text;
  }

 private:
  static inline SmallRuns* runs_ = nullptr;
};

TEST_F(Translate, AThousandLinesInAnyBatchesOnAnyThreadsGiveTheSameBytes) {
  const std::string input = sources(1000);
  const auto moment = [](const char* preset) {
    ASSERT_EQ(runs().train(preset, {"learning_rate=0.01", "--max-steps", "40"}, preset).exit_code, 0);
  };
  moment("seq2seq");
  moment("seq2seq-attention");
  for (const auto& [model, precision] : {std::pair{"model", "f32"},
                                         {"model", "bf16"},
                                         {"model", "int8"},
                                         {"model", "int4"},
                                         {"seq2seq", "f32"},
                                         {"seq2seq", "int8"},
                                         {"seq2seq-attention", "f32"},
                                         {"seq2seq-attention", "int8"},
                                         {"seq2seq-attention", "int4"}})
    for (const char* beam : {"1", "4"}) {
      const auto lines = [&, model = model, precision = precision](const char* batch_tokens, const char* threads) {
        return translated(input, {"--model", runs().path(model), "--precision", precision, "--beam", beam,
                                  "--batch-tokens", batch_tokens, "--threads", threads, "--scores"})
            .out;
      };
      const std::string one_by_one = lines("1", "1");
      EXPECT_EQ(lines_of(one_by_one).size(), 1000) << model;
      for (const auto& [batch, threads] : {std::pair{"500", "1"}, {"500", "2"}, {"1", "2"}})  // 500: about 64 lines
        EXPECT_EQ(lines(batch, threads), one_by_one) << model << ", beam " << beam << ", " << batch << ", " << threads;
    }
}

TEST_F(Translate, KeepsOrderAndEmptyLines) {
  const std::string input = sources(6);
  const std::vector<std::string> apart = lines_of(translated(input, {}).out);
  std::string spaced = "\n", expected = "\n";
  for (size_t i = 0; i < 6; ++i) {
    spaced += lines_of(input)[i] + "\n\n";
    expected += apart[i] + "\n\n";
  }
  EXPECT_EQ(translated(spaced, {}).out, expected);
  EXPECT_EQ(translated("", {}).out, "");
  write_file(runs() / "in", input);
  translated("", {"--input", runs().path("in"), "--output", runs().path("out")});
  EXPECT_EQ(lines_of(runs().bytes("out")), apart);
}

TEST_F(Translate, GivesAsManyOfTheBestAsAskedForEveryLine) {
  const std::string input = sources(3) + "\n" + sources(1);
  const auto best = lines_of(translated(input, {"--scores"}).out);
  const auto three = lines_of(translated(input, {"--scores", "--nbest", "3"}).out);
  ASSERT_EQ(three.size(), 15);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(three[3 * i], best[i]);
    EXPECT_GE(std::stod(three[3 * i]), std::stod(three[3 * i + 1]));
    EXPECT_GE(std::stod(three[3 * i + 1]), std::stod(three[3 * i + 2]));
  }
}

TEST_F(Translate, DrawsTheSameForALineWhateverStandsBesideIt) {
  const std::vector<std::string> lines = lines_of(sources(30));
  std::string forwards, backwards;
  for (const std::string& line : lines) forwards += line + "\n", backwards = line + "\n" + backwards;
  const auto drawn = [&](const std::string& input, const std::string& seed, const std::string& batch_tokens) {
    return lines_of(translated(input, {"--sample", "--temperature", "2", "--top-k", "20", "--top-p", "0.95", "--seed",
                                       seed, "--batch-tokens", batch_tokens, "--scores"})
                        .out);
  };
  const auto once = drawn(forwards, "1", "2048");
  EXPECT_EQ(once.size(), 30);
  EXPECT_EQ(drawn(forwards, "1", "30"), once);
  auto turned = drawn(backwards, "1", "2048");
  std::ranges::reverse(turned);
  EXPECT_EQ(turned, once);
  EXPECT_NE(drawn(forwards, "2", "2048"), once);
  EXPECT_EQ(lines_of(translated(sources(2), {"--sample", "--nbest", "9"}).out).size(), 18);
}

TEST_F(Translate, BeginsWithThePrefixOfEachLine) {
  write_file(runs() / "prefix", "dog cat\n\nred\n");
  const auto lines = lines_of(translated(sources(3), {"--prefix", runs().path("prefix")}).out);
  ASSERT_EQ(lines.size(), 3);
  EXPECT_THAT(lines[0], StartsWith("dog cat"));
  EXPECT_EQ(lines[1], lines_of(translated(sources(3), {}).out)[1]);
  EXPECT_THAT(lines[2], StartsWith("red"));
  const ProcessResult short_of_one = run_naru(arguments("translate", {"--prefix", runs().path("prefix")}), sources(4));
  EXPECT_EQ(short_of_one.exit_code, 2);
  EXPECT_THAT(short_of_one.error, HasSubstr("prefix:4: the file ends here, but standard input has more lines"));
}

TEST_F(Translate, RefusesMorePrefixesThanLinesAndFilesThatItWouldWriteOver) {
  write_file(runs() / "prefix", "dog\ncat\nred\n");
  write_file(runs() / "lines", sources(2));
  const ProcessResult surplus = run_naru(arguments("translate", {"--prefix", runs().path("prefix")}), sources(2));
  EXPECT_EQ(surplus.exit_code, 2);
  EXPECT_THAT(surplus.error, HasSubstr("prefix:3: more prefixes than lines"));
  const std::string lines = runs().path("lines");
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--input", lines, "--output", lines},
                                             {"--input", lines, "--alignments", lines},
                                             {"--output", runs().path("new"), "--alignments", runs().path("./new")},
                                             {"--alignments", "-"},
                                             {"--input", lines, "--output", lines, "--beam", "2", "--nbest", "3"}}) {
    EXPECT_EQ(run_naru(arguments("translate", more)).exit_code, 2);
    EXPECT_EQ(runs().bytes("lines"), sources(2));
  }
}

TEST_F(Translate, WritesAlignmentsOfExistingWords) {
  const std::string input = sources(5) + "\n";
  const auto texts = lines_of(translated(input, {"--alignments", runs().path("pairs")}).out);
  const auto pairs = lines_of(runs().bytes("pairs"));
  ASSERT_EQ(pairs.size(), 6);
  EXPECT_EQ(pairs[5], "");
  const auto words = [](const std::string& text) { return text.empty() ? 0 : std::ranges::count(text, ' ') + 1; };
  for (size_t i = 0; i < 5; ++i) {
    std::istringstream each(pairs[i]);
    int source = 0, target = 0, seen = 0;
    for (char dash = 0; each >> source >> dash >> target; ++seen) {
      EXPECT_LT(source, words(lines_of(input)[i]));
      EXPECT_LT(target, words(texts[i]));
    }
    EXPECT_EQ(seen, words(pairs[i]));
    EXPECT_GT(seen, 0);
  }
}

/// The invented languages have the same words in opposite orders.
TEST_F(Translate, AlignsTheWordsThatMeanTheSame) {
  ASSERT_EQ(runs()
                .train("attending",
                       {"width=32", "learning_rate=0.01", "warmup=20", "dropout=0", "label_smoothing=0",
                        "checkpoint_every=300", "--batch-tokens", "400", "--max-steps", "300"},
                       "seq2seq-attention")
                .exit_code,
            0);
  const std::string input = sources(50);
  translated(input, {"--model", runs().path("attending"), "--alignments", runs().path("pairs")});
  const auto pairs = lines_of(runs().bytes("pairs")), lines = lines_of(input);
  ASSERT_EQ(pairs.size(), lines.size());
  int right = 0, all = 0;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto words = static_cast<int>(std::ranges::count(lines[i], ' ')) + 1;
    std::istringstream each(pairs[i]);
    int source = 0, target = 0;
    for (char dash = 0; each >> source >> dash >> target; ++all) right += source == words - 1 - target ? 1 : 0;
  }
  EXPECT_GT(right, 0.7 * all) << right << " of " << all;
}

TEST_F(Translate, StopsAtTheLengthThatIsAsked) {
  for (const std::string& line : lines_of(translated(sources(5), {"--max-length", "1"}).out))
    EXPECT_EQ(line.find(' '), std::string::npos) << line;
  const auto words = [&](const char* penalty) {
    const std::string out = translated(sources(50), {"--length-penalty", penalty, "--length-rule", "power"}).out;
    return std::ranges::count(out, ' ');
  };
  EXPECT_GE(words("2"), words("0"));
}

TEST_F(Translate, AnswersALineBeforeTheInputEnds) {
  const auto expected = lines_of(translated(sources(2), {}).out);
  RunningNaru naru(arguments("translate", {}));
  for (size_t i = 0; i < 2; ++i) {
    naru.write(lines_of(sources(2))[i] + "\n");
    EXPECT_EQ(naru.read_line(20), expected[i]);
  }
  naru.close_input();
  EXPECT_EQ(naru.wait(), 0);
}

TEST_F(Translate, RefusesInOneLine) {
  const auto refused = [](const std::vector<std::string>& arguments, const std::string& input) {
    const ProcessResult result = run_naru(arguments, input);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    return result.error;
  };
  EXPECT_THAT(refused(arguments("translate", {}), sources(1) + "\xff\n"), HasSubstr("standard input:2: byte 1 (0xff)"));
  EXPECT_THAT(refused(arguments("translate", {"--nbest", "9"}), "a\n"), HasSubstr("--nbest 9"));
  EXPECT_THAT(refused(arguments("translate", {"--min-length", "9", "--max-length", "8"}), "a\n"),
              HasSubstr("--min-length 9: larger than --max-length 8"));
  EXPECT_THAT(refused(arguments("translate", {"--repetition-penalty", "0.5"}), "a\n"),
              HasSubstr("--repetition-penalty"));
  EXPECT_THAT(refused(arguments("translate", {"--input", runs().path("gone")}), ""), HasSubstr("gone: cannot be read"));
  for (const char* command : {"translate", "score", "evaluate"}) {
    std::vector<std::string> all{command, "--model", runs().path("nowhere")};
    if (all[0] != "translate") all.insert(all.end(), {"--test", runs().path("dev.tsv")});
    EXPECT_THAT(refused(all, "a\n"), HasSubstr("nowhere")) << command;
  }
  EXPECT_THAT(refused({"average", "--models", runs().path("nowhere"), "--out", runs().path("mean")}, ""),
              HasSubstr("nowhere"));
  EXPECT_FALSE(std::filesystem::exists(runs() / "mean"));
}

TEST_F(Translate, ScoreAddsUpTheLogProbabilitiesOfSentences) {
  const std::string dev = runs().path("dev.tsv");
  const ProcessResult whole = run_naru(arguments("score", {"--test", dev, "--json", "--sentence-level"}));
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  const auto found = nlohmann::json::parse(whole.out);
  EXPECT_EQ(found.at("sentences"), 20);
  double sum = 0, tokens = 0;
  for (const auto& one : found.at("scores")) {
    sum += one.at("log_probability").get<double>();
    tokens += one.at("target_tokens").get<double>();
  }
  EXPECT_NEAR(found.at("log_probability"), sum, 1e-6);
  EXPECT_EQ(found.at("target_tokens"), tokens);
  EXPECT_NEAR(found.at("perplexity"), std::exp(-sum / tokens), 1e-6);
  EXPECT_EQ(run_naru(arguments("score", {"--test", dev, "--json", "--sentence-level", "--batch-tokens", "1"})).out,
            whole.out);
}

TEST_F(Translate, TheBestOfABeamScoresWhatScoreSays) {
  const auto parts = lines_of(translated(sources(1), {"--scores"}).out);
  ASSERT_EQ(parts.size(), 1);
  std::istringstream columns(parts[0]);
  double score = 0, log_probability = 0;
  std::string text;
  columns >> score >> log_probability >> std::ws;
  std::getline(columns, text);
  write_file(runs() / "one.tsv", lines_of(sources(1))[0] + "\t" + text + "\n");
  const auto found =
      nlohmann::json::parse(run_naru(arguments("score", {"--test", runs().path("one.tsv"), "--json"})).out);
  EXPECT_NEAR(found.at("log_probability"), log_probability, 1e-3);
}

TEST_F(Translate, EvaluatePrintsTheKeysThatScriptsRelyOn) {
  const ProcessResult result =
      run_naru(arguments("evaluate", {"--test", runs().path("dev.tsv"), "--metric", "bleu", "chrf", "ter",
                                      "--hypotheses", runs().path("hypotheses"), "--json"}));
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto found = nlohmann::json::parse(result.out);
  ASSERT_EQ(found.at("metrics").size(), 3);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.at("metrics")[i].at("name"), (std::vector<std::string>{"bleu", "chrf", "ter"})[i]);
    EXPECT_TRUE(found.at("metrics")[i].at("score").is_number());
    EXPECT_THAT(found.at("metrics")[i].at("signature").get<std::string>(), HasSubstr("version:"));
  }
  EXPECT_EQ(found.at("sentences"), 20);
  EXPECT_GT(found.at("seconds"), 0);
  EXPECT_GT(found.at("target_tokens_per_second"), 0);
  std::string input;
  for (const std::string& line : lines_of(small_table(20, 2))) input += line.substr(0, line.find('\t')) + "\n";
  EXPECT_EQ(runs().bytes("hypotheses"), translated(input, {}).out);
}

TEST_F(Translate, EvaluateFindsMostWordsOfUnseenSentencesRight) {
  const ProcessResult result =
      run_naru(arguments("evaluate", {"--test", runs().path("dev.tsv"), "--metric", "chrf", "--json"}));
  EXPECT_GT(nlohmann::json::parse(result.out).at("metrics")[0].at("score"), 60) << result.out;
}

TEST_F(Translate, RoundedWeightsTranslateAboutAsWell) {
  const auto chrf = [](const char* precision) {
    const ProcessResult result = run_naru(arguments(
        "evaluate", {"--test", runs().path("dev.tsv"), "--metric", "chrf", "--precision", precision, "--json"}));
    return nlohmann::json::parse(result.out).at("metrics")[0].at("score").get<double>();
  };
  const double in_f32 = chrf("f32");
  EXPECT_NEAR(chrf("bf16"), in_f32, 3);
  EXPECT_NEAR(chrf("int8"), in_f32, 5);
  EXPECT_NEAR(chrf("int4"), in_f32, 25);
}

TEST_F(Translate, EvaluateDoesNotWriteOverItsTestSet) {
  const std::string test = runs().bytes("dev.tsv");
  EXPECT_EQ(run_naru(arguments("evaluate", {"--test", runs().path("dev.tsv"), "--hypotheses", runs().path("dev.tsv")}))
                .exit_code,
            2);
  EXPECT_EQ(runs().bytes("dev.tsv"), test);
}

TEST_F(Translate, AModelThatIsNotWhatItsConfigSaysIsRefused) {
  const auto changed = [](const char* model, const std::string& key, int64_t value) {
    std::filesystem::remove_all(runs() / "changed");
    std::filesystem::copy(runs() / model, runs() / "changed");
    auto config = nlohmann::json::parse(runs().bytes("changed/config.json"));
    config[key] = value;
    write_file(runs() / "changed" / "config.json", config.dump());
    const ProcessResult result = run_naru({"translate", "--model", runs().path("changed")}, "개\n");
    EXPECT_EQ(result.exit_code, 2) << key;
    return result.error;
  };
  ASSERT_EQ(runs().train("deep", {"layers=2", "--max-steps", "1"}).exit_code, 0);
  EXPECT_THAT(changed("deep", "encoder_layers", 1), HasSubstr("which config.json does not ask for"));
  EXPECT_THAT(changed("model", "eos_token_id", 1), HasSubstr("the tokenizer ends sentences with piece 0"));
}

TEST_F(Translate, AnAverageDoesNotReplaceTheModelOfATrainingRun) {
  const std::string before = runs().weights("model");
  const ProcessResult result = run_naru({"average", "--models", runs().path("model"), "--out", runs().path("model")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("holds a training run"));
  EXPECT_EQ(runs().weights("model"), before);
}

TEST_F(Translate, AnAverageOfOneModelIsThatModel) {
  const ProcessResult result = run_naru({"average", "--models", runs().path("model"), "--out", runs().path("same")});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(runs().weights("same"), runs().weights("model"));
  const std::string input = sources(3);
  EXPECT_EQ(run_naru({"translate", "--model", runs().path("same")}, input).out, translated(input, {}).out);
}

TEST_F(Translate, ModelsOfDifferentShapesHaveNoAverage) {
  ASSERT_EQ(runs().train("narrow", {"width=16", "--max-steps", "1"}).exit_code, 0);
  const ProcessResult result =
      run_naru({"average", "--models", runs().path("model"), runs().path("narrow"), "--out", runs().path("none")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("only models of one architecture can be averaged"));
  EXPECT_FALSE(std::filesystem::exists(runs() / "none"));
}

TEST_F(Translate, ModelsOfTheSameShapesButOtherHeadsOrPiecesHaveNoAverage) {
  const auto trained = [](const std::string& model, const std::vector<std::string>& more) {
    ASSERT_EQ(runs().train(model, more).exit_code, 0);
  };
  write_file(runs() / "other.tsv", small_table(200, 3));
  trained("first", {"--max-steps", "1"});
  trained("one-head", {"heads=1", "--max-steps", "1"});
  trained("other-text", {"--max-steps", "1", "--train", runs().path("other.tsv")});
  for (const char* model : {"one-head", "other-text"}) {
    const ProcessResult result =
        run_naru({"average", "--models", runs().path("first"), runs().path(model), "--out", runs().path("none")});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.error, StartsWith(runs().path(model) + "/"));
    EXPECT_THAT(result.error, HasSubstr(": differs from "));
  }
}

TEST_F(Translate, EndsAtTheLastLearnedPosition) {
  ASSERT_EQ(runs()
                .train("learned", {"positions=learned", "maximum_positions=8", "max_length=7", "--max-steps", "1"})
                .exit_code,
            0);
  const ProcessResult result =
      run_naru({"translate", "--model", runs().path("learned"), "--alignments", runs().path("pairs")}, "개\n");
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(lines_of(result.out).size(), 1);
}

}  // namespace
}  // namespace naru
