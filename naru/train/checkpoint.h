// Checkpoints: everything that exact resumption needs, in one file that is written whole or not at all and carries a
// checksum.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "naru/tensor/safetensors.h"

namespace naru {

struct Checkpoint {
  int64_t step = 0;
  TensorSources tensors;
  std::map<std::string, std::string> facts;  // small things: positions, counters, the plan
};

/// A checkpoint in its file, checked whole. Its numbers stay there until they are asked for: resuming holds none twice.
class StoredCheckpoint {
 public:
  /// Error: names the file and the damage.
  explicit StoredCheckpoint(const std::filesystem::path& path);
  int64_t step() const { return step_; }
  const std::map<std::string, std::string>& facts() const { return facts_; }
  const SafetensorsFile& file() const { return file_; }
  /// Writes the numbers of the stored tensor over those of `into`. False: there is none of that name, dtype and shape.
  bool read(const std::string& name, const Tensor& into) const;

 private:
  SafetensorsFile file_;
  int64_t step_ = 0;
  std::map<std::string, std::string> facts_;
};

/// The folder `checkpoints/` of a model folder. Files are named by step: `step-00012000.safetensors`.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void save(const Checkpoint& checkpoint) const;
  /// Removes all but the newest `keep` files.
  void prune(int64_t keep) const;
  /// The newest whole checkpoints, at most `count`, newest first. A damaged one is named in the log and the one before
  /// is taken; where there is one, the damaged is set aside as NAME.damaged and counts no more among those kept.
  std::vector<StoredCheckpoint> newest(size_t count) const;
  void remove(int64_t step) const;
  /// Files present, oldest first.
  std::vector<std::filesystem::path> files() const;
  void clear() const;
  static std::string name_of(int64_t step);
  static bool is_name(std::string_view file);

 private:
  std::filesystem::path folder_;
};

}  // namespace naru
