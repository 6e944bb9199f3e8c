#include "naru/lab/word_order.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "naru/base/error.h"
#include "naru/base/random.h"
#include "naru/text/korean/particle.h"

namespace naru {
namespace {

struct BothLanguages {
  const char *korean, *english;
};
constexpr std::array<BothLanguages, 12> animals{{{"개", "dog"},
                                                 {"고양이", "cat"},
                                                 {"곰", "bear"},
                                                 {"여우", "fox"},
                                                 {"소", "cow"},
                                                 {"양", "sheep"},
                                                 {"닭", "hen"},
                                                 {"쥐", "mouse"},
                                                 {"토끼", "rabbit"},
                                                 {"늑대", "wolf"},
                                                 {"오리", "duck"},
                                                 {"염소", "goat"}}};
constexpr std::array<BothLanguages, 8> verbs{{{"쫓았다", "chased"},
                                              {"보았다", "saw"},
                                              {"물었다", "bit"},
                                              {"피했다", "avoided"},
                                              {"도왔다", "helped"},
                                              {"찾았다", "found"},
                                              {"불렀다", "called"},
                                              {"따랐다", "followed"}}};

using Words = std::vector<std::string>;

const BothLanguages& animal(int64_t index) { return animals[static_cast<size_t>(index)]; }
const BothLanguages& verb(const Chase& chase) { return verbs[static_cast<size_t>(chase.verb)]; }

/// A noun with its particle, as one word or as two.
Words marked(const char* noun, Particle particle, bool split) {
  const std::string_view form = allomorph(particle, noun);
  return split ? Words{noun, std::string(form)} : Words{std::string(noun) + std::string(form)};
}

Words korean(const Chase& chase, Order order, bool split) {
  Words words = marked(animal(chase.who).korean, Particle::subject, split);
  const Words object = marked(animal(chase.whom).korean, Particle::object, split);
  words.insert(order == Order::subject_first ? words.end() : words.begin(), object.begin(), object.end());
  words.emplace_back(verb(chase).korean);
  return words;
}

Words english(const Chase& chase) {
  return {"the", animal(chase.who).english, verb(chase).english, "the", animal(chase.whom).english};
}

std::pair<Words, Words> sentence(Cutting cutting, const Chase& chase, Order order) {
  NARU_CHECK(cutting != Cutting::english || order == Order::subject_first, "in English the order is the meaning");
  if (cutting == Cutting::english) return {english(chase), korean(chase, order, true)};
  return {korean(chase, order, cutting == Cutting::particles), english(chase)};
}

std::vector<int32_t> ids(const Words& words, const Words& vocabulary) {
  std::vector<int32_t> numbers;
  for (const std::string& word : words) {
    const auto found = std::ranges::find(vocabulary, word);
    NARU_CHECK(found != vocabulary.end(), "word order: no word {}", word);
    numbers.push_back(static_cast<int32_t>(found - vocabulary.begin()) + 1);
  }
  return numbers;
}

std::string text(const std::vector<int32_t>& numbers, const Words& vocabulary) {
  Words words;
  for (const int32_t id : numbers) {
    const auto index = static_cast<size_t>(id) - 1;
    words.push_back(index < vocabulary.size() ? vocabulary[index] : "?");
  }
  return fmt::format("{}", fmt::join(words, " "));
}

/// Where they do not, particles split off still tell who is who: 곰|이|개|를 has other words than 개|가|곰|을.
bool take_the_same_particles(const Chase& chase) {
  return allomorph(Particle::subject, animal(chase.who).korean) ==
         allomorph(Particle::subject, animal(chase.whom).korean);
}

Chase turned(const Chase& chase) { return {.who = chase.whom, .whom = chase.who, .verb = chase.verb}; }

}  // namespace

Bilingual name(Cutting cutting) {
  if (cutting == Cutting::eojeol) return {"어절 단위 (개가|고양이를)", "by eojeol (개가|고양이를)"};
  if (cutting == Cutting::particles)
    return {"조사를 뗀 단위 (개|가|고양이|를)", "particles split off (개|가|고양이|를)"};
  return {"영어 → 한국어", "English → Korean"};
}

WordOrder::WordOrder(Cutting cutting) : cutting_(cutting) {
  const auto add = [](Words& vocabulary, const Words& words) {
    for (const std::string& word : words)
      if (std::ranges::find(vocabulary, word) == vocabulary.end()) vocabulary.push_back(word);
  };
  for (const Chase& chase : chases(0))
    for (const Chase& one : {chase, turned(chase)}) {
      const auto [source, target] = sentence(cutting, one, Order::subject_first);
      add(source_, source);
      add(target_, target);
    }
}

std::vector<Chase> WordOrder::chases(uint64_t seed) {
  std::vector<Chase> all;
  for (int64_t verb = 0; verb < std::ssize(verbs); ++verb)
    for (int64_t whom = 1; whom < std::ssize(animals); ++whom)
      for (int64_t who = 0; who < whom; ++who)
        if (const Chase chase{who, whom, verb}; take_the_same_particles(chase)) all.push_back(chase);
  const Chase lecture = all.front();
  all.erase(all.begin());
  Random random(seed);
  std::shuffle(all.begin(), all.end(), random);
  all.insert(all.begin(), lecture);
  return all;
}

TokenPair WordOrder::pair(const Chase& chase, Order order) const {
  const auto [source, target] = sentence(cutting_, chase, order);
  return {.source = ids(source, source_), .target = ids(target, target_)};
}

std::vector<TokenPair> WordOrder::both(const Chase& chase, Order order) const {
  return {pair(chase, order), pair(turned(chase), order)};
}

int64_t WordOrder::symbols() const { return std::max(std::ssize(source_), std::ssize(target_)); }
std::string WordOrder::source_text(const std::vector<int32_t>& ids) const { return text(ids, source_); }
std::string WordOrder::target_text(const std::vector<int32_t>& ids) const { return text(ids, target_); }

}  // namespace naru
