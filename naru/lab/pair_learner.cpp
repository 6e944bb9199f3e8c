#include "naru/lab/pair_learner.h"

#include <algorithm>

#include "naru/evaluate/model_folder.h"
#include "naru/generate/search.h"
#include "naru/train/schedule.h"
#include "naru/train/settings.h"

namespace naru {

PairLearner::PairLearner(const PairLearnerOptions& options) {
  Settings settings = settings_of(options.preset);
  naru::apply(settings, fmt::format("vocabulary={}", options.symbols + 1));
  for (const char* plain : {"dropout=0", "label_smoothing=0", "warmup=50"}) naru::apply(settings, plain);
  for (const std::string& assignment : options.settings) naru::apply(settings, assignment);
  config_ = settings.train;
  config_.seed = static_cast<int64_t>(options.seed);
  if (config_.schedule.schedule == "auto") config_.schedule.schedule = "constant";
  model_ = build(settings.model, Params(options.seed));
  trainer_ = std::make_unique<Trainer>(*model_, config_);
}

Batch PairLearner::batch(std::span<const TokenPair> pairs) const {
  return make_batch(pairs, marks_of(model_->vocabulary()));
}

StepResult PairLearner::learn(std::span<const TokenPair> pairs) {
  const Batch all = batch(pairs);
  return trainer_->step(all, learning_rate(config_.schedule, ++steps_, 0), all.target_tokens());
}

std::vector<std::vector<int32_t>> PairLearner::write(std::span<const TokenPair> pairs) const {
  const SentenceMarks marks = marks_of(model_->vocabulary());
  const SearchVocabulary vocabulary{.start = marks.start, .end = marks.target_end, .forbidden = {}};
  SearchOptions greedy;
  greedy.beam = 1;
  for (const TokenPair& pair : pairs)
    greedy.max_length = std::max(greedy.max_length, static_cast<int64_t>(pair.target.size()) + 1);
  std::vector<std::vector<int32_t>> written;
  for (const auto& hypotheses : search(*model_->decoder(), batch(pairs).source, vocabulary, greedy)) {
    written.push_back(hypotheses[0].ids);
    if (written.back().back() == marks.target_end) written.back().pop_back();
  }
  return written;
}

int64_t PairLearner::exact(std::span<const TokenPair> pairs) const {
  const auto written = write(pairs);
  int64_t right = 0;
  for (size_t i = 0; i < pairs.size(); ++i) right += std::ranges::equal(written[i], pairs[i].target);
  return right;
}

}  // namespace naru
