// Korean numbers: digits with units (12억 3천만), Sino-Korean numerals (육만 일천칠백삼십), native ones (스물다섯).
//
//   number  = section (만|억|조) section …      units fall from left to right
//   section = [digit] 천 [digit] 백 [digit] 십 [digit]      a digit is one of 일 … 구, or a number in digits
#include <algorithm>

#include "naru/text/digits.h"
#include "naru/text/korean/syllable.h"
#include "naru/text/quantity.h"

namespace naru {
namespace {
using View = std::u32string_view;

constexpr View sino_digits = U"일이삼사오육칠팔구";
/// Before what is counted, and alone.
constexpr View native_ones[] = {U"한", U"하나", U"두",   U"둘",   U"세",   U"셋",  U"네",
                                U"넷", U"다섯", U"여섯", U"일곱", U"여덟", U"아홉"};
constexpr double values_of_ones[] = {1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9};
constexpr View native_tens[] = {U"열", U"스물", U"스무", U"서른", U"마흔", U"쉰", U"예순", U"일흔", U"여든", U"아흔"};
constexpr double values_of_tens[] = {10, 20, 20, 30, 40, 50, 60, 70, 80, 90};
constexpr View counters[] = {U"명", U"마리", U"개",   U"사람", U"가지", U"번",     U"시",   U"살",   U"권",
                             U"장", U"달",   U"주",   U"배",   U"잔",   U"병",     U"채",   U"그루", U"켤레",
                             U"벌", U"송이", U"자루", U"쌍",   U"팀",   U"년",     U"월",   U"일",   U"분",
                             U"초", U"세",   U"층",   U"원",   U"달러", U"인",     U"척",   U"곳",   U"편",
                             U"통", U"조각", U"종류", U"규빗", U"유로", U"퍼센트", U"킬로", U"미터"};
/// Those that no other word with a short numeral in front looks like (세일 is a sale, 열병 a fever).
constexpr View plain_counters[] = {U"명", U"마리", U"개",   U"사람", U"가지", U"번",
                                   U"살", U"시간", U"켤레", U"그루", U"송이"};
/// Only look like numbers where nothing is counted: enough, Icheon, arrogance, an angel.
constexpr View look_alikes[] = {U"일만", U"이만", U"이천", U"오만", U"일조",
                                U"이조", U"사조", U"천사", U"백일", U"구천"};
/// Two or three, and the like: the first of both. 0: only looks like a number (if, not at all, structure).
constexpr std::pair<View, double> vague_words[] = {{U"한두", 1}, {U"두세", 2},  {U"두어", 2},   {U"서너", 3},
                                                   {U"네댓", 4}, {U"너댓", 4},  {U"대여섯", 5}, {U"예닐곱", 6},
                                                   {U"만일", 0}, {U"천만에", 0}};
/// Words that say a number without being one.
constexpr std::pair<View, double> hints[] = {{U"양", 2},   {U"쌍", 2},    {U"첫", 1},   {U"절반", 0.5},
                                             {U"반", 0.5}, {U"하루", 1},  {U"이틀", 2}, {U"사흘", 3},
                                             {U"나흘", 4}, {U"열흘", 10}, {U"보름", 15}};

bool starts_with_one_of(View text, const auto& words) {
  return std::ranges::any_of(words, [&](View word) { return text.starts_with(word); });
}
double small_unit(char32_t c) { return c == U'십' ? 10 : c == U'백' ? 100 : c == U'천' ? 1000 : 0; }
double large_unit(char32_t c) { return c == U'만' ? 1e4 : c == U'억' ? 1e8 : c == U'조' ? 1e12 : 0; }
bool is_unit(char32_t c) { return small_unit(c) > 0 || large_unit(c) > 0; }

/// A number as it is put together; what does not fit is not taken.
class Sum {
 public:
  double value() const { return total_ + section_ + std::max(digit_, 0.0); }
  bool take_digit(double value) {
    if (digit_ >= 0 || value >= std::min(last_large_, last_small_)) return false;
    digit_ = value;
    return true;
  }
  bool take_unit(char32_t c) {
    const double small = small_unit(c), large = large_unit(c);
    if (small > 0 ? small >= last_small_ : large == 0 || large >= last_large_) return false;
    if (small > 0) {
      section_ += (digit_ < 0 ? 1 : digit_) * small;
      last_small_ = small;
    } else {
      total_ += std::max(section_ + std::max(digit_, 0.0), 1.0) * large;
      section_ = 0;
      last_large_ = large, last_small_ = none;
    }
    digit_ = -1;
    return true;
  }

