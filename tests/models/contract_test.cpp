// What every architecture promises, over all tiny models: a new one joins by its name in tiny_models.cpp.
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
#include "tests/models/tiny_models.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {

const std::vector<std::vector<int32_t>> source_ids{{3, 4, 5, 0}, {6, 0}, {7, 8, 9, 10, 11, 12, 0}};
const std::vector<std::vector<int32_t>> target_ids{{0, 5, 6}, {0, 7, 8, 9, 10}, {0, 11}};

class EveryModel : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Model> model_ = tiny_model(GetParam());
  const Decoder& decoder_ = *model_->decoder();

  /// The rows of sequence i.
  static std::vector<float> rows(const Tensor& x, const Offsets& offsets, int64_t i) {
    const auto part = x.rows(offsets.begin(i), offsets.end(i)).values();
    return {part.begin(), part.end()};
  }
  std::vector<std::vector<float>> hidden(const std::vector<std::vector<int32_t>>& sources,
                                         const std::vector<std::vector<int32_t>>& targets) const {
    return hidden(decoder_, sources, targets);
  }
  static std::vector<std::vector<float>> hidden(const Decoder& decoder,
                                                const std::vector<std::vector<int32_t>>& sources,
                                                const std::vector<std::vector<int32_t>>& targets) {
    const auto state = decoder.start(Ragged::from(sources));
    const Ragged tokens = Ragged::from(targets);
    const Tensor x = decoder.append(*state, tokens);
    std::vector<std::vector<float>> all;
    for (int64_t i = 0; i < tokens.count(); ++i) all.push_back(rows(x, tokens.offsets, i));
    return all;
  }
};

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

TEST_P(EveryModel, ADetachedStateLeavesTheEncoderWithoutAGradient) {
  const auto source_gradient = [&](bool detached) {
    model_->params().clear_gradients();
    Tape tape;
    const auto state = decoder_.start(Ragged::from(source_ids));
    if (detached) state->detach();
    const Tensor hidden = decoder_.append(*state, Ragged::from(target_ids));
    const Linear& output = decoder_.output();
    const Tensor wanted = Tensor::from(std::vector<int32_t>(10, 5), {10});
    tape.backward(output_loss(hidden, output.weight, output.bias, wanted).loss);
    model_->params().complete_gradients();
    double sum = 0;
    for (const auto& [name, weight] : model_->params().named())
      if (name.find("encoder.") != std::string::npos)
        for (const float slope : gradient_of(weight).values()) sum += std::abs(static_cast<double>(slope));
    return sum;
  };
  EXPECT_GT(source_gradient(false), 0);
  EXPECT_EQ(source_gradient(true), 0);
}

Batch small_batch() {
  return make_batch(std::vector<TokenPair>{{{3, 4, 5}, {5, 6}},
                                           {{6}, {7, 8, 9, 10}},
                                           {{7, 8}, {11}},
                                           {{9, 9}, {3, 3}},
                                           {{4, 12}, {13, 4}},
                                           {{10}, {14}},
                                           {{5, 5, 5}, {6, 6, 6}},
                                           {{2}, {21, 20}}},
                    {});
}

/// Along the gradient of each weight by itself the loss rises as fast as the gradient is long. Dropout included: the
/// same step drops the same numbers.
TEST_P(EveryModel, HasTheGradientOfItsLoss) {
  TrainConfig config;
  config.label_smoothing = 0;
  Trainer trainer(*model_, config);
  const Batch batch = small_batch();
  trainer.gradients(batch, 1000, 1);
  std::map<std::string, Tensor> gradients;
  for (const auto& [name, weight] : model_->params().named()) gradients.emplace(name, gradient_of(weight).clone());
  for (const auto& [name, weight] : model_->params().named()) {
    const Tensor& gradient = gradients.at(name);
    double squares = 0;
    for (const float slope : gradient.values()) squares += static_cast<double>(slope) * static_cast<double>(slope);
    const double length = std::sqrt(squares);
    const bool flat = length < 1e-4;  // zero in exact arithmetic: then no other direction may change the loss either
    constexpr double step = 5e-3;
    const double scale = std::sqrt(static_cast<double>(weight.size()));
    const auto loss_at = [&](double distance) {
      for (int64_t i = 0; i < weight.size(); ++i) {
        const double direction =
            flat ? std::cos(static_cast<double>(7 * i)) / scale : static_cast<double>(gradient.data()[i]) / length;
        weight.data()[i] += static_cast<float>(distance * direction);
      }
      model_->params().touch();
      return trainer.gradients(batch, 1000, 1).nll;
    };
    const double after = loss_at(step), before = loss_at(-2 * step);
    loss_at(step);
    EXPECT_NEAR((after - before) / (2 * step), flat ? 0 : length, 0.03 * length + 1e-3) << name;
  }
}

