// How a run's folder is made or opened: settings, tokenizers, the corpus as ids, the model, the memory plan.
#include <fmt/ranges.h>

#include <algorithm>

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/ops/cpu/product.h"
#include "naru/text/source_tags.h"
#include "naru/train/memory_plan.h"
#include "naru/train/run_settings.h"
#include "naru/train/source_tag_pieces.h"
#include "naru/train/training_run.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

/// Everything in a model folder that training writes; what tells it from another's model comes last.
constexpr std::string_view training_files[] = {"checkpoints",  "model.safetensors", "history.jsonl", "corpus.ids",
                                               "corpus-1.txt", "corpus-2.txt",      "source.spm",    "target.spm",
                                               "config.json",  "training.json"};

/// What a new run makes of its corpus waits under this ending until nothing can refuse the run any more.
const std::string waiting = ".tmp_new";

/// A file of training's own that was not yet whole, or that waits.
bool is_unfinished(const std::string& file) {
  const std::string_view interrupted = interrupted_write(file);
  std::string_view name = interrupted.empty() ? file : interrupted;
  const bool waits = name.ends_with(waiting);
  if (waits) name.remove_suffix(waiting.size());
  return (waits || !interrupted.empty()) &&
         (std::ranges::find(training_files, name) != std::end(training_files) || CheckpointFolder::is_name(name));
}

/// What a killed run had begun to write.
void remove_unfinished_files(const fs::path& folder) {
  for (const fs::path& place : {folder, folder / "checkpoints"}) {
    if (!fs::is_directory(place)) continue;
    std::vector<fs::path> unfinished;
    for (const auto& entry : fs::directory_iterator(place))
      if (entry.is_regular_file() && is_unfinished(entry.path().filename().string()))
        unfinished.push_back(entry.path());
    for (const fs::path& path : unfinished) fs::remove(path);
  }
}

void remove_training_files(const fs::path& folder) {
  for (const std::string_view name : training_files) fs::remove_all(folder / name);
}

/// What `naru train` did not make, or a file of that name, is not replaced without being asked to.
void refuse_others_folder(const fs::path& folder) {
  if (fs::exists(folder) && !fs::is_directory(folder)) fail("{}: is a file; name a folder", folder.string());
  // A new run makes corpus.ids first and training.json last: one that was killed between them is no other's.
  if (fs::exists(folder / "training.json") || fs::exists(folder / "corpus.ids")) return;
  for (const std::string_view name : training_files)
    if (fs::exists(folder / name))
      fail("{}: holds a {} that was not trained there; name another folder, or replace it with --fresh",
           folder.string(), name);
}

/// What `best` is a value of: one measure on one development set, or on what of it is translated. Empty without one.
std::string measure_of(const std::vector<Pair>& dev, const TrainConfig& train) {
  if (dev.empty()) return "";
  uint32_t crc = 0;
  for (const Pair& pair : dev) crc = crc32(pair.target + '\n', crc32(pair.source + '\t', crc));
  std::string measure = fmt::format("{} {:08x}", train.validate_by, crc);
  if (train.quantize != "none") measure += " " + train.quantize;
  return train.validate_by == "loss" ? measure : measure + fmt::format(" {}", train.validate_sentences);
}

/// Settings that look at validations.
void refuse_without_dev(const TrainConfig& train) {
  if (train.patience > 0) fail("--set patience={}: counts validations, which need --dev; name one", train.patience);
  if (train.validate_by != "loss") fail("--set validate_by={}: is measured on --dev; name one", train.validate_by);
}

/// Those without an empty side; the others are counted in the log.
std::vector<Pair> development_pairs(const CorpusFiles& files) {
  if (has_streams(files)) fail("--dev {}: is read anew at each start; give a file", fmt::join(files.paths, " "));
  std::vector<Pair> pairs = read_pairs(files);
  const size_t lines = pairs.size();
  std::erase_if(pairs, [](const Pair& pair) { return pair.source.empty() || pair.target.empty(); });
  if (pairs.empty())
    fail("{}:{}: the development set ends without a usable pair: each has an empty side", files.paths[0], lines);
  if (pairs.size() < lines)
    NARU_LOG(info, "--dev: {} of {} pairs have an empty side and are left out", lines - pairs.size(), lines);
  return pairs;
}

/// `counts` are those of the whole text that the sentences are a sample of.
std::shared_ptr<const SentencePieceTokenizer> trained(std::span<const std::string> sentences, const TextCounts& counts,
                                                      int64_t vocabulary, const TokenizerConfig& config,
                                                      const char* side, const SpecialPieces& special = {}) {
  if (const auto warning = vocabulary_warning(vocabulary, counts)) NARU_LOG(warning, "{}: {}", side, *warning);
  return std::make_shared<SentencePieceTokenizer>(train_sentencepiece(sentences, vocabulary, config, special), side);
}

}  // namespace

