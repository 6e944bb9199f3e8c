#include "naru/generate/shortlist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/tensor/safetensors.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr VocabularyPair vocabularies{.source_size = 3, .target_size = 6, .source = 17, .target = 4'000'000'000};
const Shortlist list{.vocabularies = vocabularies,
                     .offsets = {0, 2, 2, 3},
                     .pieces = {5, 1, 4},
                     .frequent = {2, 1, 0, 3, 4, 5},
                     .first = 1};

TEST(Shortlist, GivesWhatASentencesPiecesBecomeWithTheMostFrequentAndThoseAlwaysThere) {
  EXPECT_THAT(list.candidates(std::vector<int32_t>{0}, std::vector<int32_t>{3}, 0), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(list.candidates(std::vector<int32_t>{1, 2, 2}, std::vector<int32_t>{0}, 0), ElementsAre(0, 2, 4));
}

TEST(Shortlist, TakesMoreOfTheFrequentWhereCandidatesWouldBeTooFew) {
  EXPECT_THAT(list.candidates(std::vector<int32_t>{1}, std::vector<int32_t>{0}, 4), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(list.candidates(std::vector<int32_t>{1}, std::vector<int32_t>{0}, 99), ElementsAre(0, 1, 2, 3, 4, 5));
}

struct ShortlistFile : ::testing::Test {
  ShortlistFile() { list.save(path); }
  static std::string refused(const std::filesystem::path& path, const VocabularyPair& wanted = vocabularies) {
    try {
      Shortlist::open(path, wanted);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
      EXPECT_THAT(error.what(), HasSubstr("naru shortlist"));
      return error.what();
    }
    return "not refused";
  }
  TemporaryFolder folder;
  std::filesystem::path path = folder / "shortlist.safetensors";
};

TEST_F(ShortlistFile, GivesBackWhatWasSaved) {
  const Shortlist read = Shortlist::open(path, vocabularies);
  EXPECT_EQ(read.offsets, list.offsets);
  EXPECT_EQ(read.pieces, list.pieces);
  EXPECT_EQ(read.frequent, list.frequent);
  EXPECT_EQ(read.first, list.first);
}

TEST_F(ShortlistFile, IsRefusedForOtherVocabularies) {
  VocabularyPair other = vocabularies;
  other.target_size = 7;
  EXPECT_THAT(refused(path, other), HasSubstr("made for other tokenizers (3 and 6 pieces, the model's have 3 and 7)"));
  other = vocabularies;
  other.source = 18;
  EXPECT_THAT(refused(path, other), HasSubstr("made for other tokenizers"));
  EXPECT_THAT(refused(folder / "none"), HasSubstr("there is none"));
}

TEST_F(ShortlistFile, IsRefusedWhereAnyByteOfItIsDamaged) {
  const std::string bytes = read_file(path);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    write_file(path, damaged);
    EXPECT_THROW(Shortlist::open(path, vocabularies), Error) << "byte " << i;
  }
  write_file(path, std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_THROW(Shortlist::open(path, vocabularies), Error);
}

TEST_F(ShortlistFile, IsRefusedWhereItsListsDoNotFitTogether) {
  const auto refused_as = [&](auto change) {
    Shortlist wrong = list;
    change(wrong);
    wrong.save(path);
    return refused(path);
  };
  EXPECT_THAT(refused_as([](Shortlist& l) { l.pieces[0] = 6; }), HasSubstr("do not fit together"));
  EXPECT_THAT(refused_as([](Shortlist& l) { l.frequent[0] = -1; }), HasSubstr("do not fit together"));
  EXPECT_THAT(refused_as([](Shortlist& l) { l.frequent.pop_back(); }), HasSubstr("do not fit together"));
  EXPECT_THAT(refused_as([](Shortlist& l) { l.offsets = {0, 3, 2, 3}; }), HasSubstr("do not fit together"));
  EXPECT_THAT(refused_as([](Shortlist& l) { l.offsets = {}; }), HasSubstr("do not fit together"));
  write_safetensors(path, {{"offsets", Tensor::from({0, 1}, {2})}});
  EXPECT_THAT(refused(path), HasSubstr("is no shortlist"));
}

}  // namespace
}  // namespace naru
