// What every architecture promises of what it computes: a new one joins by its name in tiny_models.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "naru/base/threads.h"
#include "naru/ops/output_loss.h"
#include "naru/train/trainer.h"

#include "tests/instruction_sets.h"
#include "tests/models/every_model.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {

TEST_P(EveryModel, AppendInChunksEqualsAppendAtOnceBitForBit) {
  const auto at_once = hidden(source_ids, target_ids);
  const auto state = decoder_.start(Ragged::from(source_ids));
  std::vector<std::vector<float>> in_parts(3);
  for (size_t first : {0, 1, 3}) {
    std::vector<std::vector<int32_t>> chunk;
    for (const auto& ids : target_ids) {
      const size_t begin = std::min(first, ids.size()), end = std::min(first == 0   ? 1
                                                                       : first == 1 ? 3
                                                                                    : size_t{99},
                                                                       ids.size());
      chunk.emplace_back(ids.begin() + static_cast<int64_t>(begin), ids.begin() + static_cast<int64_t>(end));
    }
    const Ragged tokens = Ragged::from(chunk);
    const Tensor x = decoder_.append(*state, tokens);
    for (int64_t i = 0; i < 3; ++i)
      for (const float value : rows(x, tokens.offsets, i)) in_parts[static_cast<size_t>(i)].push_back(value);
  }
  EXPECT_EQ(at_once, in_parts);
}

TEST_P(EveryModel, ASequenceDoesNotDependOnItsNeighbours) {
  const auto together = hidden(source_ids, target_ids);
  for (size_t i = 0; i < source_ids.size(); ++i)
    EXPECT_EQ(hidden({source_ids[i]}, {target_ids[i]})[0], together[i]) << "sequence " << i;
}

TEST_P(EveryModel, KeepsBothPromisesOnEveryInstructionSetWhateverItsMatricesAreKeptAs) {
  for (const DType matrices : {DType::f32, DType::b16, DType::q8, DType::q4_32, DType::q4_128})
    on_every_instruction_set([&] {
      SCOPED_TRACE(name(matrices));
      const auto model = tiny_model(GetParam(), 1, matrices);
      const Decoder& decoder = *model->decoder();
      const auto together = hidden(decoder, source_ids, target_ids);
      for (size_t i = 0; i < source_ids.size(); ++i) {
        EXPECT_EQ(hidden(decoder, {source_ids[i]}, {target_ids[i]})[0], together[i]) << "sequence " << i;
        const auto state = decoder.start(Ragged::from({source_ids[i]}));
        std::vector<float> one_by_one;
        for (const int32_t id : target_ids[i])
          for (const float value : decoder.append(*state, Ragged::from({{id}})).values()) one_by_one.push_back(value);
        EXPECT_EQ(one_by_one, together[i]) << "sequence " << i;
      }
    });
}

/// Of random weights; how much bf16 and the others may be off is known from measuring, and much less than a wrong
/// scale or row would make it.
TEST_P(EveryModel, InFewerBitsComputesAboutTheSame) {
  const auto expected = hidden(source_ids, target_ids);
  for (const auto& [matrices, most] : {std::pair{DType::b16, 0.02}, {DType::q8, 0.05}, {DType::q4_32, 0.4}}) {
    const auto model = tiny_model(GetParam(), 1, matrices);
    const auto found = hidden(*model->decoder(), source_ids, target_ids);
    double off = 0, size = 0;
    for (size_t i = 0; i < expected.size(); ++i)
      for (size_t k = 0; k < expected[i].size(); ++k) {
        off += std::pow(found[i][k] - expected[i][k], 2);
        size += std::pow(expected[i][k], 2);
      }
    EXPECT_LT(std::sqrt(off / size), most) << name(matrices);
  }
}

TEST_P(EveryModel, ReorderEqualsPermutedInput) {
  const std::vector<int32_t> order{2, 0, 0};
  const auto state = decoder_.start(Ragged::from(source_ids));
  decoder_.append(*state, Ragged::from({{0, 5}, {0, 7}, {0, 11}}));
  decoder_.reorder(*state, order);
  ASSERT_EQ(decoder_.count(*state), 3);
  const Tensor next = decoder_.append(*state, Ragged::from({{3}, {4}, {5}}));

  const auto permuted = hidden({source_ids[2], source_ids[0], source_ids[0]}, {{0, 11, 3}, {0, 5, 4}, {0, 5, 5}});
  for (size_t i = 0; i < 3; ++i) {
    const std::vector<float> last(permuted[i].end() - next.dim(1), permuted[i].end());
    EXPECT_EQ(rows(next, Offsets({1, 1, 1}), static_cast<int64_t>(i)), last) << "sequence " << i;
  }
}

