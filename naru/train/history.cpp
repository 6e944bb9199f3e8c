#include "naru/train/history.h"

#include <cmath>
#include <limits>
#include <sstream>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"

namespace naru {
namespace {

/// A number of a row; `otherwise` where it is missing or, as JSON writes what is not finite, null.
template <typename Number>
Number number(const Json& row, const char* name, Number otherwise) {
  const auto found = row.find(name);
  return found != row.end() && found->is_number() ? found->get<Number>() : otherwise;
}

}  // namespace

HistorySummary read_history(const std::filesystem::path& path) {
  HistorySummary summary;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    const Json row = parse_json(line);
    if (!row.is_object()) continue;
    summary.steps = number(row, "step", summary.steps);
    summary.epochs = number(row, "epoch", summary.epochs);
    summary.loss = number(row, "loss", summary.loss);
    summary.target_tokens += number(row, "target_tokens", int64_t{0});
    summary.seconds += number(row, "seconds", 0.0);
    for (const char* name : {"dev_loss", "bleu", "chrf"}) {
      const double value = number(row, name, std::numeric_limits<double>::quiet_NaN());
      if (std::isnan(value)) continue;
      const auto known = summary.best.find(name);
      const bool lower_is_better = std::string_view(name) == "dev_loss";
      if (known == summary.best.end() || (lower_is_better ? value < known->second.first : value > known->second.first))
        summary.best[name] = {value, summary.steps};
    }
  }
  return summary;
}

History::History(std::filesystem::path path, int64_t step) : path_(std::move(path)) {
  std::string kept;
  if (std::filesystem::exists(path_)) {
    std::istringstream lines(read_file(path_));
    for (std::string line; std::getline(lines, line);) {
      const Json row = parse_json(line);
      // A line that a killed run left unfinished is cut as well.
      if (row.is_object() && number(row, "step", step + 1) <= step) kept += line + "\n";
    }
  }
  write_file(path_, kept);
  out_.open(path_, std::ios::app);
  if (!out_) fail("{}: cannot be written", path_.string());
}

void History::add(const HistoryRow& row) {
  Json line;
  line["step"] = row.step;
  line["epoch"] = row.epoch;
  line["loss"] = row.loss;
  line["learning_rate"] = row.learning_rate;
  line["gradient_norm"] = row.gradient_norm;
  line["target_tokens"] = row.target_tokens;
  line["target_tokens_per_second"] = row.seconds > 0 ? static_cast<double>(row.target_tokens) / row.seconds : 0;
  line["seconds"] = row.seconds;
  for (const auto& [name, value] : row.validation) line[name] = value;
  out_ << json_text(line) << '\n';
  if (!out_) fail("{}: cannot be written; is the disk full?", path_.string());
}

}  // namespace naru
