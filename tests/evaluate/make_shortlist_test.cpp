#include "naru/evaluate/make_shortlist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/threads.h"
#include "naru/evaluate/translator.h"

#include "tests/evaluate/golden_lines.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::HasSubstr;

const CorpusFiles corpus{.paths = {golden / "corpus.tsv"}};

struct Shortlisted : ::testing::TestWithParam<std::pair<const char*, const char*>> {  // folder, precision
  static ModelFolder opened(const ShortlistConfig& config) {
    ModelFolder folder = ModelFolder::open(golden / GetParam().first, GetParam().second);
    folder.shortlist = std::make_shared<Shortlist>(make_shortlist(corpus, *folder.source, *folder.target, config));
    return folder;
  }
};
INSTANTIATE_TEST_SUITE_P(Golden, Shortlisted,
                         ::testing::Values(std::pair{"transformer-tiny", "f32"}, std::pair{"transformer-tiny", "int8"},
                                           std::pair{"seq2seq", "f32"}, std::pair{"seq2seq-attention", "int8"}),
                         [](const auto& info) {
                           std::string name = fmt::format("{}_{}", info.param.first, info.param.second);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_P(Shortlisted, LinesInAnyBatchesOnAnyThreadsAreTranslatedTheSame) {
  const ModelFolder folder = opened({.first = 20, .best = 5});
  const Translator translator(folder);
  const std::vector<std::string> lines = golden_lines(64);
  const int before = threads();
  for (const int64_t beam : {1, 4}) {
    const auto translated = [&](int64_t batch_tokens, int count) {
      set_threads(count);
      return texts(
          translator.translate(lines, {.search = {.beam = beam, .nbest = beam, .batch_tokens = batch_tokens}}));
    };
    const std::string one_by_one = translated(1, 1);
    for (const auto& [batch_tokens, count] : {std::pair<int64_t, int>{1, 2}, {60, 1}, {60, 2}, {9999, 1}, {9999, 2}})
      EXPECT_EQ(translated(batch_tokens, count), one_by_one) << beam << ", " << batch_tokens << ", " << count;
  }
  set_threads(before);
}

TEST_P(Shortlisted, WithEveryPieceOnTheListEqualsTranslatingWithout) {
  const ModelFolder folder = opened({.first = 100'000});
  const auto limited = Translator(folder).translate(golden_lines(16), {});
  const auto free = Translator(*folder.model, *folder.source, *folder.target).translate(golden_lines(16), {});
  for (size_t i = 0; i < free.size(); ++i) {
    EXPECT_EQ(limited[i].best[0].text, free[i].best[0].text);
    EXPECT_NEAR(limited[i].best[0].log_probability, free[i].best[0].log_probability, 1e-4);
  }
}

TEST_P(Shortlisted, GivesAsManyTranslationsAsAskedHoweverShortTheListIs) {
  const ModelFolder folder = opened({.first = 1, .best = 1});
  TranslationOptions options{.search = {.beam = 6, .nbest = 6, .max_length = 9}};
  for (const int64_t ngram : {0, 1}) {
    options.search.no_repeat_ngram = ngram;
    for (const Translation& translation : Translator(folder).translate(golden_lines(8), options))
      EXPECT_EQ(translation.best.size(), 6) << ngram;
  }
}

const ModelFolder& tiny() {
  static const ModelFolder folder = ModelFolder::open(golden / "transformer-tiny");
  return folder;
}

TEST(MakeShortlist, GivesEqualBytesForAnyNumberOfThreads) {
  TemporaryFolder folder;
  const int before = threads();
  for (const int count : {1, 2}) {
    set_threads(count);
    make_shortlist(corpus, *tiny().source, *tiny().target, {}).save(folder / std::to_string(count));
  }
  set_threads(before);
  EXPECT_EQ(read_file(folder / "1"), read_file(folder / "2"));
}

TEST(MakeShortlist, KeepsThePieceThatIsWrittenTheSame) {
  const Shortlist list = make_shortlist(corpus, *tiny().source, *tiny().target, {.best = 1});
  int same = 0;
  for (int32_t id = 0; id < tiny().source->size(); ++id) {
    const auto other = tiny().target->id(tiny().source->piece(id));
    if (!other) continue;
    ++same;
    EXPECT_THAT(list.candidates({&id, 1}, {}, 0), ::testing::Contains(*other));
  }
  EXPECT_GT(same, 0);
}

TEST(MakeShortlist, RefusesACorpusWithoutAPairToAlign) {
  TemporaryFolder folder;
  const auto refused = [&](const std::string& text) -> std::string {
    write_file(folder / "pairs.tsv", text);
    try {
      make_shortlist({.paths = {folder / "pairs.tsv"}}, *tiny().source, *tiny().target, {});
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("pairs.tsv"));
      return error.what();
    }
    return "not refused";
  };
  EXPECT_THAT(refused(""), HasSubstr("without a usable pair"));
  EXPECT_THAT(refused("a\t\n\tb\n"), HasSubstr("without a usable pair"));
  std::string words;
  for (int i = 0; i < 600; ++i) words += "x ";
  EXPECT_THAT(refused(words + "\ta\n"), HasSubstr("no pair has 1 to 256 pieces"));
  EXPECT_THAT(refused("a\tb\tc\n"), HasSubstr("pairs.tsv:1"));
}

}  // namespace
}  // namespace naru
