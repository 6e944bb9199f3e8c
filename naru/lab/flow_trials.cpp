#include "naru/lab/flow_trials.h"

#include <algorithm>

#include "naru/lab/pair_learner.h"
#include "naru/train/settings.h"

namespace naru {
namespace {

constexpr int64_t flow_symbols = 64;

/// Of the loss of an answer drawn at random: what a trained model is sure of has no gradient.
std::vector<double> flow_of(const Model& model, int64_t length, uint64_t seed) {
  Random random(seed);
  const std::vector<int32_t> source = latch(length, flow_symbols, random).source;
  const auto target = static_cast<int32_t>(1 + random.below(latch_answers));
  std::vector<double> gradients = gradient_by_distance(model, source, target);
  const double nearest = gradients[0];
  for (double& one : gradients) one /= nearest;
  return gradients;
}

/// The longest sequences that are trained on: what a gradient has to reach.
int64_t latch_length(const Laboratory& laboratory) { return laboratory.by_effort<int64_t>(12, 20, 51); }

/// Until the loss is near 0 or the time is over.
void learn_latch(PairLearner& learner, Random& random, const Laboratory& laboratory) {
  constexpr int part = 20;
  for (int64_t parts = laboratory.by_effort(10, 15, 100); parts > 0; --parts) {
    double loss = 0;
    for (int step = 0; step < part; ++step)
      loss += learner.learn(latches(32, {1, latch_length(laboratory)}, flow_symbols, random)).nll / part;
    laboratory.rest();
    if (loss < 0.01) return;
  }
}

}  // namespace

const std::vector<FlowSubject>& flow_subjects() {
  const auto recurrent = [](std::vector<std::string> more) {
    for (const char* plain : {"layers=1", "reverse_source=false", "optimizer=adam", "learning_rate=3e-3"})
      more.emplace_back(plain);
    return more;
  };
  static const std::vector<FlowSubject> all{
      {"tanh RNN", "seq2seq", recurrent({"cell=rnn"})},
      {"GRU", "seq2seq", recurrent({"cell=gru"})},
      {{"LSTM, 망각 편향 0", "LSTM, forget bias 0"}, "seq2seq", recurrent({"forget_bias=0"})},
      {{"LSTM, 망각 편향 1", "LSTM, forget bias 1"}, "seq2seq", recurrent({"forget_bias=1"})},
      {{"어텐션 Seq2Seq", "attention Seq2Seq"}, "seq2seq-attention", {}},
      {"Transformer", "transformer-tiny", {"layers=2", "heads=8", "feed_forward=256"}},
      {{"Transformer, 잔차 없음", "Transformer, no residual"},
       "transformer-tiny",
       {"layers=2", "heads=8", "feed_forward=256", "residual=false"}}};
  return all;
}
void strengthen(Model& model, double gain) {
  const Tensor weight = model.params().named().at("encoder.weight_hh_l0");
  for (float& value : weight.values()) value *= static_cast<float>(gain);
  model.params().touch();
}

FlowTrials flow_at_start(const FlowSubject& subject, const Laboratory& laboratory,
                         const std::function<void(Model&)>& change) {
  FlowTrials trials;
  for (int64_t draw = 0; draw < laboratory.by_effort(4, 8, 16); ++draw) {
    Settings settings = settings_of(subject.preset);
    for (const std::string& assignment : subject.settings) naru::apply(settings, assignment);
    naru::apply(settings, fmt::format("vocabulary={}", flow_symbols + 1));
    naru::apply(settings, "width=512");
    const uint64_t seed = mix(static_cast<uint64_t>(laboratory.options().seed), static_cast<uint64_t>(draw));
    const auto model = build(settings.model, Params(seed));
    if (change) change(*model);
    trials.push_back(flow_of(*model, flow_distances, seed));
    laboratory.rest();
  }
  return trials;
}

TrainedFlow flow_after_training(const FlowSubject& subject, const Laboratory& laboratory) {
  TrainedFlow flow;
  const int64_t length = latch_length(laboratory);
  for (const int64_t seed : laboratory.seeds()) {
    PairLearnerOptions options{.preset = subject.preset,
                               .settings = subject.settings,
                               .symbols = flow_symbols,
                               .seed = static_cast<uint64_t>(seed)};
    options.settings.insert(options.settings.end(), {"width=64", "precision=f32"});
    PairLearner learner(options);
    Random random(mix(options.seed, 1));
    learn_latch(learner, random, laboratory);
    constexpr int64_t asked = 100;
    const int64_t right = learner.exact(latches(asked, {length, length}, flow_symbols, random));
    flow.learned += static_cast<double>(right) / static_cast<double>(asked * std::ssize(laboratory.seeds()));
    for (uint64_t source = 0; source < 16; ++source)
      flow.trials.push_back(flow_of(learner.model(), length, mix(options.seed, source + 2)));
  }
  return flow;
}

Interval arriving_at(const FlowTrials& trials, size_t distance) {
  std::vector<double> values;
  for (const std::vector<double>& trial : trials) values.push_back(trial[distance]);
  return geometric_mean_of(values);
}

Interval factor_of(const FlowTrials& trials) {
  std::vector<double> values;
  for (const std::vector<double>& trial : trials) values.push_back(factor_per_step(trial));
  return geometric_mean_of(values);
}

DescentResult descend_from_explosion(double clip, uint64_t seed, const Laboratory& laboratory) {
  constexpr int64_t length = 12;
  PairLearnerOptions options{
      .preset = "seq2seq", .settings = flow_subjects()[tanh_rnn].settings, .symbols = flow_symbols, .seed = seed};
  options.settings.insert(options.settings.end(), {"width=64", "precision=f32"});
  PairLearner learner(options);
  strengthen(learner.model(), exploding_gain);
  Random random(mix(seed, 3));
  DescentResult result;
  for (int step = 0; step < 300; ++step) {
    const Batch batch = learner.batch(latches(16, {length, length}, flow_symbols, random));
    result.largest_norm = std::max(result.largest_norm, descend(learner.model(), batch, {.rate = 0.3, .clip = clip}));
    if (step % 50 == 0) laboratory.rest();
  }
  result.learned = learner.exact(latches(100, {length, length}, flow_symbols, random)) >= 90;
  return result;
}

}  // namespace naru
