#include "naru/evaluate/golden.h"

#include <algorithm>
#include <limits>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/base/random.h"
#include "naru/evaluate/evaluation.h"

namespace naru {
namespace fs = std::filesystem;
using Metadata = std::map<std::string, std::string>;
namespace {

constexpr const char* weights_file = "model.safetensors";
constexpr const char* files_beside[] = {"config.json", "source.spm", "target.spm"};
constexpr const char* own_checksum = "crc32";  // over tensors and metadata; that of a file: "crc32.config.json"
constexpr const char* golden_key = "golden";

struct GoldenOutputs {
  std::vector<TokenPair> pairs;                       // ids without end of sentence
  std::vector<std::vector<float>> log_probabilities;  // of each token of each target, end of sentence included
  std::vector<std::vector<int32_t>> greedy;           // what the model itself writes
};

/// Pairs of ids drawn from the whole vocabularies: short and longer ones, and a source shorter than its target; none
/// longer than `most` with its end.
std::vector<TokenPair> golden_pairs(const VocabularyConfig& vocabulary, int64_t most) {
  Random random(1);
  const auto ids = [&](int64_t length, int64_t size) {
    std::vector<int32_t> drawn;
    for (int64_t i = 0; i < std::min(length, most - 1); ++i)
      drawn.push_back(static_cast<int32_t>(random.below(static_cast<uint64_t>(size))));
    return drawn;
  };
  std::vector<TokenPair> pairs;
  for (const auto& [source, target] : {std::pair{1, 3}, {4, 4}, {9, 6}})
    pairs.push_back({ids(source, vocabulary.source), ids(target, vocabulary.target)});
  return pairs;
}

GoldenOutputs outputs_of(const Model& model, std::vector<TokenPair> pairs) {
  const VocabularyConfig& vocabulary = model.vocabulary();
  const Batch batch = make_batch(pairs, marks_of(vocabulary));
  const SearchVocabulary rules{
      .start = static_cast<int32_t>(vocabulary.start), .end = static_cast<int32_t>(vocabulary.end), .forbidden = {}};
  GoldenOutputs outputs{
      .pairs = std::move(pairs), .log_probabilities = target_log_probabilities(model, batch), .greedy = {}};
  for (const auto& found : search(*model.decoder(), batch.source, rules, {.beam = 1, .max_length = 8}))
    outputs.greedy.push_back(found[0].ids);
  return outputs;
}

std::string to_json(const GoldenOutputs& outputs) {
  Json document;
  for (const TokenPair& pair : outputs.pairs) {
    document["source"].push_back(pair.source);
    document["target"].push_back(pair.target);
  }
  document["log_probabilities"] = outputs.log_probabilities;
  document["greedy"] = outputs.greedy;
  return json_text(document);
}

GoldenOutputs golden_from_json(const std::string& text, const fs::path& where) {
  GoldenOutputs outputs;
  try {
    const auto document = parse_json(text);
    for (size_t i = 0; i < document.at("source").size(); ++i)
      outputs.pairs.push_back({document.at("source").at(i), document.at("target").at(i)});
    outputs.log_probabilities = document.at("log_probabilities");
    outputs.greedy = document.at("greedy");
  } catch (const Json::exception&) {
    fail("{}: its golden outputs cannot be read; the file is damaged", where.string());
  }
  return outputs;
}

/// Sequence by sequence; sequences of different lengths differ by more than any tolerance.
template <class T>
Comparison compare(const std::string& name, const std::vector<std::vector<T>>& found,
                   const std::vector<std::vector<T>>& expected) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Comparison result{.name = name, .largest = found.size() == expected.size() ? 0 : infinity};
  for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
    if (found[i].size() != expected[i].size()) result.largest = infinity;
    for (size_t k = 0; k < std::min(found[i].size(), expected[i].size()); ++k)
      result.largest =
          std::max(result.largest, difference(static_cast<double>(found[i][k]), static_cast<double>(expected[i][k])));
  }
  return result;
}

std::string checksum_of(const fs::path& file) { return fmt::format("{:08x}", crc32(read_file(file))); }

}  // namespace

void save_model(const fs::path& folder, const Model& model) { save_model(folder, model, model.params().sources()); }

void save_model(const fs::path& folder, const Model& model, const TensorSources& weights) {
  Metadata metadata{
      {"format", "pt"},
      {golden_key, to_json(outputs_of(model, golden_pairs(model.vocabulary(), model.decoder()->longest())))}};
  for (const char* file : files_beside)
    if (fs::exists(folder / file)) metadata[fmt::format("{}.{}", own_checksum, file)] = checksum_of(folder / file);
  write_checked_safetensors(folder / weights_file, weights, metadata);
}

std::vector<FileCheck> verify_files(const fs::path& folder) {
  const SafetensorsFile file(folder / weights_file);
  Metadata metadata = file.metadata();
  const auto stored = metadata.extract(own_checksum);
  if (stored.empty() && !metadata.contains(golden_key)) return {};
  std::vector<FileCheck> checks;
  const std::string found = fmt::format("{:08x}", checksum(file, metadata));
  const bool whole = !stored.empty() && stored.mapped() == found;
  checks.push_back(
      {weights_file, whole ? "" : "is damaged, or its weights were replaced: they are not those that were saved"});
  for (const char* name : files_beside) {
    const auto expected = metadata.find(fmt::format("{}.{}", own_checksum, name));
    if (expected == metadata.end()) continue;
    const char* problem = "";
    if (!fs::exists(folder / name))
      problem = "is missing";
    else if (checksum_of(folder / name) != expected->second)
      problem = "is not the file that the weights were saved with";
    checks.push_back({name, problem});
  }
  return checks;
}

std::vector<Comparison> verify_golden(const Model& model, const fs::path& folder) {
  const SafetensorsFile file(folder / weights_file);
  const auto stored = file.metadata().find(golden_key);
  if (stored == file.metadata().end()) return {};
  const GoldenOutputs expected = golden_from_json(stored->second, file.path());
  const GoldenOutputs found = outputs_of(model, expected.pairs);
  return {compare("golden.log_probabilities", found.log_probabilities, expected.log_probabilities),
          compare("golden.greedy", found.greedy, expected.greedy)};
}

}  // namespace naru
