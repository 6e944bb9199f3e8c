#include "naru/data/phrases/lexicon.h"

#include <algorithm>

#include "naru/base/error.h"
#include "naru/data/phrases/english.h"

namespace naru::grammar {
extern const char *const people_table,
    *const food_table, *const media_table, *const wardrobe_table,
                                               *const house_table,
                                                   *const places_table,
                                                       *const lecture_table,
                                                           *const adjectives_table,
                                                               *const adverbs_table,
                                                                   *const times_table,
                                                                       *const durations_table,
                                                                           *const daily_frames,
                                                                               *const moving_frames,
                                                                                   *const nature_frames,
                                                                                       *const mind_frames;

namespace {
using Fields = std::vector<std::string>;

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
  return begin == text.npos ? "" : std::string(text.substr(begin, end - begin + 1));
}

Fields split(std::string_view text, std::string_view separator) {
  Fields result;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    result.push_back(trimmed(text.substr(begin, end - begin)));
    if (end == text.npos) return result;
    begin = end + separator.size();
  }
}

Fields words(std::string_view text) {
  Fields result;
  for (std::string& word : split(text, " "))
    if (!word.empty() && word != "-") result.push_back(std::move(word));
  return result;
}

/// The rows of a table, each as its columns.
std::vector<Fields> rows(std::string_view table, size_t columns) {
  std::vector<Fields> result;
  for (const std::string& line : split(table, "\n")) {
    if (line.empty()) continue;
    Fields row = split(line, " | ");
    NARU_CHECK(row.size() <= columns, "phrase table: '{}' has {} columns, at most {} fit", line, row.size(), columns);
    row.resize(columns);
    result.push_back(std::move(row));
  }
  return result;
}

bool contains(const Fields& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

Article article_named(const std::string& name) {
  static const std::map<std::string, Article> names = {
      {"n", Article::name},     {"k", Article::kin},  {"q", Article::acquaintance}, {"c", Article::count},
      {"d", Article::definite}, {"m", Article::mass}, {"p", Article::plural},       {"l", Article::meal},
      {"b", Article::bare},     {"h", Article::home}};
  const auto found = names.find(name);
  NARU_CHECK(found != names.end(), "phrase table: unknown article '{}'", name);
  return found->second;
}

/// A trailing digit ties a fixed word to its translation: "머리가1".
int take_tie(std::string& word) {
  if (word.empty() || word.back() < '1' || word.back() > '9') return 0;
  const int tie = word.back() - '0';
  word.pop_back();
  return tie;
}

bool is_slot(const std::string& word) { return word[0] >= 'A' && word[0] <= 'Z'; }

void read_korean(Frame& frame, const std::string& text) {
  Fields parts = words(text);
  frame.lemma = parts.back();
  parts.pop_back();
  for (std::string& word : parts) {
    if (is_slot(word)) {
      frame.korean.push_back({.slot = word[0], .particle = word.substr(1), .fixed = "", .tie = 0});
    } else {
      const int tie = take_tie(word);
      frame.korean.push_back({.slot = 0, .particle = "", .fixed = word, .tie = tie});
    }
  }
}

void read_english(Frame& frame, const std::string& text) {
  Fields parts = words(text);
  const auto drop = [&](std::string_view first) {
    const bool found = parts.front() == first;
    if (found) parts.erase(parts.begin());
    return found;
  };
  frame.negated = drop("not");
  frame.there = drop("there");
  EnglishSlot verb{.slot = 0, .possessive = false, .text = parts.front(), .tie = 0};
  verb.tie = take_tie(verb.text);
  frame.verb = verb.text;
  frame.english.push_back(verb);
  for (size_t i = 1; i < parts.size(); ++i) {
    std::string word = parts[i];
    EnglishSlot slot;
    if (word == "S'") {
      slot.possessive = true;
    } else if (word.size() == 1 && is_slot(word)) {
      slot.slot = word[0];
    } else {
      slot.tie = take_tie(word);
      slot.text = word;
    }
    frame.english.push_back(slot);
  }
}

}  // namespace

bool Noun::is(std::string_view name) const { return contains(classes, name); }
bool Frame::has(std::string_view tag) const { return contains(tags, tag); }

Choice Lexicon::choice(std::string_view expression) const {
  Choice result;
  result.has.resize(nouns.size());
  for (const std::string& alternative : split(expression, "|")) {
    const Fields all = split(alternative, "&");
    bool any = false;
    for (const Noun& noun : nouns) {
      const bool fits = std::all_of(all.begin(), all.end(), [&](auto& name) { return noun.is(name); });
      any |= fits;
      if (!fits || result.has[noun.id]) continue;
      result.has[noun.id] = true;
      result.nouns.push_back(&noun);
    }
    NARU_CHECK(any, "phrase table: no noun is of class '{}'", alternative);
  }
  return result;
}

const std::vector<const Adverb*>& Lexicon::group(const std::string& name) const {
  const auto found = groups_.find(name);
  NARU_CHECK(found != groups_.end(), "phrase table: no adverb is of group '{}'", name);
  return found->second;
}

