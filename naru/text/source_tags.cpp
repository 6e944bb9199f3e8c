#include "naru/text/source_tags.h"

#include "naru/text/korean/speech_level.h"

namespace naru {

std::vector<std::string> direction_tag_pieces() { return {"<to-second>", "<to-first>"}; }

std::optional<DirectionTags> direction_tags(const Tokenizer& tokenizer) {
  const auto pieces = direction_tag_pieces();
  const auto forward = tokenizer.id(pieces[0]), reverse = tokenizer.id(pieces[1]);
  if (!forward || !reverse) return std::nullopt;
  return DirectionTags{*forward, *reverse};
}

std::vector<std::string> level_tag_pieces(Way way) {
  std::vector<std::string> pieces;
  for (const std::string& level : formality_names())
    pieces.push_back((way == Way::to_second ? "<to-second-" : "<to-first-") + level + ">");
  return pieces;
}

std::optional<LevelTags> level_tags(const Tokenizer& tokenizer, Way way) {
  LevelTags tags;
  const auto pieces = level_tag_pieces(way);
  for (size_t i = 0; i < tags.size(); ++i) {
    const auto id = tokenizer.id(pieces[i]);
    if (!id) return std::nullopt;
    tags[i] = *id;
  }
  return tags;
}

std::vector<int32_t> tag_ids(const Tokenizer& tokenizer) {
  std::vector<int32_t> ids;
  for (const auto& pieces : {direction_tag_pieces(), level_tag_pieces(Way::to_second), level_tag_pieces(Way::to_first)})
    for (const std::string& piece : pieces)
      if (const auto id = tokenizer.id(piece)) ids.push_back(*id);
  return ids;
}

std::vector<int32_t> TaggedTokenizer::encode(std::string_view text) const {
  std::vector<int32_t> ids = tokenizer_->encode(text);
  if (!ids.empty()) ids.insert(ids.begin(), tag_);
  return ids;
}

TokenizedText TaggedTokenizer::encode_places(std::string_view text) const {
  TokenizedText encoded = tokenizer_->encode_places(text);
  if (encoded.ids.empty()) return encoded;
  encoded.ids.insert(encoded.ids.begin(), tag_);
  encoded.places.insert(encoded.places.begin(), Span{-1, -1});
  return encoded;
}

}  // namespace naru
