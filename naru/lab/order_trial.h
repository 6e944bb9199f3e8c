// Does a Transformer tell who chased whom? Trained with positions or without on sentences of word_order.h, it is asked
// others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"
#include "naru/lab/word_order.h"

namespace naru {

/// What a model that was trained on one order of subject and object makes of sentences that it never saw.
struct OrderResult {
  std::string lecture;       // its translations of the lecture's two sentences
  Interval told_apart;       // share of held-out pairs of which both were right
  double both_the_same = 0;  // share of them that were given one translation for both
  double scrambled = -1;     // share right with the object first, which it was never taught; -1: in English
  double order_dependence = 0;
};

/// A model of each seed, with `positions` as in TransformerConfig. A held-out pair and a seed are a trial.
OrderResult order_trial(Cutting cutting, const char* positions, const Laboratory& laboratory);

}  // namespace naru
