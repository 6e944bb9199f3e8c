// Averages the weights of several trained models of one architecture.
#include "naru/nn/average.h"

#include <deque>
#include <filesystem>

#include "naru/base/file.h"
#include "naru/evaluate/golden.h"
#include "naru/evaluate/model_folder.h"
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

namespace fs = std::filesystem;

/// The folder whose config and tokenizers a model has: its own, or that above checkpoints/.
fs::path folder_of(const fs::path& model) {
  const fs::path given = fs::absolute(model);
  return fs::is_directory(given) ? given : given.parent_path().parent_path();
}

/// Weights of one shape mean nothing in common where pieces or heads are others.
void check_alike(const fs::path& first, const fs::path& other) {
  for (const char* name : {"config.json", "source.spm", "target.spm"})
    if (fs::exists(first / name) && fs::exists(other / name) && read_file(first / name) != read_file(other / name))
      fail("{}: differs from {}; only models of one architecture can be averaged, with the same vocabularies",
           (other / name).string(), (first / name).string());
}

int average_models(const AverageOptions& options) {
  std::deque<SafetensorsFile> files;
  std::deque<StoredCheckpoint> checkpoints;
  std::vector<StoredWeights> weights;
  const fs::path first = folder_of(options.models[0]);
  for (const fs::path model : options.models) {
    check_alike(first, folder_of(model));
    if (fs::is_directory(model)) {
      weights.push_back({&files.emplace_back(model / "model.safetensors"), ""});
    } else {
      weights.push_back({&checkpoints.emplace_back(model).file(), "weight."});
    }
  }
  if (fs::exists(fs::path(options.out) / "checkpoints"))
    fail("--out {}: holds a training run, whose model would be replaced; name another folder", options.out);
  const auto mean = build(read_config(first), Params(average(weights), options.models[0]));
  copy_beside_weights(first, options.out);
  save_model(options.out, *mean);
  return 0;
}

}  // namespace

Command average_command() { return make_command("average", "average the weights of several models", average_models); }

}  // namespace naru::cli
