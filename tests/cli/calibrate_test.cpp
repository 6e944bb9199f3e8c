// `naru calibrate`, and what `naru translate` shows and does with it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "naru/base/file.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const fs::path golden = NARU_SOURCE_DIR "/tests/fixtures/golden";

struct CalibrateCommand : ::testing::Test {
  CalibrateCommand() {
    fs::copy(golden / "transformer-tiny", model(), fs::copy_options::recursive);
    const std::vector<std::string> lines = lines_of(read_file(golden / "corpus.tsv"));
    std::string dev, test;
    for (size_t i = 0; i < lines.size(); ++i) (i < 75 ? dev : test) += lines[i] + "\n";
    for (size_t i = 0; i < 20; ++i) sources += lines[i].substr(0, lines[i].find('\t')) + "\n";
    write_file(folder / "dev.tsv", dev);
    write_file(folder / "test.tsv", test);
  }
  std::string model() const { return (folder / "model").string(); }
  std::string file() const { return (folder / "model" / "calibration.json").string(); }
  ProcessResult calibrated(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"calibrate", "--model", model(),      "--dev", (folder / "dev.tsv").string(),
                                       "--beam",    "1",       "--right-at", "5"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_naru(arguments);
  }
  ProcessResult translated(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"translate", "--model", model(), "--beam", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_naru(arguments, sources);
  }
  static std::string refusal(const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::ranges::count(result.error, '\n'), 1) << result.error;
    EXPECT_EQ(result.out, "");
    return result.error;
  }
  TemporaryFolder folder;
  std::string sources;
};

std::vector<std::string> columns(const std::string& line) {
  std::vector<std::string> all{""};
  for (const char c : line) c == '\t' ? (void)all.emplace_back() : all.back().push_back(c);
  return all;
}

TEST_F(CalibrateCommand, WritesOneFileTheSameBytesAtAnyTimeAndMeasuresIt) {
  const ProcessResult made = calibrated({"--test", (folder / "test.tsv").string(), "--lines", "60"});
  ASSERT_EQ(made.exit_code, 0) << made.error;
  EXPECT_THAT(made.out, HasSubstr("calibration.json: fitted to 60 pairs\n"));
  for (const char* row : {"expected calibration error", "precision of these", "recall of these", "looped translation"})
    EXPECT_THAT(made.out, HasSubstr(row));
  const std::string bytes = read_file(file());
  ASSERT_EQ(calibrated({"--lines", "60", "--threads", "1"}).exit_code, 0);
  EXPECT_EQ(read_file(file()), bytes);
}

