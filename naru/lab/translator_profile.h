// What a trained translator asks of a machine and what it gives for it, on sentences of one length.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"
#include "naru/lab/laboratory.h"

namespace naru {

struct TranslatorProfile {
  std::string name;
  int64_t parameters = 0;
  double megabytes = 0;          // weights, and the most that tensors take besides while a sentence is translated
  double milliseconds = 0;       // of a sentence alone, greedy; median
  int64_t state = 0, twice = 0;  // bytes of the state after a sentence's tokens, and after twice as many
  std::string streams;           // the setting to train it with for reading word by word; empty: there is none
  double bleu = 0;               // on these sentences

  bool constant_state() const { return state == twice; }
};

/// Of all these models, timed side by side.
std::vector<TranslatorProfile> profile_translators(const std::vector<const ModelFolder*>& folders,
                                                   const std::vector<Phrase>& sentences,
                                                   const std::function<void()>& rest);

/// The setting under which an architecture reads a source that still comes (`Decoder::extends`); empty: none does.
std::string streaming_setting(const ModelConfig& config);

/// Whether it does with what there is.
bool meets(const TranslatorProfile& profile, const Needs& needs);

}  // namespace naru
