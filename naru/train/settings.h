// Everything that `--set` reaches: the model, its training, its tokenizers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/models/registry.h"
#include "naru/text/sentencepiece_training.h"
#include "naru/train/config.h"

namespace naru {

/// Pieces that were asked for, of which a text may give fewer; 0: not known.
struct AskedVocabulary {
  int64_t source = 0, target = 0;
};

struct Settings {
  std::string preset;
  ModelConfig model;
  TrainConfig train;
  TokenizerConfig tokenizer;
  AskedVocabulary asked;
};

/// A preset with the training that suits it. Error: no such preset.
Settings settings_of(const std::string& preset);
/// "key=value". Error: an unknown key (with the nearest known one), or a value that does not fit.
void apply(Settings& settings, const std::string& assignment);

/// training.json: how a folder's model is trained, besides config.json.
std::string training_json(const Settings& settings);
/// The settings that a folder was trained with. Error: names the file.
Settings read_settings(const std::filesystem::path& folder);

}  // namespace naru
