#include "naru/text/korean/splitter.h"

#include <algorithm>
#include <span>

#include "naru/text/korean/exceptions.h"
#include "naru/text/korean/syllable.h"

namespace naru {
namespace {
using View = std::u32string_view;
using Cuts = std::vector<size_t>;  // positions in a word, descending

int tail_of(char32_t c) { return is_hangul_syllable(c) ? decompose(c).tail : 0; }

/// What must stand before a suffix: an open or closed syllable, or a particular final consonant.
enum class After { anything, open, closed, open_or_l, n, n_or_l, p, ss };

bool holds(After condition, View stem) {
  const bool hangul = is_hangul_syllable(stem.back());
  const int tail = tail_of(stem.back());
  switch (condition) {
    case After::open: return tail == 0;
    case After::closed: return tail != 0 || !hangul;
    case After::open_or_l: return tail == 0 || tail == tail_l;
    case After::n: return tail == tail_n;
    case After::n_or_l: return tail == tail_n || tail == tail_l;
    case After::p: return tail == tail_p;
    case After::ss: return tail == tail_ss;
    default: return true;
  }
}

struct Suffix {
  View text;
  After after;
};

// Longest first within each final syllable; the first that holds is taken.
constexpr Suffix particles[] = {
    {U"에게서", After::anything}, {U"한테서", After::anything}, {U"으로서", After::closed}, {U"으로써", After::closed},
    {U"에서", After::anything},   {U"에게", After::anything},   {U"한테", After::anything}, {U"께서", After::anything},
    {U"까지", After::anything},   {U"부터", After::anything},   {U"보다", After::anything}, {U"처럼", After::anything},
    {U"마다", After::anything},   {U"조차", After::anything},   {U"밖에", After::anything}, {U"으로", After::closed},
    {U"이랑", After::closed},     {U"이나", After::closed},     {U"에", After::anything},   {U"께", After::anything},
    {U"의", After::anything},     {U"도", After::anything},     {U"만", After::anything},   {U"은", After::closed},
    {U"는", After::open},         {U"이", After::closed},       {U"가", After::open},       {U"을", After::closed},
    {U"를", After::open},         {U"과", After::closed},       {U"와", After::open},       {U"로", After::open_or_l},
    {U"랑", After::open},         {U"나", After::open}};
// What may stand between the noun and a last 는, 은, 도, 만, 의 ….
constexpr View inner_particles[] = {U"에게서", U"에서", U"에게", U"한테", U"께서", U"으로", U"까지",
                                    U"부터",   U"보다", U"마다", U"처럼", U"이랑", U"에",   U"께",
                                    U"만",     U"로",   U"과",   U"와",   U"랑"};
constexpr View outer_particles[] = {U"는", U"은", U"도", U"만", U"의", U"까지", U"부터", U"나"};

constexpr Suffix endings[] = {
    {U"는다고", After::closed}, {U"습니다", After::closed},  {U"습니까", After::closed}, {U"으려고", After::closed},
    {U"다가", After::anything}, {U"다고", After::anything},  {U"라고", After::anything}, {U"자고", After::anything},
    {U"는다", After::closed},   {U"니다", After::p},         {U"니까", After::p},        {U"지만", After::anything},
    {U"는데", After::anything}, {U"은데", After::closed},    {U"데", After::n},          {U"어서", After::anything},
    {U"아서", After::anything}, {U"라서", After::anything},  {U"서", After::open},       {U"으면", After::closed},
    {U"면", After::open_or_l},  {U"으며", After::closed},    {U"며", After::open_or_l},  {U"으러", After::closed},
    {U"러", After::open_or_l},  {U"려고", After::open_or_l}, {U"에요", After::anything}, {U"어요", After::anything},
    {U"아요", After::anything}, {U"거나", After::anything},  {U"요", After::open},       {U"다", After::anything},
    {U"게", After::anything},   {U"고", After::anything},    {U"지", After::anything},   {U"야", After::anything},
    {U"던", After::anything},   {U"는", After::anything},    {U"은", After::anything},   {U"을", After::closed},
    {U"어", After::anything},   {U"아", After::closed}};

const Suffix* match(std::span<const Suffix> table, View word) {
  for (const Suffix& s : table)
    if (word.size() > s.text.size() && word.ends_with(s.text) &&
        holds(s.after, word.substr(0, word.size() - s.text.size())))
      return &s;
  return nullptr;
}

bool contains(View set, char32_t c) { return set.find(c) != set.npos; }
bool closed_at(View word, size_t i) { return !is_hangul_syllable(word[i]) || tail_of(word[i]) != 0; }

/// The honorific at the end of a stem: 가|시, 읽|으셨. Stems that end in 시 of their own stay whole.
void cut_honorific(View stem, Cuts& cuts) {
  View verb = stem.substr(0, stem.size() - 1);
  if (verb.empty() || is_stem_in_si(std::u32string(verb) + U'시')) return;
  if (verb.size() > 1 && verb.back() == U'으' && closed_at(verb, verb.size() - 2)) verb.remove_suffix(1);
  cuts.push_back(verb.size());
}

/// 이 of the copula after a consonant: 학생|이|다.
void cut_copula(View stem, Cuts& cuts) {
  if (stem.size() > 1 && stem.back() == U'이' && closed_at(stem, stem.size() - 2)) cuts.push_back(stem.size() - 1);
}

/// What stands between the verb and its last ending: past, honorific, copula.
void cut_before_ending(View stem, View ending, Cuts& cuts) {
  if (stem.size() < 2) return;
  const char32_t last = stem.back();
  if (contains(U"었았겠", last)) {
    cuts.push_back(stem.size() - 1);
    if (last == U'었') cut_copula(stem.substr(0, stem.size() - 1), cuts);
    return;
  }
  if (last == U'였' && !closed_at(stem, stem.size() - 2) && !is_whole_word(stem))
    return cuts.push_back(stem.size() - 1);
  if (last == U'입' && ending.starts_with(U"니")) return cuts.push_back(stem.size() - 1);
  if (last == U'예' && ending == U"요") return cuts.push_back(stem.size() - 1);
  const bool present = ending.starts_with(U"다") || ending == U"데";
  const bool honorific = contains(U"시셨", last) || (last == U'신' && present) ||
                         (last == U'십' && ending.starts_with(U"니")) || (last == U'세' && ending == U"요") ||
                         (last == U'셔' && ending == U"서");
  if (honorific) return cut_honorific(stem, cuts);
  const bool copula = ending == U"다" || ending == U"야" || ending == U"에요" || ending == U"라고" || ending == U"라서";
  if (copula) cut_copula(stem, cuts);
}

/// Endings of verbs and adjectives. No cut where none is found.
Cuts cut_predicate(View word) {
  Cuts cuts;
  if (const Suffix* ending = match(endings, word)) {
    const View stem = word.substr(0, word.size() - ending->text.size());
    cuts.push_back(stem.size());
    cut_before_ending(stem, ending->text, cuts);
  } else if (word.size() > 1 && word.back() == U'셔') {
    cut_honorific(word, cuts);
  }
  return cuts;
}

bool is_particle(View text, View noun) {
  return std::any_of(std::begin(particles), std::end(particles),
                     [&](const Suffix& p) { return p.text == text && holds(p.after, noun); });
}

/// Whether `rest` is one particle or two that may follow each other (에서는) after `noun`.
bool are_particles(View rest, View noun, Cuts& cuts) {
  if (is_particle(rest, noun)) return cuts.push_back(noun.size()), true;
  for (const View inner : inner_particles) {
    if (!rest.starts_with(inner) || rest.size() == inner.size() || !is_particle(inner, noun)) continue;
    const View outer = rest.substr(inner.size());
    if (std::find(std::begin(outer_particles), std::end(outer_particles), outer) == std::end(outer_particles)) continue;
    cuts.push_back(noun.size() + inner.size());
    cuts.push_back(noun.size());
    return true;
  }
  return false;
}

/// 들 of the plural before particles.
void cut_plural(View noun, Cuts& cuts) {
  if (noun.size() > 1 && noun.back() == U'들') cuts.push_back(noun.size() - 1);
}

/// A noun of the list, and only particles or the copula after it.
Cuts cut_after_known_noun(View word) {
  for (size_t size = word.size() - 1; size > 0; --size) {
    const View noun = word.substr(0, size);
    if (!is_opaque_noun(noun)) continue;
    Cuts cuts;
    if (are_particles(word.substr(size), noun, cuts)) return cuts;
    if (word[size] == U'들' && word.size() > size + 1 &&
        are_particles(word.substr(size + 1), word.substr(0, size + 1), cuts))
      return cuts.push_back(size), cuts;
    const View rest = word.substr(size);
    for (const View form : {U"다", U"야", U"이다", U"이야", U"입니다", U"이에요", U"예요"})
      if (rest == form) {
        if (rest.size() > 1) cuts.push_back(size + 1);
        return cuts.push_back(size), cuts;
      }
  }
  return {};
}

/// The longest particles at the end of the word, with what stands before them.
Cuts cut_particles(View word) {
  Cuts cuts;
  const Suffix* last = match(particles, word);
  if (!last) return cuts;
  View noun = word.substr(0, word.size() - last->text.size());
  cuts.push_back(noun.size());
  if (std::find(std::begin(outer_particles), std::end(outer_particles), last->text) != std::end(outer_particles)) {
    for (const View inner : inner_particles) {
      if (noun.size() <= inner.size() || !noun.ends_with(inner) ||
          !is_particle(inner, noun.substr(0, noun.size() - inner.size())))
        continue;
      noun.remove_suffix(inner.size());
      cuts.push_back(noun.size());
      break;
    }
  }
  cut_plural(noun, cuts);
  return cuts;
}

Cuts cuts_of(View word) {
  if (word.size() < 2 || is_whole_word(word)) return {};
  if (Cuts known = cut_after_known_noun(word); !known.empty()) return known;
  // 에서, 께서, 에게서 … are never endings, and 까지, 처럼 … neither.
  const Suffix* particle = match(particles, word);
  const bool surely_noun = particle && particle->text.size() > 1 && !contains(U"나", particle->text.back());
  if (surely_noun) return cut_particles(word);
  if (Cuts cuts = cut_predicate(word); !cuts.empty()) {
    const Cuts nominal = cut_particles(word);  // 에게는, 학생들은: both readings cut before 는, the noun's cuts more
    return nominal.size() > cuts.size() && nominal[0] == cuts[0] ? nominal : cuts;
  }
  return cut_particles(word);
}

bool is_word_letter(char32_t c) {
  return is_hangul_syllable(c) || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') ||
         (c >= 0x3131 && c <= 0x318E) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xC0 && c <= 0x24F);
}
bool is_space(char32_t c) { return c == U' ' || (c >= U'\t' && c <= U'\r') || c == 0xA0 || c == 0x3000; }
}  // namespace