 private:
  static constexpr double none = 1e16;
  double total_ = 0, section_ = 0, digit_ = -1, last_large_ = none, last_small_ = none;
};

class KoreanReader {
 public:
  explicit KoreanReader(View text) : text_(text) {}

  std::vector<Quantity> read() {
    while (at_ < text_.size()) {
      const bool word = is_hangul_syllable(text_[at_]);
      if (is_decimal(text_[at_])) {
        in_digits();
      } else if (!word) {
        ++at_;
      } else if (!vague() && !native() && !sino() && !hint()) {
        skip_word();
      }
    }
    return std::move(found_);
  }

 private:
  struct Numeral {
    double value = 0;
    size_t end = 0;
    bool units = false, valid = true;
  };

  char32_t point(size_t at) const { return at < text_.size() ? text_[at] : U'\0'; }
  View from(size_t at) const { return text_.substr(std::min(at, text_.size())); }
  /// Something is counted by what stands at `at`, or behind a space there.
  bool counted(size_t at) const { return starts_with_one_of(from(at + (point(at) == U' ')), counters); }
  bool plainly_counted(size_t at) const { return starts_with_one_of(from(at), plain_counters); }
  bool ends_word(size_t at) const { return !is_hangul_syllable(point(at)); }
  bool is_look_alike(size_t end) const {
    return std::ranges::find(look_alikes, text_.substr(at_, end - at_)) != std::end(look_alikes) && !counted(end);
  }
  void skip_word() {
    while (is_hangul_syllable(point(at_))) ++at_;
  }
  void add(double value, size_t end, bool weak) {
    const bool hour = from(end).starts_with(U"시") && !from(end).starts_with(U"시간");
    const bool base = from(end).starts_with(U"진");                                       // 16진수, hexadecimal
    const bool several = value == 2 && text_.substr(end, 7).find(U"이상") != View::npos;  // 두 개 이상, more than one
    found_.push_back({value, weak || value <= 1 || base || several, hour, to_utf8(text_.substr(at_, end - at_))});
    at_ = end;
    if (hour && from(end + 1).starts_with(U" 반")) found_.push_back({30, true, false, "반"});
  }

  /// 조 begins many words (조사, 조명) and ends some (구조), and 제1조 is the first article of a law.
  bool is_no_trillion(size_t at) const {
    if (point(at) != U'조') return false;
    return at == at_ || (at_ > 0 && text_[at_ - 1] == U'제') || !(is_decimal(text_[at - 1]) || is_unit(text_[at - 1]));
  }
  bool digit_follows(size_t at) const;
  Numeral numeral() const;
  void in_digits();
  bool sino();
  bool native();
  bool vague();
  bool hint();

