#include "naru/data/phrases/english.h"

#include <array>
#include <unordered_map>

#include "naru/base/error.h"

namespace naru::grammar {
namespace {
struct Irregular {
  std::string_view base, past, participle;
};
constexpr Irregular irregular_verbs[] = {{"beat", "beat", "beaten"},
                                         {"become", "became", "become"},
                                         {"begin", "began", "begun"},
                                         {"bite", "bit", "bitten"},
                                         {"blow", "blew", "blown"},
                                         {"break", "broke", "broken"},
                                         {"bring", "brought", "brought"},
                                         {"build", "built", "built"},
                                         {"buy", "bought", "bought"},
                                         {"catch", "caught", "caught"},
                                         {"choose", "chose", "chosen"},
                                         {"come", "came", "come"},
                                         {"cut", "cut", "cut"},
                                         {"dig", "dug", "dug"},
                                         {"do", "did", "done"},
                                         {"draw", "drew", "drawn"},
                                         {"drink", "drank", "drunk"},
                                         {"drive", "drove", "driven"},
                                         {"eat", "ate", "eaten"},
                                         {"fall", "fell", "fallen"},
                                         {"feed", "fed", "fed"},
                                         {"feel", "felt", "felt"},
                                         {"fight", "fought", "fought"},
                                         {"find", "found", "found"},
                                         {"fly", "flew", "flown"},
                                         {"forget", "forgot", "forgotten"},
                                         {"forgive", "forgave", "forgiven"},
                                         {"freeze", "froze", "frozen"},
                                         {"get", "got", "gotten"},
                                         {"give", "gave", "given"},
                                         {"go", "went", "gone"},
                                         {"grow", "grew", "grown"},
                                         {"have", "had", "had"},
                                         {"hear", "heard", "heard"},
                                         {"hide", "hid", "hidden"},
                                         {"hold", "held", "held"},
                                         {"hurt", "hurt", "hurt"},
                                         {"keep", "kept", "kept"},
                                         {"know", "knew", "known"},
                                         {"lay", "laid", "laid"},
                                         {"leave", "left", "left"},
                                         {"lend", "lent", "lent"},
                                         {"lie", "lay", "lain"},
                                         {"lose", "lost", "lost"},
                                         {"make", "made", "made"},
                                         {"meet", "met", "met"},
                                         {"pay", "paid", "paid"},
                                         {"put", "put", "put"},
                                         {"read", "read", "read"},
                                         {"ride", "rode", "ridden"},
                                         {"ring", "rang", "rung"},
                                         {"rise", "rose", "risen"},
                                         {"run", "ran", "run"},
                                         {"say", "said", "said"},
                                         {"see", "saw", "seen"},
                                         {"sell", "sold", "sold"},
                                         {"send", "sent", "sent"},
                                         {"set", "set", "set"},
                                         {"shake", "shook", "shaken"},
                                         {"shine", "shone", "shone"},
                                         {"show", "showed", "shown"},
                                         {"sing", "sang", "sung"},
                                         {"sink", "sank", "sunk"},
                                         {"sit", "sat", "sat"},
                                         {"sleep", "slept", "slept"},
                                         {"speak", "spoke", "spoken"},
                                         {"spend", "spent", "spent"},
                                         {"stand", "stood", "stood"},
                                         {"steal", "stole", "stolen"},
                                         {"swim", "swam", "swum"},
                                         {"take", "took", "taken"},
                                         {"teach", "taught", "taught"},
                                         {"tell", "told", "told"},
                                         {"think", "thought", "thought"},
                                         {"throw", "threw", "thrown"},
                                         {"understand", "understood", "understood"},
                                         {"wake", "woke", "woken"},
                                         {"wear", "wore", "worn"},
                                         {"win", "won", "won"},
                                         {"withdraw", "withdrew", "withdrawn"},
                                         {"write", "wrote", "written"}};

// Regular in sound, doubled in spelling.
constexpr std::string_view doubling[] = {"stop", "plan",  "chat",   "jog",  "shop", "drop", "beg", "nod", "hug", "rub",
                                         "sip",  "tap",   "cut",    "dig",  "get",  "put",  "run", "set", "sit", "swim",
                                         "win",  "begin", "forget", "wrap", "pet",  "slip", "mop", "fan", "spot"};

template <class Range, class Word>
bool contains(const Range& range, Word word) {
  for (const auto& r : range)
    if (r == word) return true;
  return false;
}

bool vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }
bool ends_in_consonant_y(std::string_view w) { return w.size() > 1 && w.back() == 'y' && !vowel(w[w.size() - 2]); }
bool hisses(std::string_view w) {
  return w.ends_with("s") || w.ends_with("sh") || w.ends_with("ch") || w.ends_with("x") || w.ends_with("z");
}
std::string stem_of_y(std::string_view w) { return std::string(w.substr(0, w.size() - 1)); }

std::string with_s(std::string_view w) {
  if (ends_in_consonant_y(w)) return stem_of_y(w) + "ies";
  return std::string(w) + (hisses(w) ? "es" : "s");
}

std::string with_ed(std::string_view w) {
  if (w.ends_with("e")) return std::string(w) + "d";
  if (ends_in_consonant_y(w)) return stem_of_y(w) + "ied";
  if (contains(doubling, w)) return std::string(w) + w.back() + "ed";
  return std::string(w) + "ed";
}

std::string with_ing(std::string_view w) {
  if (w.ends_with("ie")) return std::string(w.substr(0, w.size() - 2)) + "ying";
  if (w.ends_with("e") && !w.ends_with("ee")) return std::string(w.substr(0, w.size() - 1)) + "ing";
  if (contains(doubling, w)) return std::string(w) + w.back() + "ing";
  return std::string(w) + "ing";
}
}  // namespace

