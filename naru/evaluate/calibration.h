// How far a translation is to be trusted: what a model says of its own words, mapped to the probability that they are
// right, and a detector of lines whose input is broken or whose translation has nothing to do with it.
// `calibrate` (calibrate.h) makes it from a development set; it lies in the model folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/evaluate/features.h"
#include "naru/evaluate/logistic.h"

namespace naru {

struct WordConfidence {
  std::string text;
  double confidence = 0;
};

/// What is thought of one translation.
struct Judgement {
  double confidence = 0;              // probability that its chrF against a reference would reach `right_at`
  double suspicion = 0;               // 0 … 1: what the detector says
  std::string flag;                   // why it is flagged (`FeatureName::reason`); empty = it is not
  std::vector<WordConfidence> words;  // probability that a reference has the word, at that place in its order
};

struct Calibration {
  VocabularyPair vocabularies;
  std::string weights;   // checksum of model.safetensors; empty where it has none
  double right_at = 50;  // chrF of a line that counts as right
  double flag_at = 0.5;  // suspicion of a line that is flagged
  Usual usual;
  Logistic word, line, detector;

  /// For this folder, in the direction that it translates. Error: there is none, it is damaged, or it is of other
  /// tokenizers or weights.
  static Calibration open(const std::filesystem::path& path, const ModelFolder& folder);
  /// Whole or not at all. Error: a number of it is not finite.
  void save(const std::filesystem::path& path) const;

  Judgement judge(const Observation& observation, const Tokenizer& source, const Tokenizer& target) const;
};

/// The checksum that the folder's weights carry.
std::string weights_checksum(const ModelFolder& folder);

}  // namespace naru