TEST_P(EveryModel, FewerSequencesAfterReorder) {
  const auto state = decoder_.start(Ragged::from(source_ids));
  decoder_.append(*state, Ragged::from(target_ids));
  const std::vector<int32_t> left{1};
  decoder_.reorder(*state, left);
  EXPECT_EQ(decoder_.count(*state), 1);
  EXPECT_EQ(decoder_.append(*state, Ragged::from({{3}})).dim(0), 1);
}

TEST_P(EveryModel, JoiningMidwayEqualsStartingTogether) {
  const auto state = decoder_.start(Ragged::from({source_ids[0]}));
  decoder_.append(*state, Ragged::from({{0, 5}}));
  auto more = decoder_.start(Ragged::from({source_ids[1], source_ids[2]}));
  decoder_.append(*more, Ragged::from({{0}, {0}}));
  decoder_.join(*state, std::move(more));
  ASSERT_EQ(decoder_.count(*state), 3);
  const Tensor next = decoder_.append(*state, Ragged::from({{6}, {7}, {11}}));
  const auto apart = hidden(source_ids, {{0, 5, 6}, {0, 7}, {0, 11}});
  for (size_t i = 0; i < 3; ++i) {
    const std::vector<float> last(apart[i].end() - next.dim(1), apart[i].end());
    EXPECT_EQ(rows(next, Offsets({1, 1, 1}), static_cast<int64_t>(i)), last) << "sequence " << i;
  }
}

TEST_P(EveryModel, SequencesThatLeaveAndJoinInTurnAreAsIfAlone) {
  const std::vector<int32_t> second{1}, turned{1, 0, 0}, twice{0, 0};
  const auto state = decoder_.start(Ragged::from({source_ids[0], source_ids[1]}));
  decoder_.append(*state, Ragged::from({{0}, {0}}));
  decoder_.reorder(*state, second);
  auto more = decoder_.start(Ragged::from({source_ids[2]}));
  decoder_.append(*more, Ragged::from({{0}}));
  decoder_.join(*state, std::move(more));
  decoder_.append(*state, Ragged::from({{6}, {7}}));
  decoder_.reorder(*state, turned);
  more = decoder_.start(Ragged::from({source_ids[0]}));
  decoder_.append(*more, Ragged::from({{0}}));
  decoder_.reorder(*more, twice);
  decoder_.join(*state, std::move(more));
  ASSERT_EQ(decoder_.count(*state), 5);
  const Tensor next = decoder_.append(*state, Ragged::from({{3}, {4}, {5}, {8}, {9}}));
  const auto apart = hidden({source_ids[2], source_ids[1], source_ids[1], source_ids[0], source_ids[0]},
                            {{0, 7, 3}, {0, 6, 4}, {0, 6, 5}, {0, 8}, {0, 9}});
  for (size_t i = 0; i < 5; ++i) {
    const std::vector<float> last(apart[i].end() - next.dim(1), apart[i].end());
    EXPECT_EQ(rows(next, Offsets({1, 1, 1, 1, 1}), static_cast<int64_t>(i)), last) << "sequence " << i;
  }
}

TEST_P(EveryModel, ReadingOnInPiecesEqualsReadingTheWholeBitForBit) {
  if (!decoder_.extends()) GTEST_SKIP() << "reads a source only as a whole";
  const std::vector<int32_t> swapped{2, 1, 0};
  const auto state = decoder_.start(Ragged::from({{3, 4}, {6}, {7, 8, 9}}));
  decoder_.extend(*state, Ragged::from({{5}, {}, {10}}));
  decoder_.reorder(*state, swapped);
  decoder_.extend(*state, Ragged::from({{11, 12, 0}, {0}, {0}}));
  const Ragged tokens = Ragged::from({target_ids[2], target_ids[1], target_ids[0]});
  const Tensor x = decoder_.append(*state, tokens);
  const auto whole = hidden(source_ids, target_ids);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(rows(x, tokens.offsets, static_cast<int64_t>(i)), whole[2 - i]) << i;
}

class WaitingTransformer : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Decoders, WaitingTransformer,
                         testing::Values("transformer_wait_k", "transformer_wait_k_ssru"));

