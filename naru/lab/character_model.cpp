#include "naru/lab/character_model.h"

#include <cmath>
#include <map>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/evaluation.h"

namespace naru {
namespace {

/// English sentences by the Korean lemma of an object that is in them.
std::vector<std::vector<std::string>> sentences_by_topic(int64_t pairs, uint64_t seed, PhraseSplit split) {
  std::map<std::string, std::vector<std::string>> topics;
  for (const Phrase& phrase : phrases({.pairs = pairs, .seed = seed, .split = split}))
    for (const PhraseWord& word : phrase.words)
      if (word.role == "object") topics[word.lemma].push_back(phrase.english);
  std::vector<std::vector<std::string>> all;
  for (auto& [lemma, sentences] : topics)
    if (sentences.size() > 1) all.push_back(std::move(sentences));
  return all;
}

/// Sentences of one topic after each other, cut to a length.
std::vector<std::string> draw_texts(int64_t count, int64_t length, uint64_t seed, PhraseSplit split) {
  constexpr int64_t pairs = 4000;
  const auto topics = sentences_by_topic(pairs, seed, split);
  NARU_CHECK(!topics.empty(), "{} sentences have no object twice", pairs);
  Random random(seed);
  std::vector<std::string> texts;
  for (int64_t i = 0; i < count; ++i) {
    const auto& topic = topics[random.below(topics.size())];
    std::string& text = texts.emplace_back();
    while (static_cast<int64_t>(text.size()) < length) text += topic[random.below(topic.size())] + " ";
    text.resize(static_cast<size_t>(length));
  }
  return texts;
}

TokenPair without_source(const std::vector<int32_t>& text) { return {.source = {}, .target = text}; }

PairLearnerOptions learner_options(const CharacterLearnerOptions& options, const CharacterTexts& texts) {
  PairLearnerOptions all{.preset = options.preset,
                         .settings = {"warmup=30", "encoder_layers=1"},
                         .symbols = texts.characters(),
                         .seed = options.seed};
  all.settings.insert(all.settings.end(), options.settings.begin(), options.settings.end());
  return all;
}

}  // namespace

CharacterTexts::CharacterTexts(int64_t count, int64_t held_out, int64_t length, uint64_t seed) {
  for (const std::string& text : draw_texts(count, length, seed, PhraseSplit::train)) training_.push_back(ids(text));
  for (const std::string& text : draw_texts(held_out, length, seed, PhraseSplit::test)) held_out_.push_back(ids(text));
}

std::vector<int32_t> CharacterTexts::ids(const std::string& text) {
  std::vector<int32_t> ids;
  for (const char character : text) {
    size_t at = alphabet_.find(character);
    if (at == std::string::npos) alphabet_ += character, at = alphabet_.size() - 1;
    ids.push_back(static_cast<int32_t>(at) + 1);
  }
  return ids;
}

double CharacterTexts::pair_loss() const {
  const auto size = static_cast<size_t>(characters() + 1);
  std::vector<double> counts(size * size, 1), totals(size, static_cast<double>(characters()));
  for (const auto& text : training_)
    for (size_t i = 1; i < text.size(); ++i) {
      const auto before = static_cast<size_t>(text[i - 1]), now = static_cast<size_t>(text[i]);
      ++counts[before * size + now];
      ++totals[before];
    }
  double sum = 0, characters = 0;
  for (const auto& text : held_out_)
    for (size_t i = 1; i < text.size(); ++i, ++characters) {
      const auto before = static_cast<size_t>(text[i - 1]), now = static_cast<size_t>(text[i]);
      sum -= std::log(counts[before * size + now] / totals[before]);
    }
  return sum / characters;
}

CharacterLearner::CharacterLearner(const CharacterLearnerOptions& options, const CharacterTexts& texts)
    : options_(options), texts_(texts), learner_(learner_options(options, texts)), random_(options.seed) {}

void CharacterLearner::learn(int64_t steps) {
  for (int64_t i = 0; i < steps; ++i) {
    std::vector<TokenPair> pairs;
    for (int64_t k = 0; k < options_.batch; ++k)
      pairs.push_back(without_source(texts_.training()[random_.below(texts_.training().size())]));
    learner_.learn(pairs);
  }
}

std::vector<std::vector<double>> CharacterLearner::losses() const {
  std::vector<std::vector<double>> all;
  for (const auto& text : texts_.held_out()) {
    const TokenPair pair = without_source(text);
    const auto log_probabilities = target_log_probabilities(learner_.model(), learner_.batch({&pair, 1}))[0];
    auto& losses = all.emplace_back();
    for (size_t i = 0; i < text.size(); ++i) losses.push_back(-static_cast<double>(log_probabilities[i]));
  }
  return all;
}

int64_t CharacterLearner::parameters() const {
  int64_t count = 0;
  for (const ModelPart& part : learner_.model().parts())
    if (part.name == "decoder" || part.name == "attention" || part.name == "readout") count += part.parameters;
  return count;
}

}  // namespace naru
