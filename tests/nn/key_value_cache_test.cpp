#include "naru/nn/key_value_cache.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <cstring>

#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/ops/attention.h"

namespace naru {
namespace {

constexpr int64_t heads = 4, kv_heads = 2, head_d = 20;
constexpr int64_t width = heads * head_d, kv_width = kv_heads * head_d;
const AttentionOptions causal{.heads = heads, .kv_heads = kv_heads, .pattern = {.causal = true}};
const KeyValueLayout layout{kv_heads, head_d};

Tensor random_rows(uint64_t seed, int64_t rows, int64_t columns) {
  Tensor x({rows, columns});
  Random random(seed);
  for (float& value : x.values()) value = static_cast<float>(2 * random.uniform() - 1);
  return x;
}

/// Queries, keys and values side by side, one row per token of one sentence: [length, width + 2 · kv_width].
using Sentence = Tensor;
std::vector<Sentence> sentences(const std::vector<int32_t>& lengths, uint64_t seed = 1) {
  std::vector<Sentence> made;
  for (const int32_t length : lengths) made.push_back(random_rows(seed++, length, width + 2 * kv_width));
  return made;
}

struct Batch {
  Tensor rows;  // [total, width + 2 · kv_width]
  Offsets offsets;
  Columns queries() const { return {rows, 0, width}; }
  Columns keys() const { return {rows, width, kv_width}; }
  Columns values() const { return {rows, width + kv_width, kv_width}; }
};
/// Tokens [begins[i], ends[i]) of each sentence.
Batch batch(const std::vector<Sentence>& from, const std::vector<int64_t>& begins, const std::vector<int64_t>& ends) {
  std::vector<int32_t> lengths;
  for (size_t i = 0; i < from.size(); ++i) lengths.push_back(static_cast<int32_t>(ends[i] - begins[i]));
  Batch made{{}, Offsets(lengths)};
  made.rows = Tensor({made.offsets.total(), width + 2 * kv_width});
  for (size_t i = 0; i < from.size(); ++i) {
    const Tensor part = from[i].rows(begins[i], ends[i]);
    const auto n = static_cast<int64_t>(i);
    std::memcpy(made.rows.rows(made.offsets.begin(n), made.offsets.end(n)).raw(), part.raw(),
                static_cast<size_t>(part.bytes()));
  }
  return made;
}
Batch whole(const std::vector<Sentence>& from) {
  std::vector<int64_t> begins(from.size(), 0), ends;
  for (const Sentence& sentence : from) ends.push_back(sentence.dim(0));
  return batch(from, begins, ends);
}

/// The output rows of each sequence.
using Outputs = std::vector<std::vector<float>>;
void add_outputs(Outputs& to, const Tensor& y, const Offsets& offsets) {
  to.resize(static_cast<size_t>(offsets.count()));
  for (int64_t i = 0; i < offsets.count(); ++i) {
    const auto rows = y.rows(offsets.begin(i), offsets.end(i)).values();
    to[static_cast<size_t>(i)].insert(to[static_cast<size_t>(i)].end(), rows.begin(), rows.end());
  }
}

/// As a decoder does it without a tape: the new tokens go to the cache and attend to all that it holds.
Tensor append(KeyValueCache& cache, const Batch& tokens) {
  cache.append(tokens.keys(), tokens.values(), tokens.offsets);
  return attention(tokens.queries(), tokens.offsets, cache.blocks(), causal);
}
Outputs at_once(const std::vector<Sentence>& from) {
  const Batch all = whole(from);
  Outputs outputs;
  add_outputs(outputs, attention(all.queries(), all.offsets, {all.keys(), all.values(), all.offsets}, causal),
              all.offsets);
  return outputs;
}
Outputs in_chunks(const std::vector<Sentence>& from, uint64_t seed) {
  KeyValueCache cache(static_cast<int64_t>(from.size()), layout);
  std::vector<int64_t> done(from.size(), 0);
  Random random(seed);
  Outputs outputs;
  for (bool any = true; any;) {
    any = false;
    std::vector<int64_t> ends = done;
    for (size_t i = 0; i < from.size(); ++i) {
      const auto step = static_cast<int64_t>(random.below(10) == 0 ? random.below(60) : random.below(3));
      ends[i] = std::min(from[i].dim(0), done[i] + step);
      any |= ends[i] < from[i].dim(0);
    }
    const Batch tokens = batch(from, done, ends);
    add_outputs(outputs, append(cache, tokens), tokens.offsets);
    done = ends;
  }
  return outputs;
}

TEST(KeyValueCache, AppendInChunksEqualsAttentionAtOnceBitForBit) {
  const auto all = sentences({5, 0, 1, 40, 150, 16});
  for (const int64_t set : {int64_t{0}, int64_t{HWY_SSE4}}) {
    hwy::SetSupportedTargetsForTest(set);
    const Outputs expected = at_once(all);
    for (const uint64_t seed : {1, 2, 3}) EXPECT_EQ(in_chunks(all, seed), expected);
    hwy::SetSupportedTargetsForTest(0);
  }
}

TEST(KeyValueCache, ASequenceDoesNotDependOnItsNeighboursOrTheThreads) {
  const auto all = sentences({5, 70, 1, 40});
  const Outputs together = at_once(all);
  const int before = threads();
  for (const int count : {1, 3}) {
    set_threads(count);
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(at_once({all[i]})[0], together[i]);
      EXPECT_EQ(in_chunks({all[i]}, i)[0], together[i]);
    }
  }
  set_threads(before);
}

TEST(KeyValueCache, ReorderEqualsPermutedInput) {
  const auto first = sentences({5, 18, 32}, 1), second = sentences({3, 1, 20, 2}, 10);
  const std::vector<int32_t> rows = {2, 0, 0, 1};
  KeyValueCache cache(3, layout);
  append(cache, whole(first));
  cache.reorder(rows);
  const Tensor reordered = append(cache, whole(second));

  KeyValueCache permuted(4, layout);
  append(permuted, whole({first[2], first[0], first[0], first[1]}));
  const Tensor expected = append(permuted, whole(second));
  EXPECT_TRUE(std::ranges::equal(reordered.values(), expected.values()));
}

TEST(KeyValueCache, ASequenceThatWasCopiedDoesNotSeeItsTwinsLaterTokens) {
  const auto prefix = sentences({5}), first = sentences({2}, 5), second = sentences({2}, 6);
  KeyValueCache cache(1, layout);
  append(cache, whole(prefix));
  cache.reorder(std::vector<int32_t>{0, 0});
  append(cache, whole({first[0], second[0]}));
  cache.reorder(std::vector<int32_t>{1, 0});  // and again, now that the blocks are their own
  const auto third = sentences({1, 1}, 7);
  Outputs outputs;
  add_outputs(outputs, append(cache, whole(third)), Offsets({1, 1}));

  KeyValueCache alone(1, layout);
  append(alone, whole(prefix));
  append(alone, whole(second));
  const Tensor expected = append(alone, whole({third[0]}));
  EXPECT_TRUE(std::ranges::equal(outputs[0], expected.values()));
}

TEST(KeyValueCache, JoiningMidwayEqualsStartingTogether) {
  const auto first = sentences({5, 18}, 1), late = sentences({9}, 20), next = sentences({1, 1, 4}, 30);
  KeyValueCache cache(2, layout), more(1, layout);
  append(cache, whole(first));
  append(more, whole(late));
  cache.join(std::move(more));
  ASSERT_EQ(cache.count(), 3);
  EXPECT_EQ(cache.length(2), 9);
  const Tensor joined = append(cache, whole(next));

  KeyValueCache together(3, layout);
  append(together, whole({first[0], first[1], late[0]}));
  EXPECT_TRUE(std::ranges::equal(joined.values(), append(together, whole(next)).values()));
}

TEST(KeyValueCache, AnEmptyCacheTakesWhatJoins) {
  KeyValueCache cache, more(2, layout);
  append(more, whole(sentences({3, 4})));
  cache.join(std::move(more));
  EXPECT_EQ(cache.count(), 2);
  EXPECT_EQ(cache.length(1), 4);
  EXPECT_EQ(cache.layout(), layout);
}

TEST(KeyValueCache, ReorderCopiesNoBlockAndAWriteCopiesOnlyTheSharedOne) {
  const auto prefix = sentences({35}), next = sentences({1, 1, 1}, 5);
  const auto used = [] { return memory_use(Purpose::activations).current; };
  KeyValueCache cache(1, layout);
  const Batch tokens = whole(prefix), step = whole(next);
  const int64_t empty = used();
  cache.append(tokens.keys(), tokens.values(), tokens.offsets);
  const int64_t block = (used() - empty) / 3;
  EXPECT_GE(block, layout.bytes());
  cache.reorder(std::vector<int32_t>{0, 0, 0});
  EXPECT_EQ(used() - empty, 3 * block);
  cache.append(step.keys(), step.values(), step.offsets);
  EXPECT_EQ(used() - empty, 5 * block);  // two full ones shared, three last ones
  cache.append(step.keys(), step.values(), step.offsets);
  EXPECT_EQ(used() - empty, 5 * block);
  cache.reorder(std::vector<int32_t>{1});
  EXPECT_EQ(used() - empty, 3 * block);
  cache.reorder({});
  EXPECT_EQ(used(), empty);
}

TEST(KeyValueCache, HoldsKeysInBf16WhenAsked) {
  const auto all = sentences({5, 40});
  const Batch tokens = whole(all);
  KeyValueCache cache(2, {kv_heads, head_d, DType::bf16}), wide(2, layout);
  const Tensor narrow = append(cache, tokens), full = append(wide, tokens);
  EXPECT_FALSE(std::ranges::equal(narrow.values(), full.values()));
  for (int64_t i = 0; i < full.size(); ++i) ASSERT_NEAR(narrow.data()[i], full.data()[i], 0x1p-7);
}

TEST(KeyValueCache, TakesRowsInBf16) {
  const Batch tokens = whole(sentences({5, 40}));
  const Batch narrow{tokens.rows.to(DType::bf16), tokens.offsets};
  KeyValueCache cache(2, {kv_heads, head_d, DType::bf16});
  const Tensor y = append(cache, narrow);
  const Tensor expected =
      attention(narrow.queries(), narrow.offsets, {narrow.keys(), narrow.values(), narrow.offsets}, causal);
  EXPECT_EQ(std::memcmp(y.raw(), expected.raw(), static_cast<size_t>(y.bytes())), 0);
}

TEST(KeyValueCache, GivesTheSameWeightsAsAttentionAtOnce) {
  const Batch tokens = whole(sentences({3, 40}));
  AttentionMap cached, direct;
  AttentionOptions options = causal;
  options.map = &direct;
  attention(tokens.queries(), tokens.offsets, {tokens.keys(), tokens.values(), tokens.offsets}, options);
  options.map = &cached;
  KeyValueCache cache(2, layout);
  cache.append(tokens.keys(), tokens.values(), tokens.offsets);
  attention(tokens.queries(), tokens.offsets, cache.blocks(), options);
  EXPECT_EQ(cached.sequences, direct.sequences);
  ASSERT_EQ(direct.sequences[1].size(), static_cast<size_t>(heads * 40 * 40));
  double sum = 0;
  for (int64_t j = 0; j < 40; ++j) sum += direct.sequences[1][static_cast<size_t>(5 * 40 + j)];
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_EQ(direct.sequences[1][5 * 40 + 6], 0);  // query 5 does not see key 6
}

TEST(KeyValueCache, RefusesWhatDoesNotFit) {
  KeyValueCache cache(1, layout), other(1, {kv_heads, head_d + 1});
  const Batch two = whole(sentences({2, 3}));
  EXPECT_THROW(append(cache, two), CheckFailure);
  EXPECT_THROW(cache.join(std::move(other)), CheckFailure);
  EXPECT_THROW(cache.reorder(std::vector<int32_t>{1}), CheckFailure);
}

}  // namespace
}  // namespace naru
