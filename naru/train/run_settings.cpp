#include "naru/train/run_settings.h"

#include "naru/tensor/safetensors.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

void apply_all(Settings& settings, const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) apply(settings, assignment);
}

/// Whether another vocabulary would have been made for `now` pieces. What was asked for is an upper bound: a text may
/// have given fewer.
bool asks_for_another(int64_t now, int64_t asked, int64_t made) { return asked > 0 ? now != asked : now < made; }

}  // namespace

void apply_over_tokenizers(Settings& settings, const TrainingSpec& spec) {
  const VocabularyConfig made = vocabulary_of(settings.model);
  const AskedVocabulary asked = settings.asked;
  Settings before = settings;
  if (asked.source > 0) vocabulary_of(before.model).source = asked.source;
  if (asked.target > 0) vocabulary_of(before.model).target = asked.target;
  const auto wants_others = [&](Settings& now) {
    const VocabularyConfig& sizes = vocabulary_of(now.model);
    const bool others = asks_for_another(sizes.source, asked.source, made.source) ||
                        asks_for_another(sizes.target, asked.target, made.target);
    return !(now.tokenizer == before.tokenizer) || (spec.from.empty() && others);
  };
  settings = before;
  apply_all(settings, spec.settings);
  for (size_t i = spec.settings.size(); i-- > 0 && wants_others(settings);) {
    Settings alone = before;
    apply(alone, spec.settings[i]);
    if (wants_others(alone))
      fail("--set {}: the model's tokenizers are made already, and otherwise; leave it out, or {}", spec.settings[i],
           !spec.from.empty()        ? "train from nothing without --from"
           : spec.tokenizers.empty() ? "start over with --fresh"
                                     : "let it make its own (naru distil: --own-tokenizers)");
  }
  vocabulary_of(settings.model).source = made.source;
  vocabulary_of(settings.model).target = made.target;
}

namespace {

/// Those of the model to start from, but not where its own training was to end.
Settings settings_from(const TrainingSpec& spec) {
  const bool trained_here = fs::exists(spec.from / "training.json");
  if (!trained_here && spec.preset.empty())
    fail("--from {}: has no training.json; say with --preset from where to take how it is trained", spec.from.string());
  Settings settings = trained_here ? read_settings(spec.from) : settings_of(spec.preset);
  if (!trained_here) settings.model = read_config(spec.from);
  if (!spec.preset.empty() && spec.preset != settings.preset)
    fail("--from {}: holds a {} model, not {}; leave --preset out", spec.from.string(), settings.preset, spec.preset);
  settings.train.max_steps = settings.train.max_epochs = 0;
  settings.train.max_minutes = 0;
  apply_over_tokenizers(settings, spec);
  build(settings.model, Params(SafetensorsFile(spec.from / "model.safetensors")));
  return settings;
}

/// Of a preset, for the vocabularies of another model.
Settings settings_over_tokenizers(const TrainingSpec& spec) {
  Settings settings = settings_of(spec.preset);
  const TokenizerPair made = open_tokenizers(spec.tokenizers);
  VocabularyConfig& vocabulary = vocabulary_of(settings.model);
  vocabulary.source = made.source->size();
  vocabulary.target = made.target->size();
  vocabulary.shared = made.source == made.target;
  settings.asked = {vocabulary.source, vocabulary.target};
  apply_over_tokenizers(settings, spec);
  if (vocabulary_of(settings.model).shared && made.source != made.target)
    fail("--set shared_vocabulary=true: {} has two vocabularies; leave it out", spec.tokenizers.string());
  return settings;
}

}  // namespace

Settings new_settings(const TrainingSpec& spec) {
  if (!spec.from.empty()) return settings_from(spec);
  Settings settings = settings_of(spec.preset);
  if (spec.both) vocabulary_of(settings.model).shared = true;
  if (spec.tokenizers.empty()) {
    apply_all(settings, spec.settings);
  } else {
    settings = settings_over_tokenizers(spec);
  }
  if (spec.both && !vocabulary_of(settings.model).shared)
    fail("--set shared_vocabulary=false: --both needs one vocabulary for both languages; leave it out");
  build(settings.model, Params::shapes_only());  // options that do not go together are refused here
  return settings;
}

}  // namespace naru