TEST_P(EveryModel, MatricesOfHiddenLayersAreNeitherTablesNorVectors) {
  for (const Tensor& block : model_->params().blocks())
    for (const Tensor& matrix : model_->params().matrices(block))
      for (const auto& [name, weight] : model_->params().named())
        if (weight.data() == matrix.data()) {
          EXPECT_EQ(name.find("embed_"), std::string::npos) << name;
          EXPECT_FALSE(name.ends_with("_embedding.weight") || name.starts_with("output.") ||
                       name.starts_with("lm_head") || name.starts_with("final_logits_bias"))
              << name;
          EXPECT_GT(weight.dim(0), 1) << name;
        }
}

constexpr const char* precisions[] = {"f32", "bf16"};

TEST_P(EveryModel, OverfitsEightPairs) {
  const Batch batch = small_batch();
  for (const char* precision : precisions) {
    TrainConfig config;
    config.label_smoothing = 0;
    config.precision = precision;
    const auto model = tiny_model(GetParam());
    Trainer trainer(*model, config);
    double nll = 0;
    for (int step = 0; step < 400; ++step) nll = trainer.step(batch, 5e-3, 1000).nll;
    EXPECT_LT(nll, 0.3) << precision;
  }
}

/// The numbers of all weights' gradients, one after the other.
std::vector<float> all_gradients(const Model& model) {
  std::vector<float> all;
  for (const auto& [name, weight] : model.params().named()) {
    const auto values = gradient_of(weight).values();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

TEST_P(EveryModel, InMixedPrecisionTheGradientIsThatOfF32ButForRounding) {
  std::vector<std::vector<float>> gradients;
  std::vector<double> losses;
  for (const char* precision : precisions) {
    TrainConfig config;
    config.precision = precision;
    losses.push_back(Trainer(*model_, config).gradients(small_batch(), 1000, 1).loss);
    gradients.push_back(all_gradients(*model_));
  }
  EXPECT_NE(losses[0], losses[1]);
  EXPECT_NEAR(losses[0], losses[1], 0.01 * losses[0]);
  double difference = 0, whole = 0;
  for (size_t i = 0; i < gradients[0].size(); ++i) {
    const double exact = static_cast<double>(gradients[0][i]), error = static_cast<double>(gradients[1][i]) - exact;
    difference += error * error;
    whole += exact * exact;
  }
  EXPECT_LT(std::sqrt(difference / whole), 0.1);  // rounding switches a ReLU or two: 0.06; else below 0.02
}

TEST_P(EveryModel, SplittingABatchChangesTheGradientByRoundingOnly) {
  const Batch batch = small_batch();
  Trainer trainer(*model_, {});
  const StepResult whole = trainer.gradients(batch, 1000, 1);
  std::map<std::string, std::vector<float>> gradients;
  for (const auto& [name, weight] : model_->params().named()) {
    const auto values = gradient_of(weight).values();
    gradients[name] = {values.begin(), values.end()};
  }
  const StepResult parts = trainer.gradients(batch, 5, 1);
  EXPECT_NEAR(parts.loss, whole.loss, 1e-5);  // dropout included: its counter knows each sentence
  for (const auto& [name, weight] : model_->params().named()) {
    const auto values = gradient_of(weight).values();
    for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], gradients[name][i], 2e-5) << name << " " << i;
  }
}

TEST_P(EveryModel, RecomputingItsLayersChangesNoBitOfTheGradient) {
  for (const char* precision : precisions) {
    std::vector<std::vector<float>> results;
    for (const char* recompute : {"none", "layers"}) {
      TrainConfig config;
      config.recompute = recompute;
      config.precision = precision;
      Trainer(*model_, config).gradients(small_batch(), 1000, 1);
      results.push_back(all_gradients(*model_));
    }
    EXPECT_EQ(results[0], results[1]) << precision;
  }
}

TEST_P(EveryModel, WeightsAfterTrainingAreTheSameForEveryNumberOfThreads) {
  const int before = threads();
  for (const char* precision : precisions) {
    std::vector<std::vector<float>> results;
    for (const int count : {1, 3}) {
      set_threads(count);
      TrainConfig config;
      config.precision = precision;
      const auto model = tiny_model(GetParam());
      Trainer trainer(*model, config);
      for (int step = 0; step < 3; ++step) trainer.step(small_batch(), 1e-3, 1000);
      std::vector<float> all;
      for (const Tensor& block : model->params().blocks())
        all.insert(all.end(), block.values().begin(), block.values().end());
      results.push_back(all);
    }
    EXPECT_EQ(results[0], results[1]) << precision;
  }
  set_threads(before);
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
  const std::set<std::string> without_attention{"seq2seq", "seq2seq_rnn", "seq2seq_gru", "seq2seq_context_input"};
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
