#include "naru/train/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "naru/base/file.h"
#include "naru/base/log.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

int64_t whole_number(const std::string& text, const fs::path& path) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) fail("{}: '{}' is not a step", path.string(), text);
  return number;
}

}  // namespace

StoredCheckpoint::StoredCheckpoint(const fs::path& path) : file_(path), facts_(file_.metadata()) {
  const auto stored = facts_.extract("crc32");
  if (stored.empty() || !facts_.contains("step")) fail("{}: is not a checkpoint of naru", path.string());
  const std::string found = fmt::format("{:08x}", checksum(file_, facts_));
  if (found != stored.mapped())
    fail("{}: is damaged: its checksum is {} but {} is written in it", path.string(), found, stored.mapped());
  step_ = whole_number(facts_.extract("step").mapped(), path);
}

bool StoredCheckpoint::read(const std::string& name, const Tensor& into) const {
  if (!file_.contains(name) || file_.shape(name) != into.shape() || file_.dtype(name) != into.dtype()) return false;
  std::memcpy(into.raw(), file_.tensor(name, Purpose::workspace).raw(), static_cast<size_t>(into.bytes()));
  return true;
}

void CheckpointFolder::save(const Checkpoint& checkpoint) const {
  fs::create_directories(folder_);
  auto facts = checkpoint.facts;
  facts["step"] = std::to_string(checkpoint.step);
  write_checked_safetensors(folder_ / name_of(checkpoint.step), checkpoint.tensors, facts);
}

void CheckpointFolder::prune(int64_t keep) const {
  const auto present = files();
  for (size_t i = 0; i + static_cast<size_t>(keep) < present.size(); ++i) fs::remove(present[i]);
}

std::vector<StoredCheckpoint> CheckpointFolder::newest(size_t count) const {
  std::vector<StoredCheckpoint> whole;
  std::vector<fs::path> damaged;
  auto present = files();
  for (auto path = present.rbegin(); path != present.rend() && whole.size() < count; ++path) {
    try {
      whole.emplace_back(*path);
    } catch (const Error& error) {
      NARU_LOG(warning, "{}; taking the checkpoint before it", error.what());
      damaged.push_back(*path);
    }
  }
  std::error_code ignored;  // in a folder that cannot be written they are named again the next time
  if (!whole.empty())
    for (const fs::path& path : damaged) fs::rename(path, path.string() + ".damaged", ignored);
  return whole;
}

void CheckpointFolder::remove(int64_t step) const { fs::remove(folder_ / name_of(step)); }

std::vector<fs::path> CheckpointFolder::files() const {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder_)) return found;
  for (const auto& entry : fs::directory_iterator(folder_))
    if (is_name(entry.path().filename().string())) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::string CheckpointFolder::name_of(int64_t step) { return fmt::format("step-{:08}.safetensors", step); }

bool CheckpointFolder::is_name(std::string_view file) {
  return file.starts_with("step-") && file.ends_with(".safetensors");
}

void CheckpointFolder::clear() const {
  for (const auto& path : files()) fs::remove(path);
}

}  // namespace naru
