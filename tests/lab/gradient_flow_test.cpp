#include "naru/lab/gradient_flow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "naru/evaluate/model_folder.h"
#include "naru/lab/pair_learner.h"
#include "naru/lab/symbol_task.h"
#include "naru/models/registry.h"
#include "naru/ops/output_loss.h"

namespace naru {
namespace {

constexpr int64_t symbols = 40;

std::unique_ptr<Model> fresh(const std::string& name, const std::vector<std::pair<const char*, const char*>>& options,
                             uint64_t seed) {
  ModelConfig config = preset(name);
  for (const auto& [key, value] : std::vector<std::pair<const char*, const char*>>{
           {"vocabulary", "41"}, {"width", "32"}, {"layers", "1"}, {"dropout", "0"}})
    set_option(config, key, value);
  for (const auto& [key, value] : options) set_option(config, key, value);
  return build(config, Params(seed));
}

std::vector<int32_t> source(uint64_t seed) {
  Random random(seed);
  return latch(30, symbols, random).source;
}

/// The mean factor of a step over fresh models.
double mean_factor(const std::string& name, const std::vector<std::pair<const char*, const char*>>& options) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed)
    sum += factor_per_step(gradient_by_distance(*fresh(name, options, seed), source(seed), 2)) / 3;
  return sum;
}

double loss_of(const Model& model, const std::vector<int32_t>& words, int32_t target) {
  std::vector<int32_t> closed = words;
  closed.push_back(marks_of(model.vocabulary()).source_end);
  const Decoder& decoder = *model.decoder();
  const auto state = decoder.start(Ragged::from({closed}));
  const Tensor hidden = decoder.append(*state, Ragged::from({{marks_of(model.vocabulary()).start}}));
  return output_loss(hidden, decoder.output().weight, decoder.output().bias, Tensor::from({target}, {1})).nll_sum;
}

TEST(GradientFlow, TheFactorOfAPowerIsItsBase) {
  std::vector<double> powers;
  for (int k = 0; k <= 50; ++k) powers.push_back(3 * std::pow(0.9, k));
  EXPECT_NEAR(factor_per_step(powers), 0.9, 1e-9);
}

TEST(GradientFlow, OfAWordIsHowTheLossChangesWithItsEmbedding) {
  const auto model = fresh("seq2seq", {{"cell", "gru"}, {"reverse_source", "false"}}, 3);
  const std::vector<int32_t> words = source(3);
  const double norm = gradient_by_distance(*model, words, 2)[4];
  // Along the gradient of the row itself the loss changes by its norm.
  const Tensor table = model->params().named().at("source_embedding.weight");
  const int32_t word = words[words.size() - 5];
  const Tensor row = table.rows(word, word + 1), direction = gradient_of(row).clone();
  const auto moved = [&](double by) {
    for (int64_t i = 0; i < row.size(); ++i)
      row.data()[i] += static_cast<float>(by * static_cast<double>(direction.data()[i]) / norm);
    model->params().touch();
    return loss_of(*model, words, 2);
  };
  constexpr double step = 0.05;
  const double above = moved(step), below = moved(-2 * step);
  EXPECT_NEAR((above - below) / (2 * step) / norm, 1, 0.02);
}

TEST(GradientFlow, OfATanhRnnFallsFasterWithDistanceThanAnLstms) {
  const double rnn = mean_factor("seq2seq", {{"cell", "rnn"}, {"reverse_source", "false"}});
  const double lstm = mean_factor("seq2seq", {{"forget_bias", "1"}, {"reverse_source", "false"}});
  const double forgetful = mean_factor("seq2seq", {{"forget_bias", "0"}, {"reverse_source", "false"}});
  EXPECT_LT(rnn, 0.7);
  EXPECT_GT(lstm, rnn + 0.1);
  EXPECT_GT(lstm, forgetful + 0.1);
  EXPECT_LT(lstm, 1);
}

TEST(GradientFlow, ReachesAllWordsOfATransformerAlike) { EXPECT_NEAR(mean_factor("transformer-tiny", {}), 1, 0.03); }

TEST(GradientFlow, ExplodesWhereTheRecurrenceIsStrong) {
  const auto model = fresh("seq2seq", {{"cell", "rnn"}, {"reverse_source", "false"}}, 1);
  const Tensor weight = model->params().named().at("encoder.weight_hh_l0");
  for (float& value : weight.values()) value *= 3;
  model->params().touch();
  EXPECT_GT(factor_per_step(gradient_by_distance(*model, source(1), 2)), 1.02);
}

TEST(GradientFlow, AClippedStepOfDescentIsNoLongerThanItsClip) {
  for (const double clip : {0.0, 0.01}) {
    PairLearner learner({.preset = "seq2seq", .settings = {"width=16", "layers=1"}, .symbols = symbols});
    const Tensor weight = learner.model().params().named().at("encoder.weight_hh_l0");
    const Tensor before = weight.clone();
    Random random(1);
    const Batch batch = learner.batch(std::vector{latch(8, symbols, random)});
    const double norm = descend(learner.model(), batch, {.rate = 1, .clip = clip});
    double moved = 0;
    for (int64_t i = 0; i < weight.size(); ++i) moved += std::pow(weight.data()[i] - before.data()[i], 2);
    const double part = gradient_norm(learner.model().params(), "encoder.weight_hh_l0");
    EXPECT_GT(norm, 0.01);
    EXPECT_NEAR(std::sqrt(moved), part * (clip > 0 ? clip / norm : 1), 1e-3 * part);
  }
}

TEST(GradientFlow, ALatchAsksForItsFirstSymbol) {
  Random random(5);
  std::set<int32_t> answers;
  for (int trial = 0; trial < 50; ++trial) {
    const TokenPair pair = latch(12, symbols, random);
    ASSERT_EQ(pair.source.size(), 12u);
    EXPECT_EQ(pair.target, std::vector{pair.source[0]});
    EXPECT_LE(pair.source[0], latch_answers);
    EXPECT_EQ(std::set(pair.source.begin(), pair.source.end()).size(), 12u);
    for (size_t i = 1; i < 12; ++i) EXPECT_GT(pair.source[i], latch_answers);
    answers.insert(pair.target[0]);
  }
  EXPECT_EQ(std::ssize(answers), latch_answers);
}

/// ln of the gradient at the queries of the middle of 16 layers, a mean over fresh stacks.
double middle_queries(const char* norm, const char* residual) {
  double mean = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const SymbolLearner learner(
        {.task = SymbolTask::copy,
         .preset = "transformer-tiny",
         .settings = {"encoder_layers=16", "decoder_layers=1", "width=32", "feed_forward=64", "precision=f32",
                      std::string("norm=") + norm, std::string("residual=") + residual},
         .symbols = 8,
         .seed = seed});
    leave_gradients(learner.model(), learner.batch(5, 8, seed));
    mean += std::log(gradient_norm(learner.model().params(), "model.encoder.layers.8.self_attn.q_proj.")) / 4;
  }
  return mean;
}

TEST(GradientFlow, OfADeepStacksQueriesVanishesWithoutResidualConnections) {
  for (const char* norm : {"pre", "post"})
    EXPECT_LT(middle_queries(norm, "false"), middle_queries(norm, "true") - 5) << norm;
}

}  // namespace
}  // namespace naru