/// What training computes in one call is what decoding computes as the source comes.
TEST_P(WaitingTransformer, LimitedToWhatWasReadEqualsReadingOnBetweenTheTokens) {
  const auto model = tiny_model(GetParam());
  const Decoder& decoder = *model->decoder();
  const auto at_once = decoder.start(Ragged::from({{7, 8, 9, 10, 11, 0}, {3, 4, 0}}));
  decoder.limit(*at_once, {2, 3, 3, 6, 1, 3});
  const Tensor expected = decoder.append(*at_once, Ragged::from({{0, 5, 6, 7}, {0, 8}}));  // [6, width]

  const auto state = decoder.start(Ragged::from({{7, 8}, {3}}));
  std::vector<Tensor> found{decoder.append(*state, Ragged::from({{0}, {0}}))};
  decoder.extend(*state, Ragged::from({{9}, {4, 0}}));
  found.push_back(decoder.append(*state, Ragged::from({{5, 6}, {8}})));
  decoder.extend(*state, Ragged::from({{10, 11, 0}, {}}));
  found.push_back(decoder.append(*state, Ragged::from({{7}, {}})));
  const auto near = [&](int64_t row, const Tensor& x, int64_t of) {
    for (int64_t c = 0; c < x.dim(1); ++c)
      EXPECT_NEAR(expected.data()[row * x.dim(1) + c], x.data()[of * x.dim(1) + c], 1e-5) << row;
  };
  near(0, found[0], 0), near(4, found[0], 1);
  near(1, found[1], 0), near(2, found[1], 1), near(5, found[1], 2);
  near(3, found[2], 0);
}

TEST(WaitKOption, RefusesAWaitThatIsNoNumberOfWords) {
  for (const char* wait : {"0", "-1", "3x", "often"}) {
    ModelConfig config = tiny_config("transformer");
    set_option(config, "wait_k", wait);
    EXPECT_THROW(build(config, Params::shapes_only()), Error) << wait;
  }
}

TEST_P(EveryModel, ATapeChangesNoNumber) {
  const auto without = hidden(source_ids, target_ids);
  Tape tape({.dropout = false});
  const auto with = hidden(source_ids, target_ids);
  for (size_t i = 0; i < without.size(); ++i)
    for (size_t k = 0; k < without[i].size(); ++k) EXPECT_NEAR(without[i][k], with[i][k], 1e-5);
}

TEST_P(EveryModel, SavedAndLoadedIsTheSame) {
  const TemporaryFolder folder;
  write_safetensors(folder / "model.safetensors", model_->params().tensors());
  const auto loaded = build(config_from_json(to_json(tiny_config(GetParam())), "config"),
                            Params(SafetensorsFile(folder / "model.safetensors")));
  EXPECT_TRUE(loaded->params().unused().empty());
  const auto before = hidden(source_ids, target_ids);
  const auto state = loaded->decoder()->start(Ragged::from(source_ids));
  const Ragged tokens = Ragged::from(target_ids);
  const Tensor x = loaded->decoder()->append(*state, tokens);
  for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(rows(x, tokens.offsets, i), before[static_cast<size_t>(i)]);
}

TEST_P(EveryModel, PartsAddUpToTheParameters) {
  int64_t sum = 0;
  for (const ModelPart& part : model_->parts()) sum += part.parameters;
  EXPECT_EQ(sum, model_->params().parameter_count());
  EXPECT_EQ(build(tiny_config(GetParam()), Params::shapes_only())->params().parameter_count(), sum);
}

TEST_P(EveryModel, AttentionWeightsAskedForSumToOneAndChangeNothing) {
  Trace trace;
  const auto state = decoder_.start(Ragged::from(source_ids), &trace);
  const Ragged tokens = Ragged::from(target_ids);
  const Tensor x = decoder_.append(*state, tokens, &trace);
  const auto without = hidden(source_ids, target_ids);
  for (int64_t i = 0; i < 3; ++i) {
    const auto with = rows(x, tokens.offsets, i);
    for (size_t k = 0; k < with.size(); ++k) EXPECT_NEAR(with[k], without[static_cast<size_t>(i)][k], 1e-6);
  }
  const std::set<std::string> without_attention{"seq2seq", "seq2seq_rnn", "seq2seq_lstm_forward", "seq2seq_gru",
                                                "seq2seq_context_input"};
  EXPECT_EQ(trace.attention.empty(), without_attention.contains(GetParam()));
  for (const AttentionMap& map : trace.attention) {
    ASSERT_EQ(map.sequences.size(), 3u) << map.name;
    for (size_t i = 0; i < 3; ++i) {
      ASSERT_EQ(static_cast<int64_t>(map.sequences[i].size()), map.heads * map.queries[i] * map.keys[i]) << map.name;
      for (int64_t row = 0; row < map.heads * map.queries[i]; ++row) {
        const auto begin = map.sequences[i].begin() + row * map.keys[i];
        EXPECT_NEAR(std::accumulate(begin, begin + map.keys[i], 0.0), 1, 1e-5) << map.name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryModel, ::testing::ValuesIn(tiny_model_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace naru
