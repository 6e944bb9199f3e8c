#include "naru/evaluate/corruption.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "naru/base/error.h"

namespace naru {
namespace {

std::vector<std::string> split_at_spaces(const std::string& line) {
  std::istringstream text(line);
  return {std::istream_iterator<std::string>(text), {}};
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// As Fisher and Yates do, again while the order stays.
std::vector<std::string> shuffled(const std::vector<std::string>& words, Random& random) {
  std::vector<std::string> others = words;
  for (int attempt = 0; attempt < 10 && others == words; ++attempt)
    for (size_t i = others.size(); i > 1; --i) std::swap(others[i - 1], others[random.below(i)]);
  return others;
}

std::string any_word(const std::vector<Pair>& pairs, Random& random) {
  for (;;) {
    const std::vector<std::string> words = split_at_spaces(pairs[random.below(pairs.size())].source);
    if (!words.empty()) return words[random.below(words.size())];
  }
}

}  // namespace

std::string name_of(Corruption kind) {
  switch (kind) {
    case Corruption::random_words: return "random words";
    case Corruption::wrong_language: return "wrong language";
    case Corruption::cut: return "cut";
    case Corruption::doubled: return "doubled";
    case Corruption::shuffled: return "shuffled";
  }
  return "";
}

bool can_be_corrupted(const Pair& pair) { return split_at_spaces(pair.source).size() >= 3 && !pair.target.empty(); }

std::string corrupted(const std::vector<Pair>& pairs, size_t i, Corruption kind, Random& random) {
  const std::string& line = pairs[i].source;
  std::vector<std::string> words = split_at_spaces(line);
  NARU_CHECK(can_be_corrupted(pairs[i]), "corrupted: '{}' is too short", line);
  switch (kind) {
    case Corruption::random_words:
      for (std::string& word : words) word = any_word(pairs, random);
      return joined(words);
    case Corruption::wrong_language: return pairs[i].target;
    case Corruption::cut: {
      const size_t least = (words.size() + 2) / 3, most = 2 * words.size() / 3;
      words.resize(least + random.below(most - least + 1));
      return joined(words);
    }
    case Corruption::doubled: return line + " " + line;
    case Corruption::shuffled: return joined(shuffled(words, random));
  }
  return line;
}

}  // namespace naru
