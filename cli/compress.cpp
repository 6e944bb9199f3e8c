// Writes a model folder again with smaller weights, or fewer of them, with a promised quality where one is asked for.
#include <filesystem>

#include "naru/base/json.h"
#include "naru/evaluate/model_folder.h"
#include "naru/models/registry.h"
#include "naru/promise/search.h"

#include "cli/command.h"

namespace naru::cli {
namespace {
namespace fs = std::filesystem;

struct CompressOptions {
  std::string model, out, dtype = "int8", prune = "none";
  int64_t group = 64;
  PromiseOptions promise;
  bool json = false;
  void fields(auto&& field) {
    field("model", model, "model folder", required(folder_path()));
    field("out", out, "folder for the smaller model", required(folder_path()));
    field("dtype", dtype,
          "what matrices are rounded to; with --max-drop the coarsest that is tried; stored (with --prune) = none is",
          one_of({"stored", "bf16", "int8", "int4"}));
    field("group", group, "int4: numbers that share a scale, 32, 64 or 128; fewer are nearer to the model and larger");
    field("prune", prune,
          "with --max-drop: what is taken out of a Transformer, the least important first, until the promise would "
          "break: attention heads, feed-forward units, or all of both",
          one_of({"none", "heads", "units", "all"}));
    promise.fields(field);
    field("json", json, "print JSON");
  }
  /// Error: an unknown group.
  Means means() const {
    return {.coarsest = dtype == "stored" ? std::nullopt : std::optional(matrix_dtype(dtype, group)), .prune = prune};
  }
};

double megabytes(int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

void check_options(const CompressOptions& options, const ModelConfig& config, const SafetensorsFile& file) {
  const Means means = options.means();
  if (const DType stored = stored_dtype(file); is_quantized(stored) || stored == means.coarsest)
    fail("--model {}: its weights are rounded already", options.model);
  if (fs::exists(fs::path(options.out) / "model.safetensors") || fs::exists(fs::path(options.out) / "checkpoints"))
    fail("--out {}: holds a model, which would be replaced; name another folder", options.out);
  if (!means.coarsest && !means.prunes()) fail("--dtype stored: makes nothing smaller without --prune");
  if (means.prunes() && !options.promise.promised())
    fail("--prune {}: takes out what a promise allows; say --max-drop 0.3", means.prune);
  if (means.prunes()) prunable_parts(config, means.prune);  // refuses what has none
  if (options.promise.promised()) at_place("--max-drop", [&] { options.promise.most(); });
  if (options.promise.promised() && options.promise.dev.empty())
    fail("--max-drop {}: needs --dev, pairs to measure the drop on", options.promise.max_drop);
  if (!options.promise.promised() && !options.promise.dev.empty())
    fail("--dev {}: is measured only for a promise; say --max-drop 0.3", options.promise.dev[0]);
}

Json json_of(const Candidate& candidate) {
  const PartCounts counts = part_counts(candidate.weights.config);
  return {{"name", candidate.name},
          {"bytes", candidate.bytes},
          {"heads", counts.heads},
          {"feed_forward_units", counts.units},
          {"score", candidate.quality.score},
          {"drop", candidate.quality.drop},
          {"bound", candidate.quality.bound},
          {"target_tokens_per_second", candidate.quality.tokens_per_second},
          {"keeps", candidate.keeps}};
}

void print_json(const Yardstick& yardstick, const SearchResult& result) {
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

void print_candidate(const Candidate& candidate, const Means& means) {
  const Quality& quality = candidate.quality;
  const auto [heads, units] = part_counts(candidate.weights.config);
  fmt::print("{:<38} {:>8.2f}", candidate.name, megabytes(candidate.bytes));
  if (means.prunes()) fmt::print(" {:>6} {:>6}", heads, units);
  fmt::print(" {:>9.0f} {:>7.2f}", quality.tokens_per_second, quality.score);
  if (!candidate.unchanged())
    fmt::print(" {:>6.2f} {:>6.2f}  {}", quality.drop, quality.bound, candidate.keeps ? "keeps" : "breaks");
  fmt::print("\n");
}

void print_groups(const std::vector<RankedGroup>& groups) {
  if (groups.empty()) return;
  fmt::print("\n{:<38} {:>8} {:<9} {:>11}\n", "group, most sensitive per byte first", "MB", "dtype", "loss change");
  for (const RankedGroup& group : groups)
    fmt::print("{:<38} {:>8.3f} {:<9} {:>+11.5f}\n", group.name, megabytes(group.bytes), group.dtype,
               group.loss_change);
}

void print_table(const Candidate& as_it_is, const Yardstick& yardstick, const SearchResult& result,
                 const Means& means) {
  fmt::print("{:<38} {:>8}{} {:>9} {:>7} {:>6} {:>6}\n", "weights", "MB", means.prunes() ? "  heads  units" : "",
             "tokens/s", yardstick.label(), "drop", "up to");
  print_candidate(as_it_is, means);
  for (const Candidate& tried : result.tried) print_candidate(tried, means);
  print_groups(result.groups);
  fmt::print("\n");
}

void print_sizes(const fs::path& to, const fs::path& from) {
  const auto size = [](const fs::path& path) { return megabytes(static_cast<int64_t>(fs::file_size(path))); };
  fmt::print("{}: {:.1f} MB instead of {:.1f}\n", to.string(), size(to), size(from));
}

/// The smallest that keeps the promise, written where one does.
int compress_by_promise(const CompressOptions& options, const SafetensorsFile& file) {
  const ModelFolder folder = ModelFolder::open(options.model);
  const Means means = options.means();
  const Yardstick yardstick(folder, options.promise, sequences_of(means));
  const Weights weights(folder.config, file);
  const SearchResult result = search(weights, yardstick, means);
  copy_beside_weights(options.model, options.out);
  write(result.best, options.out);
  if (options.json) {
    print_json(yardstick, result);
    return 0;
  }
  print_table(as_it_is(weights, yardstick), yardstick, result, means);
  fmt::print("{} ({}): {}; promised {}\n", options.out, result.best.name, yardstick.text(result.best.quality),
             options.promise.max_drop);
  print_sizes(fs::path(options.out) / "model.safetensors", file.path());
  return 0;
}

int compress(const CompressOptions& options) {
  const fs::path from = options.model, to = options.out;
  const ModelConfig config = read_config(from);
  const SafetensorsFile file(from / "model.safetensors");
  check_options(options, config, file);
  if (options.promise.promised()) return compress_by_promise(options, file);
  const Weights weights(config, file);
  copy_beside_weights(from, to);
  write(
      {.name = options.dtype, .weights = weights, .dtypes = uniform_dtypes(weights.tensors, *options.means().coarsest)},
      to);
  print_sizes(to / "model.safetensors", file.path());
  return 0;
}

}  // namespace

Command compress_command() { return make_command("compress", "write a model again with smaller weights", compress); }

}  // namespace naru::cli