TEST_F(CalibrateCommand, GivesTheNumbersAsJson) {
  const ProcessResult made = calibrated({"--test", (folder / "test.tsv").string(), "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.error;
  const auto report = nlohmann::json::parse(made.out);
  for (const char* what : {"words", "lines"}) {
    int64_t count = 0;
    for (const auto& bin : report[what]["bins"]) count += bin["count"].get<int64_t>();
    EXPECT_EQ(count, report[what]["count"]);
    EXPECT_LT(report[what]["expected_calibration_error"], 1);
  }
  EXPECT_EQ(report["lines"]["count"], 75);
  EXPECT_EQ(report["detector"]["bad"].size(), 4);
  EXPECT_EQ(report["pairs"], 75);
  const auto& detector = report["detector"];
  int64_t bad = 0, found = 0;
  for (const auto& row : detector["bad"]) {
    bad += row["lines"].get<int64_t>();
    found += row["flagged"].get<int64_t>();
  }
  const auto alarms = found + detector["good"]["flagged"].get<int64_t>();
  EXPECT_DOUBLE_EQ(detector["recall"], static_cast<double>(found) / static_cast<double>(bad));
  EXPECT_DOUBLE_EQ(detector["precision"], static_cast<double>(found) / static_cast<double>(alarms));
  EXPECT_GT(detector["recall"], detector["baseline_recall"]);
}

TEST_F(CalibrateCommand, RefusesWhatItCannotLearnFromAndWritesNothing) {
  const auto before = contents(model());
  EXPECT_THAT(refusal(calibrated({"--right-at", "100"})), HasSubstr("same answer"));
  EXPECT_THAT(refusal(calibrated({"--lines", "0"})), HasSubstr("--lines"));
  EXPECT_THAT(refusal(calibrated({"--false-alarms", "2"})), HasSubstr("--false-alarms"));
  EXPECT_THAT(refusal(calibrated({"--test", (folder / "gone.tsv").string()})), HasSubstr("gone.tsv"));
  write_file(folder / "dev.tsv", "하나 둘\tone two\n");
  EXPECT_THAT(refusal(calibrated({})), HasSubstr("three words between spaces"));
  write_file(folder / "dev.tsv", "");
  refusal(calibrated({}));
  EXPECT_EQ(contents(model()), before);
}

TEST_F(CalibrateCommand, ScoresGetTwoColumnsMoreOnceThereIsACalibration) {
  const ProcessResult before = translated({"--scores"});
  ASSERT_EQ(calibrated({}).exit_code, 0);
  const ProcessResult after = translated({"--scores"});
  ASSERT_EQ(after.exit_code, 0) << after.error;
  const std::vector<std::string> plain = lines_of(before.out), judged = lines_of(after.out);
  ASSERT_EQ(judged.size(), 20);
  for (size_t i = 0; i < judged.size(); ++i) {
    EXPECT_TRUE(judged[i].starts_with(plain[i] + "\t")) << judged[i];
    ASSERT_EQ(columns(judged[i]).size(), 5);
  }
}

TEST_F(CalibrateCommand, AbstainLeavesExactlyTheLinesBelowItEmptyAndSaysSo) {
  ASSERT_EQ(calibrated({}).exit_code, 0);
  std::vector<double> confidences;
  for (const std::string& line : lines_of(translated({"--scores"}).out))
    confidences.push_back(std::stod(columns(line)[3]));
  std::vector<double> sorted = confidences;
  std::ranges::sort(sorted);
  const double bar = (sorted[9] + sorted[10]) / 2;
  ASSERT_LT(sorted[9], sorted[10] - 2e-4);  // what is printed is rounded
  const std::vector<std::string> all = lines_of(translated({}).out);
  const ProcessResult result = translated({"--abstain", fmt::format("{}", bar)});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const std::vector<std::string> some = lines_of(result.out);
  ASSERT_EQ(some.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(some[i], confidences[i] < bar ? "" : all[i]) << "line " << i + 1;
  EXPECT_THAT(result.error, HasSubstr("left empty, confidence"));
  EXPECT_THAT(result.error, HasSubstr("10 of 20 lines"));
}

TEST_F(CalibrateCommand, ConfidencesAreWrittenAsOneObjectForEachTranslation) {
  ASSERT_EQ(calibrated({}).exit_code, 0);
  const std::string written = (folder / "confidences").string();
  const ProcessResult result = translated({"--confidence", written, "--nbest", "2", "--beam", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const std::vector<std::string> texts = lines_of(result.out), objects = lines_of(read_file(written));
  ASSERT_EQ(objects.size(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto object = nlohmann::json::parse(objects[i]);
    std::string joined;
    for (const auto& word : object["words"]) joined += word[0].get<std::string>();
    std::string text = texts[i];
    std::erase(text, ' ');
    EXPECT_EQ(joined, text);
    EXPECT_GE(object["confidence"], 0);
    EXPECT_TRUE(object["flag"].is_null() || object["flag"].is_string());
  }
}

TEST_F(CalibrateCommand, WhatNeedsACalibrationIsRefusedWithoutOneAndWithADamagedOne) {
  for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
           {"--abstain", "0.5"}, {"--fallback"}, {"--confidence", (folder / "c").string()}})
    EXPECT_THAT(refusal(translated(options)),
                EndsWith("calibration.json: there is none; make it with naru calibrate\n"));
  ASSERT_EQ(calibrated({}).exit_code, 0);
  std::string bytes = read_file(file());
  write_file(file(), bytes.substr(0, bytes.size() / 2));
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--abstain", "0.5"}, {"--scores"}})
    EXPECT_THAT(refusal(translated(options)), HasSubstr("is no calibration; make it again with naru calibrate"));
  EXPECT_EQ(translated({}).exit_code, 0);
}

}  // namespace
}  // namespace naru
