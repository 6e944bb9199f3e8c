#include "naru/text/sentencepiece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/threads.h"
#include "naru/text/sentencepiece_training.h"
#include "naru/text/source_tags.h"

#include "tests/temporary_folder.h"
#include "tests/text/small_text.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string& small_model() {
  static const std::string model = train_sentencepiece(small_korean_text(), 400);
  return model;
}

struct SentencePiece : ::testing::Test {
  SentencePieceTokenizer tokenizer_{small_model()};
};

TEST_F(SentencePiece, RoundTripsKnownText) {
  for (const auto& sentence : small_korean_text()) {
    EXPECT_EQ(tokenizer_.decode(tokenizer_.encode(sentence)), sentence);
    EXPECT_EQ(tokenizer_.join(tokenizer_.pieces(sentence)), sentence);
  }
}

TEST_F(SentencePiece, WritesUnseenHangulAndEmojiAsBytes) {
  const std::string text = "똠방각하는 뷁 😀 ñ";
  const auto ids = tokenizer_.encode(text);
  EXPECT_EQ(tokenizer_.decode(ids), text);
  EXPECT_THAT(ids, ::testing::Each(::testing::Ne(tokenizer_.special().unknown)));
  EXPECT_THAT(tokenizer_.pieces("뷁"), ElementsAre("▁", "<0xEB>", "<0xB7>", "<0x81>"));
}

TEST_F(SentencePiece, NormalizesByNfkc) {
  EXPECT_EQ(tokenizer_.decode(tokenizer_.encode("ＡＢ１ ㎏  \t x")), "AB1 kg x");
  EXPECT_EQ(tokenizer_.encode("나는"), tokenizer_.encode("\u1102\u1161\u1102\u1173\u11ab"));  // composed, in letters
}

TEST_F(SentencePiece, HasMariansIds) {
  EXPECT_EQ(tokenizer_.special().end, 0);
  EXPECT_EQ(tokenizer_.special().unknown, 1);
  EXPECT_EQ(tokenizer_.special().padding, -1);
  EXPECT_EQ(tokenizer_.special().begin, -1);
  EXPECT_EQ(tokenizer_.piece(0), "</s>");
  EXPECT_EQ(tokenizer_.id("</s>"), 0);
  EXPECT_EQ(tokenizer_.id("없는조각"), std::nullopt);
  EXPECT_THAT(tokenizer_.encode(""), IsEmpty());
}

TEST_F(SentencePiece, PlacesLeadFromPiecesToWords) {
  const std::string text = "나는  뷁에 갔다.";
  const auto words = words_of(text);
  const TokenizedText encoded = tokenizer_.encode_places(text);
  const auto owners = word_of_each(encoded.places, words);
  ASSERT_EQ(encoded.ids, tokenizer_.encode(text));
  for (size_t i = 0; i < owners.size(); ++i) {
    const std::string piece = tokenizer_.piece(encoded.ids[i]);
    if (piece.rfind("<0x", 0) == 0) {
      EXPECT_EQ(owners[i], 1) << piece;
    }
    if (piece.find("나") != std::string::npos) {
      EXPECT_EQ(owners[i], 0) << piece;
    }
    if (piece == ".") {
      EXPECT_EQ(owners[i], 3);
    }
  }
  EXPECT_EQ(owners.back(), 3);
}

TEST_F(SentencePiece, DecodedPlacesCoverTheText) {
  auto ids = tokenizer_.encode("나는 뷁에 갔다.");
  ids.insert(ids.begin() + 1, 99999);
  ids.push_back(0);
  const TokenizedText decoded = tokenizer_.decode_places(ids);
  EXPECT_EQ(decoded.text, "나는 뷁에 갔다.");
  EXPECT_EQ(decoded.ids, ids);
  ASSERT_EQ(decoded.places.size(), ids.size());
  EXPECT_EQ(decoded.places[1].begin, decoded.places[1].end);
  int32_t at = 0;
  for (const Span& place : decoded.places) {
    EXPECT_EQ(place.begin, at);
    at = place.end;
  }
  EXPECT_EQ(at, static_cast<int32_t>(decoded.text.size()));
}

