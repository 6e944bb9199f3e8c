#include "naru/text/korean/verb.h"

#include <algorithm>
#include <array>

#include "naru/base/error.h"
#include "naru/text/korean/syllable.h"

namespace naru {
namespace {
// Indices of Unicode's jamo tables.
enum Vowel { A = 0, AE, YA, YAE, EO, E, YEO, YE, O, WA, WAE, OE, YO, U, WEO, WE, WI, YU, EU, UI, I };
constexpr int lead_silent = 11, lead_r = 5;

/// A stem as code points, with the few surgeries that endings ask for.
struct Stem {
  std::u32string text;

  explicit Stem(std::string_view utf8) : text(to_code_points(utf8)) {
    NARU_CHECK(!text.empty() && is_hangul_syllable(text.back()), "conjugation: '{}' is no Korean stem", utf8);
  }
  Jamo last() const { return decompose(text.back()); }
  int vowel_before() const {
    return text.size() > 1 && is_hangul_syllable(text[text.size() - 2]) ? decompose(text[text.size() - 2]).vowel : -1;
  }
  Stem& vowel(int vowel) { return replace({last().lead, vowel, last().tail}); }
  Stem& tail(int tail) { return replace({last().lead, last().vowel, tail}); }
  Stem& replace(Jamo jamo) { return text.back() = compose(jamo), *this; }
  Stem& add(std::u32string_view more) { return text += more, *this; }
  std::string str() const { return to_utf8(text); }
};

bool bright(int vowel) { return vowel == A || vowel == O || vowel == YA; }

/// Contraction of a stem that ends in a vowel with 아/어: 가, 와, 줘, 마셔, 보내, 돼; 쉬어, 띄어 stay open.
Stem contracted(Stem stem) {
  // Written open by convention although they could contract.
  static constexpr std::array<std::u32string_view, 3> open = {U"피", U"비", U"기"};
  const bool kept = std::find(open.begin(), open.end(), stem.text) != open.end();
  switch (stem.last().vowel) {
    case A:
    case EO:
    case AE:
    case E:
    case YEO:
    case YA: return stem;
    case O: return stem.vowel(WA);
    case U: return stem.vowel(WEO);
    case OE: return stem.vowel(WAE);
    case I: return kept ? stem.add(U"어") : stem.vowel(YEO);
    default: return stem.add(U"어");
  }
}

/// 으-stems lose 으 and harmonise with the vowel before it: 써, 바빠, 예뻐.
Stem without_eu(Stem stem) { return stem.vowel(bright(stem.vowel_before()) ? A : EO); }

/// 르-stems double the ㄹ: 불러, 골라.
Stem doubled_reu(Stem stem) {
  const int harmony = bright(stem.vowel_before()) ? A : EO;
  stem.text.pop_back();
  return stem.tail(tail_l).add(std::u32string(1, compose({lead_r, harmony, tail_none})));
}

/// ㅎ-adjectives: 빨개, 하얘, 퍼레, 그래.
Stem blended_hieut(Stem stem) {
  static constexpr std::array<std::u32string_view, 4> demonstratives = {U"그렇", U"이렇", U"저렇", U"어떻"};
  const bool to_ae = std::find(demonstratives.begin(), demonstratives.end(), stem.text) != demonstratives.end();
  const int vowel = stem.last().vowel;
  stem.tail(tail_none);
  switch (vowel) {
    case A: return stem.vowel(AE);
    case YA: return stem.vowel(YAE);
    case YEO: return stem.vowel(YE);
    default: return stem.vowel(to_ae ? AE : E);
  }
}

/// ㅂ softens to 우 before a vowel (오 in 돕다, 곱다).
Stem softened(Stem stem, bool before_a) {
  const bool o = before_a && (stem.text == U"돕" || stem.text == U"곱");
  return stem.tail(tail_none).add(o ? U"오" : U"우");
}

Stem infinitive_stem(const Predicate& p) {
  Stem stem(p.stem);
  switch (p.conjugation) {
    case Conjugation::ha: return stem.vowel(AE);
    case Conjugation::eu: return without_eu(stem);
    case Conjugation::reu: return doubled_reu(stem);
    case Conjugation::reo: return stem.add(U"러");
    case Conjugation::bieup: {
      Stem soft = softened(stem, true);
      return soft.vowel(soft.last().vowel == O ? WA : WEO);
    }
    case Conjugation::digeut: stem.tail(tail_l); break;
    case Conjugation::siot: {  // 짓- → 지어: the vowels do not contract
      const bool a = bright(stem.last().vowel);
      return stem.tail(tail_none).add(a ? U"아" : U"어");
    }
    case Conjugation::hieut: return blended_hieut(stem);
    case Conjugation::copula: {  // 학생이어, 의사여, 아니어
      if (stem.text == U"아니") return stem.add(U"어");
      std::u32string noun(stem.text, 0, stem.text.size() - 1);
      return spoken_final(to_utf8(noun)) == FinalConsonant::none ? Stem(to_utf8(noun)).add(U"여") : stem.add(U"어");
    }
    case Conjugation::past: return stem.add(U"어");
    case Conjugation::honored: return stem.vowel(YEO);
    case Conjugation::regular:
    case Conjugation::rieul: break;
  }
  if (stem.last().tail == tail_none) return contracted(stem);
  return stem.add(bright(stem.last().vowel) ? U"아" : U"어");
}

/// Appends an ending whose first letter may be a bare consonant (U+3134 ㄴ, ㄹ, ㅂ) that closes the open last syllable.
Stem closed_by(Stem stem, std::u32string_view ending) {
  const int tail = ending[0] == U'ㄴ' ? tail_n : ending[0] == U'ㄹ' ? tail_l : ending[0] == U'ㅂ' ? tail_p : tail_none;
  if (tail == tail_none) return stem.add(ending);
  return stem.tail(tail).add(ending.substr(1));
}

/// An ending that begins with (으): -(으)면, -(으)ㄴ, -(으)시 ….
Stem with_eu(const Predicate& p, std::u32string_view ending) {
  Stem stem(p.stem);
  const auto opens = [&](std::u32string_view letters) { return letters.find(ending[0]) != letters.npos; };
  switch (p.conjugation) {
    case Conjugation::rieul: return opens(U"ㄴㄹㅂ시") ? closed_by(stem.tail(tail_none), ending) : stem.add(ending);
    case Conjugation::bieup: return closed_by(softened(stem, false), ending);
    case Conjugation::digeut: stem.tail(tail_l); break;
    case Conjugation::siot: stem.tail(tail_none); break;
    case Conjugation::hieut: return closed_by(stem.tail(tail_none), ending);
    default:
      if (stem.last().tail == tail_none) return closed_by(stem, ending);
  }
  return closed_by(stem.add(U"으"), ending);
}

/// An ending that begins with a consonant; ㄹ drops before ㄴ and ㅂ (사는, 삽니다).
Stem with_consonant(const Predicate& p, std::u32string_view ending) {
  Stem stem(p.stem);
  const bool drops = p.conjugation == Conjugation::rieul && (ending[0] == U'는' || ending[0] == U'네');
  return (drops ? stem.tail(tail_none) : stem).add(ending);
}

bool open_stem(const Predicate& p) {
  return Stem(p.stem).last().tail == tail_none || p.conjugation == Conjugation::rieul;
}

/// 의사이- before endings that let 이 go after a vowel: 의사다, 의사라고.
Stem copula_stem(const Predicate& p) {
  Stem stem(p.stem);
  if (stem.text == U"아니") return stem;
  const std::string noun = to_utf8(std::u32string_view(stem.text).substr(0, stem.text.size() - 1));
  return spoken_final(noun) == FinalConsonant::none ? Stem(noun) : stem;
}
bool is_negative_copula(const Predicate& p) { return p.stem.ends_with("아니"); }

std::string plain_present(const Predicate& p) {
  if (p.conjugation == Conjugation::past) return p.stem + "다";
  if (p.conjugation == Conjugation::copula) return copula_stem(p).add(U"다").str();
  if (p.kind != PredicateKind::verb) return p.stem + "다";
  Stem stem(p.stem);
  if (open_stem(p)) return closed_by(stem.tail(tail_none), U"ㄴ다").str();
  return stem.add(U"는다").str();
}

std::string polite_present(const Predicate& p) {
  if (p.conjugation == Conjugation::honored) {  // 가시- → 가세요
    Stem stem(p.stem);
    return stem.vowel(E).add(U"요").str();
  }
  if (p.conjugation != Conjugation::copula) return infinitive(p) + "요";
  if (is_negative_copula(p)) return p.stem + "에요";
  Stem stem = copula_stem(p);
  const bool closed = stem.str() == p.stem;
  return stem.add(closed ? U"에요" : U"예요").str();
}

std::string intimate_present(const Predicate& p) {
  if (p.conjugation != Conjugation::copula) return infinitive(p);
  return copula_stem(p).add(U"야").str();  // 학생이야, 의사야, 아니야
}

std::string formal_present(const Predicate& p) {
  if (!open_stem(p)) return p.stem + "습니다";
  return closed_by(Stem(p.stem).tail(tail_none), U"ㅂ니다").str();
}

std::string present(const Predicate& p, SpeechLevel level) {
  switch (level) {
    case SpeechLevel::haera: return plain_present(p);
    case SpeechLevel::hae: return intimate_present(p);
    case SpeechLevel::haeyo: return polite_present(p);
    default: return formal_present(p);
  }
}

struct ClassName {
  std::string_view name;
  Conjugation conjugation;
};
constexpr std::array<ClassName, 15> class_names = {{{"regular", Conjugation::regular},
                                                    {"contraction", Conjugation::regular},
                                                    {"있다", Conjugation::regular},
                                                    {"ㄹ", Conjugation::rieul},
                                                    {"여", Conjugation::ha},
                                                    {"하다", Conjugation::ha},
                                                    {"으", Conjugation::eu},
                                                    {"르", Conjugation::reu},
                                                    {"러", Conjugation::reo},
                                                    {"ㅂ", Conjugation::bieup},
                                                    {"ㄷ", Conjugation::digeut},
                                                    {"ㅅ", Conjugation::siot},
                                                    {"ㅎ", Conjugation::hieut},
                                                    {"copula", Conjugation::copula},
                                                    {"honored", Conjugation::honored}}};
}  // namespace

Predicate predicate(std::string_view lemma, std::string_view name) {
  constexpr std::string_view da = "다", adjective = " adjective";
  if (!lemma.ends_with(da) || lemma.size() == da.size()) fail("'{}': a Korean predicate's lemma ends in 다", lemma);
  Predicate result{std::string(lemma.substr(0, lemma.size() - da.size()))};
  std::string_view base = name;
  if (base.ends_with(adjective)) {
    base.remove_suffix(adjective.size());
    result.kind = PredicateKind::adjective;
  }
  const auto found = std::find_if(class_names.begin(), class_names.end(), [&](auto& c) { return c.name == base; });
  if (found == class_names.end()) fail("'{}': unknown conjugation class '{}'", lemma, name);
  result.conjugation = found->conjugation;
  if (base == "있다") result.kind = PredicateKind::existence;
  if (base == "copula") result.kind = PredicateKind::adjective;
  return result;
}

Predicate copula(std::string_view noun) {
  return {std::string(noun) + "이", Conjugation::copula, PredicateKind::adjective};
}

std::string infinitive(const Predicate& p) { return infinitive_stem(p).str(); }

Predicate past(const Predicate& p) { return {infinitive_stem(p).tail(tail_ss).str(), Conjugation::past, p.kind}; }

Predicate honorific(const Predicate& p) { return {with_eu(p, U"시").str(), Conjugation::honored, p.kind}; }

std::string ji(const Predicate& p) { return p.stem + "지"; }
Predicate negative(const Predicate& p) {
  return {"않", Conjugation::regular, p.kind == PredicateKind::adjective ? p.kind : PredicateKind::verb};
}
Predicate incapable(const Predicate&) { return {"못하", Conjugation::ha, PredicateKind::verb}; }

std::string attributive(const Predicate& p, Tense tense) {
  const bool verb = p.kind == PredicateKind::verb;
  switch (tense) {
    case Tense::future: return with_eu(p, U"ㄹ").str();
    case Tense::past: return verb ? with_eu(p, U"ㄴ").str() : p.stem + "던";
    default: break;
  }
  return p.kind == PredicateKind::adjective ? with_eu(p, U"ㄴ").str() : with_consonant(p, U"는").str();
}

std::string finite(const Predicate& p, Tense tense, SpeechLevel level) {
  constexpr std::array<std::string_view, 4> things = {" 것이다", " 거야", " 거예요", " 것입니다"};
  if (tense == Tense::future) return attributive(p, tense).append(things[static_cast<size_t>(level)]);
  return present(tense == Tense::past ? past(p) : p, level);
}

std::string reported(const Predicate& p, Tense tense) {
  if (tense == Tense::future) return attributive(p, tense) + " 거라고";
  const bool is_copula = tense == Tense::present && p.conjugation == Conjugation::copula;
  if (is_copula) return copula_stem(p).add(U"라고").str();
  return finite(p, tense, SpeechLevel::haera) + "고";
}

std::string connective(const Predicate& p, Connective form) {
  switch (form) {
    case Connective::also: return p.stem + "고";
    case Connective::until_then: return p.stem + "다가";
    case Connective::contrast: return p.stem + "지만";
    case Connective::so:
      return p.conjugation == Conjugation::copula ? p.stem + (is_negative_copula(p) ? "어서" : "라서")
                                                  : infinitive(p) + "서";
    case Connective::meanwhile: return with_eu(p, U"며").str();
    case Connective::condition: return with_eu(p, U"면").str();
    case Connective::purpose: return with_eu(p, U"러").str();
    case Connective::background: break;
  }
  const bool adjective = p.kind == PredicateKind::adjective && p.conjugation != Conjugation::past;
  return (adjective ? with_eu(p, U"ㄴ데") : with_consonant(p, U"는데")).str();
}

}  // namespace naru
