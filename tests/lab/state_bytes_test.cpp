#include "naru/lab/state_bytes.h"

#include <gtest/gtest.h>

#include "naru/models/registry.h"

namespace naru {
namespace {

StateBytes bytes_of(const std::string& name, int64_t pieces,
                    const std::vector<std::pair<const char*, const char*>>& more = {}) {
  ModelConfig config = preset(name);
  for (const auto& [key, value] :
       std::vector<std::pair<const char*, const char*>>{{"layers", "2"}, {"width", "32"}, {"vocabulary", "50"}})
    set_option(config, key, value);
  for (const auto& [key, value] : more) set_option(config, key, value);
  return state_bytes(*build(config, Params(1))->decoder(), pieces);
}

TEST(StateBytes, OfARecurrentModelWithoutAttentionDoNotGrow) {
  constexpr int64_t h_and_c = 2, layers = 2, width = 32;
  for (const int64_t pieces : {10, 100, 400}) {
    const StateBytes bytes = bytes_of("seq2seq", pieces);
    EXPECT_EQ(bytes.read, h_and_c * layers * width * 4) << pieces;
    EXPECT_EQ(bytes.written, bytes.read) << pieces;
  }
}

TEST(StateBytes, OfARecurrentModelThatReadsOnDoNotGrow) {
  const auto read = [](int64_t pieces) { return bytes_of("seq2seq", pieces, {{"reverse_source", "false"}}).read; };
  EXPECT_EQ(read(10), read(400));
}

/// One row of values (both directions) and one of keys for each piece of the source; nothing for what is written.
TEST(StateBytes, OfARecurrentModelWithAttentionGrowWithTheSource) {
  constexpr int64_t numbers = 2 * 32 + 32;
  const auto at = [](int64_t pieces) { return bytes_of("seq2seq-attention", pieces); };
  EXPECT_EQ(at(400).read - at(100).read, 300 * numbers * 4);
  EXPECT_EQ(at(400).written - at(100).written, 300 * numbers * 4);
}

/// Keys and values of both layers in blocks of 16 pieces, of what is read and of what is written.
TEST(StateBytes, OfATransformerGrowWithSourceAndTarget) {
  constexpr int64_t piece = 2 * 2 * 32 * 4;
  const auto at = [](int64_t pieces) { return bytes_of("transformer-tiny", pieces, {{"heads", "2"}}); };
  for (const auto& [pieces, in_blocks] : {std::pair{10, 16}, {16, 16}, {17, 32}, {400, 400}}) {
    EXPECT_EQ(at(pieces).read, in_blocks * piece) << pieces;
    EXPECT_EQ(at(pieces).written, 2 * in_blocks * piece) << pieces;
  }
}

TEST(StateBytes, OfATransformerThatReadsOnHoldItsEncodersKeysToo) {
  const auto read = [](const char* wait) {
    return bytes_of("transformer-tiny", 160, {{"heads", "2"}, {"wait_k", wait}}).read;
  };
  EXPECT_EQ(read("3"), 2 * read("none"));
}

TEST(StateBytes, OfAnSsruGrowWithTheSourceOnly) {
  const StateBytes few = bytes_of("transformer-ssru-tiny", 160, {{"heads", "2"}});
  EXPECT_EQ(few.read, 160 * 2 * 2 * 32 * 4);
  EXPECT_EQ(few.written - few.read, 2 * 32 * 4);
}

}  // namespace
}  // namespace naru
