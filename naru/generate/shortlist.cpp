#include "naru/generate/shortlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "naru/base/error.h"
#include "naru/tensor/safetensors.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr const char* format_name = "naru-shortlist";
constexpr const char* mend = "make it again with naru shortlist";

using Metadata = std::map<std::string, std::string>;

[[noreturn]] void damaged(const fs::path& path, const std::string& what) {
  fail("{}: {}; {}", path.string(), what, mend);
}

/// Metadata but for the checksum.
Metadata checked_metadata(const SafetensorsFile& file) {
  Metadata metadata = file.metadata();
  if (metadata["format"] != format_name) damaged(file.path(), "is no shortlist");
  const auto stored = metadata.extract("crc32");
  if (stored.empty() || stored.mapped() != fmt::format("{:08x}", checksum(file, metadata)))
    damaged(file.path(), "is damaged: its checksum is wrong");
  return metadata;
}

int64_t number(const fs::path& path, const Metadata& metadata, const std::string& key) {
  int64_t value = -1;
  if (const auto found = metadata.find(key); found != metadata.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  if (value < 0) damaged(path, fmt::format("'{}' is no number", key));
  return value;
}

std::vector<int32_t> numbers(const SafetensorsFile& file, const std::string& name) {
  if (!file.contains(name) || file.dtype(name) != DType::i32 || file.shape(name).rank() != 1)
    damaged(file.path(), fmt::format("has no list '{}'", name));
  const Tensor tensor = file.tensor(name, Purpose::workspace);
  const std::span<const int32_t> values = tensor.values<int32_t>();
  return {values.begin(), values.end()};
}

bool within(const std::vector<int32_t>& ids, int64_t size) {
  return std::ranges::all_of(ids, [&](int32_t id) { return 0 <= id && id < size; });
}

void check_lists(const fs::path& path, const Shortlist& list) {
  const auto& [source_size, target_size, source, target] = list.vocabularies;
  const bool whole = std::ssize(list.offsets) == source_size + 1 && list.offsets.front() == 0 &&
                     std::ranges::is_sorted(list.offsets) && list.offsets.back() == std::ssize(list.pieces) &&
                     std::ssize(list.frequent) == target_size;
  if (!whole || !within(list.pieces, target_size) || !within(list.frequent, target_size))
    damaged(path, "its lists do not fit together");
}

Tensor list_of(const std::vector<int32_t>& values) { return Tensor::from(values, {std::ssize(values)}); }

}  // namespace

VocabularyPair vocabularies_of(const Tokenizer& source, const Tokenizer& target) {
  return {source.size(), target.size(), source.fingerprint(), target.fingerprint()};
}

Shortlist Shortlist::open(const fs::path& path, const VocabularyPair& vocabularies) {
  if (!fs::exists(path))
    fail("{}: there is none; make it with naru shortlist, or leave out --shortlist", path.string());
  const SafetensorsFile file(path);
  const Metadata metadata = checked_metadata(file);
  const auto fingerprint = [&](const char* key) { return static_cast<uint32_t>(number(path, metadata, key)); };
  Shortlist list{.vocabularies = {.source_size = number(path, metadata, "source_size"),
                                  .target_size = number(path, metadata, "target_size"),
                                  .source = fingerprint("source_fingerprint"),
                                  .target = fingerprint("target_fingerprint")},
                 .offsets = numbers(file, "offsets"),
                 .pieces = numbers(file, "pieces"),
                 .frequent = numbers(file, "frequent"),
                 .first = number(path, metadata, "first")};
  if (list.vocabularies != vocabularies)
    damaged(path, fmt::format("was made for other tokenizers ({} and {} pieces, the model's have {} and {})",
                              list.vocabularies.source_size, list.vocabularies.target_size, vocabularies.source_size,
                              vocabularies.target_size));
  check_lists(path, list);
  return list;
}

void Shortlist::save(const fs::path& path) const {
  const NamedTensors lists{{"offsets", list_of(offsets)}, {"pieces", list_of(pieces)}, {"frequent", list_of(frequent)}};
  write_checked_safetensors(path, sources_of(lists),
                            {{"format", format_name},
                             {"first", std::to_string(first)},
                             {"source_size", std::to_string(vocabularies.source_size)},
                             {"target_size", std::to_string(vocabularies.target_size)},
                             {"source_fingerprint", std::to_string(vocabularies.source)},
                             {"target_fingerprint", std::to_string(vocabularies.target)}});
}

std::vector<int32_t> Shortlist::candidates(std::span<const int32_t> source, std::span<const int32_t> always,
                                           int64_t least) const {
  std::vector<bool> chosen(frequent.size());
  int64_t count = 0;
  const auto choose = [&](int32_t id) {
    count += !chosen[static_cast<size_t>(id)];
    chosen[static_cast<size_t>(id)] = true;
  };
  std::ranges::for_each(always, choose);
  for (const int32_t id : source) {
    const auto at = static_cast<size_t>(id);
    for (int32_t i = offsets[at]; i < offsets[at + 1]; ++i) choose(pieces[static_cast<size_t>(i)]);
  }
  for (int64_t i = 0; i < std::ssize(frequent) && (i < first || count < least); ++i)
    choose(frequent[static_cast<size_t>(i)]);
  std::vector<int32_t> ids;
  for (size_t id = 0; id < chosen.size(); ++id)
    if (chosen[id]) ids.push_back(static_cast<int32_t>(id));
  return ids;
}

}  // namespace naru
