#pragma once

#include "naru/text/tokenizer.h"

namespace naru {

/// One piece a byte, id = byte + 2: lengths and ids that a test can foretell.
class LetterTokenizer : public Tokenizer {
 public:
  explicit LetterTokenizer(uint32_t fingerprint = 1) : fingerprint_(fingerprint) {}
  std::vector<int32_t> encode(std::string_view text) const override {
    std::vector<int32_t> ids;
    for (const char c : text) ids.push_back(static_cast<uint8_t>(c) + 2);
    return ids;
  }
  std::string decode(std::span<const int32_t> ids) const override {
    std::string text;
    for (const int32_t id : ids)
      if (id >= 2) text += static_cast<char>(id - 2);
    return text;
  }
  TokenizedText encode_places(std::string_view text) const override { return {std::string(text), encode(text), {}}; }
  TokenizedText decode_places(std::span<const int32_t> ids) const override {
    return {decode(ids), {ids.begin(), ids.end()}, {}};
  }
  int64_t size() const override { return 258; }
  SpecialIds special() const override { return {.end = 0, .unknown = 1}; }
  std::string piece(int32_t id) const override { return decode(std::span(&id, 1)); }
  std::optional<int32_t> id(std::string_view piece) const override { return encode(piece).front(); }
  uint32_t fingerprint() const override { return fingerprint_; }

 private:
  uint32_t fingerprint_;
};

}  // namespace naru