void check_without_pairs(const TrainingSpec& spec) {
  if (!spec.fresh) refuse_others_folder(spec.folder);
  const bool known = fs::exists(spec.folder / "training.json") && !spec.fresh;
  const Settings settings = known ? read_settings(spec.folder) : new_settings(spec);
  if (!spec.dev.empty()) development_pairs({spec.dev, spec.swap, {}});
  if (spec.dev.empty() && !known) refuse_without_dev(settings.train);
}

TrainingRun::TrainingRun(const TrainingSpec& spec, const Ranks& ranks)
    : spec_(spec), ranks_(ranks), checkpoints_(spec.folder / "checkpoints"), progress_(spec.name) {
  if (!ranks.first()) {
    follow();
    return;
  }
  bool others_wait = true;
  const auto tell_others = [&](const char* how) {
    others_wait = false;
    ranks.hand_out(std::string(how));
  };
  try {
    if (!spec.fresh) refuse_others_folder(spec.folder);
    if (fs::exists(spec.folder)) hold_folder();
    open(fs::exists(spec.folder / "training.json") && !spec.fresh);
    tell_others(resumes_ ? "resumes" : "begins");
    begin();
  } catch (...) {
    // A mistake leaves no half of a folder, and nothing new in an old one.
    std::error_code ignored;
    if (made_folder_) fs::remove_all(spec.folder, ignored);
    if (lock_) remove_unfinished_files(spec.folder);
    if (others_wait) tell_others("refused");
    throw;
  }
}

/// Opens what the first rank has made or opened.
void TrainingRun::follow() {
  const std::string how = ranks_.hand_out(std::string());
  if (how == "refused") fail("rank {}: ends, for the first rank could not begin", ranks_.rank());
  if (!fs::exists(spec_.folder / "training.json"))
    fail("{}: rank {} does not see it; all ranks need one file system for it", spec_.folder.string(), ranks_.rank());
  resumes_ = how == "resumes";
  open(true);
  begin();
}

/// All ranks together: from the newest checkpoint, or with the first one.
void TrainingRun::begin() {
  if (resumes_) {
    if (!resume()) fail("{}: holds no whole checkpoint; --fresh starts over", spec_.folder.string());
    NARU_LOG(info, "{}: resumed at step {}", spec_.folder.string(), step_);
  } else {
    if (ranks_.first()) history_.emplace(spec_.folder / "history.jsonl", 0);
    save_checkpoint();  // what a run that fails early goes back to
  }
  if (ranks_.first() && !plan_.empty()) write_file(spec_.folder / "training.json", plan_);
}

void TrainingRun::hold_folder() {
  if (lock_) return;
  const bool made = fs::create_directories(spec_.folder);
  lock_.emplace(spec_.folder);
  made_folder_ = made;
}

void TrainingRun::open(bool known) {
  if (spec_.both && spec_.swap) fail("--swap: --both trains both directions already; leave one of them out");
  if (!spec_.from.empty() && fs::exists(spec_.folder) && fs::equivalent(spec_.from, spec_.folder))
    fail("--from {}: is the folder to train into; name another --model", spec_.from.string());
  std::vector<Pair> dev;
  if (!spec_.dev.empty()) dev = development_pairs({spec_.dev, spec_.swap, {}});
  known ? open_folder() : prepare_folder();
  const std::string plan = training_json(settings_);
  TrainConfig& train = settings_.train;
  if (train.schedule.schedule == "auto")
    train.schedule.schedule =
        train.max_steps > 0 || train.max_epochs > 0 || train.max_minutes > 0 ? "cosine" : "inverse_sqrt";

  const SentenceMarks marks = marks_of(vocabulary_of(settings_.model));
  if (ranks_.first()) resumes_ = known && !checkpoints_.files().empty();
  open_corpus(known ? std::string() : waiting, resumes_);
  if (train.storage() == DType::bf16 && !cpu::has_bf16_products())
    NARU_LOG(warning,
             "precision bf16: this processor does not multiply it, which is slow; --precision f32 is faster here");

  const auto seed = static_cast<uint64_t>(train.seed);
  model_ =
      build(settings_.model,
            resumes_ || spec_.from.empty() ? Params(seed) : Params(SafetensorsFile(spec_.from / "model.safetensors")));
  trainer_.emplace(*model_, train, ranks_);
  if (spec_.teaching) trainer_->learn_from_teacher(spec_.teaching->weight);
  const std::optional<WaitK> wait = wait_of(settings_.model, tokenizers_);
  if (wait) trainer_->wait(*wait);
  batches_.emplace(*corpus_, BatchConfig{.batch_tokens = step_tokens(), .seed = seed, .marks = marks});
  plan_memory();
  if (!dev.empty()) validation_.emplace(dev, directions_of(tokenizers_), marks, train.validate_sentences, part_tokens_);
  if (validation_ && wait) validation_->wait(*wait);
  if (const int64_t most = model_->decoder()->longest(); validation_ && validation_->longest() > most)
    fail("--dev: a sentence has {} pieces with its end, but positions=learned knows maximum_positions={}; leave it out",
         validation_->longest(), most);
  best_of_ = measure_of(dev, train);
  if (known) {
    plan_ = plan;
  } else {
    make_folder(plan);
  }
}

