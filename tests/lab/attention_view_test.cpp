// Attention maps of the report: their JSON, and what the terminal says of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/lab/findings.h"
#include "naru/lab/findings_text.h"

namespace naru {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Two heads over two pieces each; their mean looks from "I" at "나는", from "go" at "간다".
AttentionMap crossing(const std::string& name) {
  return {
      .name = name, .heads = 2, .sequences = {{0.9f, 0.1f, 0.6f, 0.4f, 0.5f, 0.5f, 0, 1}}, .queries = {2}, .keys = {2}};
}

Json block_of(const std::vector<AttentionMap>& layers, const std::vector<std::pair<int64_t, int64_t>>& gold = {}) {
  Findings findings;
  findings.show(AttentionView{
      .id = "looks",
      .title = {"정렬", "alignment"},
      .note = {},
      .sentences = {{.name = "1", .source = {"나는", "간다"}, .target = {"I", "go"}, .layers = layers, .gold = gold}}});
  return findings.blocks.at(0);
}

TEST(AttentionView, TellsEncodersFromDecodersAndSelfFromCross) {
  const Json layers = block_of({crossing("encoder.0"), crossing("decoder.0.self"), crossing("decoder.0.cross")})
                          .at("maps")
                          .at(0)
                          .at("layers");
  EXPECT_EQ(layers[0].value("rows", ""), "source");
  EXPECT_EQ(layers[1].value("columns", ""), "target");
  EXPECT_FALSE(layers[2].contains("rows") || layers[2].contains("columns"));
  EXPECT_EQ(layers[2]["heads"], Json::parse("[[[0.9,0.1],[0.6,0.4]],[[0.5,0.5],[0.0,1.0]]]"));
}

TEST(AttentionView, SaysInATerminalWhereEachPieceLooksMost) {
  const std::string text = block_text(block_of({crossing("decoder.0.cross"), crossing("decoder.0.self")}), false);
  EXPECT_THAT(text, HasSubstr("looks most at"));
  EXPECT_THAT(text, ::testing::ContainsRegex("I +나는 +0.7"));
  EXPECT_THAT(text, ::testing::ContainsRegex("go +간다 +0.7"));
  EXPECT_THAT(text, Not(HasSubstr("gold")));
}

TEST(AttentionView, PutsKnownAlignmentsBesideIt) {
  const std::string text = block_text(block_of({crossing("attention")}, {{1, 0}, {0, 0}}), false);
  EXPECT_THAT(text, ::testing::ContainsRegex("I +나는 +0.7[0-9]* +간다 나는"));
  EXPECT_THAT(text, ::testing::ContainsRegex("go +간다 +0.7[0-9]* +–"));
  EXPECT_EQ(block_of({crossing("attention")}, {{1, 0}}).at("maps").at(0).at("gold"), Json::parse("[[1,0]]"));
}

}  // namespace
}  // namespace naru
