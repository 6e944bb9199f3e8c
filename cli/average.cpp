// Averages the weights of several trained models of one architecture.
#include "naru/nn/average.h"

#include <filesystem>

#include "naru/base/file.h"
#include "naru/evaluate/golden.h"
#include "naru/models/registry.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct AverageOptions {
  std::vector<std::string> models;
  std::string out;
  void fields(auto&& field) {
    field("models", models, "model folders, or checkpoint files of one run", required());
    field("out", out, "folder for the mean", required());
  }
};

int average_models(const AverageOptions& options) {
  namespace fs = std::filesystem;
  std::vector<NamedTensors> weights;
  fs::path first;  // the folder whose config and tokenizers the mean gets
  for (const fs::path model : options.models) {
    const bool folder = fs::is_directory(model);
    if (first.empty()) first = folder ? model : model.parent_path().parent_path();
    NamedTensors named;
    for (auto& [name, tensor] : SafetensorsFile(folder ? model / "model.safetensors" : model).tensors()) {
      if (folder) named.emplace(name, tensor);
      if (!folder && name.starts_with("weight.")) named.emplace(name.substr(7), tensor);
    }
    weights.push_back(std::move(named));
  }
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