void TrainingRun::open_corpus(const std::string& suffix, bool resumes) {
  const CorpusFiles files = kept_streams({spec_.train, spec_.swap, {}}, spec_.folder, suffix);
  const fs::path ids = spec_.folder / ("corpus.ids" + suffix);
  const TrainConfig& train = settings_.train;
  TokenCorpusConfig config{.max_length = train.max_length, .seed = static_cast<uint64_t>(train.seed)};
  if (const auto tags = direction_tags(*tokenizers_.source)) {
    config.both = true;
    config.forward_tag = tags->forward;
    config.reverse_tag = tags->reverse;
  }
  const std::vector<Direction> directions = directions_of(tokenizers_);
  config.forward_levels = directions.front().levels;
  if (config.both) config.reverse_levels = directions.back().levels;
  config.level_dropout = train.formality_dropout;
  // Another corpus is refused before the ids of the one that was trained on are replaced.
  if (resumes && TokenCorpus::made_from_other(ids, files, *tokenizers_.source, *tokenizers_.target, config))
    refuse_corpus();
  corpus_.emplace(TokenCorpus::open_or_make(ids, files, *tokenizers_.source, *tokenizers_.target, config));
  NARU_LOG(info, "{}", summary(corpus_->counts(), train.max_length));
}

void TrainingRun::refuse_corpus() const {
  fail(
      "{}: was trained on other pairs: the corpus, --swap, --seed or max_length is not what it was; --fresh starts "
      "over",
      spec_.folder.string());
}

void TrainingRun::open_folder() {
  settings_ = read_settings(spec_.folder);
  if (!spec_.preset.empty() && spec_.preset != settings_.preset)
    fail("{}: holds a {} model, not {}; --fresh starts over", spec_.folder.string(), settings_.preset, spec_.preset);
  const std::string before = to_json(settings_.model);
  apply_over_tokenizers(settings_, spec_);
  if (to_json(settings_.model) != before)
    fail("{}: --set changes the model that is being trained there; --fresh starts over", spec_.folder.string());
  if (spec_.dev.empty()) refuse_without_dev(settings_.train);
  open_known_tokenizers(spec_.folder);
  if (checkpoints_.files().empty() && fs::exists(spec_.folder / "model.safetensors"))
    fail(
        "{}: holds a model without the checkpoint to go on from; train another folder --from it, or --fresh starts "
        "over",
        spec_.folder.string());
  if (ranks_.first()) remove_unfinished_files(spec_.folder);
}

/// All that a new folder needs, before anything in an old one is touched.
void TrainingRun::prepare_folder() {
  settings_ = new_settings(spec_);
  if (spec_.dev.empty()) refuse_without_dev(settings_.train);
  CorpusFiles files{spec_.train, spec_.swap, {}};
  if (has_streams(files)) {
    hold_folder();
    files = keep_streams(files, spec_.folder, waiting);
  }
  make_tokenizers(files);
  hold_folder();
  if (!spec_.fresh && fs::exists(spec_.folder / "training.json"))
    fail("{}: another training was begun there meanwhile; name another folder", spec_.folder.string());
  VocabularyConfig& vocabulary = vocabulary_of(settings_.model);
  if (spec_.from.empty()) settings_.asked = {vocabulary.source, vocabulary.target};
  vocabulary.source = tokenizers_.source->size();
  vocabulary.target = tokenizers_.target->size();
  vocabulary.end = vocabulary.start = vocabulary.padding = tokenizers_.target->special().end;
}

/// Puts the new run in place of the old one, if there was one.
void TrainingRun::make_folder(const std::string& plan) {
  remove_training_files(spec_.folder);
  for (const std::string name : {"corpus.ids", "corpus-1.txt", "corpus-2.txt"})
    if (const fs::path made = spec_.folder / (name + waiting); fs::exists(made)) fs::rename(made, spec_.folder / name);
  save_tokenizers(spec_.folder, tokenizers_);
  write_file(spec_.folder / "config.json", to_json(settings_.model));
  write_file(spec_.folder / "training.json", plan);  // last: its presence says that the folder is whole
}

