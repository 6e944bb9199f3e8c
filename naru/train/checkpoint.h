// Checkpoints: everything that exact resumption needs, in one file that is written whole or not at all and carries a
// checksum.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "naru/tensor/safetensors.h"

namespace naru {

struct Checkpoint {
  int64_t step = 0;
  NamedTensors tensors;
  std::map<std::string, std::string> facts;  // small things: positions, counters, the plan
};

/// The folder `checkpoints/` of a model folder. Files are named by step: `step-00012000.safetensors`.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Writes the checkpoint, then removes all but the newest `keep` files.
  void save(const Checkpoint& checkpoint, int keep) const;
  /// The newest whole checkpoint. A damaged one is named in the log and the one before is taken; none: nothing.
  std::optional<Checkpoint> newest() const;
  /// Files present, oldest first.
  std::vector<std::filesystem::path> files() const;
  void clear() const;
  static std::string name_of(int64_t step);

 private:
  std::filesystem::path folder_;
};

/// Reads one checkpoint file. Error: names the file and the damage.
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace naru
