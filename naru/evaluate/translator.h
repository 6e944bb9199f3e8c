// Lines of text in, translations out, in order.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "naru/evaluate/calibration.h"
#include "naru/evaluate/model_folder.h"
#include "naru/generate/search.h"

namespace naru {

struct TranslationOptions {
  SearchOptions search;
  bool alignments = false;
  bool judgements = false;  // the folder's calibration must have been opened
  bool fallback = false;    // of what is judged: a flagged line is written once more, carefully
};

/// One translation of one line.
struct TranslatedText {
  std::string text;
  double score = 0, log_probability = 0;
  int64_t tokens = 0;                       // end of sentence included
  std::vector<int32_t> ids;                 // so many
  std::optional<Judgement> judgement = {};  // if asked for; an empty line has none
};

struct Translation {
  std::vector<TranslatedText> best;  // `nbest` of them, best first; empty texts for an empty line
  /// Source word – target word, over whitespace words with final punctuation split off; if asked for.
  std::vector<std::pair<int32_t, int32_t>> alignment;
};

/// Translates with a model and its tokenizers, which must outlive it.
class Translator {
 public:
  Translator(const Model& model, const Tokenizer& source, const Tokenizer& target);
  /// By the folder's shortlist, if it was opened.
  explicit Translator(const ModelFolder& folder) : Translator(*folder.model, *folder.source, *folder.target) {
    shortlist_ = folder.shortlist;
    calibration_ = folder.calibration;
  }
  /// Together: the mean of the models' probabilities decides; alignments are the first one's. Error: they write other
  /// pieces, or by a shortlist.
  explicit Translator(std::span<const ModelFolder> ensemble);

  /// Batches of similar length inside; a line's translation does not depend on the other lines. `prefixes`: texts that
  /// the translations must begin with; empty, or one per line.
  std::vector<Translation> translate(const std::vector<std::string>& lines, const TranslationOptions& options,
                                     const std::vector<std::string>& prefixes = {}) const;

  /// Lines, and the prefix of each (or none at all); the end of the input when there is no line.
  struct Window {
    std::vector<std::string> lines, prefixes;
  };
  /// Streams: `next` gives at least one line and at most so many; `emit` gets each line's translation, in order. Memory
  /// is bounded by the window, whatever the input's length.
  void stream(const std::function<Window(size_t most)>& next, const std::function<void(const Translation&)>& emit,
              const TranslationOptions& options) const;

  const SearchVocabulary& vocabulary() const { return vocabulary_; }

  /// What the model computes for one line and a given translation: attention weights and hidden rows of every layer,
  /// and as "output" the rows that become scores, [1 + target pieces, d].
  Trace trace(const std::string& line, const std::string& translation) const;

 private:
  struct Line;
  void write(std::vector<Line>& lines, const TranslationOptions& options) const;
  void write(const std::vector<Line*>& lines, const TranslationOptions& options) const;
  std::vector<int32_t> candidates(const Line& line, const SearchOptions& options) const;
  void align(const std::vector<Line>& lines) const;
  void judge(const std::vector<std::string>& lines, std::vector<Translation>& translations) const;
  void write_flagged_again(const std::vector<std::string>& lines, std::vector<Translation>& translations,
                           const TranslationOptions& options, const std::vector<std::string>& prefixes) const;
  /// `looks`: for each piece of the translation the attention over the source's.
  std::vector<std::pair<int32_t, int32_t>> align(const Line& line, std::vector<std::vector<double>> looks) const;

  /// One that has a say besides the first.
  struct Other {
    const Model& model;
    const Tokenizer& source;
  };
  const Model& model_;
  const Tokenizer &source_, &target_;
  std::vector<Other> others_;
  SearchVocabulary vocabulary_;
  std::shared_ptr<const Shortlist> shortlist_;
  std::shared_ptr<const Calibration> calibration_;
};

}  // namespace naru
