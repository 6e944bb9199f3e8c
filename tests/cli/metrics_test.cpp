// `naru metrics` as a process: what it prints and how it refuses bad input.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "naru/base/file.h"
#include "naru/metrics/bleu.h"
#include "naru/metrics/chrf.h"
#include "naru/metrics/ter.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Lines hypotheses{"The cat sat on a mat.", "나는 학교에 간다.", "x y z"};
const Lines references{"The cat sat on the mat.", "나는 학교에 간다.", "a b c d"};

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class MetricsCommand : public ::testing::Test {
 protected:
  MetricsCommand() {
    write("hyp", joined(hypotheses));
    write("ref", joined(references));
  }
  std::string write(const std::string& name, const std::string& text) {
    write_file(folder_ / name, text);
    return path(name);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  /// Runs with `--reference ref` and these arguments.
  ProcessResult run(std::vector<std::string> arguments, const std::string& input = "") const {
    arguments.insert(arguments.begin(), {"metrics", "--reference", path("ref")});
    return run_naru(arguments, input);
  }
  json json_of(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--hypothesis", path("hyp"), "--json"});
    const ProcessResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return json::parse(result.out);
  }
  static void expect_refused(const ProcessResult& result, const std::string& message) {
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    EXPECT_THAT(result.error, HasSubstr(message));
    EXPECT_EQ(result.out, "");
  }
  TemporaryFolder folder_;
};

TEST_F(MetricsCommand, JsonHasNameScoreAndSignatureOfEachMetricInOrder) {
  const json metrics = json_of({"--metric", "ter", "bleu", "chrf", "--word-order", "2"})["metrics"];
  const Score expected[] = {score_corpus(ter(), hypotheses, {references}),
                            score_corpus(bleu(), hypotheses, {references}),
                            score_corpus(chrf({.word_order = 2}), hypotheses, {references})};
  ASSERT_EQ(metrics.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(metrics[i]["name"], expected[i].name);
    EXPECT_DOUBLE_EQ(metrics[i]["score"], expected[i].value);
    EXPECT_EQ(metrics[i]["signature"], expected[i].signature);
  }
}

TEST_F(MetricsCommand, EveryOptionReachesItsMetric) {
  const auto signature = [&](std::vector<std::string> arguments) {
    return json_of(std::move(arguments))["metrics"][0]["signature"].get<std::string>();
  };
  EXPECT_THAT(signature({"--tokenize", "intl", "--lowercase", "--smooth-method", "add-k", "--smooth-value", "0.5"}),
              HasSubstr("case:lc|eff:no|tok:intl|smooth:add-k[0.50]"));
  EXPECT_THAT(signature({"--tokenize", "ko"}), HasSubstr("tok:naru-ko-1"));
  EXPECT_THAT(signature({"--metric", "chrf", "--char-order", "4", "--word-order", "1", "--whitespace",
                         "--eps-smoothing", "--lowercase"}),
              HasSubstr("case:lc|eff:no|nc:4|nw:1|space:yes"));
  EXPECT_THAT(signature({"--metric", "ter", "--normalized", "--no-punctuation", "--asian-support", "--case-sensitive"}),
              HasSubstr("case:mixed|tok:tercom|norm:yes|punct:no|asian:yes"));
}

TEST_F(MetricsCommand, TheTextIsSacreBleusLine) {
  const ProcessResult result = run({"--hypothesis", path("hyp"), "--metric", "bleu", "chrf"});
  const Score expected = score_corpus(bleu(), hypotheses, {references});
  EXPECT_THAT(result.out, StartsWith(fmt::format("BLEU|{} = {:.2f} ", expected.signature, expected.value)));
  EXPECT_THAT(result.out, HasSubstr("hyp_len = 14 ref_len = 15)\nchrF2|nrefs:1"));
}

TEST_F(MetricsCommand, ReadsTheHypothesisFromStandardInputByDefault) {
  EXPECT_EQ(run({}, joined(hypotheses)).out, run({"--hypothesis", path("hyp")}).out);
}

TEST_F(MetricsCommand, SeveralReferencesCount) {
  const ProcessResult result =
      run_naru({"metrics", "--reference", path("ref"), path("hyp"), "--hypothesis", path("hyp"), "--json"});
  const json metric = json::parse(result.out)["metrics"][0];
  EXPECT_NEAR(metric["score"].get<double>(), 100, 1e-9);
  EXPECT_THAT(metric["signature"].get<std::string>(), StartsWith("nrefs:2|"));
}

TEST_F(MetricsCommand, OfATsvReferenceTheSecondColumnCounts) {
  std::string pairs;
  for (const std::string& line : references) pairs += "source\t" + line + "\n";
  const std::string tsv = write("pairs.tsv", pairs + "source without a target\t\n");
  write("ref", joined(references) + "\n");
  write("hyp", joined(hypotheses) + "more\n");
  EXPECT_EQ(run_naru({"metrics", "--reference", tsv, "--hypothesis", path("hyp")}).out,
            run({"--hypothesis", path("hyp")}).out);
  expect_refused(run_naru({"metrics", "--reference", write("bad.tsv", "a\tb\nc\n"), "--hypothesis", path("hyp")}),
                 "bad.tsv:2: expected 2 tab-separated columns, found 1");
}

TEST_F(MetricsCommand, BootstrapOfOneSystemGivesAnInterval) {
  const json metric = json_of({"--bootstrap", "--samples", "50", "--seed", "3"})["metrics"][0];
  EXPECT_THAT(metric["signature"].get<std::string>(), HasSubstr("|bs:50|seed:3|"));
  EXPECT_GT(metric["half_width"], 0);
  EXPECT_FALSE(metric.contains("p_value"));
}

TEST_F(MetricsCommand, BootstrapOfSeveralSystemsTestsThemAgainstTheFirst) {
  const ProcessResult result = run({"--hypothesis", path("hyp"), path("ref"), "--bootstrap", "--json"});
  const json metrics = json::parse(result.out)["metrics"];
  ASSERT_EQ(metrics.size(), 2u);
  EXPECT_EQ(metrics[1]["hypothesis"], path("ref"));
  EXPECT_FALSE(metrics[0].contains("p_value"));
  EXPECT_GT(metrics[1]["p_value"], 0);
  EXPECT_THAT(run({"--hypothesis", path("hyp"), path("ref"), "--bootstrap"}).out, HasSubstr(", p = "));
}

TEST_F(MetricsCommand, SentenceLevelPrintsALinePerSentence) {
  const ProcessResult result = run({"--hypothesis", path("hyp"), "--sentence-level", "--metric", "bleu", "ter"});
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 3);
  EXPECT_THAT(result.out, HasSubstr("\n100.00\t0.00\n"));
}

