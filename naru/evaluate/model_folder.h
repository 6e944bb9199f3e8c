#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "naru/base/fields.h"
#include "naru/data/batch.h"
#include "naru/generate/shortlist.h"
#include "naru/models/registry.h"
#include "naru/text/korean/speech_level.h"
#include "naru/text/sentencepiece.h"
#include "naru/text/source_tags.h"

namespace naru {

struct Calibration;

/// The two tokenizers of a folder.
struct TokenizerPair {
  std::shared_ptr<const SentencePieceTokenizer> source, target;
};
TokenizerPair open_tokenizers(const std::filesystem::path& folder);
void save_tokenizers(const std::filesystem::path& folder, const TokenizerPair& tokenizers);

/// One way to translate. In a model for both directions the source's tokenizer says by a tag which is wanted.
struct Direction {
  std::shared_ptr<const Tokenizer> source, target;
  std::optional<LevelTags> levels;  // of the Korean that it writes, where the model knows them
};
/// One; two where the vocabulary has tags: from the corpus' first column to its second, then back.
std::vector<Direction> directions_of(const TokenizerPair& tokenizers);

/// How a command opens a folder for translating.
struct OpeningOptions {
  std::string precision = "stored", formality;
  bool shortlist = false;

  void fields(auto&& field) {
    std::vector<std::string> choices = precisions();
    choices.insert(choices.begin(), "stored");
    std::vector<std::string> levels = formality_names();
    levels.emplace_back("");
    field("precision", precision, "what matrices are kept as; stored = as the folder has them",
          one_of(std::move(choices)));
    field("shortlist", shortlist,
          "write only pieces that the model folder's shortlist has for a sentence (naru shortlist)");
    field(
        "formality", formality,
        "speech level of the Korean to write: plain (한다), intimate (해), polite (해요), formal (합니다); of a model "
        "trained with --set formality=true",
        one_of(std::move(levels)));
  }
};

/// Everything that a model folder holds for translating: config.json, model.safetensors, source.spm, target.spm (one
/// file under both names where the vocabulary is shared).
struct ModelFolder {
  std::filesystem::path path;
  ModelConfig config;
  std::unique_ptr<Model> model;
  std::shared_ptr<const Tokenizer> source, target;
  std::optional<LevelTags> levels;   // of the Korean that it writes, where it knows them
  std::optional<Direction> reverse;  // the other way, of a model for both directions
  bool turned = false;
  std::shared_ptr<const Shortlist> shortlist;      // once asked for
  std::shared_ptr<const Calibration> calibration;  // once asked for

  /// `precision`: one of precisions() or "stored". Error: names the file that is missing or damaged, and the mend.
  static ModelFolder open(const std::filesystem::path& path, const std::string& precision = "stored");
  /// From here on the other way. Error: the model knows one direction only.
  void turn();
  /// From here on in this speech level, one of formality_names(); nothing happens where it is empty. Error: what the
  /// model writes has none, or it never learned them. After turn().
  void speak(const std::string& formality);
  /// Where the shortlist of the way that it translates lies, and to translate by it from here on. Error: there is none,
  /// or it is damaged or of other tokenizers.
  std::filesystem::path shortlist_path() const;
  void open_shortlist();
  /// The same of what says how far its translations are to be trusted (calibration.h).
  std::filesystem::path calibration_path() const;
  void open_calibration();
};

/// Those that are to write together.
std::vector<ModelFolder> open_folders(const std::vector<std::string>& paths, const std::string& precision = "stored");
/// Error: what one writes are not the other's pieces, by the same ids.
void check_same_target(const ModelFolder& first, const ModelFolder& other);

/// Copies all that a model folder holds besides weights and checkpoints; `to` is made.
void copy_beside_weights(const std::filesystem::path& from, const std::filesystem::path& to);

/// What stands around the sentences that a model reads and writes.
SentenceMarks marks_of(const VocabularyConfig& vocabulary);

}  // namespace naru