void Lexicon::read_nouns(std::string_view table, bool lecture) {
  for (const Fields& row : rows(table, 5)) {
    Noun noun;
    noun.korean = row[0];
    const Fields english = split(row[1], "/");
    noun.english = english[0];
    const Fields flags = split(row[2], ",");
    noun.article = article_named(flags[0]);
    noun.english_plural = english.size() > 1                                         ? english[1]
                          : noun.article == Article::plural || contains(flags, "pl") ? english[0]
                                                                                     : plural(english[0]);
    noun.gender = contains(flags, "m") ? Gender::male : contains(flags, "f") ? Gender::female : Gender::none;
    noun.kin_of = contains(flags, "of:m") ? Gender::male : contains(flags, "of:f") ? Gender::female : Gender::none;
    noun.elder = contains(flags, "e");
    noun.many = contains(flags, "pl");
    noun.classes = words(row[3]);
    (noun.is("place") || lecture ? noun.preposition : noun.counter) = row[4];
    noun.lecture = lecture;
    noun.id = static_cast<int>(nouns.size());
    nouns.push_back(noun);
  }
}

void Lexicon::add_pronouns() {
  const auto add = [&](const char* korean, const char* english, int person, bool many, Gender gender) {
    Noun noun;
    noun.korean = korean;
    noun.english = noun.english_plural = english;
    noun.article = Article::pronoun;
    noun.person = person;
    noun.many = many;
    noun.gender = gender;
    noun.classes = {"pron"};
    noun.id = static_cast<int>(nouns.size());
    nouns.push_back(noun);
  };
  add("나", "I", 1, false, Gender::none);
  add("저", "I", 1, false, Gender::none);
  add("우리", "we", 1, true, Gender::none);
  add("그", "he", 3, false, Gender::male);
  add("그녀", "she", 3, false, Gender::female);
  add("그들", "they", 3, true, Gender::none);
}

void Lexicon::read_adjectives(std::string_view table) {
  std::vector<std::string> subjects;
  for (const Fields& row : rows(table, 6)) {
    Adjective adjective{
        row[0], row[2], row[1], {}, {}, contains(words(row[5]), "more"), contains(words(row[5]), "aged")};
    const bool verb = row[1].starts_with("verb ");
    adjective.predicate = predicate(row[0], verb ? std::string_view(row[1]).substr(5) : row[1]);
    std::string before = row[3] == "-" ? "" : row[3];
    if (!before.empty()) {
      std::replace(before.begin(), before.end(), ' ', '|');
      adjective.before = choice(before);
    } else {
      adjective.before.has.resize(nouns.size());
    }
    std::string of;
    for (const std::string& word : words(row[4])) of += (of.empty() ? "" : "|") + (word == "=" ? before : word);
    adjectives.push_back(std::move(adjective));
    subjects.push_back(of);
  }
  for (size_t i = 0; i < adjectives.size(); ++i) {
    if (subjects[i].empty()) continue;
    Frame frame;
    frame.lemma = adjectives[i].lemma;
    frame.class_name = adjectives[i].class_name;
    frame.predicate = adjectives[i].predicate;
    frame.verb = "be";
    frame.english = {{.slot = 0, .possessive = false, .text = "be", .tie = 0},
                     {.slot = 0, .possessive = false, .text = adjectives[i].english, .tie = 0}};
    frame.slots['S'] = choice(subjects[i]);
    frame.tags = {"state", "quality"};
    frame.adjective = &adjectives[i];
    frame.id = static_cast<int>(frames.size());
    frames.push_back(std::move(frame));
  }
}

void Lexicon::read_frames(std::string_view table) {
  for (const Fields& row : rows(table, 7)) {
    Frame frame;
    read_korean(frame, row[0]);
    frame.class_name = row[1];
    frame.predicate = predicate(frame.lemma, row[1]);
    read_english(frame, row[2]);
    frame.tags = words(row[5]);
    frame.manners = words(row[6]);
    if (!frame.there) frame.slots['S'] = choice("human|pron");
    for (const std::string& slot : words(row[3])) {
      if (slot == "S=it") {
        frame.slots.erase('S');
        continue;
      }
      frame.slots[slot[0]] = choice(std::string_view(slot).substr(2));
    }
    frame.places.has.resize(nouns.size());
    std::string places;
    for (const std::string& place : words(row[4])) places += (places.empty() ? "" : "|") + place;
    if (!places.empty()) frame.places = choice(places);
    frame.id = static_cast<int>(frames.size());
    frames.push_back(std::move(frame));
  }
}

void Lexicon::connect() {
  for (const Adverb& adverb : adverbs) groups_[adverb.group].push_back(&adverb);
  for (Noun& noun : nouns)
    for (const Noun& other : nouns)
      if (&noun != &other && noun.korean == other.korean) noun.namesakes.push_back(&other);
  i = &*std::find_if(nouns.begin(), nouns.end(), [](const Noun& n) { return n.article == Article::pronoun; });
  i_humble = i + 1, we = i + 2, he = i + 3, she = i + 4, they = i + 5;
}

Lexicon::Lexicon() {
  for (const char* table : {people_table, food_table, media_table, wardrobe_table, house_table, places_table})
    read_nouns(table);
  read_nouns(lecture_table, true);
  add_pronouns();
  for (const Fields& row : rows(adverbs_table, 4)) adverbs.push_back({row[0], row[1], row[2], row[3] == "pre"});
  for (const Fields& row : rows(times_table, 3)) {
    const Fields when = words(row[2]);
    times.push_back({row[0], row[1], when[0], contains(when, "far"), contains(when, "moment"), contains(when, "hour")});
  }
  for (const Fields& row : rows(durations_table, 2)) durations.push_back({row[0], row[1], "lasting"});
  read_adjectives(adjectives_table);
  for (const char* table : {daily_frames, moving_frames, nature_frames, mind_frames}) read_frames(table);
  connect();
}

const Lexicon& lexicon() {
  static const Lexicon instance;
  return instance;
}

}  // namespace naru::grammar
