#include "naru/evaluate/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/evaluate/calibrate.h"

#include "tests/evaluate/golden_lines.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

/// The first half of the golden corpus is what is fitted to, the second what is measured on.
struct CalibrationFile : ::testing::Test {
  static void SetUpTestSuite() {
    const std::vector<Pair> pairs = read_pairs({.paths = {golden / "corpus.tsv"}});
    dev_.assign(pairs.begin(), pairs.begin() + 75);
    test_.assign(pairs.begin() + 75, pairs.end());
    folder_ = ModelFolder::open(golden / "transformer-tiny");
    calibrated_ = calibrate(folder_, dev_, config, greedy);
    folder_.calibration = std::make_shared<Calibration>(calibrated_->calibration);
  }
  static void TearDownTestSuite() { folder_ = {}; }

  static std::vector<Translation> translated(const std::vector<std::string>& lines, const TranslationOptions& options) {
    return Translator(folder_).translate(lines, options);
  }
  /// What `open` says of these bytes.
  std::string refused(const std::string& bytes) const {
    write_file(path, bytes);
    try {
      Calibration::open(path, folder_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  /// The saved document, changed, with the checksum that belongs to it.
  template <class Change>
  std::string changed(Change change) const {
    calibrated_->calibration.save(path);
    Json document = parse_json(read_file(path));
    document.erase("crc32");
    change(document);
    document["crc32"] = fmt::format("{:08x}", crc32(json_text(document)));
    return json_text(document);
  }

  inline static const CalibrateConfig config{.right_at = 5};  // so little has the golden model learned
  inline static const SearchOptions greedy{.beam = 1};
  inline static std::vector<Pair> dev_, test_;
  inline static ModelFolder folder_;
  inline static std::optional<Calibrated> calibrated_;
  TemporaryFolder temporary;
  const std::filesystem::path path = temporary / "calibration.json";
};

TEST_F(CalibrationFile, OpensToWhatWasSaved) {
  calibrated_->calibration.save(path);
  const Calibration opened = Calibration::open(path, folder_);
  opened.save(temporary / "again");
  EXPECT_EQ(read_file(path), read_file(temporary / "again"));
  const std::vector<int32_t> source = folder_.source->encode(test_[0].source);
  const Observation observation = observe(*folder_.model, {{source, folder_.target->encode(test_[0].target)}})[0];
  const Judgement before = calibrated_->calibration.judge(observation, *folder_.source, *folder_.target);
  const Judgement after = opened.judge(observation, *folder_.source, *folder_.target);
  EXPECT_EQ(before.confidence, after.confidence);
  EXPECT_EQ(before.suspicion, after.suspicion);
}

TEST_F(CalibrationFile, IsRefusedWhereBytesAreLostOrChanged) {
  calibrated_->calibration.save(path);
  const std::string whole = read_file(path);
  EXPECT_EQ(refused(whole), "");
  for (const size_t length : {size_t{0}, size_t{1}, whole.size() / 2, whole.size() - 2})
    EXPECT_THAT(refused(whole.substr(0, length)), HasSubstr("is no calibration; make it again with naru calibrate"));
  for (size_t at = whole.find("\"mean\":[") + 9; at < whole.size(); at += 997) {
    std::string other = whole;
    if (!std::isdigit(other[at])) continue;
    other[at] = other[at] == '1' ? '2' : '1';
    EXPECT_THAT(refused(other), HasSubstr("is damaged: its checksum is wrong")) << "byte " << at;
  }
}

TEST_F(CalibrationFile, IsRefusedWhereItIsOfOtherWeightsOrTokenizersOrHasOtherKeys) {
  EXPECT_THAT(refused(changed([](Json& all) { all["weights"] = "00000000"; })), HasSubstr("made for other weights"));
  EXPECT_THAT(refused(changed([](Json& all) { all["source_tokenizer"] = 1; })), HasSubstr("made for other tokenizers"));
  EXPECT_THAT(refused(changed([](Json& all) { all["format"] = "naru-calibration-0"; })), HasSubstr("another format"));
  EXPECT_THAT(refused(changed([](Json& all) { all.erase("line"); })), HasSubstr("has no 'line'"));
  EXPECT_THAT(refused(changed([](Json& all) { all["more"] = 1; })), HasSubstr("has an unknown 'more'"));
  EXPECT_THAT(refused(changed([](Json& all) { all["flag_at"] = 2; })), HasSubstr("'flag_at' is 2"));
  EXPECT_THAT(refused(changed([](Json& all) { all["word"]["weights"].erase(0); })), HasSubstr("'word' has not 14"));
  EXPECT_THAT(refused(changed([](Json& all) { all["source_pairs"][2] = 0; })), HasSubstr("a pair that cannot be"));
}

TEST_F(CalibrationFile, IsNotWrittenWithANumberThatIsNotFinite) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Calibration broken = calibrated_->calibration;
    broken.detector.weights[3] = bad;
    EXPECT_THROW(broken.save(path), Error);
    broken = calibrated_->calibration;
    broken.usual.log_ratio = bad;
    EXPECT_THROW(broken.save(path), Error);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(CalibrationFile, JudgesEveryWordOfATranslationInItsOrder) {
  const std::vector<std::string> lines = golden_lines(40);
  for (const Translation& translation : translated(lines, {.search = {.beam = 3, .nbest = 3}, .judgements = true}))
    for (const TranslatedText& text : translation.best) {
      ASSERT_TRUE(text.judgement);
      std::vector<std::string> words;
      for (const WordConfidence& word : text.judgement->words) {
        words.push_back(word.text);
        EXPECT_TRUE(0 < word.confidence && word.confidence < 1) << word.confidence;
      }
      EXPECT_EQ(words, word_texts(text.text));
      EXPECT_TRUE(0 < text.judgement->confidence && text.judgement->confidence < 1);
    }
}

TEST_F(CalibrationFile, AnEmptyLineHasNoJudgementAndDisturbsNoOther) {
  const std::vector<std::string> lines{test_[0].source, "", test_[1].source};
  const std::vector<Translation> all = translated(lines, {.search = greedy, .judgements = true, .fallback = true});
  EXPECT_FALSE(all[1].best[0].judgement);
  const auto alone = translated({lines[2]}, {.search = greedy, .judgements = true, .fallback = true});
  EXPECT_EQ(all[2].best[0].text, alone[0].best[0].text);
  EXPECT_NEAR(all[2].best[0].judgement->suspicion, alone[0].best[0].judgement->suspicion, 1e-5);
}

TEST_F(CalibrationFile, TheDetectorFlagsLoopsAndBrokenLinesAndLeavesGoodOnesAlone) {
  const CalibrationReport report = measure(folder_, *calibrated_, test_, config, greedy);
  const auto share = [](const Detected& row) {
    EXPECT_GE(row.lines, 40) << row.kind;
    return static_cast<double>(row.flagged) / static_cast<double>(row.lines);
  };
  EXPECT_LE(share(report.good), 0.15);
  for (const Detected& row : report.bad) EXPECT_GE(share(row), 0.8) << row.kind;
  const auto looped = std::ranges::find(report.other, "looped translation", &Detected::kind);
  ASSERT_NE(looped, report.other.end());
  EXPECT_GE(share(*looped), 0.8);
}

TEST_F(CalibrationFile, FallbackKeepsALineOnlyIfItIsLessSuspicious) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < 12; ++i) lines.push_back(test_[i].source + (i % 2 == 0 ? " " + test_[i].source : ""));
  const std::vector<Translation> before = translated(lines, {.search = greedy, .judgements = true});
  const std::vector<Translation> after = translated(lines, {.search = greedy, .judgements = true, .fallback = true});
  int flagged = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const TranslatedText &first = before[i].best[0], &second = after[i].best[0];
    EXPECT_LE(second.judgement->suspicion, first.judgement->suspicion + 1e-9);
    const bool good = first.judgement->flag.empty(), other = second.text != first.text;
    EXPECT_TRUE(!other || second.judgement->suspicion < first.judgement->suspicion) << lines[i];
    EXPECT_FALSE(good && other) << lines[i];
    flagged += !good;
  }
  EXPECT_GE(flagged, 5);
}

}  // namespace
}  // namespace naru
