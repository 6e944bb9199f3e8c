// Text ⇄ ids of pieces. What a model was trained with lies in its folder; see sentencepiece.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naru/text/words.h"

namespace naru {

/// Ids that mean something; -1 = the tokenizer has none.
struct SpecialIds {
  int32_t end = -1, begin = -1, padding = -1, unknown = -1;
};

/// Ids, and which bytes of the text each stands for (empty for control pieces and for all but the last of the byte
/// pieces of one character). `words_of` and `word_of_each` turn the places into words.
struct TokenizedText {
  std::string text;
  std::vector<int32_t> ids;
  std::vector<Span> places;
};

/// Safe to use from many threads at once.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Ids of the text's pieces, without end of sentence. An empty text has none.
  virtual std::vector<int32_t> encode(std::string_view text) const = 0;
  /// The text of the ids; control pieces and ids beyond the vocabulary (others' padding) give nothing.
  virtual std::string decode(std::span<const int32_t> ids) const = 0;
  /// The same with places in `text`.
  virtual TokenizedText encode_places(std::string_view text) const = 0;
  virtual TokenizedText decode_places(std::span<const int32_t> ids) const = 0;

  virtual int64_t size() const = 0;
  virtual SpecialIds special() const = 0;
  /// The piece as the vocabulary writes it, e.g. "▁학교" or "<0xEB>".
  virtual std::string piece(int32_t id) const = 0;
  virtual std::optional<int32_t> id(std::string_view piece) const = 0;
  /// Tells tokenizers apart: CRC-32 of the model's bytes.
  virtual uint32_t fingerprint() const = 0;

  /// The pieces of a text, for people.
  std::vector<std::string> pieces(std::string_view text) const {
    std::vector<std::string> all;
    for (const int32_t id : encode(text)) all.push_back(piece(id));
    return all;
  }
};

}  // namespace naru
