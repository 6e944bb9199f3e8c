#include "naru/train/history.h"

#include <sstream>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"

namespace naru {

History::History(std::filesystem::path path, int64_t step) : path_(std::move(path)) {
  std::string kept;
  if (std::filesystem::exists(path_)) {
    std::istringstream lines(read_file(path_));
    for (std::string line; std::getline(lines, line);) {
      const Json row = parse_json(line);
      // A line that a killed run left unfinished is cut as well.
      if (row.is_object() && row.value("step", step + 1) <= step) kept += line + "\n";
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
