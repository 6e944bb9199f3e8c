// How a run's folder is made or opened: settings, tokenizers, the corpus as ids, the model, the memory plan.
#include <algorithm>

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/train/memory_plan.h"
#include "naru/train/training_run.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

void apply_all(Settings& settings, const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) apply(settings, assignment);
}

/// Everything in a model folder that training writes.
void remove_training_files(const fs::path& folder) {
  for (const char* name :
       {"config.json", "training.json", "model.safetensors", "history.jsonl", "corpus.ids", "source.spm", "target.spm"})
    fs::remove(folder / name);
  fs::remove_all(folder / "checkpoints");
}

std::shared_ptr<const SentencePieceTokenizer> trained(const TextSample& sample, int64_t vocabulary,
                                                      const TokenizerConfig& config, const char* side) {
  if (const auto warning = vocabulary_warning(vocabulary, sample.counts())) NARU_LOG(warning, "{}: {}", side, *warning);
  return std::make_shared<SentencePieceTokenizer>(train_sentencepiece(sample.sentences(), vocabulary, config), side);
}

}  // namespace

TrainingRun::TrainingRun(const TrainingSpec& spec)
    : spec_(spec), checkpoints_(spec.folder / "checkpoints"), progress_(spec.name) {
  const bool known = fs::exists(spec.folder / "training.json") && !spec.fresh;
  known ? open_folder() : make_folder();
  TrainConfig& train = settings_.train;
  if (train.schedule.schedule == "auto")
    train.schedule.schedule =
        train.max_steps > 0 || train.max_epochs > 0 || train.max_minutes > 0 ? "cosine" : "inverse_sqrt";

  const VocabularyConfig& vocabulary = vocabulary_of(settings_.model);
  const SentenceMarks marks{.source_end = static_cast<int32_t>(vocabulary.end),
                            .target_end = static_cast<int32_t>(vocabulary.end),
                            .start = static_cast<int32_t>(vocabulary.start)};
  const CorpusFiles files = kept_streams({spec.train, spec.swap, {}}, spec.folder);
  const auto seed = static_cast<uint64_t>(train.seed);
  corpus_.emplace(TokenCorpus::open_or_make(spec.folder / "corpus.ids", files, *tokenizers_.source, *tokenizers_.target,
                                            {.max_length = train.max_length, .seed = seed}));
  NARU_LOG(info, "{}", summary(corpus_->counts(), train.max_length));

  model_ = build(settings_.model,
                 spec.from.empty() ? Params(seed) : Params(SafetensorsFile(spec.from / "model.safetensors")));
  trainer_.emplace(*model_, train);
  batches_.emplace(*corpus_,
                   BatchConfig{.batch_tokens = train.batch_tokens * train.accumulate, .seed = seed, .marks = marks});
  if (!spec.dev.empty())
    validation_.emplace(read_pairs({spec.dev, spec.swap, {}}), *tokenizers_.source, *tokenizers_.target, marks,
                        train.validate_sentences);
  plan_memory();
  history_.emplace(spec.folder / "history.jsonl", 0);
  if (known && resume()) {
    NARU_LOG(info, "{}: resumed at step {}", spec.folder.string(), step_);
  } else {
    save_checkpoint();  // what a run that fails early goes back to
  }
}

void TrainingRun::open_folder() {
  settings_ = read_settings(spec_.folder);
  if (!spec_.preset.empty() && spec_.preset != settings_.preset)
    fail("{}: holds a {} model, not {}; --fresh starts over", spec_.folder.string(), settings_.preset, spec_.preset);
  const VocabularyConfig vocabulary = vocabulary_of(settings_.model);
  const std::string before = to_json(settings_.model);
  apply_all(settings_, spec_.settings);
  // The sizes asked for are upper bounds; those of the tokenizers stand.
  vocabulary_of(settings_.model).source = vocabulary.source;
  vocabulary_of(settings_.model).target = vocabulary.target;
  if (to_json(settings_.model) != before)
    fail("{}: --set changes the model that is being trained there; --fresh starts over", spec_.folder.string());
  write_file(spec_.folder / "training.json", training_json(settings_));
  tokenizers_ = open_tokenizers(spec_.folder);
}

void TrainingRun::make_folder() {
  settings_ = spec_.from.empty() ? settings_of(spec_.preset) : read_settings(spec_.from);
  apply_all(settings_, spec_.settings);
  build(settings_.model, Params::shapes_only());  // options that do not go together are refused here
  if (!spec_.dev.empty()) read_pairs({spec_.dev, spec_.swap, {}});
  const bool existed = fs::exists(spec_.folder);
  CorpusFiles files{spec_.train, spec_.swap, {}};
  try {
    if (has_streams(files)) {
      fs::create_directories(spec_.folder);
      files = keep_streams(files, spec_.folder);
    }
    make_tokenizers(files);
  } catch (...) {
    if (!existed) fs::remove_all(spec_.folder);
    throw;
  }
  fs::create_directories(spec_.folder);
  remove_training_files(spec_.folder);
  VocabularyConfig& vocabulary = vocabulary_of(settings_.model);
  vocabulary.source = tokenizers_.source->size();
  vocabulary.target = tokenizers_.target->size();
  vocabulary.end = vocabulary.start = vocabulary.padding = tokenizers_.target->special().end;
  save_tokenizers(spec_.folder, tokenizers_);
  write_file(spec_.folder / "config.json", to_json(settings_.model));
  write_file(spec_.folder / "training.json",
             training_json(settings_));  // last: its presence says that the folder is whole
}

void TrainingRun::make_tokenizers(const CorpusFiles& files) {
  const Survey found = survey(files, settings_.tokenizer.sample, static_cast<uint64_t>(settings_.train.seed));
  if (!spec_.from.empty()) {
    tokenizers_ = open_tokenizers(spec_.from);
    return;
  }
  const VocabularyConfig& vocabulary = vocabulary_of(settings_.model);
  if (!vocabulary.shared) {
    tokenizers_ = {trained(found.source, vocabulary.source, settings_.tokenizer, "source"),
                   trained(found.target, vocabulary.target, settings_.tokenizer, "target")};
    return;
  }
  TextSample both(2 * settings_.tokenizer.sample);
  for (const TextSample* side : {&found.source, &found.target})
    for (const std::string& sentence : side->sentences()) both.add(sentence);
  tokenizers_.source = tokenizers_.target = trained(both, vocabulary.source, settings_.tokenizer, "shared");
}

void TrainingRun::plan_memory() {
  const int64_t batch_tokens = settings_.train.batch_tokens;
  const MemoryPlan plan = measure_memory_plan(*trainer_, *model_);
  part_tokens_ = plan.fit(batch_tokens, spec_.memory_limit);
  NARU_LOG(info, "{}", plan.summary(part_tokens_));
  if (part_tokens_ < batch_tokens)
    NARU_LOG(info, "--ram: each batch of {} target tokens goes through in parts of at most {}", batch_tokens,
             part_tokens_);
}

}  // namespace naru
