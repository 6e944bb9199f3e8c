// Tags before the source say what is wanted of the translation: in a model for both directions the language (Johnson et
// al. 2017), in one that knows speech levels that of its Korean (Sennrich et al. 2016, "side constraints"). They are
// control pieces of the source's vocabulary, so no text contains them, and by them one knows such a model.
#pragma once

#include <array>
#include <memory>

#include "naru/text/korean/verb.h"
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

/// Which column of the corpus is written.
enum class Way { to_second, to_first };
/// Ids of the tags of the speech levels, in the order of SpeechLevel.
using LevelTags = std::array<int32_t, 4>;
std::vector<std::string> level_tag_pieces(Way way);
/// Nothing where the vocabulary has no such tags.
std::optional<LevelTags> level_tags(const Tokenizer& tokenizer, Way way);

/// The ids of all tags that the vocabulary has: no text holds them, and no translation may.
std::vector<int32_t> tag_ids(const Tokenizer& tokenizer);

/// Puts a tag before each text that is not empty, and before the tags of the tokenizer that it is made from; all else
/// is that tokenizer's.
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
