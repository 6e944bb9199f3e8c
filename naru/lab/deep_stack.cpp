#include "naru/lab/deep_stack.h"

#include <cmath>

#include "naru/lab/gradient_flow.h"
#include "naru/lab/order_dependence.h"
#include "naru/lab/pair_learner.h"

namespace naru {
namespace {

constexpr int64_t stack_symbols = 20;
constexpr LatchLengths stack_lengths{1, 8};

PairLearner stack(const StackKind& kind, int64_t layers, uint64_t seed) {
  return PairLearner({.preset = "transformer-tiny",
                      .settings = {fmt::format("encoder_layers={}", layers), "decoder_layers=1", "width=32",
                                   "feed_forward=64", "heads=4", "precision=f32", "learning_rate=2e-3",
                                   fmt::format("norm={}", kind.norm), fmt::format("residual={}", kind.residual)},
                      .symbols = stack_symbols,
                      .seed = seed});
}

}  // namespace

const std::array<StackKind, 4>& stack_kinds() {
  static const std::array<StackKind, 4> all{
      {{{"정규화 먼저, 잔차 있음", "pre-norm, residual"}, "pre", "true"},
       {{"정규화 나중(강의의 식), 잔차 있음", "post-norm (the lecture's formula), residual"}, "post", "true"},
       {{"정규화 먼저, 잔차 없음", "pre-norm, no residual"}, "pre", "false"},
       {{"정규화 나중, 잔차 없음", "post-norm, no residual"}, "post", "false"}}};
  return all;
}

FreshStack fresh_stack(const StackKind& kind, int64_t layers, uint64_t seed) {
  const PairLearner learner = stack(kind, layers, seed);
  Random random(seed);
  const Batch batch = learner.batch(latches(32, {stack_lengths.longest, stack_lengths.longest}, stack_symbols, random));
  leave_gradients(learner.model(), batch);
  const Params& params = learner.model().params();
  FreshStack fresh;
  for (int64_t i = 0; i < layers; ++i) {
    const std::string layer = fmt::format("model.encoder.layers.{}.", i);
    fresh.all.push_back(gradient_norm(params, layer) / gradient_norm(params, "model.encoder.layers."));
    fresh.attention.push_back(std::hypot(gradient_norm(params, layer + "self_attn.q_proj."),
                                         gradient_norm(params, layer + "self_attn.k_proj.")));
  }
  const auto first = batch.source.part(0, 1).values.values<int32_t>();
  fresh.diversity = token_diversity(learner.model(), {first.begin(), first.end()});
  return fresh;
}

Interval answered(const StackKind& kind, int64_t layers, const Laboratory& laboratory) {
  constexpr int64_t asked = 200;
  int64_t right = 0;
  for (const int64_t seed : laboratory.seeds()) {
    PairLearner learner = stack(kind, layers, static_cast<uint64_t>(seed));
    Random random(mix(static_cast<uint64_t>(seed), 1));
    for (int64_t step = laboratory.by_effort(80, 100, 600); step > 0; --step) {
      learner.learn(latches(16, stack_lengths, stack_symbols, random));
      laboratory.rest();
    }
    right += learner.exact(latches(asked, {stack_lengths.longest, stack_lengths.longest}, stack_symbols, random));
  }
  return share_of(right, asked * std::ssize(laboratory.seeds()));
}

}  // namespace naru
