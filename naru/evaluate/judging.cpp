// How a translator judges what it wrote, and writes again what it does not trust.
#include <algorithm>
#include <cmath>
#include <map>

#include "naru/evaluate/translator.h"

namespace naru {
namespace {

/// Wider, without repetitions, and about as long as translations usually are.
SearchOptions careful(SearchOptions options, double usual_length) {
  options.beam = std::max<int64_t>(2 * options.beam, 8);
  options.nbest = 1;
  options.sampling.sample = false;
  options.no_repeat_ngram = 3;
  options.repetition_penalty = std::max(options.repetition_penalty, 1.2);
  const auto most = static_cast<int64_t>(std::ceil(2 * usual_length)) + 5;
  options.max_length = options.max_length > 0 ? std::min(options.max_length, most) : most;
  const auto least = static_cast<int64_t>(usual_length / 3);
  options.min_length = std::min(std::max(options.min_length, least), options.max_length);
  return options;
}

}  // namespace

void Translator::judge(const std::vector<std::string>& lines, std::vector<Translation>& translations) const {
  NARU_CHECK(calibration_, "translator: no calibration was opened");
  std::vector<Written> written;
  std::vector<TranslatedText*> texts;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::vector<int32_t> source = source_.encode(lines[i]);
    for (TranslatedText& text : translations[i].best) {
      if (text.ids.empty()) continue;
      written.push_back({source, text.ids});
      texts.push_back(&text);
    }
  }
  const std::vector<Observation> observations = observe(model_, written);
  for (size_t i = 0; i < texts.size(); ++i)
    texts[i]->judgement = calibration_->judge(observations[i], source_, target_);
}

void Translator::write_flagged_again(const std::vector<std::string>& lines, std::vector<Translation>& translations,
                                     const TranslationOptions& options,
                                     const std::vector<std::string>& prefixes) const {
  std::map<int64_t, std::vector<size_t>> flagged;  // by the source's length, which bounds the translation's
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto& judgement = translations[i].best[0].judgement;
    if (judgement && !judgement->flag.empty()) flagged[std::ssize(source_.encode(lines[i]))].push_back(i);
  }
  for (const auto& [length, places] : flagged) {
    TranslationOptions again = options;
    again.fallback = false;
    again.search = careful(options.search, static_cast<double>(length) * std::exp(calibration_->usual.log_ratio));
    std::vector<std::string> some, some_prefixes;
    for (const size_t i : places) {
      some.push_back(lines[i]);
      if (!prefixes.empty()) some_prefixes.push_back(prefixes[i]);
    }
    std::vector<Translation> others = translate(some, again, some_prefixes);
    for (size_t i = 0; i < places.size(); ++i) {
      Translation &kept = translations[places[i]], &other = others[i];
      if (other.best[0].judgement->suspicion >= kept.best[0].judgement->suspicion) continue;
      kept.best[0] = std::move(other.best[0]);
      kept.alignment = std::move(other.alignment);
    }
  }
}

}  // namespace naru
