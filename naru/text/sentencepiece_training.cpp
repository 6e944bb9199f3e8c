#include "naru/text/sentencepiece_training.h"

#include <sentencepiece_trainer.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "naru/base/error.h"

namespace naru {
namespace {

constexpr int64_t uses_per_piece = 30, smallest_sensible = 500;
constexpr int64_t control_pieces = 2, byte_pieces = 256, fewest_others = 32;

class SpanIterator : public sentencepiece::SentenceIterator {
 public:
  explicit SpanIterator(std::span<const std::string> sentences) : sentences_(sentences) {}
  bool done() const override { return at_ == sentences_.size(); }
  void Next() override { ++at_; }
  const std::string& value() const override { return sentences_[at_]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  std::span<const std::string> sentences_;
  size_t at_ = 0;
};

/// The trainer leaves out sentences with this mark, which it keeps for itself.
constexpr const char* reserved_mark = "\u2585";
/// The trainer refuses to cover less than this share of the characters.
constexpr double least_coverage = 0.98;

icu::UnicodeString normalized(const std::string& sentence) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  icu::UnicodeString text = nfkc->normalize(icu::UnicodeString::fromUTF8(sentence), status);
  NARU_CHECK(U_SUCCESS(status), "tokenizer: ICU cannot normalize: {}", u_errorName(status));
  return text;
}

/// Not white space, nor U+2581 that SentencePiece writes for it, nor what its normalization drops.
bool is_visible(UChar32 c) {
  return !u_isUWhiteSpace(c) && u_isgraph(c) && u_charType(c) != U_FORMAT_CHAR && c != 0x2581 && c != 0xfffd;
}

struct Character {
  UChar32 code = 0;
  int64_t count = 0;
};
/// The visible characters of the normalized sentences, most frequent first.
std::vector<Character> characters_of(std::span<const std::string> sentences) {
  std::unordered_map<UChar32, int64_t> counts;
  for (const std::string& sentence : sentences) {
    if (sentence.find(reserved_mark) != std::string::npos) continue;
    const icu::UnicodeString text = normalized(sentence);
    for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
      if (is_visible(text.char32At(at))) ++counts[text.char32At(at)];
  }
  std::vector<Character> sorted;
  for (const auto& [code, count] : counts) sorted.push_back({code, count});
  std::ranges::sort(sorted, [](const Character& a, const Character& b) {
    return a.count != b.count ? a.count > b.count : a.code < b.code;
  });
  return sorted;
}

/// Share of the text that its `kept` most frequent characters make up.
double coverage_of(const std::vector<Character>& characters, size_t kept) {
  int64_t all = 0, covered = 0;
  for (size_t i = 0; i < characters.size(); ++i) {
    all += characters[i].count;
    if (i < kept) covered += characters[i].count;
  }
  return static_cast<double>(covered) / static_cast<double>(all);
}

/// The normalized sentences with a space for each character but the `kept` most frequent ones.
std::vector<std::string> without_rare(std::span<const std::string> sentences, const std::vector<Character>& characters,
                                      size_t kept) {
  std::unordered_set<UChar32> known;
  for (size_t i = 0; i < kept; ++i) known.insert(characters[i].code);
  std::vector<std::string> all;
  for (const std::string& sentence : sentences) {
    const icu::UnicodeString text = normalized(sentence);
    icu::UnicodeString rest;
    for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
      rest.append(known.contains(text.char32At(at)) ? text.char32At(at) : UChar32{' '});
    if (!rest.trim().isEmpty()) rest.toUTF8String(all.emplace_back());
  }
  return all;
}

/// The trainer reads lists as CSV: in quotes a comma is a character of the piece, as is a quote written twice.
std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) {
    text += text.empty() ? "\"" : ",\"";
    for (const char c : piece) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  return text;
}

std::string with_commas(int64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), 1, ',');
  return digits;
}

}  // namespace

std::optional<std::string> vocabulary_warning(int64_t vocabulary, const TextCounts& counts) {
  int64_t sensible = std::max(counts.words / uses_per_piece, smallest_sensible);
  sensible = sensible / 100 * 100;
  if (vocabulary <= sensible) return std::nullopt;
  return fmt::format(
      "a vocabulary of {} pieces is too large for {} sentences ({} words): each piece would be seen about {} times; "
      "at most {} is sensible",
      with_commas(vocabulary), with_commas(counts.lines), with_commas(counts.words), counts.words / vocabulary,
      with_commas(sensible));
}

std::string train_sentencepiece(std::span<const std::string> sentences, int64_t vocabulary,
                                const TokenizerConfig& config, const SpecialPieces& special) {
  const int64_t fixed = control_pieces + static_cast<int64_t>(special.symbols.size() + special.tags.size()) +
                        (config.byte_fallback ? byte_pieces : 0);
  if (vocabulary < fixed + fewest_others)
    fail("a vocabulary of {} pieces is too small: {} are taken before the first letter; give at least {}", vocabulary,
         fixed, fixed + fewest_others);
  const std::vector<Character> characters = characters_of(sentences);
  if (characters.empty()) fail("no text to make a vocabulary from; all lines are empty, blank or above 2,000 bytes");
  const auto most_characters = static_cast<size_t>((vocabulary - fixed) / 2);
  double coverage = config.character_coverage;
  std::vector<std::string> reduced;
  if (characters.size() > most_characters && coverage_of(characters, most_characters) < coverage) {
    coverage = coverage_of(characters, most_characters);
    if (coverage < least_coverage) {
      reduced = without_rare(sentences, characters, most_characters);
      sentences = reduced;
      coverage = 1;
    }
  }

  // The sums of the unigram trainer depend on how many threads share them: their number is fixed.
  std::unordered_map<std::string, std::string> options{{"model_type", config.kind},
                                                       {"vocab_size", std::to_string(vocabulary)},
                                                       {"character_coverage", fmt::format("{}", coverage)},
                                                       {"normalization_rule_name", config.normalization},
                                                       {"byte_fallback", config.byte_fallback ? "true" : "false"},
                                                       {"hard_vocab_limit", "false"},
                                                       {"num_threads", "8"},
                                                       {"eos_id", "0"},
                                                       {"unk_id", "1"},
                                                       {"bos_id", "-1"},
                                                       {"pad_id", "-1"},
                                                       {"minloglevel", "3"}};
  if (!special.symbols.empty()) options["user_defined_symbols"] = joined(special.symbols);
  if (!special.tags.empty()) options["control_symbols"] = joined(special.tags);

  SpanIterator iterator(sentences);
  std::string model;
  const auto status = sentencepiece::SentencePieceTrainer::Train(options, &iterator, &model);
  if (!status.ok())
    fail("a vocabulary of {} pieces cannot be made from {} sentences: {}", vocabulary, sentences.size(),
         status.error_message());
  return model;
}

}  // namespace naru
