#include "naru/lab/homonym_pairs.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "naru/base/error.h"
#include "naru/data/phrases/lexicon.h"
#include "naru/lab/contrast.h"
#include "naru/lab/day_clauses.h"
#include "naru/text/korean/particle.h"
#include "naru/text/korean/verb.h"

namespace naru {
namespace {

/// A verb or a place that tells, and how English says it; {} is "his" or "her".
struct Cue {
  const char *korean, *conjugation;
  const char* english;
};
struct Sense {
  const char* object;  // of an English verb: "a pear"; empty where the verb's English has it
  const char* name;    // "pear"
  std::vector<Cue> cues;
};
struct AmbiguousWord {
  const char* korean;
  Sense first, second;
};

const std::vector<AmbiguousWord>& told_by_verbs() {
  static const std::vector<AmbiguousWord> all{
      {"배",
       {"a pear", "pear", {{"깎다", "regular", "peeled"}, {"먹다", "regular", "ate"}, {"썰다", "ㄹ", "sliced"}}},
       {"a ship",
        "ship",
        {{"타다", "regular", "boarded"}, {"수리하다", "여", "repaired"}, {"고치다", "contraction", "fixed"}}}},
      {"차",
       {"tea",
        "tea",
        {{"마시다", "contraction", "drank"}, {"끓이다", "contraction", "made"}, {"주문하다", "여", "ordered"}}},
       {"a car", "car", {{"운전하다", "여", "drove"}, {"고치다", "contraction", "fixed"}, {"밀다", "ㄹ", "pushed"}}}},
      {"사과",
       {"an apple", "apple", {{"깎다", "regular", "peeled"}, {"먹다", "regular", "ate"}, {"썰다", "ㄹ", "sliced"}}},
       {"an apology", "apology", {{"받아들이다", "contraction", "accepted"}, {"거절하다", "여", "refused"}}}},
      {"말",
       {"the horse", "horse", {{"타다", "regular", "rode"}, {"훔치다", "contraction", "stole"}}},
       {"words",
        "words",
        {{"믿다", "regular", "believed"}, {"이해하다", "여", "understood"}, {"번역하다", "여", "translated"}}}},
      {"밤",
       {"chestnuts",
        "chestnuts",
        {{"까다", "regular", "shelled"}, {"굽다", "ㅂ", "roasted"}, {"삶다", "regular", "boiled"}}},
       {"", "night", {{"새우다", "contraction", "stayed up all night"}}}},
      {"은행",
       {"ginkgo nuts",
        "ginkgo nuts",
        {{"줍다", "ㅂ", "picked up"}, {"굽다", "ㅂ", "roasted"}, {"삶다", "regular", "boiled"}}},
       {"the bank", "bank", {{"방문하다", "여", "visited"}, {"청소하다", "여", "cleaned"}}}}};
  return all;
}

const std::vector<AmbiguousWord>& told_by_places() {
  static const std::vector<AmbiguousWord> all{{"배",
                                               {"a pear", "pear", {{"시장에서", "", "at the market"}}},
                                               {"a ship", "ship", {{"항구에서", "", "at the harbor"}}}},
                                              {"차",
                                               {"tea", "tea", {{"부엌에서", "", "in the kitchen"}}},
                                               {"a car", "car", {{"주차장에서", "", "in the parking lot"}}}},
                                              {"은행",
                                               {"ginkgo nuts", "ginkgo nuts", {{"숲에서", "", "in the forest"}}},
                                               {"the bank", "bank", {{"공항에서", "", "at the airport"}}}}};
  return all;
}

/// Words that tell nothing of any sense: when, with whom, how. English says them in another order than Korean.
struct Filler {
  std::vector<std::string> korean;
  std::string manner, company, first_time, time;  // with a space before each
};

/// Exactly so many Korean words, at most 11; the company is not `who` himself.
Filler filler(int64_t words, const NamedPerson& who, Random& random) {
  static constexpr std::pair<const char*, const char*> times[] = {
      {"며칠 전에", " a few days ago"}, {"지난 토요일에", " last Saturday"}, {"오늘 아침에", " this morning"}};
  Filler made;
  const auto say = [&](std::string_view text) {
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(' ', begin), text.size());
      made.korean.emplace_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  };
  int64_t left = words;
  const bool manner = left % 2 == 1 || left >= 6, first_time = left >= 6;
  left -= manner + first_time;
  if (left >= 2) {
    const auto& [korean, english] = times[random.below(std::size(times))];
    say(korean);
    made.time = english;
    left -= 2;
  }
  const auto people = static_cast<size_t>(std::max<int64_t>(0, left - 1));  // each a word, and 함께
  std::vector<NamedPerson> others;
  for (const NamedPerson& person : named_people())
    if (std::string_view(person.korean) != who.korean) others.push_back(person);
  const size_t begin = random.below(others.size());
  for (size_t i = 0; i < people; ++i) {
    const NamedPerson& person = others[(begin + i) % others.size()];
    say(attach(person.korean, Particle::with));
    made.company += (i == 0 ? " with " : i + 1 == people ? " and " : ", ") + std::string(person.english);
  }
  if (people > 0) say("함께");
  if (first_time) say("오랜만에");
  if (first_time) made.first_time = " for the first time in a while";
  if (manner) say("조용히");
  if (manner) made.manner = " quietly";
  NARU_CHECK(std::ssize(made.korean) == words, "{} words instead of {}", made.korean.size(), words);
  return made;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// The sentence but for its cue.
struct Carrier {
  NamedPerson who;
  Filler filler;
  const char* homonym;
  bool before;
};

/// `cue` empty: without it, or, where a verb must stand, with one that tells nothing.
std::vector<std::string> korean_words(const Carrier& carrier, const std::string& cue) {
  std::vector<std::string> words{attach(carrier.who.korean, Particle::topic)};
  const std::string homonym = attach(carrier.homonym, Particle::object);
  if (carrier.before && !cue.empty()) words.push_back(cue);
  if (!carrier.before) words.push_back(homonym);
  words.insert(words.end(), carrier.filler.korean.begin(), carrier.filler.korean.end());
  if (carrier.before) words.push_back(homonym);
  words.emplace_back(carrier.before ? "찾았다" : cue.empty() ? "봤다" : cue);
  return words;
}

/// Manner, company, place, "for the first time", time: the order of docs/corpus.md.
std::string in_english(const Carrier& carrier, const Sense& sense, const Cue& cue) {
  const std::string verb = carrier.before ? "looked for" : cue.english, object = sense.object;
  const std::string place = carrier.before ? std::string(" ") + cue.english : "";
  const Filler& f = carrier.filler;
  return fmt::format("{} {}{}{}{}{}{}{}", carrier.who.english, verb, object.empty() ? "" : " " + object, f.manner,
                     f.company, place, f.first_time, f.time);
}

HomonymSentence homonym_sentence(const Carrier& carrier, const Sense& sense, const Sense& other, const Cue& cue) {
  const std::string told = carrier.before
                               ? std::string(cue.korean)
                               : finite(predicate(cue.korean, cue.conjugation), Tense::past, SpeechLevel::haera);
  const std::vector<std::string> words = korean_words(carrier, told);
  const auto place = [&](const std::string& word) {
    return static_cast<int>(std::ranges::find(words, word) - words.begin());
  };
  return {.source = joined(words),
          .reference = in_english(carrier, sense, cue),
          .sense = sense.name,
          .other = other.name,
          .homonym = carrier.homonym,
          .word = place(attach(carrier.homonym, Particle::object)),
          .cue = place(told),
          .joined = !carrier.before && grammar_joins(cue.korean, carrier.homonym, sense.name),
          .before = carrier.before};
}

/// What one does at a bank, said before it and after it.
struct BankCue {
  const char *past, *base;       // withdrew money, withdraw money
  const char *korean, *purpose;  // 돈을 찾았다, 돈을 찾으러
  const char* bank;              // 은행, 강둑
};
constexpr BankCue bank_cues[] = {{"withdrew money", "withdraw money", "돈을 찾았다", "돈을 찾으러", "은행"},
                                 {"exchanged money", "exchange money", "돈을 바꿨다", "돈을 바꾸러", "은행"},
                                 {"fished", "fish", "낚시했다", "낚시하러", "강둑"},
                                 {"caught fish", "catch fish", "물고기를 잡았다", "물고기를 잡으러", "강둑"}};

/// By the same preposition for both senses; without a cue: "rested", or no purpose.
std::string bank_line(const NamedPerson& who, const Filler& filler, const BankCue* cue, bool before) {
  const std::string between = filler.manner + filler.company + filler.first_time + filler.time;
  if (before) return fmt::format("{} {}{} at the bank", who.english, cue ? cue->past : "rested", between);
  return fmt::format("{} went to the bank{}{}", who.english, between, cue ? std::string(" to ") + cue->base : "");
}

HomonymSentence bank_sentence(const NamedPerson& who, const Filler& filler, const BankCue& cue, bool before) {
  const std::string beside = (filler.korean.empty() ? "" : " ") + joined(filler.korean);
  const std::string subject = attach(who.korean, Particle::topic);
  HomonymSentence made;
  made.source = bank_line(who, filler, &cue, before);
  made.sense = cue.bank;
  made.reference = before ? fmt::format("{} {}에서{} {}", subject, cue.bank, beside, cue.korean)
                          : fmt::format("{}{} {} {}에 갔다", subject, beside, cue.purpose, cue.bank);
  made.other = made.sense == "은행" ? "강둑" : "은행";
  made.homonym = "bank";
  const std::vector<std::string> words = plain_words(made.source), told = plain_words(before ? cue.past : cue.base);
  made.word = static_cast<int>(std::ranges::find(words, "bank") - words.begin());
  made.cue = static_cast<int>(std::ranges::search(words, told).begin() - words.begin());
  made.joined = made.sense == "은행";
  made.before = before;
  return made;
}

}  // namespace

bool grammar_joins(std::string_view verb, std::string_view noun, std::string_view english) {
  for (const grammar::Frame& frame : grammar::lexicon().frames) {
    if (frame.lemma != verb) continue;
    for (const grammar::KoreanSlot& slot : frame.korean)
      if (slot.fixed == attach(noun, Particle::object)) return true;
    for (const auto& [name, choice] : frame.slots)
      for (const grammar::Noun* one : choice.nouns)
        if (one->korean == noun && one->english == english) return true;
  }
  return false;
}

std::vector<HomonymPair> korean_homonym_pairs(int64_t distance, bool before, Random& random) {
  constexpr size_t rounds = 2;
  std::vector<HomonymPair> pairs;
  size_t person = random.below(named_people().size());  // the next each time: no sentence comes twice
  for (const AmbiguousWord& homonym : before ? told_by_places() : told_by_verbs()) {
    const auto &firsts = homonym.first.cues, &seconds = homonym.second.cues;
    for (size_t i = 0; i < rounds * std::max(firsts.size(), seconds.size()); ++i) {
      const NamedPerson& who = named_people()[person++ % named_people().size()];
      const Carrier carrier{who, filler(distance - 1, who, random), homonym.korean, before};
      pairs.push_back({homonym_sentence(carrier, homonym.first, homonym.second, firsts[i % firsts.size()]),
                       homonym_sentence(carrier, homonym.second, homonym.first, seconds[i % seconds.size()]),
                       joined(korean_words(carrier, ""))});
    }
  }
  return pairs;
}

std::vector<HomonymPair> english_bank_pairs(int64_t words, bool before, Random& random) {
  std::vector<HomonymPair> pairs;
  for (const BankCue& first : std::span(bank_cues).first(2))
    for (const BankCue& second : std::span(bank_cues).last(2)) {
      const NamedPerson& who = named_people()[random.below(named_people().size())];
      const Filler between = filler(words, who, random);
      pairs.push_back({bank_sentence(who, between, first, before), bank_sentence(who, between, second, before),
                       bank_line(who, between, nullptr, before)});
    }
  return pairs;
}

}  // namespace naru
