#include "naru/evaluate/model_folder.h"

#include "naru/base/file.h"

namespace naru {
namespace fs = std::filesystem;

SentenceMarks marks_of(const VocabularyConfig& vocabulary) {
  return {.source_end = static_cast<int32_t>(vocabulary.end),
          .target_end = static_cast<int32_t>(vocabulary.end),
          .start = static_cast<int32_t>(vocabulary.start)};
}

TokenizerPair open_tokenizers(const fs::path& folder) {
  return {SentencePieceTokenizer::open(folder / "source.spm"), SentencePieceTokenizer::open(folder / "target.spm")};
}

void save_tokenizers(const fs::path& folder, const TokenizerPair& tokenizers) {
  write_file(folder / "source.spm", tokenizers.source->bytes());
  write_file(folder / "target.spm", tokenizers.target->bytes());
}

ModelFolder ModelFolder::open(const fs::path& path) {
  ModelFolder folder{
      .path = path, .config = read_config(path), .model = open_model(path), .source = nullptr, .target = nullptr};
  const auto [source, target] = open_tokenizers(path);
  const VocabularyConfig& vocabulary = folder.model->vocabulary();
  if (source->size() > vocabulary.source || target->size() > vocabulary.target)
    fail("{}: the tokenizers have {} and {} pieces, but config.json says {} and {}; do the files belong together?",
         path.string(), source->size(), target->size(), vocabulary.source, vocabulary.target);
  folder.source = source;
  folder.target = target;
  return folder;
}

}  // namespace naru
