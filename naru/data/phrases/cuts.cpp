#include "naru/data/phrases/cuts.h"

#include <algorithm>
#include <array>

#include "naru/text/korean/syllable.h"

namespace naru::grammar {
namespace {
constexpr int tail_p = 17;

/// Takes `n` syllables off the front of `rest` as a piece.
void take(Pieces& pieces, std::u32string_view& rest, size_t n) {
  n = std::min(n, rest.size());
  if (n == 0) return;
  pieces.push_back(to_utf8(rest.substr(0, n)));
  rest.remove_prefix(n);
}

bool begins(std::u32string_view rest, std::u32string_view any_of) {
  return !rest.empty() && any_of.find(rest[0]) != any_of.npos;
}
}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> result;
  for (size_t begin = 0;;) {
    const size_t end = text.find(' ', begin);
    result.emplace_back(text.substr(begin, end - begin));
    if (end == text.npos) return result;
    begin = end + 1;
  }
}

Pieces cut_predicate(const Predicate& base, bool honored, bool past, std::string_view form) {
  const std::u32string word = to_code_points(form), stem = to_code_points(base.stem);
  std::u32string_view rest = word;
  Pieces pieces;
  size_t length = stem.size();
  const bool softened = base.conjugation == Conjugation::bieup && decompose(word[length - 1]).tail != tail_p;
  const bool doubled = base.conjugation == Conjugation::reo && begins(rest.substr(length), U"러렀");
  if (softened || doubled) ++length;  // 도우-, 도왔-, 이르렀-
  take(pieces, rest, length);
  if (honored) take(pieces, rest, begins(rest, U"으") ? 2 : 1);
  if (past && !honored && begins(rest, U"았었였")) take(pieces, rest, 1);
  take(pieces, rest, rest.size());
  return pieces;
}

Pieces cut_copula(std::string_view noun, bool honored, std::string_view form) {
  const std::u32string word = to_code_points(form.substr(noun.size()));
  std::u32string_view rest = word;
  Pieces pieces{std::string(noun)};
  if (begins(rest, U"이입인일예였")) take(pieces, rest, 1);
  if (honored) take(pieces, rest, 1);
  if (begins(rest, U"었")) take(pieces, rest, 1);
  take(pieces, rest, rest.size());
  return pieces;
}

Pieces cut_thing(std::string_view form) {
  const std::string_view noun = form.starts_with("것") ? "것" : "거";
  return cut_copula(noun, false, form);
}

Pieces cut_adverbial(std::string_view word) {
  static constexpr std::array<std::string_view, 3> whole = {"같이", "높이", "많이"};
  static constexpr std::array<std::string_view, 12> suffixes = {"부터", "까지", "마다", "으로", "에", "게",
                                                                "를",   "을",   "가",   "이",   "의", "어"};
  if (std::find(whole.begin(), whole.end(), word) != whole.end()) return {std::string(word)};
  for (const std::string_view suffix : suffixes)
    if (word.size() > suffix.size() && word.ends_with(suffix))
      return {std::string(word.substr(0, word.size() - suffix.size())), std::string(suffix)};
  return {std::string(word)};
}

}  // namespace naru::grammar
