#include "naru/data/token_corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/base/threads.h"
#include "naru/data/permutation.h"

#include "tests/data/letter_tokenizer.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<TokenPair> all_pairs(const TokenCorpus& corpus) {
  std::vector<TokenPair> pairs;
  for (int64_t i = 0; i < corpus.blocks(); ++i) corpus.read_block(i, pairs);
  return pairs;
}

struct TokenCorpusFile : ::testing::Test {
  TokenCorpusFile() {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += fmt::format("{}\t{:x}\n", i, i * 31);
    write_file(tsv_, text);
  }
  TokenCorpus make(const TokenCorpusConfig& config = {}, const std::string& name = "tokens") {
    return TokenCorpus::open_or_make(folder_ / name, files(), letters_, letters_, config);
  }
  CorpusFiles files() const { return {{tsv_.string()}}; }
  std::vector<std::string> sources(const TokenCorpus& corpus) const {
    std::vector<std::string> texts;
    for (const TokenPair& pair : all_pairs(corpus)) texts.push_back(letters_.decode(pair.source));
    return texts;
  }
  std::string error_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  LetterTokenizer letters_;
  TemporaryFolder folder_;
  fs::path tsv_ = folder_ / "c.tsv";
};

/// Kilobytes of a mapped file that count as this process's memory.
int64_t resident_kilobytes(const fs::path& file) {
  std::ifstream maps("/proc/self/smaps");
  int64_t kilobytes = 0;
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find('-') < line.find(' ')) inside = line.ends_with(file.string());
    if (inside && line.starts_with("Rss:")) kilobytes += std::atoll(line.c_str() + 4);
  }
  return kilobytes;
}

TEST_F(TokenCorpusFile, LetGoIsNoMemoryOfTheProcessAndReadAgain) {
  const TokenCorpus corpus = make();
  const auto pairs = all_pairs(corpus);
  EXPECT_GT(resident_kilobytes(folder_ / "tokens"), 0);
  corpus.let_go();
  EXPECT_EQ(resident_kilobytes(folder_ / "tokens"), 0);
  EXPECT_EQ(all_pairs(corpus), pairs);
}

TEST_F(TokenCorpusFile, HoldsEveryPairOnceShuffled) {
  const TokenCorpus corpus = make();
  std::vector<std::string> in_order;
  for (int i = 0; i < 5000; ++i) in_order.push_back(std::to_string(i));
  std::vector<std::string> found = sources(corpus);
  EXPECT_NE(found, in_order);
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(in_order));
  for (const TokenPair& pair : all_pairs(corpus))
    EXPECT_EQ(letters_.decode(pair.target), fmt::format("{:x}", std::stoi(letters_.decode(pair.source)) * 31));
  EXPECT_EQ(corpus.counts().pairs, 5000);
  EXPECT_EQ(corpus.counts().source_tokens, 10 * 2 + 90 * 3 + 900 * 4 + 4000 * 5);
}

TEST_F(TokenCorpusFile, IsTheSameForAnyNumberOfThreads) {
  const int before = threads();
  make({}, "many");
  set_threads(1);
  make({}, "one");
  set_threads(before);
  EXPECT_EQ(read_file(folder_ / "one"), read_file(folder_ / "many"));
}

TEST_F(TokenCorpusFile, IsShuffledThroughBoundedMemoryWhereItIsLarger) {
  std::string text;
  for (int i = 0; i < 40000; ++i) text += fmt::format("{:05}\t{:040}\n", i, i);  // about 9 MB of pairs
  write_file(tsv_, text);
  const std::vector<std::string> found = sources(make({.shuffle_megabytes = 1}));
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 40000u);
  EXPECT_FALSE(std::ranges::is_sorted(found));
  for (size_t i = 0; i < found.size(); ++i) EXPECT_LT(std::stoul(found[i]), i + 6000) << "read too far ahead";
}

TEST_F(TokenCorpusFile, LeavesOutAndCountsEmptySidesAndLongPairs) {
  write_file(tsv_, "abc\txyz\n\ty\nabcd\tz\na\twxyz\n");
  const TokenCorpus corpus = make({.max_length = 3});
  EXPECT_EQ(corpus.counts().pairs, 1);
  EXPECT_EQ(corpus.counts().empty, 1);
  EXPECT_EQ(corpus.counts().too_long, 2);
  EXPECT_EQ(summary(corpus.counts(), 3), "4 lines: 1 pairs; left out: 1 with an empty side, 2 of more than 3 pieces");
  EXPECT_EQ(error_of([&] { make({.max_length = 2}, "none"); }),
            tsv_.string() +
                ":4: the corpus ends without a usable pair: 4 lines: 0 pairs; left out: 1 with an empty "
                "side, 3 of more than 2 pieces");
  EXPECT_FALSE(fs::exists(folder_ / "none"));
}

TEST_F(TokenCorpusFile, OfBothDirectionsHasTaggedPairs) {
  write_file(tsv_, "ab\tx\n");
  const TokenCorpus corpus = make({.both = true, .forward_tag = 300, .reverse_tag = 301});
  EXPECT_THAT(all_pairs(corpus), ::testing::UnorderedElementsAre(TokenPair{{300, 'a' + 2, 'b' + 2}, {'x' + 2}},
                                                                 TokenPair{{301, 'x' + 2}, {'a' + 2, 'b' + 2}}));
  EXPECT_EQ(corpus.counts().lines, 1);
}