  View text_;
  size_t at_ = 0;
  std::vector<Quantity> found_;
};

/// A Sino-Korean digit; 이 may as well be a particle (육만이 = 60,000 and a subject).
bool KoreanReader::digit_follows(size_t at) const {
  if (sino_digits.find(point(at)) == View::npos) return false;
  return point(at) != U'이' || at == at_ || is_unit(point(at + 1)) || counted(at + 1);
}

/// The longest number that begins here, in digits, in numerals or both.
KoreanReader::Numeral KoreanReader::numeral() const {
  Sum sum;
  Numeral numeral{.end = at_};
  for (size_t& at = numeral.end; at < text_.size();) {
    const bool behind_unit = at > at_ && is_unit(text_[at - 1]);
    if (is_decimal(text_[at])) {
      const Digits run = digits_at(from(at));
      numeral.valid &= run.is_number;
      if (!sum.take_digit(run.value) && run.is_number) break;
      at += run.length;
    } else if (digit_follows(at)) {
      if (!sum.take_digit(static_cast<double>(sino_digits.find(text_[at]) + 1))) break;
      ++at;
    } else if (!is_no_trillion(at) && sum.take_unit(text_[at])) {
      numeral.units = true;
      ++at;
    } else if (text_[at] == U' ' && behind_unit && (is_decimal(point(at + 1)) || is_unit(point(at + 2)))) {
      const Digits next = digits_at(from(at + 1));  // 3만 5천, 1억 3000; not 백 3명
      if (next.length > 0 && at == at_ + 1) break;  // 만 18세
      if (large_unit(text_[at - 1]) == 0 && !is_unit(point(at + 1 + next.length))) break;
      if (next.length == 0 && !digit_follows(at + 1)) break;
      ++at;
    } else {
      break;
    }
  }
  while (numeral.end > at_ && text_[numeral.end - 1] == U' ') --numeral.end;
  numeral.value = sum.value();
  return numeral;
}

void KoreanReader::in_digits() {
  const bool name = at_ > 0 && (is_latin(text_[at_ - 1]) || text_[at_ - 1] == U'_');
  const Numeral number = numeral();
  const DigitsSuffix suffix = suffix_at(text_, number.end);
  const bool article = text_[number.end - 1] == U'조' && !ends_word(number.end) && !counted(number.end);  // 9조와 10조
  const bool weak = name || article || !suffix.is_number || is_fraction(text_, at_, number.end);
  if (number.valid) add(number.value * suffix.scale, number.end, weak);
  at_ = number.end + suffix.length;
}

/// A word of numerals. One syllable counts only before what is counted, and digits without a unit hardly do (이 일).
bool KoreanReader::sino() {
  const Numeral number = numeral();
  const size_t length = number.end - at_;
  if (length == 0 || !number.valid || is_look_alike(number.end)) return false;
  if (!number.units) {
    if (!counted(number.end)) return false;
    add(number.value, number.end, true);
    return true;
  }
  if (length == 1 && !(ends_word(number.end) ? counted(number.end) : plainly_counted(number.end))) return false;
  const bool begins_with_large = large_unit(text_[at_]) > 0;
  add(number.value, number.end,
      begins_with_large ? !counted(number.end) : !counted(number.end) && !ends_word(number.end));
  return true;
}

bool KoreanReader::native() {
  size_t end = at_;
  double value = 0;
  for (size_t i = 0; i < std::size(native_tens) && value == 0; ++i)
    if (from(end).starts_with(native_tens[i])) value = values_of_tens[i], end += native_tens[i].size();
  const bool tens = value > 0;
  const size_t behind_space = end + (tens && point(end) == U' ');
  for (size_t i = 0; i < std::size(native_ones); ++i) {
    if (!from(behind_space).starts_with(native_ones[i])) continue;
    const size_t after = behind_space + native_ones[i].size();
    if (behind_space > end && !counted(after)) continue;
    value += values_of_ones[i], end = after;
    break;
  }
  if (value == 0) return false;
  const View word = text_.substr(at_, end - at_);
  const bool alone = word == U"둘" || word == U"셋" || word == U"넷" || word == U"하나";
  const bool is_short = word.size() == 1 && !alone;  // 세 is an age as well, 네 is your, 열 heat
  const bool plainly = plainly_counted(end + (point(end) == U' '));
  if (is_short && !ends_word(end) && !plainly) return false;  // 두려움, 세계, 한국
  const bool sure = is_short && word != U"두" ? plainly : ends_word(end) || counted(end);
  add(value, end, alone || !sure);
  return true;
}

/// Hundreds (수백), a few (몇 천), two or three: they may have a partner.
bool KoreanReader::vague() {
  if ((text_[at_] == U'수' || text_[at_] == U'몇') && is_unit(point(at_ + 1 + (point(at_ + 1) == U' ')))) {
    at_ += 2;
    skip_word();
    return true;
  }
  for (const auto& [word, value] : vague_words) {
    if (!from(at_).starts_with(word)) continue;
    for (const double either : {value, value + 1})
      if (value > 0) found_.push_back({either, true, false, to_utf8(word)});
    skip_word();
    return true;
  }
  return false;
}

bool KoreanReader::hint() {
  for (const auto& [word, value] : hints)
    if (from(at_).starts_with(word)) found_.push_back({value, true, false, to_utf8(word)});
  return false;  // the word is read on
}

}  // namespace

std::vector<Quantity> korean_quantities(std::string_view text) {
  const std::u32string points = normalized_points(text);
  return KoreanReader(points).read();
}

}  // namespace naru
