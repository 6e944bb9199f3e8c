// Writes a model folder again with smaller weights.
#include <filesystem>

#include "naru/compress/round_weights.h"
#include "naru/evaluate/golden.h"
#include "naru/evaluate/model_folder.h"
#include "naru/models/registry.h"

#include "cli/command.h"

namespace naru::cli {
namespace {
namespace fs = std::filesystem;

struct CompressOptions {
  std::string model, out, dtype = "int8";
  void fields(auto&& field) {
    field("model", model, "model folder", required(folder_path()));
    field("out", out, "folder for the smaller model", required(folder_path()));
    field("dtype", dtype, "what matrices are rounded to", one_of({"int8"}));
  }
};

int compress(const CompressOptions& options) {
  const fs::path from = options.model, to = options.out;
  const ModelConfig config = read_config(from);
  const SafetensorsFile file(from / "model.safetensors");
  if (holds_int8(file)) fail("--model {}: its weights are rounded already", options.model);
  if (fs::exists(to / "model.safetensors") || fs::exists(to / "checkpoints"))
    fail("--out {}: holds a model, which would be replaced; name another folder", options.out);
  const TensorSources weights = rounded_weights(file);
  const auto model = build(config, Params(weights, file.path().string()));
  copy_beside_weights(from, to);
  save_model(to, *model, weights);
  const auto megabytes = [](const fs::path& path) { return static_cast<double>(fs::file_size(path)) / 1e6; };
  fmt::print("{}: {:.1f} MB instead of {:.1f}\n", (to / "model.safetensors").string(),
             megabytes(to / "model.safetensors"), megabytes(file.path()));
  return 0;
}

}  // namespace

Command compress_command() { return make_command("compress", "write a model again with weights of 8 bits", compress); }

}  // namespace naru::cli
