#include "tests/cli/small_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "naru/base/file.h"

namespace naru {

namespace {

std::string fingerprint(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  return fmt::format("{} bytes, CRC-32 {:08x}", bytes.size(), crc32(bytes));
}

}  // namespace

SmallRuns::SmallRuns() {
  write_file(folder_ / "corpus.tsv", small_table(200));
  write_file(folder_ / "dev.tsv", small_table(20, 2));
}

std::vector<std::string> SmallRuns::arguments(const std::string& model, const std::vector<std::string>& more,
                                              const std::string& preset) const {
  std::vector<std::string> all{"train", "--model", path(model), "--preset", preset, "--batch-tokens", "100", "--set"};
  // The same on every machine: what is the default depends on it.
  for (const char* setting :
       {"precision=f32", "layers=1", "width=16", "vocabulary=290", "warmup=5", "checkpoint_every=5"})
    all.emplace_back(setting);
  if (preset.starts_with("transformer")) all.insert(all.end(), {"heads=2", "feed_forward=16"});
  all.insert(all.end(), more.begin(), more.end());
  if (std::ranges::find(all, "--train") == all.end()) all.insert(all.end(), {"--train", path("corpus.tsv")});
  return all;
}

ProcessResult SmallRuns::train(const std::string& model, const std::vector<std::string>& more,
                               const std::string& preset) const {
  return run_naru(arguments(model, more, preset));
}

std::string SmallRuns::bytes(const std::string& file) const { return read_file(folder_ / file); }

std::string SmallRuns::weights(const std::string& model) const {
  return fingerprint(folder_ / model / "model.safetensors");
}

std::vector<double> SmallRuns::history(const std::string& model, const std::string& key) const {
  std::vector<double> values;
  std::istringstream lines(bytes(model + "/history.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const auto row = nlohmann::json::parse(line);
    if (row.contains(key)) values.push_back(row.at(key).get<double>());
  }
  return values;
}

int64_t planned_megabytes(const std::string& log) {
  const size_t plan = log.find("memory plan: ");
  return std::atoll(log.substr(log.find(" = ", plan) + 3).c_str());
}

std::vector<std::pair<std::string, std::string>> contents(const std::filesystem::path& folder) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) found.emplace_back(entry.path().string(), fingerprint(entry.path()));
  std::ranges::sort(found);
  return found;
}

}  // namespace naru
