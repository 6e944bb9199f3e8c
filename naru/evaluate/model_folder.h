#pragma once

#include <filesystem>
#include <memory>

#include "naru/data/batch.h"
#include "naru/models/registry.h"
#include "naru/text/sentencepiece.h"

namespace naru {

/// Everything that a model folder holds for translating: config.json, model.safetensors, source.spm, target.spm (one
/// file under both names where the vocabulary is shared).
struct ModelFolder {
  std::filesystem::path path;
  ModelConfig config;
  std::unique_ptr<Model> model;
  std::shared_ptr<const Tokenizer> source, target;

  /// Error: names the file that is missing or damaged, and the mend.
  static ModelFolder open(const std::filesystem::path& path);
};

/// What stands around the sentences that a model reads and writes.
SentenceMarks marks_of(const VocabularyConfig& vocabulary);

/// The two tokenizers of a folder.
struct TokenizerPair {
  std::shared_ptr<const SentencePieceTokenizer> source, target;
};
TokenizerPair open_tokenizers(const std::filesystem::path& folder);
void save_tokenizers(const std::filesystem::path& folder, const TokenizerPair& tokenizers);

}  // namespace naru
