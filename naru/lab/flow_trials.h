// Trials of how far back a loss reaches (gradient_flow.h), for the cells and models that the lecture compares: fresh
// ones, ones that have learned the latch problem, and ones that descend from where gradients explode.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "naru/lab/bilingual.h"
#include "naru/lab/gradient_flow.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

inline constexpr int64_t flow_distances = 51;  // of fresh models: 0 … 50 steps back, as in the lecture

struct FlowSubject {
  Bilingual name;
  std::string preset;
  std::vector<std::string> settings;
};
/// One layer (of a Transformer two) on each side, reading forward.
const std::vector<FlowSubject>& flow_subjects();
/// Where each stands among them.
enum FlowPlace : size_t { tanh_rnn, gru, lstm_0, lstm_1, attention_seq2seq, transformer_with, transformer_without };

/// The gradient by distance of each trial, as a share of that at distance 0.
using FlowTrials = std::vector<std::vector<double>>;

/// A trial is a fresh model of the lecture's width, 512, and a source. `change` may alter its weights.
FlowTrials flow_at_start(const FlowSubject& subject, const Laboratory& laboratory,
                         const std::function<void(Model&)>& change = {});

struct TrainedFlow {
  FlowTrials trials;
  double learned = 0;  // share of the longest sequences that it answers
};
/// A trial is a source; the models, one of each seed and 64 wide, have been trained on the latch problem.
TrainedFlow flow_after_training(const FlowSubject& subject, const Laboratory& laboratory);

/// Over the trials: what is left at a distance, and the factor of a step (geometric means).
Interval arriving_at(const FlowTrials& trials, size_t distance);
Interval factor_of(const FlowTrials& trials);

/// The recurrent weights of a tanh RNN's encoder, `gain` times as large.
void strengthen(Model& model, double gain);
inline constexpr double exploding_gain = 3;

struct DescentResult {
  bool learned = false;
  double largest_norm = 0;  // of a gradient, before clipping
};
/// Plain gradient descent of a tanh RNN on the latch problem, from weights that make gradients explode.
DescentResult descend_from_explosion(double clip, uint64_t seed, const Laboratory& laboratory);

}  // namespace naru
