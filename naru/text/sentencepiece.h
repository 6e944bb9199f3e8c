// SentencePiece (Kudo and Richardson 2018) as a tokenizer. Models made here have end of sentence = 0, unknown = 1, no
// begin and no padding piece: the ids of Marian's models, so that a folder of its layout needs no renumbering.
#pragma once

#include <filesystem>
#include <memory>

#include "naru/text/tokenizer.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace naru {

class SentencePieceTokenizer : public Tokenizer {
 public:
  /// Error: names the file.
  static std::unique_ptr<SentencePieceTokenizer> open(const std::filesystem::path& path);
  /// From a model file's bytes; `name` goes into messages.
  explicit SentencePieceTokenizer(std::string bytes, const std::string& name = "tokenizer");
  ~SentencePieceTokenizer() override;

  std::vector<int32_t> encode(std::string_view text) const override;
  std::string decode(std::span<const int32_t> ids) const override;
  TokenizedText encode_places(std::string_view text) const override;
  TokenizedText decode_places(std::span<const int32_t> ids) const override;
  int64_t size() const override;
  SpecialIds special() const override;
  std::string piece(int32_t id) const override;
  std::optional<int32_t> id(std::string_view piece) const override;
  uint32_t fingerprint() const override { return fingerprint_; }

  /// The text of pieces as `pieces` wrote them.
  std::string join(const std::vector<std::string>& pieces) const;
  /// Log probability of a piece (unigram) or minus its rank (BPE).
  float score(int32_t id) const;
  /// The model file's bytes: what a model folder carries.
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  uint32_t fingerprint_;
  std::unique_ptr<sentencepiece::SentencePieceProcessor> model_;
};

}  // namespace naru
