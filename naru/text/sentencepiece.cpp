#include "naru/text/sentencepiece.h"

#include <sentencepiece_processor.h>

#include <algorithm>

#include "naru/base/error.h"
#include "naru/base/file.h"

namespace naru {
namespace {

void check(const sentencepiece::util::Status& status, const char* what) {
  NARU_CHECK(status.ok(), "sentencepiece: {}: {}", what, status.ToString());
}

TokenizedText tokenized(std::string text, const sentencepiece::ImmutableSentencePieceText& parsed) {
  TokenizedText result{std::move(text), {}, {}};
  for (const auto& piece : parsed.pieces()) {
    result.ids.push_back(static_cast<int32_t>(piece.id()));
    result.places.push_back({static_cast<int32_t>(piece.begin()), static_cast<int32_t>(piece.end())});
  }
  return result;
}

/// Pieces of single bytes can spell a line's end, but a sentence is one line.
void make_one_line(std::string& text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace

std::unique_ptr<SentencePieceTokenizer> SentencePieceTokenizer::open(const std::filesystem::path& path) {
  return std::make_unique<SentencePieceTokenizer>(read_file(path), path.string());
}

SentencePieceTokenizer::SentencePieceTokenizer(std::string bytes, const std::string& name)
    : bytes_(std::move(bytes)),
      fingerprint_(crc32(bytes_)),
      model_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
  if (bytes_.empty() || !model_->LoadFromSerializedProto(bytes_).ok() || model_->GetPieceSize() == 0)
    fail("{}: not a SentencePiece model, or a damaged one; make one with naru tokenizer train", name);
}
SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<int32_t> SentencePieceTokenizer::encode(std::string_view text) const {
  std::vector<int> ids;
  check(model_->Encode(text, &ids), "encoding failed");
  return ids;
}

std::string SentencePieceTokenizer::decode(std::span<const int32_t> ids) const { return decode_places(ids).text; }

TokenizedText SentencePieceTokenizer::encode_places(std::string_view text) const {
  sentencepiece::ImmutableSentencePieceText parsed;
  check(model_->Encode(text, parsed.mutable_proto()), "encoding failed");
  return tokenized(std::string(text), parsed);
}

TokenizedText SentencePieceTokenizer::decode_places(std::span<const int32_t> ids) const {
  std::vector<int> known;
  for (const int32_t id : ids)
    if (id >= 0 && id < size()) known.push_back(id);
  sentencepiece::ImmutableSentencePieceText parsed;
  check(model_->Decode(known, parsed.mutable_proto()), "decoding failed");
  TokenizedText result = tokenized(parsed.text(), parsed);
  make_one_line(result.text);
  if (known.size() == ids.size()) return result;

  TokenizedText all{std::move(result.text), {ids.begin(), ids.end()}, {}};
  int32_t at = 0;
  for (size_t i = 0, from = 0; i < ids.size(); ++i) {
    const bool is_known = ids[i] >= 0 && ids[i] < size();
    all.places.push_back(is_known ? result.places[from++] : Span{at, at});
    at = all.places.back().end;
  }
  return all;
}

int64_t SentencePieceTokenizer::size() const { return model_->GetPieceSize(); }

SpecialIds SentencePieceTokenizer::special() const {
  return {.end = model_->eos_id(), .begin = model_->bos_id(), .padding = model_->pad_id(), .unknown = model_->unk_id()};
}

std::string SentencePieceTokenizer::piece(int32_t id) const {
  NARU_CHECK(id >= 0 && id < size(), "sentencepiece: id {} in a vocabulary of {}", id, size());
  return model_->IdToPiece(id);
}

std::optional<int32_t> SentencePieceTokenizer::id(std::string_view piece) const {
  const int32_t found = model_->PieceToId(piece);
  if (found < 0 || found >= size() || model_->IdToPiece(found) != piece) return std::nullopt;
  return found;
}

std::string SentencePieceTokenizer::join(const std::vector<std::string>& pieces) const {
  std::string text;
  check(model_->Decode(pieces, &text), "decoding failed");
  make_one_line(text);
  return text;
}

float SentencePieceTokenizer::score(int32_t id) const {
  NARU_CHECK(id >= 0 && id < size(), "sentencepiece: id {} in a vocabulary of {}", id, size());
  return model_->GetScore(id);
}

}  // namespace naru
