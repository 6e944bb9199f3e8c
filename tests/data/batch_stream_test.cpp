#include "naru/data/batch_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "naru/base/error.h"
#include "naru/base/file.h"

#include "tests/data/letter_tokenizer.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::ElementsAre;

std::vector<int32_t> ids(const Tensor& tensor) {
  const auto values = tensor.values<int32_t>();
  return {values.begin(), values.end()};
}

std::vector<std::string> sources(const Batch& batch) {
  std::vector<std::string> texts;
  const auto all = ids(batch.source.values);
  for (int64_t i = 0; i < batch.count(); ++i)
    texts.push_back(LetterTokenizer().decode(std::span(all).subspan(
        static_cast<size_t>(batch.source.offsets.begin(i)), static_cast<size_t>(batch.source.offsets.length(i)))));
  return texts;
}

const SentenceMarks marks{.source_end = 0, .target_end = 0, .start = 1};

TEST(Batch, ClosesSourcesAndShiftsTargets) {
  const Batch batch = make_batch(std::vector<TokenPair>{{{5, 6}, {7}}, {{8}, {9, 10, 11}}}, marks);
  EXPECT_THAT(ids(batch.source.values), ElementsAre(5, 6, 0, 8, 0));
  EXPECT_THAT(ids(batch.target_in.values), ElementsAre(1, 7, 1, 9, 10, 11));
  EXPECT_THAT(ids(batch.target_out), ElementsAre(7, 0, 9, 10, 11, 0));
  EXPECT_THAT(batch.source.offsets.lengths(), ElementsAre(3, 2));
  EXPECT_THAT(batch.target_in.offsets.lengths(), ElementsAre(2, 4));
  EXPECT_EQ(batch.target_tokens(), 6);
}

TEST(Batch, SplitsIntoPartsThatKeepTheirNumbers) {
  std::vector<TokenPair> pairs;
  for (int32_t i = 0; i < 10; ++i)
    pairs.push_back({std::vector<int32_t>(static_cast<size_t>(i + 1), i + 2), std::vector<int32_t>(4, i + 2)});
  const Batch whole = make_batch(pairs, marks);
  std::vector<int32_t> source, target_in, target_out, sentences;
  std::vector<uint32_t> keys;
  const auto append = [](auto& all, const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
  for (const Batch& part : split(whole, 12)) {
    EXPECT_TRUE(part.count() == 1 || (part.source_tokens() <= 12 && part.target_tokens() <= 12));
    append(source, ids(part.source.values));
    append(target_in, ids(part.target_in.values));
    append(target_out, ids(part.target_out));
    append(sentences, part.sentences);
    append(keys, part.source.offsets.token_keys());
  }
  EXPECT_EQ(source, ids(whole.source.values));
  EXPECT_EQ(target_in, ids(whole.target_in.values));
  EXPECT_EQ(target_out, ids(whole.target_out));
  EXPECT_THAT(sentences, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_TRUE(std::ranges::equal(keys, whole.source.offsets.token_keys()));
  EXPECT_EQ(split(whole, 1).size(), 10u);
  EXPECT_EQ(split(whole, 1000).size(), 1u);
  EXPECT_THAT(split(split(whole, 12).back(), 1).back().sentences, ElementsAre(9));
}

TEST(Batch, ADevelopmentSetKeepsEveryPair) {
  std::vector<TokenPair> pairs(7);
  for (size_t i = 0; i < 7; ++i) {
    pairs[i].target.assign(i % 4 * 3, 5);
    pairs[i].source.assign(i % 2 * 5, 5);
  }
  int64_t count = 0;
  for (const Batch& batch : batches_of(pairs, 8, marks)) {
    count += batch.count();
    EXPECT_TRUE((batch.target_tokens() <= 8 && batch.source_tokens() <= 8) || batch.count() == 1);
  }
  EXPECT_EQ(count, 7);
  EXPECT_TRUE(batches_of({}, 8, marks).empty());
}

struct Stream : ::testing::Test {
  Stream() {
    std::string text;
    for (int i = 0; i < 3000; ++i)
      text += fmt::format("{}\t{}\n", i, std::string(static_cast<size_t>(i * 37 % 50 + 1), 'x'));
    write_file(folder_ / "c.tsv", text);
  }
  TemporaryFolder folder_;
  LetterTokenizer letters_;
  BatchConfig config_{.batch_tokens = 200, .window = 20, .read_ahead = 3, .seed = 5, .marks = marks};
  TokenCorpus corpus() {
    return TokenCorpus::open_or_make(folder_ / "tokens", {{(folder_ / "c.tsv").string()}}, letters_, letters_, {});
  }
};

TEST_F(Stream, AnEpochHoldsEveryPairOnceInAnotherOrderEachTime) {
  const TokenCorpus tokens = corpus();
  BatchStream stream(tokens, config_);
  ASSERT_GT(stream.windows(), 10);
  std::vector<std::vector<std::string>> epochs;
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    auto& seen = epochs.emplace_back();
    while (stream.position().epoch == epoch) {
      for (const auto& text : sources(stream.next())) seen.push_back(text);
      if (stream.position().epoch == epoch) {
        EXPECT_EQ(stream.position().pairs, static_cast<int64_t>(seen.size()));
      }
    }
    EXPECT_EQ(stream.position(), (BatchPosition{.epoch = epoch + 1}));
    EXPECT_EQ(seen.size(), 3000u);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 3000u);
  }
  EXPECT_NE(epochs[0], epochs[1]);
  EXPECT_NE(epochs[1], epochs[2]);
}

