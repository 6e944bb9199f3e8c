// Averages the weights of several trained models of one architecture.
#include "naru/nn/average.h"

#include <deque>
#include <filesystem>

#include "naru/base/file.h"
#include "naru/evaluate/golden.h"
#include "naru/models/registry.h"
#include "naru/train/checkpoint.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct AverageOptions {
  std::vector<std::string> models;
  std::string out;
  void fields(auto&& field) {
    field("models", models, "model folders, or checkpoint files of one run", required(folder_path()));
    field("out", out, "folder for the mean", required(folder_path()));
  }
};

int average_models(const AverageOptions& options) {
  namespace fs = std::filesystem;
  std::deque<SafetensorsFile> files;
  std::deque<StoredCheckpoint> checkpoints;
  std::vector<StoredWeights> weights;
  for (const fs::path model : options.models) {
    if (fs::is_directory(model)) {
      weights.push_back({&files.emplace_back(model / "model.safetensors"), ""});
    } else {
      weights.push_back({&checkpoints.emplace_back(model).file(), "weight."});
    }
  }
  // The folder whose config and tokenizers the mean gets: the model's, or that above checkpoints/.
  const fs::path given = fs::absolute(options.models[0]);
  const fs::path first = fs::is_directory(given) ? given : given.parent_path().parent_path();
  const auto mean = build(read_config(first), Params(average(weights), options.models[0]));
  fs::create_directories(options.out);
  for (const char* name : {"config.json", "training.json", "source.spm", "target.spm"})
    if (fs::exists(first / name)) write_file(fs::path(options.out) / name, read_file(first / name));
  save_model(options.out, *mean);
  return 0;
}

}  // namespace

Command average_command() { return make_command("average", "average the weights of several models", average_models); }

}  // namespace naru::cli