void TrainingRun::make_tokenizers(const CorpusFiles& files) {
  const Survey found = survey(files, settings_.tokenizer.sample, static_cast<uint64_t>(settings_.train.seed));
  if (const fs::path& known = spec_.from.empty() ? spec_.tokenizers : spec_.from; !known.empty()) {
    open_known_tokenizers(known);
    return;
  }
  const std::vector<std::string> tags =
      source_tag_pieces(found, {.both = spec_.both, .formality = settings_.train.formality});
  const VocabularyConfig& vocabulary = vocabulary_of(settings_.model);
  if (!vocabulary.shared) {
    const auto side = [&](const TextSample& sample, int64_t pieces, const char* name, const SpecialPieces& special) {
      return trained(sample.sentences(), sample.counts(), pieces, settings_.tokenizer, name, special);
    };
    tokenizers_ = {side(found.source, vocabulary.source, "source", {.symbols = {}, .tags = tags}),
                   side(found.target, vocabulary.target, "target", {})};
    return;
  }
  std::vector<std::string> sentences;
  TextCounts counts;
  for (const TextSample* side : {&found.source, &found.target}) {
    sentences.insert(sentences.end(), side->sentences().begin(), side->sentences().end());
    counts.lines += side->counts().lines;
    counts.words += side->counts().words;
  }
  tokenizers_.source = tokenizers_.target =
      trained(sentences, counts, vocabulary.source, settings_.tokenizer, "shared", {.symbols = {}, .tags = tags});
}

/// A model's directions are those of its vocabulary.
void TrainingRun::open_known_tokenizers(const fs::path& folder) {
  tokenizers_ = open_tokenizers(folder);
  const bool both = direction_tags(*tokenizers_.source).has_value();
  if (both && !spec_.both) fail("{}: knows both directions; train it with --both", folder.string());
  if (!both && spec_.both) fail("{}: knows one direction only; leave --both out", folder.string());
  const bool levels =
      std::ranges::any_of(directions_of(tokenizers_), [](const auto& way) { return way.levels.has_value(); });
  if (levels && !settings_.train.formality)
    fail("{}: knows speech levels; leave --set formality=false out", folder.string());
  if (!levels && settings_.train.formality)
    fail("{}: knows no speech levels; leave --set formality=true out", folder.string());
}

void TrainingRun::plan_memory() {
  const TrainConfig& train = settings_.train;
  if (const int64_t most = model_->decoder()->longest(); most <= train.max_length)
    fail("--set max_length={}: with its end a sentence has one more, but positions=learned knows maximum_positions={}",
         train.max_length, most);
  if (spec_.teaching && spec_.teaching->longest <= train.max_length)
    fail("--set max_length={}: with its end a sentence has one more, but the teacher takes {}; lower it",
         train.max_length, spec_.teaching->longest);
  const int64_t longest = train.max_length + 1;
  MemoryPlan plan;
  const auto draw = [&](const ProbeSizes& sizes) {
    plan = measure_memory_plan(*trainer_, *model_, train.max_length, sizes);
    plan.program += cpu::product_kernel_bytes(train.storage());
    if (ranks_.count() > 1) plan.program += Ranks::memory;
    if (spec_.teaching) plan.activations_per_token += static_cast<double>(spec_.teaching->best * SoftTargets::bytes);
    part_tokens_ = plan.fit(longest, spec_.memory_limit, spec_.memory_limit_text);
  };
  draw({});
  if (std::min(part_tokens_, train.batch_tokens) >= large_probes.large) draw(large_probes);
  if (train.accumulate > 1) part_tokens_ = std::min(part_tokens_, train.batch_tokens);
  // Batches are counted in target tokens; one whose sources are far longer must not take memory far beyond the plan.
  part_tokens_ = std::min(part_tokens_, 2 * std::max(train.batch_tokens, longest));
  const int64_t at_once = std::min(part_tokens_, train.batch_tokens);
  // What stays is there by now but for gradients, that of other runs in this process too; its workspace is in the plan.
  expect_memory(memory_use().current - memory_use(Purpose::workspace).current + plan.gradients +
                plan.activations(at_once));
  NARU_LOG(info, "{}", plan.summary(at_once));
  if (part_tokens_ < train.batch_tokens)
    NARU_LOG(info, "--ram: each batch of {} target tokens goes through in parts of at most {}", train.batch_tokens,
             part_tokens_);
}

}  // namespace naru
