#include "naru/lab/translator_profile.h"

#include "naru/evaluate/translator.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/model_cost.h"
#include "naru/lab/speed.h"
#include "naru/lab/state_bytes.h"
#include "naru/tensor/memory.h"

namespace naru {
namespace {

double bytes_of_translating(const ModelFolder& folder, const std::string& line, const TranslationOptions& options) {
  Translator(folder).translate({line}, options);
  reset_peak_memory();
  const int64_t before = memory_use().current;
  Translator(folder).translate({line}, options);
  return static_cast<double>(folder.model->params().bytes() + memory_use().peak - before);
}

int64_t tokens_of(const ModelFolder& folder, const std::vector<Phrase>& sentences) {
  size_t tokens = 0;
  for (const Phrase& phrase : sentences) tokens += folder.source->encode(phrase.korean).size() + 1;
  return static_cast<int64_t>(tokens / sentences.size());
}

}  // namespace

std::vector<TranslatorProfile> profile_translators(const std::vector<const ModelFolder*>& folders,
                                                   const std::vector<Phrase>& sentences,
                                                   const std::function<void()>& rest) {
  TranslationOptions greedy;
  greedy.search.beam = 1;
  std::vector<TranslatorProfile> profiles;
  std::vector<std::function<void()>> works;
  for (const ModelFolder* folder : folders) {
    rest();
    const int64_t tokens = tokens_of(*folder, sentences);
    profiles.push_back({.name = folder->path.filename().string(),
                        .parameters = folder->model->params().parameter_count(),
                        .megabytes = bytes_of_translating(*folder, sentences[0].korean, greedy) / (1 << 20),
                        .state = state_bytes(*folder->model->decoder(), tokens).written,
                        .twice = state_bytes(*folder->model->decoder(), 2 * tokens).written,
                        .streams = streaming_setting(folder->config),
                        .bleu = translated(Translator(*folder), pairs_of(sentences), 1).bleu()});
    works.emplace_back([folder, &sentences, &greedy, next = size_t{0}]() mutable {
      Translator(*folder).translate({sentences[next++ % sentences.size()].korean}, greedy);
    });
  }
  const auto seconds = timed_in_turns(works, 9, rest);
  for (size_t i = 0; i < profiles.size(); ++i) profiles[i].milliseconds = 1000 * median(seconds[i]);
  return profiles;
}

std::string streaming_setting(const ModelConfig& config) {
  for (const char* setting : {"reverse_source=false", "wait_k=random"}) {
    ModelConfig other = config;
    const std::string text = setting;
    const size_t equals = text.find('=');
    if (!set_option(other, text.substr(0, equals), text.substr(equals + 1))) continue;
    if (build(other, Params::shapes_only())->decoder()->extends()) return setting;
  }
  return "";
}

bool meets(const TranslatorProfile& profile, const Needs& needs) {
  return (needs.megabytes <= 0 || profile.megabytes <= needs.megabytes) &&
         (needs.milliseconds <= 0 || profile.milliseconds <= needs.milliseconds) &&
         (!needs.streaming || !profile.streams.empty());
}

}  // namespace naru
