// Distributions on disk: what was written is read, by the pair that it is of, in any order; damage is named.
#include "naru/data/piece_distributions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/data/batch_stream.h"

#include "tests/data/letter_tokenizer.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int64_t best = 3;
const SentenceMarks marks{.source_end = 0, .target_end = 0, .start = 1};

/// What the rows of a pair hold in these tests: numbers that no other token has.
int32_t soft_id(const TokenPair& pair, int64_t row, int64_t k) {
  int32_t number = 0;
  for (const int32_t letter : pair.source) number = 10 * number + letter - 2 - '0';
  return static_cast<int32_t>((number * 13 + row * 7 + k * 5) % 60000);
}
float soft_probability(int64_t row, int64_t k) { return static_cast<float>(row % 10 + 1) / static_cast<float>(20 + k); }

struct Distributions : ::testing::Test {
  Distributions() {
    std::string text;
    for (int i = 0; i < 1000; ++i)
      text += fmt::format("{}\t{}\n", i, std::string(static_cast<size_t>(i * 37 % 50 + 1), 'x'));
    write_file(folder_ / "c.tsv", text);
  }
  TokenCorpus corpus() {
    return TokenCorpus::open_or_make(folder_ / "tokens", {{(folder_ / "c.tsv").string()}}, letters_, letters_, {});
  }
  void write(const TokenCorpus& corpus, SoftRowFormat format = {.best = best}) {
    write_file(file(), [&](std::ostream& out) {
      PieceDistributions::Writer writer(out, format);
      for (int64_t block = 0; block < corpus.blocks(); ++block) {
        std::vector<TokenPair> pairs;
        corpus.read_block(block, pairs);
        std::string rows;
        for (const TokenPair& pair : pairs) append(rows, pair, format);
        writer.add(rows);
      }
      writer.finish();
    });
  }
  void append(std::string& rows, const TokenPair& pair, const SoftRowFormat& format) {
    const SoftTargets one{Tensor({1, format.best}, DType::i32), Tensor({1, format.best}, DType::f32)};
    for (int64_t row = 0; row <= std::ssize(pair.target); ++row) {
      for (int64_t k = 0; k < format.best; ++k) {
        one.ids.data<int32_t>()[k] = soft_id(pair, row, k) + (format.wide ? 100000 : 0);
        one.probabilities.data()[k] = soft_probability(row, k);
      }
      format.append(rows, one, 0);
    }
  }
  fs::path file() const { return folder_ / "soft"; }

  TemporaryFolder folder_;
  LetterTokenizer letters_;
};

/// The rows of a batch are those of its pairs.
void expect_own_rows(const Batch& batch, int32_t added = 0) {
  ASSERT_TRUE(batch.soft.ids);
  ASSERT_EQ(batch.soft.ids.dim(0), batch.target_tokens());
  for (int64_t i = 0; i < batch.count(); ++i) {
    const Offsets &source = batch.source.offsets, &target = batch.target_in.offsets;
    const int32_t* ids = batch.source.values.data<int32_t>();
    const TokenPair pair{{ids + source.begin(i), ids + source.end(i) - 1}, {}};
    for (int64_t row = 0; row < target.length(i); ++row)
      for (int64_t k = 0; k < best; ++k) {
        const int64_t place = (target.begin(i) + row) * best + k;
        EXPECT_EQ(batch.soft.ids.data<int32_t>()[place], soft_id(pair, row, k) + added);
        EXPECT_NEAR(batch.soft.probabilities.data()[place], soft_probability(row, k), 0.5 / 65535 + 1e-7);
      }
  }
}

TEST_F(Distributions, ComeWithThePairsTheyAreOfInEveryEpochsOrder) {
  const TokenCorpus tokens = corpus();
  write(tokens);
  const PieceDistributions soft(file());
  BatchStream stream(tokens, {.batch_tokens = 200, .window = 20, .seed = 5, .marks = marks});
  EXPECT_FALSE(stream.next().soft.ids);
  const BatchPosition before = stream.position();
  stream.soften(soft);
  EXPECT_EQ(stream.position(), before);
  int64_t pairs = 0;
  while (stream.position().epoch < 2) {
    const Batch batch = stream.next();
    pairs += batch.count();
    expect_own_rows(batch);
    for (const Batch& part : split(batch, 70)) expect_own_rows(part);
    expect_own_rows(share_of(batch, 1, 2));
    if (HasFailure()) return;
  }
  EXPECT_GT(pairs, 1900);
}

TEST_F(Distributions, KeepIdsBeyondSixteenBits) {
  const TokenCorpus tokens = corpus();
  write(tokens, {.best = best, .wide = true});
  const PieceDistributions soft(file());
  BatchStream stream(tokens, {.batch_tokens = 200, .window = 20, .seed = 5, .marks = marks});
  stream.soften(soft);
  expect_own_rows(stream.next(), 100000);
}

TEST_F(Distributions, TakeFourOrSixBytesForEachPieceThatIsKept) {
  EXPECT_EQ((SoftRowFormat{.best = 8}.bytes()), 32);
  EXPECT_EQ((SoftRowFormat{.best = 8, .wide = true}.bytes()), 48);
  const TokenCorpus tokens = corpus();
  write(tokens);
  const auto rows = static_cast<uintmax_t>(tokens.counts().target_tokens * 4 * best);
  EXPECT_GE(fs::file_size(file()), rows);
  EXPECT_LE(fs::file_size(file()), rows + static_cast<uintmax_t>(tokens.blocks() * 12) + 100);
}

TEST_F(Distributions, NameTheirFileWhereItIsCutOrChanged) {
  const TokenCorpus tokens = corpus();
  write(tokens);
  const std::string whole = read_file(file());
  const auto error_with = [&](const std::string& bytes) -> std::string {
    std::ofstream(file(), std::ios::binary) << bytes;
    try {
      const PieceDistributions soft(file());
      for (int64_t block = 0; block < tokens.blocks(); ++block) {
        std::vector<TokenPair> pairs;
        tokens.read_block(block, pairs);
        soft.read_block(block, pairs);
      }
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  for (const size_t kept : {whole.size() - 1, whole.size() / 2, size_t{3}, size_t{0}})
    EXPECT_THAT(error_with(whole.substr(0, kept)), HasSubstr(file().string() + ": ")) << kept;
  for (size_t i = 0; i < whole.size(); i += 1499) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 4);
    EXPECT_THAT(error_with(bytes), HasSubstr(file().string() + ": ")) << i;
  }
  EXPECT_EQ(error_with(whole), "");
}

TEST_F(Distributions, OfAnotherCorpusAreRefusedWhereTheirRowsDoNotFit) {
  write(corpus());
  const PieceDistributions soft(file());
  std::vector<TokenPair> pairs{{{3}, {4, 5}}};
  EXPECT_THROW(soft.read_block(0, pairs), Error);
  EXPECT_THROW(soft.read_block(soft.blocks(), pairs), Error);
}

}  // namespace
}  // namespace naru
