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
  int64_t group = 64;
  void fields(auto&& field) {
    field("model", model, "model folder", required(folder_path()));
    field("out", out, "folder for the smaller model", required(folder_path()));
    field("dtype", dtype, "what matrices are rounded to", one_of({"bf16", "int8", "int4"}));
    field("group", group, "int4: numbers that share a scale, 32, 64 or 128; fewer are nearer to the model and larger");
  }
};

int compress(const CompressOptions& options) {
  const fs::path from = options.model, to = options.out;
  const DType dtype = matrix_dtype(options.dtype, options.group);
  const ModelConfig config = read_config(from);
  const SafetensorsFile file(from / "model.safetensors");
  if (const DType stored = stored_dtype(file); is_quantized(stored) || stored == dtype)
    fail("--model {}: its weights are rounded already", options.model);
  if (fs::exists(to / "model.safetensors") || fs::exists(to / "checkpoints"))
    fail("--out {}: holds a model, which would be replaced; name another folder", options.out);
  const TensorSources weights = rounded_weights(file, dtype);
  const auto model = build(config, Params(weights, file.path().string()));
  copy_beside_weights(from, to);
  save_model(to, *model, weights);
  const auto megabytes = [](const fs::path& path) { return static_cast<double>(fs::file_size(path)) / 1e6; };
  fmt::print("{}: {:.1f} MB instead of {:.1f}\n", (to / "model.safetensors").string(),
             megabytes(to / "model.safetensors"), megabytes(file.path()));
  return 0;
}

}  // namespace

Command compress_command() { return make_command("compress", "write a model again with smaller weights", compress); }

}  // namespace naru::cli
