// Writes a model folder again with smaller weights, with a promised quality where one is asked for.
#include <filesystem>

#include "naru/base/json.h"
#include "naru/compress/round_weights.h"
#include "naru/evaluate/model_folder.h"
#include "naru/models/registry.h"
#include "naru/promise/search_precision.h"

#include "cli/command.h"

namespace naru::cli {
namespace {
namespace fs = std::filesystem;

struct CompressOptions {
  std::string model, out, dtype = "int8";
  int64_t group = 64;
  PromiseOptions promise;
  bool json = false;
  void fields(auto&& field) {
    field("model", model, "model folder", required(folder_path()));
    field("out", out, "folder for the smaller model", required(folder_path()));
    field("dtype", dtype, "what matrices are rounded to; with --max-drop the coarsest that is tried",
          one_of({"bf16", "int8", "int4"}));
    field("group", group, "int4: numbers that share a scale, 32, 64 or 128; fewer are nearer to the model and larger");
    promise.fields(field);
    field("json", json, "print JSON");
  }
};

double megabytes(int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

void check_options(const CompressOptions& options, const SafetensorsFile& file) {
  const DType dtype = matrix_dtype(options.dtype, options.group);
  if (const DType stored = stored_dtype(file); is_quantized(stored) || stored == dtype)
    fail("--model {}: its weights are rounded already", options.model);
  if (fs::exists(fs::path(options.out) / "model.safetensors") || fs::exists(fs::path(options.out) / "checkpoints"))
    fail("--out {}: holds a model, which would be replaced; name another folder", options.out);
  if (options.promise.promised()) at_place("--max-drop", [&] { options.promise.most(); });
  if (options.promise.promised() && options.promise.dev.empty())
    fail("--max-drop {}: needs --dev, pairs to measure the drop on", options.promise.max_drop);
  if (!options.promise.promised() && !options.promise.dev.empty())
    fail("--dev {}: is measured only for a promise; say --max-drop 0.3", options.promise.dev[0]);
}

Json json_of(const Candidate& candidate) {
  return {{"name", candidate.name},           {"bytes", candidate.bytes},
          {"score", candidate.quality.score}, {"drop", candidate.quality.drop},
          {"bound", candidate.quality.bound}, {"target_tokens_per_second", candidate.quality.tokens_per_second},
          {"keeps", candidate.keeps}};
}

void print_json(const Yardstick& yardstick, const PrecisionResult& result) {
  Json document{{"metric", yardstick.options().metric},
                {"max_drop", yardstick.options().most()},
                {"sentences", yardstick.pairs().size()},
                {"as_it_is", yardstick.baseline().score},
                {"best", json_of(result.best)}};
  for (const Candidate& candidate : result.tried) document["tried"].push_back(json_of(candidate));
  for (const RankedGroup& group : result.groups)
    document["groups"].push_back(
        {{"name", group.name}, {"dtype", group.dtype}, {"bytes", group.bytes}, {"loss_change", group.loss_change}});
  fmt::print("{}\n", json_text(document));
}

void print_table(const Yardstick& yardstick, int64_t bytes, const PrecisionResult& result) {
  fmt::print("{:<38} {:>8} {:>9} {:>7} {:>6} {:>6}\n", "weights", "MB", "tokens/s", yardstick.label(), "drop", "up to");
  fmt::print("{:<38} {:>8.2f} {:>9.0f} {:>7.2f}\n", "as it is", megabytes(bytes),
             yardstick.baseline().tokens_per_second, yardstick.baseline().score);
  for (const Candidate& tried : result.tried)
    fmt::print("{:<38} {:>8.2f} {:>9.0f} {:>7.2f} {:>6.2f} {:>6.2f}  {}\n", tried.name, megabytes(tried.bytes),
               tried.quality.tokens_per_second, tried.quality.score, tried.quality.drop, tried.quality.bound,
               tried.keeps ? "keeps" : "breaks");
  fmt::print("\n");
  if (result.groups.empty()) return;
  fmt::print("{:<38} {:>8} {:<9} {:>11}\n", "group, most sensitive per byte first", "MB", "dtype", "loss change");
  for (const RankedGroup& group : result.groups)
    fmt::print("{:<38} {:>8.3f} {:<9} {:>+11.5f}\n", group.name, megabytes(group.bytes), group.dtype,
               group.loss_change);
  fmt::print("\n");
}

void print_sizes(const fs::path& to, const fs::path& from) {
  const auto size = [](const fs::path& path) { return megabytes(static_cast<int64_t>(fs::file_size(path))); };
  fmt::print("{}: {:.1f} MB instead of {:.1f}\n", to.string(), size(to), size(from));
}

/// Searched by what it costs, and written where the promise holds.
int compress_by_promise(const CompressOptions& options, const SafetensorsFile& file) {
  const ModelFolder folder = ModelFolder::open(options.model);
  const Yardstick yardstick(folder, options.promise);
  const Weights weights{folder.config, file, yardstick.baseline()};
  const PrecisionResult result = search_precision(weights, yardstick, matrix_dtype(options.dtype, options.group));
  check_kept(weights, yardstick, result);
  copy_beside_weights(options.model, options.out);
  write_rounded(weights, result.best.dtypes, options.out);
  if (options.json) {
    print_json(yardstick, result);
    return 0;
  }
  print_table(yardstick, bytes_of(rounded_weights(file, {})), result);
  fmt::print("{} ({}): {}; promised {}\n", options.out, result.best.name, yardstick.text(result.best.quality),
             options.promise.max_drop);
  print_sizes(fs::path(options.out) / "model.safetensors", file.path());
  return 0;
}

int compress(const CompressOptions& options) {
  const fs::path from = options.model, to = options.out;
  const ModelConfig config = read_config(from);
  const SafetensorsFile file(from / "model.safetensors");
  check_options(options, file);
  if (options.promise.promised()) return compress_by_promise(options, file);
  copy_beside_weights(from, to);
  write_rounded({config, file, {}}, uniform_dtypes(file, matrix_dtype(options.dtype, options.group)), to);
  print_sizes(to / "model.safetensors", file.path());
  return 0;
}

}  // namespace

Command compress_command() { return make_command("compress", "write a model again with smaller weights", compress); }

}  // namespace naru::cli
