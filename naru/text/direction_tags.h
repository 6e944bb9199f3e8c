// One model for both directions: a tag before the source names the language that is wanted (Johnson et al. 2017). The
// tags are control pieces of the one shared vocabulary, so no text contains them, and by them one knows such a model.
#pragma once

#include <memory>

#include "naru/text/tokenizer.h"

namespace naru {

/// Ids of the tags: towards the second column of the corpus, and towards the first.
struct DirectionTags {
  int32_t forward = -1, reverse = -1;
};
/// The pieces, in the order of the struct.
std::vector<std::string> direction_tag_pieces();
/// Nothing where the vocabulary has no tags.
std::optional<DirectionTags> direction_tags(const Tokenizer& tokenizer);

/// Puts a tag before each text that is not empty; all else is the tokenizer's.
class TaggedTokenizer : public Tokenizer {
 public:
  TaggedTokenizer(std::shared_ptr<const Tokenizer> tokenizer, int32_t tag)
      : tokenizer_(std::move(tokenizer)), tag_(tag) {}

  std::vector<int32_t> encode(std::string_view text) const override;
  /// The tag's place is {-1, -1}: it stands for no part of the text.
  TokenizedText encode_places(std::string_view text) const override;
  std::string decode(std::span<const int32_t> ids) const override { return tokenizer_->decode(ids); }
  TokenizedText decode_places(std::span<const int32_t> ids) const override { return tokenizer_->decode_places(ids); }
  int64_t size() const override { return tokenizer_->size(); }
  SpecialIds special() const override { return tokenizer_->special(); }
  std::string piece(int32_t id) const override { return tokenizer_->piece(id); }
  std::optional<int32_t> id(std::string_view piece) const override { return tokenizer_->id(piece); }
  uint32_t fingerprint() const override { return tokenizer_->fingerprint(); }

 private:
  std::shared_ptr<const Tokenizer> tokenizer_;
  int32_t tag_;
};

}  // namespace naru
