#include "naru/generate/ensemble.h"

#include <gtest/gtest.h>

#include <cmath>

#include "naru/base/random.h"

#include "tests/generate/toy_decoder.h"

namespace naru {
namespace {

constexpr int32_t last = 0;
const SearchVocabulary of_toys{.start = 0, .end = last, .forbidden = {}};

/// Fixed probabilities of 5 ids from the history; another `voice` holds others probable.
ToyDecoder::Rule opinion(uint64_t voice) {
  return [voice](const std::vector<int32_t>& source, const std::vector<int32_t>& ids) {
    uint64_t key = voice;
    for (const int32_t id : source) key = mix(key, static_cast<uint64_t>(id));
    for (const int32_t id : ids) key = mix(key, static_cast<uint64_t>(id) + 100);
    Random random(key);
    std::vector<float> weights(5);
    float sum = 0;
    for (float& weight : weights) sum += weight = static_cast<float>(random.uniform()) + 0.01f;
    for (float& weight : weights) weight /= sum;
    return weights;
  };
}
ToyDecoder::Rule mean_of(const ToyDecoder::Rule& a, const ToyDecoder::Rule& b) {
  return [a, b](const std::vector<int32_t>& source, const std::vector<int32_t>& ids) {
    std::vector<float> p = a(source, ids);
    const std::vector<float> q = b(source, ids);
    for (size_t i = 0; i < p.size(); ++i) p[i] = (p[i] + q[i]) / 2;
    return p;
  };
}

std::vector<std::vector<int32_t>> sources(int count) {
  std::vector<std::vector<int32_t>> all;
  for (int32_t i = 0; i < count; ++i) all.emplace_back(static_cast<size_t>(1 + i % 4), 1 + i % 5);
  return all;
}

void expect_same(const std::vector<std::vector<Hypothesis>>& a, const std::vector<std::vector<Hypothesis>>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].size(), b[i].size());
    for (size_t rank = 0; rank < a[i].size(); ++rank) {
      EXPECT_EQ(a[i][rank].ids, b[i][rank].ids) << i << ", " << rank;
      EXPECT_NEAR(a[i][rank].score, b[i][rank].score, 1e-5);
      EXPECT_NEAR(a[i][rank].log_probability, b[i][rank].log_probability, 1e-5);
    }
  }
}

struct Ways : ::testing::TestWithParam<SearchOptions> {};
INSTANTIATE_TEST_SUITE_P(OfWriting, Ways,
                         ::testing::Values(SearchOptions{.beam = 1, .max_length = 6},
                                           SearchOptions{.beam = 4, .nbest = 4, .max_length = 6},
                                           SearchOptions{.nbest = 3, .max_length = 6, .sampling = {.sample = true}}),
                         [](const auto& info) { return "Way" + std::to_string(info.index); });

TEST_P(Ways, TwoModelsWriteWhatOneOfTheirMeanWrites) {
  const ToyDecoder a(5, opinion(1)), b(5, opinion(2)), mean(5, mean_of(opinion(1), opinion(2)));
  const Ragged all = Ragged::from(sources(12));
  const std::vector<EnsembleMember> both{{a, all}, {b, all}};
  expect_same(search(both, of_toys, GetParam()), search(mean, all, of_toys, GetParam()));
}

TEST_P(Ways, OneModelTwiceWritesWhatItWritesAlone) {
  const ToyDecoder a(5, opinion(1));
  const Ragged all = Ragged::from(sources(12));
  const std::vector<EnsembleMember> twice{{a, all}, {a, all}};
  expect_same(search(twice, of_toys, GetParam()), search(a, all, of_toys, GetParam()));
}

TEST(Ensemble, GivesEachMemberItsOwnIdsOfTheSource) {
  const ToyDecoder a(5, opinion(1));
  const ToyDecoder b(5, [](const std::vector<int32_t>& source, const std::vector<int32_t>& ids) {
    return opinion(1)({source[0] - 10}, ids);  // reads ids that are ten higher
  });
  const Ragged plain = Ragged::from({{1}, {2}, {3}}), higher = Ragged::from({{11}, {12}, {13}});
  const std::vector<EnsembleMember> both{{a, plain}, {b, higher}};
  const SearchOptions options{.beam = 2, .max_length = 5};
  expect_same(search(both, of_toys, options), search(a, plain, of_toys, options));
}

TEST(Ensemble, WritesASentenceTheSameAloneAndAmongOthersThatEnterMeanwhile) {
  const ToyDecoder a(5, opinion(1)), b(5, opinion(2));
  const auto all = sources(30);
  const auto written = [&](const std::vector<std::vector<int32_t>>& some, int64_t batch_tokens) {
    const Ragged source = Ragged::from(some);
    const std::vector<EnsembleMember> both{{a, source}, {b, source}};
    return search(both, of_toys, {.beam = 3, .nbest = 3, .max_length = 7, .batch_tokens = batch_tokens});
  };
  const auto together = written(all, 1000), entering = written(all, 6);
  for (size_t i = 0; i < all.size(); ++i) {
    const Hypothesis alone = written({all[i]}, 1000)[0][0];
    for (const auto* results : {&together, &entering}) {
      EXPECT_EQ((*results)[i][0].ids, alone.ids);
      EXPECT_EQ((*results)[i][0].log_probability, alone.log_probability);  // bit for bit
    }
  }
}

TEST(Ensemble, RefusesAShortlist) {
  const ToyDecoder a(5, opinion(1));
  const Ragged source = Ragged::from({{1}});
  const std::vector<EnsembleMember> twice{{a, source}, {a, source}};
  EXPECT_THROW(search(twice, of_toys, {.beam = 1}, {.prefixes = {}, .candidates = {{0, 1}}}), Error);
}

}  // namespace
}  // namespace naru