TEST_F(Stream, BatchesHoldAtMostTheirTokensAndPairsOfSimilarLength) {
  const TokenCorpus tokens = corpus();
  BatchStream stream(tokens, config_);
  int64_t used = 0, padded = 0, batches = 0;
  while (stream.position().epoch == 0) {
    const Batch batch = stream.next();
    EXPECT_LE(batch.target_tokens(), 200);
    used += batch.target_tokens();
    padded += batch.count() * batch.target_in.offsets.longest();
    ++batches;
  }
  EXPECT_GT(static_cast<double>(used) / static_cast<double>(padded), 0.85);
  EXPECT_GT(static_cast<double>(used) / static_cast<double>(batches * 200), 0.8);
}

TEST_F(Stream, ASentenceLongerThanABatchIsOneAlone) {
  config_.batch_tokens = 20;
  const TokenCorpus tokens = corpus();
  BatchStream stream(tokens, config_);
  bool met = false;
  for (int i = 0; i < 500; ++i) {
    const Batch batch = stream.next();
    EXPECT_TRUE(batch.target_tokens() <= 20 || batch.count() == 1);
    met |= batch.target_tokens() > 20;
  }
  EXPECT_TRUE(met);
}

TEST_F(Stream, SeekingEqualsContinuing) {
  const TokenCorpus tokens = corpus();
  BatchStream stream(tokens, config_);
  std::vector<BatchPosition> positions{stream.position()};
  std::vector<std::vector<std::string>> batches;
  for (int i = 0; i < 800; ++i) {  // more than an epoch
    batches.push_back(sources(stream.next()));
    positions.push_back(stream.position());
  }
  EXPECT_GT(stream.position().epoch, 0);
  for (size_t i = 0; i < batches.size(); i += 61) {
    BatchStream resumed(tokens, config_, positions[i]);
    EXPECT_EQ(resumed.position(), positions[i]);
    EXPECT_EQ(sources(resumed.next()), batches[i]) << i;
    EXPECT_EQ(resumed.position(), positions[i + 1]);
    EXPECT_EQ(sources(resumed.next()), batches[i + 1]) << i;
  }
  stream.seek(positions[3]);
  EXPECT_EQ(sources(stream.next()), batches[3]);
}

TEST_F(Stream, DependsOnTheSeedAndNotOnReadingAhead) {
  const TokenCorpus tokens = corpus();
  const auto first_batches = [&](const BatchConfig& config) {
    BatchStream stream(tokens, config);
    std::vector<std::vector<std::string>> batches;
    for (int i = 0; i < 50; ++i) batches.push_back(sources(stream.next()));
    return batches;
  };
  const auto expected = first_batches(config_);
  config_.read_ahead = 1;
  EXPECT_EQ(first_batches(config_), expected);
  config_.seed = 6;
  EXPECT_NE(first_batches(config_), expected);
}

TEST_F(Stream, NeighboursOfOneEpochArePartedInTheNext) {
  const TokenCorpus tokens = corpus();
  BatchStream stream(tokens, config_);
  std::map<std::string, int> batch_of;
  int number = 0;
  while (stream.position().epoch == 0) {
    for (const auto& text : sources(stream.next())) batch_of[text] = number;
    ++number;
  }
  int together = 0, pairs = 0;
  while (stream.position().epoch == 1) {
    const auto texts = sources(stream.next());
    for (size_t i = 1; i < texts.size(); ++i, ++pairs) together += batch_of[texts[i]] == batch_of[texts[i - 1]];
  }
  EXPECT_LT(together, pairs / 5);
}

TEST_F(Stream, APositionOfAnotherCorpusIsRefused) {
  const TokenCorpus tokens = corpus();
  EXPECT_THROW(BatchStream(tokens, config_, {.window = 10000}), Error);
  BatchStream stream(tokens, config_, {.batch = 10000});
  EXPECT_THROW(stream.next(), Error);
}

TEST_F(Stream, DamageThatIsMetWhileReadingReachesTheCaller) {
  corpus();
  std::string bytes = read_file(folder_ / "tokens");
  bytes[2000] = static_cast<char>(bytes[2000] ^ 1);
  write_file(folder_ / "tokens", bytes);
  const TokenCorpus tokens = TokenCorpus::open(folder_ / "tokens");
  BatchStream stream(tokens, config_);
  EXPECT_THROW(
      {
        while (stream.position().epoch == 0) stream.next();
      },
      Error);
}

TEST_F(Stream, OfOnePairRepeatsIt) {
  write_file(folder_ / "c.tsv", "a\tb\n");
  const TokenCorpus tokens = corpus();
  BatchStream stream(tokens, config_);
  for (int64_t i = 1; i <= 3; ++i) {
    EXPECT_THAT(sources(stream.next()), ElementsAre("a"));
    EXPECT_EQ(stream.position(), (BatchPosition{.epoch = i}));
  }
}

}  // namespace
}  // namespace naru