TEST_F(MetricsCommand, DifferingLineCountsNameTheFileAndTheLine) {
  write("short", "one\ntwo\n");
  expect_refused(run({"--hypothesis", path("short")}), path("short") + ":3: the line is missing: " + path("ref"));
  expect_refused(run({}, "1\n2\n3\n4\n"), path("ref") + ":4: the line is missing: standard input has 4 lines");
  expect_refused(run_naru({"metrics", "--reference", path("ref"), path("short"), "--hypothesis", path("hyp")}),
                 path("short") + ":3: the line is missing");
}

TEST_F(MetricsCommand, InvalidUtf8NamesTheFileAndTheLine) {
  write("latin1", "one\ntw\xe9\nthree\n");
  expect_refused(run({"--hypothesis", path("latin1")}), path("latin1") + ":2: byte 3 (0xe9) is not UTF-8");
  expect_refused(run({}, "\xff\n\n\n"), "standard input:1: byte 1 (0xff) is not UTF-8");
}

TEST_F(MetricsCommand, APackedFileIsReadAndACutOneRefused) {
  write("long", std::string(5000, 'x') + joined(hypotheses));
  write("whole", joined(hypotheses));
  ASSERT_EQ(std::system(("gzip -k " + path("whole") + " " + path("long")).c_str()), 0);
  EXPECT_EQ(run({"--hypothesis", path("whole.gz")}).out, run({"--hypothesis", path("hyp")}).out);
  const std::string packed = read_file(folder_ / "long.gz");
  write("cut.gz", packed.substr(0, packed.size() - 12));
  expect_refused(run({"--hypothesis", path("cut.gz")}), "cut.gz");
}

TEST_F(MetricsCommand, OtherMistakesEndInOneLine) {
  expect_refused(run_naru({"metrics"}), "--reference");
  expect_refused(run({"--hypothesis", path("absent")}), path("absent") + ": cannot be read: No such file");
  expect_refused(run({"--hypothesis", folder_.path().string()}), "is a folder");
  expect_refused(
      run_naru({"metrics", "--reference", "-"}, "a\n"),
      "--reference -: standard input can be one of the files only; name a file for each other, the hypothesis "
      "with --hypothesis");
  expect_refused(run({"--hypothesis", "-", "-"}), "--hypothesis -: standard input can be one of the files only");
  expect_refused(run({"--metric", "blue"}), "'blue' is not one of bleu, chrf, ter");
  expect_refused(run({"--bootstrap", "--sentence-level"}), "leave out --sentence-level");
  expect_refused(run_naru({"metrics", "--reference", write("empty", ""), "--hypothesis", path("empty")}),
                 path("empty") + ":1: the file is empty");
}

}  // namespace
}  // namespace naru