std::vector<std::string> split_word(std::string_view utf8) {
  const std::u32string word = to_code_points(utf8);
  std::vector<std::string> pieces;
  Cuts cuts = word.empty() || !is_hangul_syllable(word.back()) ? Cuts{} : cuts_of(word);
  std::sort(cuts.begin(), cuts.end());
  size_t begin = 0;
  for (const size_t cut : cuts) {
    if (cut <= begin) continue;
    pieces.push_back(to_utf8(View(word).substr(begin, cut - begin)));
    begin = cut;
  }
  pieces.push_back(to_utf8(View(word).substr(begin)));
  return pieces;
}

std::vector<std::string> korean_tokenize(std::string_view line) {
  const std::u32string text = to_code_points(line);
  std::vector<std::string> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    const auto joins = [&](size_t at) {  // 3.5, 1,000, 11:30 stay whole
      const bool inside = at > i && at + 1 < text.size() && contains(U".,:", text[at]);
      return inside && text[at - 1] >= U'0' && text[at - 1] <= U'9' && text[at + 1] >= U'0' && text[at + 1] <= U'9';
    };
    while (end < text.size() && (is_word_letter(text[end]) || joins(end))) ++end;
    if (end > i) {
      for (std::string& piece : split_word(to_utf8(View(text).substr(i, end - i)))) tokens.push_back(std::move(piece));
      i = end;
      continue;
    }
    if (!is_space(text[i])) tokens.push_back(to_utf8(text[i]));
    ++i;
  }
  return tokens;
}

}  // namespace naru
