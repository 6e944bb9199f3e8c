// The numbers of a Korean and of an English sentence, and whether they agree: a check of translations, not a parser.
// What might be no number (이 일, "one of", "a second") is read as weak: it may have a partner on the other side, and
// its absence raises no alarm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace naru {

struct Quantity {
  double value = 0;
  bool weak = false;
  bool hour = false;  // of a clock: 3 p.m. is 15시
  std::string text;   // as it stands, in compatibility-normalised form (NFKC)
};

/// Digits (1,234.5, dates), myriads (3만 5천, 2.5억, 12조3천억), Sino-Korean and native numerals (백이십, 열두 살).
std::vector<Quantity> korean_quantities(std::string_view text);
/// Digits (35K, 3rd, 1990s), words (thirty-five thousand, nineteen ninety-nine, a dozen), months.
std::vector<Quantity> english_quantities(std::string_view text);

/// found = expected · 10^power
struct ScaledQuantity {
  Quantity expected, found;
  int power = 0;
};
struct QuantityComparison {
  std::vector<Quantity> missing, added;  // of the source without a partner; of the translation
  std::vector<ScaledQuantity> scaled;    // 억 taken for billion
  int64_t numbers = 0;                   // of both sides, weak ones not counted
  bool agrees() const { return missing.empty() && added.empty() && scaled.empty(); }
};
/// A number that is said once on one side and repeated on the other agrees, and so do large ones of which one is
/// rounded: from 10,000 on, by 5 % at most.
QuantityComparison compare_quantities(const std::vector<Quantity>& source, const std::vector<Quantity>& translation);
/// Reads as Korean what has Hangul in it, else as English; where neither has, the words of other languages are not
/// known, and only digits count.
QuantityComparison compare_quantities(std::string_view source, std::string_view translation);

/// Over many lines.
struct NumberCheck {
  int64_t lines = 0, with_numbers = 0, disagreeing = 0;

  void count(const QuantityComparison& line) {
    ++lines;
    with_numbers += line.numbers > 0;
    disagreeing += !line.agrees();
  }
};

/// "expected 100,000,000 (1억), found 1,000,000,000 (1 billion): 10 times as much; missing 3 (세)"; empty where they
/// agree.
std::string describe(const QuantityComparison& comparison);

}  // namespace naru
