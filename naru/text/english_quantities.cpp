// English numbers: digits (1.2 million, 35K, the 15th), words (six hundred and one thousand, nineteen ninety-nine).
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "naru/text/digits.h"
#include "naru/text/korean/syllable.h"
#include "naru/text/quantity.h"

namespace naru {
namespace {
using View = std::u32string_view;

enum class Kind { ones, tens, hundred, scale, ordinal, weak, month };
struct Word {
  Kind kind;
  double value;
};

/// The words that say a number; "second" and "quarter" may say something else, and are weak.
const std::unordered_map<std::string, Word>& words() {
  static const auto known = [] {
    std::unordered_map<std::string, Word> all{{"hundred", {Kind::hundred, 100}}, {"thousand", {Kind::scale, 1e3}},
                                              {"million", {Kind::scale, 1e6}},   {"billion", {Kind::scale, 1e9}},
                                              {"trillion", {Kind::scale, 1e12}}, {"dozen", {Kind::scale, 12}},
                                              {"mil", {Kind::scale, 1e6}},       {"bil", {Kind::scale, 1e9}},
                                              {"decade", {Kind::scale, 10}},     {"decades", {Kind::scale, 10}}};
    const auto add = [&](Kind kind, double first, double step, std::initializer_list<const char*> names) {
      for (const char* name : names) {
        all.insert({name, {kind, first}});
        first += step;
      }
    };
    add(Kind::ones, 1, 1, {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"});
    add(Kind::tens, 10, 1,
        {"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"});
    add(Kind::tens, 20, 10, {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"});
    add(Kind::ordinal, 1, 1,
        {"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
         "twelfth"});
    add(Kind::ordinal, 3, 1, {"thirds", "fourths", "fifths", "sixths"});
    add(Kind::ordinal, 13, 1,
        {"thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"});
    add(Kind::ordinal, 20, 10,
        {"twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"});
    add(Kind::weak, 2, 0,
        {"both", "couple", "pair", "pairs", "twice", "double", "doubles", "doubled", "doubling", "dual", "twin",
         "twins"});
    add(Kind::weak, 1, 0, {"once", "single"});
    add(Kind::weak, 3, 0, {"triple", "trio"});
    add(Kind::weak, 10, 0, {"teen", "teens", "teenage", "teenager", "teenagers"});
    add(Kind::weak, 0.5, 0, {"half"});
    add(Kind::month, 1, 1,
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"});
    add(Kind::month, 1, 1, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
    add(Kind::month, 9, 0, {"Sept"});
    return all;
  }();
  return known;
}

class EnglishReader {
 public:
  explicit EnglishReader(View text) : text_(text) {}

  std::vector<Quantity> read() {
    while (at_ < text_.size()) {
      if (is_decimal(text_[at_])) {
        in_digits();
      } else if (is_latin(text_[at_])) {
        in_words();
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  struct Token {
    const Word* word = nullptr;
    size_t begin = 0, end = 0;
  };

  char32_t point(size_t at) const { return at < text_.size() ? text_[at] : U'\0'; }
  size_t end_of_letters(size_t at) const {
    while (is_latin(point(at))) ++at;
    return at;
  }
  /// The word at `at`, where it says a number. Months have a capital.
  Token word_at(size_t at) const {
    std::string letters = to_utf8(text_.substr(at, end_of_letters(at) - at));
    auto found = words().find(letters);
    if (found == words().end()) {
      std::ranges::transform(letters, letters.begin(), [](unsigned char c) { return std::tolower(c); });
      found = words().find(letters);
    }
    return {found == words().end() ? nullptr : &found->second, at, end_of_letters(at)};
  }
  /// The next word of the same number: behind a space, a hyphen, "and" or a comma.
  Token next(size_t end) const {
    View rest = text_.substr(std::min(end, text_.size()));
    for (const View between : {View(U", and "), View(U", "), View(U" and "), View(U"-"), View(U" ")})
      if (rest.starts_with(between) && is_latin(point(end + between.size()))) return word_at(end + between.size());
    return {};
  }
  bool space_follows(size_t end) const { return point(end) == U' ' || point(end) == U'-'; }
  bool hour_follows(size_t end) const;
  void add(double value, size_t begin, size_t end, bool weak) {
    found_.push_back({value, weak || value <= 1, hour_follows(end), to_utf8(text_.substr(begin, end - begin))});
  }
  double scaled(double value, size_t& end) const;
  void in_digits();
  void in_words();
  void numeral(const Token& first);

  View text_;
  size_t at_ = 0;
  std::vector<Quantity> found_;
};

/// 3 p.m., 3pm, 3:30, 3 o'clock
bool EnglishReader::hour_follows(size_t end) const {
  View rest = text_.substr(std::min(end, text_.size()));
  if (rest.starts_with(U":") && is_decimal(point(end + 1))) return true;
  if (rest.starts_with(U" ")) rest.remove_prefix(1);
  for (const View sign :
       {View(U"a.m"), View(U"p.m"), View(U"am"), View(U"pm"), View(U"AM"), View(U"PM"), View(U"o'clock")})
    if (rest.starts_with(sign)) return true;
  return false;
}

/// The value times the words hundred, thousand, million … behind it.
double EnglishReader::scaled(double value, size_t& end) const {
  while (space_follows(end)) {
    const Token token = word_at(end + 1);
    if (!token.word || (token.word->kind != Kind::hundred && token.word->kind != Kind::scale)) break;
    value *= token.word->value;
    end = token.end;
  }
  return value;
}

void EnglishReader::in_digits() {
  const View before = text_.substr(0, at_);
  const bool name = !before.empty() && (is_latin(before.back()) || before.back() == U'_') && !before.ends_with(U"US");
  const bool money = !before.empty() && View(U"$£€₩¥").find(before.back()) != View::npos;
  const size_t begin = at_;
  const Digits digits = digits_at(text_.substr(begin));
  at_ += digits.length;
  const DigitsSuffix suffix = suffix_at(text_, at_);
  const bool millions = money && suffix.length == 1 && point(at_) == U'm';  // $53m
  const bool decade = suffix.length == 1 && point(at_) == U's';             // 1990s
  size_t end = at_ + (suffix.scale > 1 || millions ? suffix.length : 0);
  const double value = scaled(digits.value * (millions ? 1e6 : suffix.scale), end);
  const bool weak = name || decade || !suffix.is_number || is_fraction(text_, begin, begin + digits.length);
  if (digits.is_number) add(value, begin, end, weak);
  at_ = std::max(end, at_ + suffix.length);
}

void EnglishReader::in_words() {
  const Token token = word_at(at_);
  if (!token.word || (at_ > 0 && is_decimal(text_[at_ - 1]))) {
    at_ = token.end;
    return;
  }
  const auto& [kind, value] = *token.word;
  const bool bare_decade = kind == Kind::scale && value == 10;
  if (kind == Kind::ordinal || kind == Kind::weak || kind == Kind::month || bare_decade) {
    add(value, at_, token.end, true);
    at_ = token.end;
  } else {
    numeral(token);
  }
}

/// total + section, a section being what the next thousand or million multiplies.
void EnglishReader::numeral(const Token& first) {
  double total = 0, section = 0, last_scale = 1e16;
  bool ordinal = false;
  size_t end = first.end;
  Kind last = Kind::scale;
  for (Token token = first; token.word && !ordinal; token = next(end)) {
    const auto& [kind, value] = *token.word;
    const bool joined = token.begin == first.begin || space_follows(end);
    const bool fills = last == Kind::scale ? last_scale >= 1000 : last == Kind::hundred && point(end) != U',';
    const bool units = kind == Kind::ones || (kind == Kind::ordinal && value < 10);
    const bool after_tens = units && last == Kind::tens && section > 0 && std::fmod(section, 100) >= 20 && joined;
    if (kind == Kind::hundred && joined) {
      section = std::max(section, 1.0) * 100;
    } else if (kind == Kind::scale && joined && (value < last_scale)) {
      total += std::max(section, 1.0) * value;
      section = 0, last_scale = value;
    } else if (fills && (units || kind == Kind::tens || kind == Kind::ordinal)) {
      section += value;
    } else if (after_tens) {
      section += value;
    } else if (kind == Kind::tens && last == Kind::tens && section < 100 && section > 10 && joined) {
      section = section * 100 + value;  // nineteen ninety-nine
    } else {
      break;
    }
    ordinal = kind == Kind::ordinal;
    last = kind;
    end = token.end;
  }
  add(total + section, first.begin, end, ordinal);
  at_ = end;
}

}  // namespace

std::vector<Quantity> english_quantities(std::string_view text) {
  const std::u32string points = normalized_points(text);
  return EnglishReader(points).read();
}

}  // namespace naru
