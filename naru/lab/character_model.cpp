#include "naru/lab/character_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"
#include "naru/train/schedule.h"
#include "naru/train/settings.h"

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

CharacterLearner::CharacterLearner(const CharacterLearnerOptions& options, const CharacterTexts& texts)
    : options_(options), texts_(texts), random_(options.seed) {
  Settings settings = settings_of(options.preset);
  naru::apply(settings, fmt::format("vocabulary={}", texts.characters() + 1));
  naru::apply(settings, fmt::format("seed={}", options.seed));
  for (const char* plain : {"dropout=0", "label_smoothing=0", "warmup=30", "encoder_layers=1"})
    naru::apply(settings, plain);
  for (const std::string& assignment : options.settings) naru::apply(settings, assignment);
  config_ = settings.train;
  if (config_.schedule.schedule == "auto") config_.schedule.schedule = "constant";
  model_ = build(settings.model, Params(options.seed));
  trainer_ = std::make_unique<Trainer>(*model_, config_);
}

Batch CharacterLearner::batch_of(const std::vector<std::vector<int32_t>>& texts) const {
  std::vector<TokenPair> pairs;
  for (const auto& text : texts) pairs.push_back({.source = {}, .target = text});
  return make_batch(pairs, marks_of(model_->vocabulary()));
}

void CharacterLearner::learn(int64_t steps) {
  for (int64_t i = 0; i < steps; ++i) {
    std::vector<std::vector<int32_t>> texts;
    for (int64_t k = 0; k < options_.batch; ++k)
      texts.push_back(texts_.training()[random_.below(texts_.training().size())]);
    const Batch batch = batch_of(texts);
    trainer_->step(batch, learning_rate(config_.schedule, ++steps_, 0), batch.target_tokens());
  }
}

std::vector<std::vector<double>> CharacterLearner::losses() const {
  std::vector<std::vector<double>> all;
  for (const auto& text : texts_.held_out()) {
    const Batch batch = batch_of({text});
    const auto state = model_->decoder()->start(batch.source);
    const Tensor scores = model_->decoder()->output()(model_->decoder()->append(*state, batch.target_in));
    const auto values = scores.values<float>();  // [length + 1, characters + 1]
    const auto columns = static_cast<size_t>(scores.dim(-1));
    auto& losses = all.emplace_back();
    for (size_t i = 0; i < text.size(); ++i) {
      const auto row = values.subspan(i * columns, columns);
      const double most = *std::ranges::max_element(row);
      double sum = 0;
      for (const float score : row) sum += std::exp(score - most);
      losses.push_back(most + std::log(sum) - row[static_cast<size_t>(text[i])]);
    }
  }
  return all;
}

int64_t CharacterLearner::parameters() const {
  int64_t count = 0;
  for (const ModelPart& part : model_->parts())
    if (part.name == "decoder" || part.name == "attention" || part.name == "readout") count += part.parameters;
  return count;
}

}  // namespace naru
