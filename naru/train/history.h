#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>

namespace naru {

/// What one optimizer step was, and what validation found after it. Names are the JSON keys.
struct HistoryRow {
  int64_t step = 0, epoch = 0, target_tokens = 0;
  double loss = 0, learning_rate = 0, gradient_norm = 0, seconds = 0;
  std::map<std::string, double> validation;  // "dev_loss", "bleu", "chrf"; empty for most steps
};

/// What a whole run was, from its rows.
struct HistorySummary {
  int64_t steps = 0, epochs = 0, target_tokens = 0;
  double seconds = 0, loss = 0;  // of all steps; of the last one
  /// By name: the best value that validation found (the lowest loss, the highest of others), and its step.
  std::map<std::string, std::pair<double, int64_t>> best;
};
/// Nothing where the file is missing; a line that a killed run left unfinished is passed over.
HistorySummary read_history(const std::filesystem::path& path);

/// `history.jsonl`: one line of JSON for each optimizer step, each step once.
class History {
 public:
  /// Keeps the rows up to `step` of an earlier run and continues behind them.
  History(std::filesystem::path path, int64_t step);
  void add(const HistoryRow& row);
  /// Hands what was added to the system.
  void flush() { out_.flush(); }

 private:
  std::filesystem::path path_;
  std::ofstream out_;
};

}  // namespace naru