TEST_F(SentencePiece, DecodesAnythingAModelMayWrite) {
  EXPECT_EQ(tokenizer_.decode(std::vector<int32_t>{}), "");
  EXPECT_EQ(tokenizer_.decode(std::vector<int32_t>{0, -1, 1 << 30}), "");
  const auto half = tokenizer_.id("<0xEB>");
  EXPECT_EQ(tokenizer_.decode(std::vector<int32_t>{*half}), "\ufffd");
  const auto line_feed = tokenizer_.id("<0x0A>"), carriage_return = tokenizer_.id("<0x0D>");
  EXPECT_EQ(tokenizer_.decode(std::vector<int32_t>{*line_feed, *carriage_return}), "  ");  // one line stays one
  EXPECT_EQ(tokenizer_.join({"<0x0A>", "<0x0D>"}), "  ");
}

TEST_F(SentencePiece, OpensWhatWasSavedAndNamesWhatIsNoModel) {
  const TemporaryFolder folder;
  write_file(folder / "a.spm", tokenizer_.bytes());
  const auto again = SentencePieceTokenizer::open(folder / "a.spm");
  EXPECT_EQ(again->fingerprint(), tokenizer_.fingerprint());
  EXPECT_EQ(again->size(), tokenizer_.size());
  for (const std::string& bytes : {std::string("nonsense"), std::string(), small_model().substr(0, 1000)}) {
    write_file(folder / "bad.spm", bytes);
    try {
      SentencePieceTokenizer::open(folder / "bad.spm");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()), (folder / "bad.spm").string() +
                                               ": not a SentencePiece model, or a damaged one; make one with naru "
                                               "tokenizer train");
    }
  }
}

TEST(SentencePieceTraining, GivesTheSameBytesForAnyNumberOfThreads) {
  const int before = threads();
  set_threads(1);
  const std::string one = train_sentencepiece(small_korean_text(), 400);
  set_threads(3);
  EXPECT_EQ(one, train_sentencepiece(small_korean_text(), 400));
  set_threads(before);
}

TEST(SentencePieceTraining, GivesFewerPiecesWhereTheTextHasNoMore) {
  for (const char* kind : {"unigram", "bpe"}) {
    const SentencePieceTokenizer tokenizer(train_sentencepiece(small_korean_text(), 8000, {.kind = kind}));
    EXPECT_GT(tokenizer.size(), 300) << kind;
    EXPECT_LT(tokenizer.size(), 8000) << kind;
  }
}

TEST(SentencePieceTraining, WritesRareCharactersAsBytesWhereTheyDoNotFit) {
  std::vector<std::string> sentences;
  for (int i = 0; i < 600; ++i) {
    std::string syllable = {static_cast<char>(0xea + i / 300), static_cast<char>(0xb0 + i / 64 % 5 + i / 320),
                            static_cast<char>(0x80 + i % 64)};
    sentences.push_back("가나 " + syllable);
  }
  const SentencePieceTokenizer tokenizer(train_sentencepiece(sentences, 300));
  EXPECT_LE(tokenizer.size(), 300);
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(sentences[500])), sentences[500]);
}

TEST(SentencePieceTraining, KeepsSymbolsWhole) {
  const SentencePieceTokenizer tokenizer(
      train_sentencepiece(small_korean_text(), 400, {}, {.symbols = {">>en<<", ">>ko<<"}, .tags = {}}));
  EXPECT_THAT(tokenizer.pieces(">>en<<나는"), ::testing::Contains(">>en<<"));
  EXPECT_TRUE(tokenizer.id(">>ko<<").has_value());
}

TEST(SentencePieceTraining, SymbolsMayHoldCommasAndQuotes) {
  const std::vector<std::string> symbols{"1,000", "\"", "a\"b,c"};
  const SentencePieceTokenizer tokenizer(
      train_sentencepiece(small_korean_text(), 400, {}, {.symbols = symbols, .tags = {}}));
  for (const std::string& symbol : symbols) EXPECT_TRUE(tokenizer.id(symbol)) << symbol;
}