TEST_F(TokenCorpusFile, HasTheSpeechLevelOfTheTargetBeforeTheSource) {
  const LevelTags levels{302, 303, 304, 305};
  const auto sources = [&](const TokenCorpusConfig& config) {
    std::vector<std::vector<int32_t>> found;
    for (const TokenPair& pair : all_pairs(make(config)))
      found.emplace_back(pair.source.begin(), std::ranges::find(pair.source, 'a' + 2));
    return found;
  };
  write_file(tsv_, "a\t간다\na\t갔습니다\na\t바다\n");
  EXPECT_THAT(
      sources({.forward_levels = levels}),
      ::testing::UnorderedElementsAre(std::vector<int32_t>{302}, std::vector<int32_t>{305}, std::vector<int32_t>{}));
  EXPECT_THAT(sources({.forward_levels = levels, .level_dropout = 1}), ::testing::Each(::testing::IsEmpty()));
  write_file(tsv_, "a\t가요\n");
  EXPECT_EQ(sources({.both = true, .forward_tag = 300, .reverse_tag = 301, .forward_levels = levels})[0],
            (std::vector<int32_t>{304, 300}));
}

TEST_F(TokenCorpusFile, IsMadeAgainOnlyWhenWhatItWasMadeFromChanged) {
  const auto remade = [&](const TokenCorpusConfig& config, const Tokenizer& target) {
    const auto before = fs::last_write_time(folder_ / "tokens");
    fs::last_write_time(folder_ / "tokens", before - std::chrono::hours(1));
    TokenCorpus::open_or_make(folder_ / "tokens", files(), letters_, target, config);
    return fs::last_write_time(folder_ / "tokens") != before - std::chrono::hours(1);
  };
  make();
  EXPECT_FALSE(remade({}, letters_));
  EXPECT_TRUE(remade({.max_length = 100}, letters_));
  EXPECT_TRUE(remade({.seed = 2}, letters_));
  EXPECT_TRUE(remade({.seed = 2, .forward_levels = LevelTags{1, 2, 3, 4}}, letters_));
  EXPECT_TRUE(remade({.seed = 2, .forward_levels = LevelTags{1, 2, 3, 4}, .level_dropout = 0.5}, letters_));
  EXPECT_TRUE(remade({.seed = 2}, LetterTokenizer(2)));
  std::string text = read_file(tsv_);
  text[0] = '9';
  write_file(tsv_, text);
  EXPECT_TRUE(remade({.seed = 2}, LetterTokenizer(2)));
}

TEST_F(TokenCorpusFile, NamesDamageAndIsMadeAgain) {
  make();
  const std::string whole = read_file(folder_ / "tokens");
  const std::string name = (folder_ / "tokens").string();
  const auto open_all = [&](const std::string& bytes) {
    std::ofstream(folder_ / "tokens", std::ios::binary) << bytes;
    return error_of([&] { all_pairs(TokenCorpus::open(folder_ / "tokens")); });
  };
  for (size_t i = 0; i < whole.size(); i += 499) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 4);
    EXPECT_THAT(open_all(bytes), HasSubstr(name + ": ")) << i;
  }
  for (const size_t kept : {whole.size() - 1, whole.size() / 2, size_t{3}, size_t{0}})
    EXPECT_THAT(open_all(whole.substr(0, kept)), HasSubstr("naru makes it again from the corpus")) << kept;
  set_log_level(LogLevel::error);
  EXPECT_EQ(sources(make()).size(), 5000u);
  set_log_level(LogLevel::info);
  EXPECT_EQ(read_file(folder_ / "tokens"), whole);
}

TEST_F(TokenCorpusFile, NamesABlockThatLiesOutsideTheFileThoughItsIndexHasItsChecksum) {
  make();
  std::string bytes = read_file(folder_ / "tokens");
  const size_t tail = bytes.size() - sizeof(BlockFileTrailer);
  BlockFileTrailer trailer;
  std::memcpy(&trailer, bytes.data() + tail, sizeof(trailer));
  for (const uint64_t begin : {~uint64_t{3}, ~uint64_t{0}, trailer.index + 4}) {
    std::memcpy(bytes.data() + trailer.index, &begin, 8);
    trailer.crc = crc32(std::string_view(bytes).substr(trailer.index, tail - trailer.index));
    std::memcpy(bytes.data() + tail, &trailer, sizeof(trailer));
    std::ofstream(folder_ / "tokens", std::ios::binary) << bytes;
    EXPECT_THAT(error_of([&] { all_pairs(TokenCorpus::open(folder_ / "tokens")); }), HasSubstr("block 0")) << begin;
  }
}

TEST(Permutation, HoldsEveryNumberOnceAndChangesWithTheKey) {
  for (const uint64_t size : {1, 2, 3, 5, 64, 65, 1000}) {
    const Permutation order(size, 7), other(size, 8);
    std::set<uint64_t> seen;
    uint64_t equal = 0;
    for (uint64_t i = 0; i < size; ++i) {
      EXPECT_LT(order(i), size);
      seen.insert(order(i));
      equal += order(i) == other(i);
    }
    EXPECT_EQ(seen.size(), size);
    if (size >= 64) {
      EXPECT_LT(equal, size / 10) << size;
    }
  }
}

}  // namespace
}  // namespace naru
