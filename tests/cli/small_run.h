// Training runs that take a fraction of a second: a corpus of invented sentences, models of a few thousand weights.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/process.h"
#include "tests/small_table.h"
#include "tests/temporary_folder.h"

namespace naru {

/// A folder of a test's own, with `corpus.tsv` and `dev.tsv`, and runs in it.
class SmallRuns {
 public:
  SmallRuns();
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// The arguments that train `preset` into `model`: `more` come after those that make it small.
  std::vector<std::string> arguments(const std::string& model, const std::vector<std::string>& more,
                                     const std::string& preset = "transformer-tiny") const;
  /// The same, run to its end.
  ProcessResult train(const std::string& model, const std::vector<std::string>& more,
                      const std::string& preset = "transformer-tiny") const;
  std::string bytes(const std::string& file) const;
  /// Length and CRC-32 of a model's weights: equal for equal bytes, and short enough to print.
  std::string weights(const std::string& model) const;
  /// One number of each row of a model's history.
  std::vector<double> history(const std::string& model, const std::string& key) const;

 private:
  TemporaryFolder folder_;
};

/// The sum of the memory plan in a log.
int64_t planned_megabytes(const std::string& log);

/// Every file below a folder with the length and CRC-32 of its bytes, to see that nothing changed.
std::vector<std::pair<std::string, std::string>> contents(const std::filesystem::path& folder);

}  // namespace naru
