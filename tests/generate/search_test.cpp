#include "naru/generate/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "naru/base/random.h"

#include "tests/generate/toy_decoder.h"

namespace naru {
namespace {

constexpr int32_t end = 0;
const SearchVocabulary vocabulary{.start = 0, .end = end, .forbidden = {}};

/// Random but fixed probabilities from the history; 5 ids.
std::vector<float> arbitrary(const std::vector<int32_t>& source, const std::vector<int32_t>& ids) {
  uint64_t key = 17;
  for (const int32_t id : source) key = mix(key, static_cast<uint64_t>(id));
  for (const int32_t id : ids) key = mix(key, static_cast<uint64_t>(id) + 100);
  Random random(key);
  std::vector<float> weights(5);
  float sum = 0;
  for (float& weight : weights) sum += weight = static_cast<float>(random.uniform()) + 0.01f;
  for (float& weight : weights) weight /= sum;
  return weights;
}

/// Every sequence up to `length` ids by brute force: the best by the given score.
Hypothesis exhaustive(const std::vector<int32_t>& source, int64_t length,
                      const std::function<double(double, double)>& score) {
  Hypothesis best{.ids = {}, .score = -1e30};
  const std::function<void(std::vector<int32_t>, double)> visit = [&](std::vector<int32_t> ids,
                                                                      double log_probability) {
    const bool complete = !ids.empty() && (ids.back() == end || static_cast<int64_t>(ids.size()) == length);
    if (complete) {
      const double value = score(log_probability, static_cast<double>(ids.size()));
      if (value > best.score) best = {ids, log_probability, value};
      return;
    }
    const auto probabilities = arbitrary(source, ids);
    for (int32_t id = 0; id < 5; ++id) {
      auto more = ids;
      more.push_back(id);
      visit(more, log_probability + std::log(probabilities[static_cast<size_t>(id)]));
    }
  };
  visit({}, 0);
  return best;
}

TEST(Search, WithABeamAsWideAsTheSpaceFindsTheBestOfAll) {
  const ToyDecoder decoder(5, arbitrary);
  for (const double penalty : {0.0, 1.0}) {
    const SearchOptions options{.beam = 700, .length_penalty = penalty, .max_length = 4};
    const auto results = search(decoder, Ragged::from({{1}, {2, 3}}), vocabulary, options);
    const auto gnmt = [&](double log_probability, double n) {
      return log_probability / std::pow((5 + n) / 6, penalty);
    };
    for (size_t i = 0; i < 2; ++i) {
      const Hypothesis best = exhaustive(i == 0 ? std::vector<int32_t>{1} : std::vector<int32_t>{2, 3}, 4, gnmt);
      EXPECT_EQ(results[i][0].ids, best.ids);
      EXPECT_NEAR(results[i][0].score, best.score, 1e-5);
    }
  }
}

TEST(Search, GreedyTakesTheMostProbableIdAtEachStep) {
  const ToyDecoder decoder(5, arbitrary);
  const auto result = search(decoder, Ragged::from({{4}}), vocabulary, {.beam = 1, .max_length = 6})[0][0];
  std::vector<int32_t> expected;
  while (expected.size() < 6 && (expected.empty() || expected.back() != end)) {
    const auto probabilities = arbitrary({4}, expected);
    expected.push_back(static_cast<int32_t>(std::ranges::max_element(probabilities) - probabilities.begin()));
  }
  EXPECT_EQ(result.ids, expected);
}

TEST(Search, ASentenceIsTranslatedTheSameAloneAndAmongOthers) {
  const ToyDecoder decoder(5, arbitrary);
  const SearchOptions options{.beam = 3, .nbest = 3};
  const std::vector<std::vector<int32_t>> sources{{1}, {2, 3, 1, 1}, {4, 4}, {}};
  const auto together = search(decoder, Ragged::from(sources), vocabulary, options);
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto alone = search(decoder, Ragged::from({sources[i]}), vocabulary, options)[0];
    ASSERT_EQ(alone.size(), together[i].size());
    for (size_t k = 0; k < alone.size(); ++k) {
      EXPECT_EQ(alone[k].ids, together[i][k].ids);
      EXPECT_EQ(alone[k].score, together[i][k].score);
    }
  }
}

TEST(Search, SentencesThatEnterARunningBatchAreTranslatedAsInOneOfTheirOwn) {
  const ToyDecoder decoder(5, arbitrary);
  std::vector<std::vector<int32_t>> sources;
  for (int32_t i = 0; i < 40; ++i) sources.push_back(std::vector<int32_t>(static_cast<size_t>(i % 7), i % 5));
  for (const bool sample : {false, true}) {
    SearchOptions options{.beam = 3, .nbest = 3, .sampling = {.sample = sample}};
    const auto together = search(decoder, Ragged::from(sources), vocabulary, options);
    for (const int64_t batch_tokens : {1, 5, 20}) {
      options.batch_tokens = batch_tokens;
      const auto entering = search(decoder, Ragged::from(sources), vocabulary, options);
      for (size_t i = 0; i < sources.size(); ++i)
        for (size_t k = 0; k < 3; ++k) {
          EXPECT_EQ(entering[i][k].ids, together[i][k].ids) << batch_tokens << " tokens, sentence " << i;
          EXPECT_EQ(entering[i][k].score, together[i][k].score);
        }
    }
  }
}

TEST(Search, NoMoreSourceTokensAreAtWorkThanAskedFor) {
  const std::vector<std::vector<int32_t>> sources(12, {1, 2, 3});
  for (const auto& [batch_tokens, most] : {std::pair{12, 4}, std::pair{2, 1}}) {  // one that is too long goes alone
    const ToyDecoder decoder(5, arbitrary);
    search(decoder, Ragged::from(sources), vocabulary, {.beam = 1, .batch_tokens = batch_tokens});
    EXPECT_EQ(std::ranges::max(decoder.batches()), most);
  }
}

/// Sentence i is i ids long: ended sentences would leave a batch that nobody enters nearly empty.
TEST(Search, WaitingSentencesEnterAsOthersLeave) {
  const ToyDecoder decoder(5, [](const auto& source, const auto& ids) {
    std::vector<float> probabilities(5, 0.1f);
    probabilities[ids.size() + 1 < static_cast<size_t>(source[0]) ? 1 : end] = 0.6f;
    return probabilities;
  });
  std::vector<std::vector<int32_t>> sources;
  for (int32_t i = 0; i < 160; ++i) sources.push_back({1 + i * 7 % 16});
  search(decoder, Ragged::from(sources), vocabulary, {.beam = 1, .max_length = 20, .batch_tokens = 16});
  int64_t steps = 0;
  for (const int64_t sequences : decoder.batches()) steps += sequences > 0;
  // 160 · 8.5 ids, 16 at a time, are 85 steps; batches that nobody enters take 10 · 16, calls for those who enter
  // apart.
  int64_t written = 0;
  for (const int64_t sequences : decoder.batches()) written += sequences;
  EXPECT_EQ(written, 160 * 17 / 2);
  EXPECT_LT(steps, 140);
}

TEST(Search, AShortTranslationDoesNotEndBeforeTheLeastLength) {
  const ToyDecoder decoder(3, [](const auto&, const auto&) { return std::vector<float>{0.6f, 0.3f, 0.1f}; });
  for (const int64_t beam : {1, 4}) {
    SearchOptions options{.beam = beam, .nbest = beam, .max_length = 12};
    const auto free = search(decoder, Ragged::from({{4}}), vocabulary, options)[0];
    EXPECT_EQ(free.front().ids.size(), 1u);
    options.min_length = 7;
    const auto longer = search(decoder, Ragged::from({{4}}), vocabulary, options)[0];
    for (const Hypothesis& hypothesis : longer) EXPECT_GE(hypothesis.ids.size(), 7u);
  }
  EXPECT_THROW(search(decoder, Ragged::from({{1}}), vocabulary, {.min_length = 5, .max_length = 4}), Error);
}

TEST(Search, APieceThatIsThereAlreadyCountsByThePenaltyOfRepetitions) {
  const SearchVocabulary endless{.start = 0, .end = end, .forbidden = {}, .suppress_end = true};
  const ToyDecoder decoder(4, [](const auto&, const auto&) { return std::vector<float>{0.05f, 0.5f, 0.3f, 0.15f}; });
  const auto written = [&](double penalty) {
    return search(decoder, Ragged::from({{1}}), endless,
                  {.beam = 1, .length_penalty = 0, .max_length = 3, .repetition_penalty = penalty})[0][0];
  };
  EXPECT_EQ(written(1).ids, (std::vector<int32_t>{1, 1, 1}));
  // log 0.5 · 2 < log 0.3, but log 0.5 · 2 > log 0.15.
  const Hypothesis found = written(2);
  EXPECT_EQ(found.ids, (std::vector<int32_t>{1, 2, 1}));
  EXPECT_NEAR(found.log_probability, std::log(0.5) + std::log(0.3) + std::log(0.5), 1e-5);
  EXPECT_NEAR(found.score, std::log(0.5) + std::log(0.3) + 2 * std::log(0.5), 1e-5);
  EXPECT_EQ(written(3).ids, (std::vector<int32_t>{1, 2, 3}));
}

TEST(Search, DrawsEachTranslationAsOftenAsItIsProbable) {
  const ToyDecoder decoder(5, arbitrary);
  std::map<std::vector<int32_t>, double> drawn;
  constexpr int64_t draws = 5000;
  const SearchOptions options{.nbest = draws, .max_length = 2, .sampling = {.sample = true}};
  const auto hypotheses = search(decoder, Ragged::from({{3}}), vocabulary, options)[0];
  for (const Hypothesis& hypothesis : hypotheses) drawn[hypothesis.ids] += 1.0 / draws;
  const auto first = arbitrary({3}, {});
  for (int32_t a = 0; a < 5; ++a) {
    if (a == end) {
      EXPECT_NEAR(drawn[{a}], first[static_cast<size_t>(a)], 0.02);
      continue;
    }
    const auto second = arbitrary({3}, {a});
    for (int32_t b = 0; b < 5; ++b)
      EXPECT_NEAR((drawn[{a, b}]), first[static_cast<size_t>(a)] * second[static_cast<size_t>(b)], 0.02);
  }
}

TEST(Search, OtherSeedsDrawOtherTranslationsAndTheSameSeedTheSame) {
  const ToyDecoder decoder(5, arbitrary);
  const auto drawn = [&](int64_t seed) {
    return search(decoder, Ragged::from({{2}}), vocabulary,
                  {.max_length = 30, .sampling = {.sample = true, .seed = seed}})[0][0]
        .ids;
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_TRUE(drawn(1) != drawn(2) || drawn(1) != drawn(3));
}

bool repeats(const std::vector<int32_t>& ids, size_t n) {
  for (size_t i = 0; i + n <= ids.size(); ++i)
    for (size_t j = i + 1; j + n <= ids.size(); ++j)
      if (std::equal(ids.begin() + static_cast<std::ptrdiff_t>(i), ids.begin() + static_cast<std::ptrdiff_t>(i + n),
                     ids.begin() + static_cast<std::ptrdiff_t>(j)))
        return true;
  return false;
}

TEST(Search, NoNGramIsWrittenTwiceWhereThatIsForbidden) {
  const ToyDecoder decoder(5, arbitrary);
  const SearchVocabulary endless{.start = 0, .end = end, .forbidden = {}, .suppress_end = true};
  for (const size_t n : {1u, 2u, 3u})
    for (const int64_t beam : {1, 3}) {
      // Of four ids there are 4, 16 and 64 different n-grams.
      SearchOptions options{.beam = beam, .max_length = 60};
      EXPECT_TRUE(repeats(search(decoder, Ragged::from({{1}}), endless, options)[0][0].ids, n));
      options.max_length = n == 1 ? 4 : 14;
      options.no_repeat_ngram = static_cast<int64_t>(n);
      const auto ids = search(decoder, Ragged::from({{1}}), endless, options)[0][0].ids;
      EXPECT_EQ(ids.size(), n == 1 ? 4 : 14) << n;
      EXPECT_FALSE(repeats(ids, n)) << n << ", beam " << beam;
    }
}

TEST(Search, ATranslationIsCutWhereTheRulesLeaveNothingToWrite) {
  const ToyDecoder decoder(5, arbitrary);
  for (const bool sample : {false, true})
    for (const int64_t beam : {1, 3}) {
      const SearchOptions options{.beam = beam,
                                  .nbest = beam,
                                  .min_length = 20,
                                  .max_length = 20,
                                  .no_repeat_ngram = 1,
                                  .sampling = {.sample = sample}};
      const auto found = search(decoder, Ragged::from({{1}}), vocabulary, options)[0];
      ASSERT_EQ(std::ssize(found), beam);
      for (const Hypothesis& hypothesis : found) EXPECT_EQ(hypothesis.ids.size(), 4u) << "all but the end";
    }
}

TEST(Search, WithoutRepeatsFindsTheBestOfThoseThatHaveNone) {
  const ToyDecoder decoder(5, arbitrary);
  const SearchOptions options{.beam = 700, .length_penalty = 0, .max_length = 4, .no_repeat_ngram = 1};
  Hypothesis best{.ids = {}, .score = -1e30};
  const std::function<void(std::vector<int32_t>, double)> visit = [&](std::vector<int32_t> ids, double so_far) {
    if (!ids.empty() && (ids.back() == end || ids.size() == 4)) {
      if (so_far > best.score) best = {ids, so_far, so_far};
      return;
    }
    const auto probabilities = arbitrary({1}, ids);
    for (int32_t id = 0; id < 5; ++id) {
      if (std::ranges::find(ids, id) != ids.end()) continue;
      auto more = ids;
      more.push_back(id);
      visit(more, so_far + std::log(probabilities[static_cast<size_t>(id)]));
    }
  };
  visit({}, 0);
  const auto found = search(decoder, Ragged::from({{1}}), vocabulary, options)[0][0];
  EXPECT_EQ(found.ids, best.ids);
  EXPECT_NEAR(found.log_probability, best.log_probability, 1e-5);
}

TEST(Search, TiesGoToTheLowerId) {
  const ToyDecoder decoder(4, [](const auto&, const auto&) { return std::vector<float>(4, 0.25f); });
  const SearchVocabulary never_end{.start = 0, .end = 3, .forbidden = {}, .suppress_end = true};
  EXPECT_EQ(search(decoder, Ragged::from({{1}}), never_end, {.beam = 2, .max_length = 3})[0][0].ids,
            (std::vector<int32_t>{0, 0, 0}));
}

TEST(Search, APrefixIsKeptAndItsCostIsNotCounted) {
  const ToyDecoder decoder(5, arbitrary);
  const auto result = search(decoder, Ragged::from({{1}, {1}}), vocabulary, {.beam = 2, .max_length = 5},
                             {.prefixes = {{3, 2}, {}}, .candidates = {}});
  EXPECT_EQ(std::vector<int32_t>(result[0][0].ids.begin(), result[0][0].ids.begin() + 2), (std::vector<int32_t>{3, 2}));
  EXPECT_EQ(result[1][0].ids, search(decoder, Ragged::from({{1}}), vocabulary, {.beam = 2, .max_length = 5})[0][0].ids);
}

TEST(Search, ForbiddenIdsAreNeverWrittenAndTheEndIsForcedAtTheLimit) {
  const ToyDecoder decoder(5, arbitrary);
  const SearchVocabulary strict{.start = 0, .end = end, .forbidden = {2, 4}, .force_end = true};
  const auto found = search(decoder, Ragged::from({{3}}), strict, {.beam = 4, .nbest = 4, .max_length = 3});
  for (const auto& hypothesis : found[0]) {
    EXPECT_EQ(hypothesis.ids.back(), end);
    EXPECT_LE(hypothesis.ids.size(), 3u);
    for (const int32_t id : hypothesis.ids) EXPECT_TRUE(id != 2 && id != 4);
  }
}

std::vector<int32_t> greedy_among(const std::vector<int32_t>& candidates, size_t length) {
  std::vector<int32_t> ids;
  while (ids.size() < length && (ids.empty() || ids.back() != end)) {
    const auto probabilities = arbitrary({1}, ids);
    ids.push_back(
        *std::ranges::max_element(candidates, {}, [&](int32_t id) { return probabilities[static_cast<size_t>(id)]; }));
  }
  return ids;
}

TEST(Search, GoesOnOnlyWithCandidatesAndNormalisesOverThem) {
  const ToyDecoder decoder(5, arbitrary);
  const std::vector<int32_t> candidates{0, 2, 3};
  const auto found = search(decoder, Ragged::from({{1}}), vocabulary, {.beam = 1, .max_length = 5},
                            {.prefixes = {}, .candidates = {candidates}})[0][0];
  EXPECT_EQ(found.ids, greedy_among(candidates, 5));
  double expected = 0;
  for (size_t i = 0; i < found.ids.size(); ++i) {
    const auto all = arbitrary({1}, {found.ids.begin(), found.ids.begin() + static_cast<std::ptrdiff_t>(i)});
    expected += std::log(all[static_cast<size_t>(found.ids[i])] / (all[0] + all[2] + all[3]));
  }
  EXPECT_NEAR(found.log_probability, expected, 1e-5);
}

TEST(Search, ASentenceWithCandidatesIsTranslatedTheSameAloneAndAmongOthers) {
  const ToyDecoder decoder(5, arbitrary);
  const SearchOptions options{.beam = 2, .nbest = 2};
  const std::vector<std::vector<int32_t>> sources{{1}, {2, 3, 1, 1}, {4, 4}},
      candidates{{0, 1, 2}, {0, 4}, {0, 1, 3, 4}};
  const auto together =
      search(decoder, Ragged::from(sources), vocabulary, options, {.prefixes = {}, .candidates = candidates});
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto alone = search(decoder, Ragged::from({sources[i]}), vocabulary, options,
                              {.prefixes = {}, .candidates = {candidates[i]}})[0];
    ASSERT_EQ(alone.size(), together[i].size());
    for (size_t k = 0; k < alone.size(); ++k) {
      EXPECT_EQ(alone[k].ids, together[i][k].ids);
      EXPECT_EQ(alone[k].score, together[i][k].score);
    }
  }
}

TEST(Search, APrefixNeedNotBeAmongTheCandidates) {
  const ToyDecoder decoder(5, arbitrary);
  const auto ids = search(decoder, Ragged::from({{1}}), vocabulary, {.beam = 2, .max_length = 6},
                          {.prefixes = {{3, 2}}, .candidates = {{0, 1, 4}}})[0][0]
                       .ids;
  EXPECT_EQ(std::vector<int32_t>(ids.begin(), ids.begin() + 2), (std::vector<int32_t>{3, 2}));
  for (size_t i = 2; i < ids.size(); ++i) EXPECT_TRUE(ids[i] != 2 && ids[i] != 3);
}

TEST(Search, EvenTheEndAloneIsEnoughOfCandidates) {
  const ToyDecoder decoder(5, arbitrary);
  const auto found = search(decoder, Ragged::from({{1}}), vocabulary, {.beam = 4, .no_repeat_ngram = 1},
                            {.prefixes = {}, .candidates = {{end}}})[0];
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].ids, (std::vector<int32_t>{end}));
  EXPECT_NEAR(found[0].log_probability, 0, 1e-6);
}

TEST(Search, MoreHypothesesThanTheBeamHoldsIsAUsersMistake) {
  const ToyDecoder decoder(5, arbitrary);
  EXPECT_THROW(search(decoder, Ragged::from({{1}}), vocabulary, {.beam = 2, .nbest = 3}), Error);
}

}  // namespace
}  // namespace naru