TEST(SentencePieceTraining, RefusesWhatCannotBeInOneLine) {
  const auto error_of = [](std::span<const std::string> sentences, int64_t vocabulary) -> std::string {
    try {
      train_sentencepiece(sentences, vocabulary);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  const std::vector<std::string> none, blank{" ", "  ", "\u200b\u00a0", "\u2581", "\ufffd", "\u2585"};
  EXPECT_EQ(error_of(small_korean_text(), 100),
            "a vocabulary of 100 pieces is too small: 258 are taken before the first letter; give at least 290");
  EXPECT_THAT(error_of(none, 400), HasSubstr("no text to make a vocabulary from"));
  EXPECT_THAT(error_of(blank, 400), HasSubstr("no text to make a vocabulary from"));
}

TEST(VocabularyWarning, NamesTheLargestSensibleSize) {
  EXPECT_EQ(vocabulary_warning(32000, {.lines = 45675, .words = 310000}).value_or(""),
            "a vocabulary of 32,000 pieces is too large for 45,675 sentences (310,000 words): each piece would be seen "
            "about 9 times; at most 10,300 is sensible");
  EXPECT_EQ(vocabulary_warning(10000, {.lines = 45675, .words = 310000}), std::nullopt);
  EXPECT_EQ(vocabulary_warning(500, {.lines = 3, .words = 10}), std::nullopt);
}

TEST(TextSample, IsBoundedFairAndDeterministic) {
  TextSample sample(100, 7), again(100, 7), other(100, 8);
  for (int i = 0; i < 10000; ++i)
    for (TextSample* s : {&sample, &again, &other}) s->add("sentence " + std::to_string(i));
  EXPECT_EQ(sample.sentences().size(), 100u);
  EXPECT_EQ(sample.counts().lines, 10000);
  EXPECT_EQ(sample.counts().words, 20000);
  EXPECT_TRUE(std::ranges::equal(sample.sentences(), again.sentences()));
  EXPECT_FALSE(std::ranges::equal(sample.sentences(), other.sentences()));
  double mean = 0;
  for (const auto& sentence : sample.sentences()) mean += std::stod(sentence.substr(9)) / 100;
  EXPECT_NEAR(mean, 5000, 1000);
}

TEST(TextSample, LeavesOutEmptyAndVeryLongSentencesAndCountsWordsOfScriptsWithoutSpaces) {
  TextSample sample;
  sample.add("");
  sample.add(std::string(3000, 'x'));
  sample.add("我们去学校吧");
  EXPECT_EQ(sample.sentences().size(), 1u);
  EXPECT_EQ(sample.counts().lines, 3);
  EXPECT_EQ(sample.counts().words, 3);
}

TEST(DirectionTags, StandBeforeTextsAndAreNeverFoundInThem) {
  const auto tokenizer = std::make_shared<SentencePieceTokenizer>(
      train_sentencepiece(small_korean_text(), 400, {}, {.symbols = {}, .tags = direction_tag_pieces()}));
  const auto tags = direction_tags(*tokenizer);
  ASSERT_TRUE(tags);
  const std::string text = "나는 <to-second> 간다.";
  const std::vector<int32_t> plain = tokenizer->encode(text);
  EXPECT_EQ(std::ranges::count(plain, tags->forward), 0);
  const TaggedTokenizer tagged(tokenizer, tags->reverse);
  std::vector<int32_t> expected = plain;
  expected.insert(expected.begin(), tags->reverse);
  EXPECT_EQ(tagged.encode(text), expected);
  EXPECT_EQ(tagged.encode_places(text).ids, expected);
  EXPECT_EQ(word_of_each(tagged.encode_places(text).places, words_of(text))[0], -1);
  EXPECT_EQ(tagged.decode(expected), text);
  EXPECT_TRUE(tagged.encode("").empty());
  EXPECT_FALSE(direction_tags(SentencePieceTokenizer(train_sentencepiece(small_korean_text(), 400))));
}

}  // namespace
}  // namespace naru
