// `naru explain` as a process: what it prints multiplies out, its page holds the same, and its refusals.
#include <gtest/gtest.h>

#include <cmath>

#include "naru/base/file.h"
#include "naru/base/json.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {

const std::string golden = NARU_SOURCE_DIR "/tests/fixtures/golden/";
const std::string source = "그저께 기술자는 소포를 보냈어요";

ProcessResult explain(const std::vector<std::string>& models, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"explain", "--source", source, "--model"};
  for (const std::string& model : models) arguments.push_back(golden + model);
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_naru(arguments);
}

/// weights V of the printed numbers, against the printed output.
void expect_multiplies_out(const Json& attention) {
  const double root = 1 / attention.at("scale").get<double>();
  for (size_t row = 0; row < attention.at("rows").size(); ++row) {
    double sum = 0;
    for (const Json& score : attention.at("scores").at(row))
      if (!score.is_null()) sum += std::exp(score.get<double>() / root);
    const Json& output = attention.at("output").at(row);
    for (size_t k = 0; k < output.size(); ++k) {
      double expected = 0;
      for (size_t key = 0; key < attention.at("columns").size(); ++key) {
        const Json& score = attention.at("scores").at(row).at(key);
        if (!score.is_null())
          expected += std::exp(score.get<double>() / root) / sum * attention.at("values").at(key).at(k).get<double>();
      }
      EXPECT_NEAR(output.at(k).get<double>(), expected, 1e-5) << row << ", " << k;
    }
  }
}

TEST(ExplainCommand, PrintsNumbersOfWhichTheOutputOfTheHeadFollows) {
  for (const char* layer : {"encoder.0", "decoder.0.self", "decoder.0.cross"}) {
    const ProcessResult result = explain({"transformer-tiny"}, {"--layer", layer, "--head", "1", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.error;
    const Json attention = parse_json(result.out).at("experiments").at(0).at("numbers").at("attention");
    EXPECT_EQ(attention.at("layer"), layer);
    expect_multiplies_out(attention);
  }
  const ProcessResult recurrent = explain({"seq2seq-attention"}, {"--json"});
  expect_multiplies_out(parse_json(recurrent.out).at("experiments").at(0).at("numbers").at("attention"));
}

TEST(ExplainCommand, PrintsWordsInTheLanguageThatIsAskedForAndWritesThePage) {
  const TemporaryFolder folder;
  const std::string page = (folder / "page.html").string();
  const ProcessResult english =
      explain({"seq2seq", "transformer-tiny"}, {"--word", "소포를", "--lang", "en", "--out", page});
  ASSERT_EQ(english.exit_code, 0) << english.error;
  for (const char* part : {"Side by side", "the hidden state, step by step", "'소포를': QKᵀ", "the five best pieces"})
    EXPECT_NE(english.out.find(part), std::string::npos) << part;
  EXPECT_NE(explain({"seq2seq"}, {}).out.find("은닉 상태가 단계마다 움직인 길"), std::string::npos);
  const std::string written = read_file(page);
  EXPECT_NE(written.find("\"kind\":\"explain\""), std::string::npos);
  EXPECT_EQ(written.find("\"numbers\""), std::string::npos);
}

TEST(ExplainCommand, RefusesInOneLineWhatItCannotShow) {
  const std::vector<std::pair<ProcessResult, std::string>> refusals{
      {explain({"transformer-tiny"}, {"--layer", "encoder.7"}), "--layer encoder.7: no attention of that name"},
      {explain({"seq2seq"}, {"--layer", "encoder.0"}), "this model has no attention"},
      {explain({"transformer-tiny"}, {"--head", "64"}), "--head 64: "},
      {explain({"transformer-tiny"}, {"--word", "소포"}), "did you mean 소포를?"},
      {explain({"seq2seq", "seq2seq", "seq2seq"}, {}), "two go side by side"},
      {run_naru({"explain", "--model", golden + "seq2seq", "--source", ""}), "--source: is empty"},
      {run_naru({"explain", "--model", golden + "seq2seq"}), "--source"}};
  for (const auto& [result, message] : refusals) {
    EXPECT_EQ(result.exit_code, 2) << message;
    EXPECT_EQ(lines_of(result.error).size(), 1u) << result.error;
    EXPECT_NE(result.error.find(message), std::string::npos) << result.error;
    EXPECT_EQ(result.out, "") << message;
  }
}

}  // namespace
}  // namespace naru