std::string inflect(std::string_view base, VerbForm form) {
  static const auto irregular = [] {
    std::unordered_map<std::string_view, Irregular> map;
    for (const Irregular& v : irregular_verbs) map.emplace(v.base, v);
    return map;
  }();
  switch (form) {
    case VerbForm::base: return std::string(base);
    case VerbForm::gerund: return with_ing(base);
    case VerbForm::third:
      if (base == "have") return "has";
      return base == "go" || base == "do" ? std::string(base) + "es" : with_s(base);
    default: break;
  }
  const auto found = irregular.find(base);
  if (found == irregular.end()) return with_ed(base);
  return std::string(form == VerbForm::past ? found->second.past : found->second.participle);
}

std::string plural(std::string_view noun) {
  if (noun.ends_with("o") && (noun == "potato" || noun == "tomato" || noun == "sweet potato"))
    return std::string(noun) + "es";
  return with_s(noun);
}

std::string compare(std::string_view adjective, std::string_view degree) {
  if (adjective == "good") return degree == "er" ? "better" : "best";
  if (adjective == "bad") return degree == "er" ? "worse" : "worst";
  static constexpr std::string_view short_words[] = {
      "big",    "small", "long",  "short",  "high",  "low",    "wide", "thick", "thin",    "light",
      "new",    "old",   "cheap", "cute",   "sweet", "hot",    "cold", "warm",  "cool",    "clear",
      "bright", "dark",  "clean", "fast",   "slow",  "strong", "weak", "kind",  "smart",   "young",
      "tall",   "brave", "safe",  "simple", "soft",  "hard",   "poor", "rich",  "late",    "early",
      "deep",   "quiet", "fresh", "narrow", "nice",  "loud",   "sad",  "large", "strange", "calm"};
  if (ends_in_consonant_y(adjective) && adjective.size() < 7) return stem_of_y(adjective) + "i" + std::string(degree);
  if (adjective == "early") return "earl" + std::string(degree == "er" ? "ier" : "iest");
  if (!contains(short_words, adjective)) return (degree == "er" ? "more " : "most ") + std::string(adjective);
  std::string result(adjective);
  if (result.ends_with("e")) result.pop_back();
  if (contains(std::array<std::string_view, 5>{"big", "hot", "sad", "thin", "red"}, adjective))
    result += adjective.back();
  return result.append(degree);
}

bool begins_with_vowel_sound(std::string_view word) {
  NARU_CHECK(!word.empty(), "article: there is no word after it");
  for (const std::string_view silent : {"hour", "honest", "X-ray", "MRI", "MP3"})
    if (word.starts_with(silent)) return true;
  for (const std::string_view consonant : {"uni", "use", "one", "euro", "usual"})
    if (word.starts_with(consonant)) return word.starts_with("unin") || word.starts_with("unim");
  if (word.size() > 1 && std::isupper(word[1]))  // letter by letter: a GPU, an LED
    return std::string_view("AEFHILMNORSX").find(word[0]) != std::string_view::npos;
  return std::string_view("aeiouAEIO").find(word[0]) != std::string_view::npos;
}

std::string_view number_word(int n) {
  constexpr std::array<std::string_view, 11> words = {"zero", "one",   "two",   "three", "four", "five",
                                                      "six",  "seven", "eight", "nine",  "ten"};
  NARU_CHECK(n >= 0 && n < 11, "number_word: {} is not in 0..10", n);
  return words[n];
}

}  // namespace naru::grammar
