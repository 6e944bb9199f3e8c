#include "naru/text/direction_tags.h"

namespace naru {

std::vector<std::string> direction_tag_pieces() { return {"<to-second>", "<to-first>"}; }

std::optional<DirectionTags> direction_tags(const Tokenizer& tokenizer) {
  const auto pieces = direction_tag_pieces();
  const auto forward = tokenizer.id(pieces[0]), reverse = tokenizer.id(pieces[1]);
  if (!forward || !reverse) return std::nullopt;
  return DirectionTags{*forward, *reverse};
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
