#include "naru/evaluate/model_folder.h"

#include <tuple>

#include "naru/base/file.h"
#include "naru/evaluate/calibration.h"
#include "naru/text/korean/speech_level.h"
#include "naru/text/source_tags.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr const char* shortlist_files[] = {"shortlist.safetensors", "shortlist-swap.safetensors"};
constexpr const char* calibration_files[] = {"calibration.json", "calibration-swap.json"};

}  // namespace

SentenceMarks marks_of(const VocabularyConfig& vocabulary) {
  return {.source_end = static_cast<int32_t>(vocabulary.end),
          .target_end = static_cast<int32_t>(vocabulary.end),
          .start = static_cast<int32_t>(vocabulary.start)};
}

TokenizerPair open_tokenizers(const fs::path& folder) {
  std::shared_ptr<const SentencePieceTokenizer> source = SentencePieceTokenizer::open(folder / "source.spm");
  const fs::path target = folder / "target.spm";
  if (fs::exists(target) && read_file(target) == source->bytes()) return {source, source};  // a shared vocabulary
  return {source, SentencePieceTokenizer::open(target)};
}

void save_tokenizers(const fs::path& folder, const TokenizerPair& tokenizers) {
  write_file(folder / "source.spm", tokenizers.source->bytes());
  write_file(folder / "target.spm", tokenizers.target->bytes());
}

std::vector<Direction> directions_of(const TokenizerPair& tokenizers) {
  const auto& [source, target] = tokenizers;
  const auto tags = direction_tags(*source);
  const auto levels = level_tags(*source, Way::to_second);
  if (!tags) return {{source, target, levels}};
  return {{std::make_shared<TaggedTokenizer>(source, tags->forward), target, levels},
          {std::make_shared<TaggedTokenizer>(target, tags->reverse), source, level_tags(*target, Way::to_first)}};
}

ModelFolder ModelFolder::open(const fs::path& path, const std::string& precision) {
  ModelFolder folder{.path = path,
                     .config = read_config(path),
                     .model = open_model(path, precision),
                     .source = nullptr,
                     .target = nullptr,
                     .levels = {},
                     .reverse = {},
                     .shortlist = nullptr,
                     .calibration = nullptr};
  const auto [source, target] = open_tokenizers(path);
  const VocabularyConfig& vocabulary = folder.model->vocabulary();
  if (source->size() > vocabulary.source || target->size() > vocabulary.target)
    fail("{}: the tokenizers have {} and {} pieces, but config.json says {} and {}; do the files belong together?",
         path.string(), source->size(), target->size(), vocabulary.source, vocabulary.target);
  if (target->special().end != vocabulary.end)
    fail("{}: the tokenizer ends sentences with piece {}, but config.json says {}; do the files belong together?",
         path.string(), target->special().end, vocabulary.end);
  const std::vector<Direction> directions = directions_of({source, target});
  folder.source = directions[0].source;
  folder.target = directions[0].target;
  folder.levels = directions[0].levels;
  if (directions.size() > 1) folder.reverse = directions[1];
  return folder;
}

std::vector<ModelFolder> open_folders(const std::vector<std::string>& paths, const std::string& precision) {
  std::vector<ModelFolder> folders;
  for (const std::string& path : paths) folders.push_back(ModelFolder::open(path, precision));
  return folders;
}

void check_same_target(const ModelFolder& first, const ModelFolder& other) {
  const auto ids = [](const ModelFolder& folder) {
    const VocabularyConfig& v = folder.model->vocabulary();
    return std::tuple(folder.target->fingerprint(), v.target, v.end, v.start, v.padding);
  };
  if (ids(first) != ids(other))
    fail("{}: writes other pieces than {}; train one with the other's vocabulary (naru train --from, naru distil)",
         other.path.string(), first.path.string());
}

void copy_beside_weights(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  const auto [shortlist, way_back] = shortlist_files;
  for (const char* name : {"config.json", "training.json", "source.spm", "target.spm", shortlist, way_back})
    if (fs::exists(from / name)) write_file(to / name, read_file(from / name));
}

void ModelFolder::turn() {
  if (!reverse)
    fail("--swap: {} translates in one direction only; train with --both for a model that knows both", path.string());
  std::swap(source, reverse->source);
  std::swap(target, reverse->target);
  std::swap(levels, reverse->levels);
  turned = !turned;
}

void ModelFolder::speak(const std::string& formality) {
  if (formality.empty()) return;
  const SpeechLevel level = speech_level(formality);
  if (!levels && reverse && reverse->levels)
    fail(
        "--formality {}: has no effect in this direction, for it does not write Korean; leave it out, or turn with "
        "--swap",
        formality);
  if (!levels)
    fail(
        "--formality {}: {} knows no speech levels, which only Korean has; train a model that writes Korean with "
        "--set formality=true",
        formality, path.string());
  source = std::make_shared<TaggedTokenizer>(source, levels->at(static_cast<size_t>(level)));
}

fs::path ModelFolder::shortlist_path() const { return path / shortlist_files[turned ? 1 : 0]; }
void ModelFolder::open_shortlist() {
  shortlist = std::make_shared<Shortlist>(Shortlist::open(shortlist_path(), vocabularies_of(*source, *target)));
}

fs::path ModelFolder::calibration_path() const { return path / calibration_files[turned ? 1 : 0]; }
void ModelFolder::open_calibration() {
  calibration = std::make_shared<Calibration>(Calibration::open(calibration_path(), *this));
}

}  // namespace naru
