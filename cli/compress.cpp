// Writes a model folder again with smaller weights, or fewer of them, with a promised quality where one is asked for.
#include <filesystem>

#include "naru/base/json.h"
#include "naru/evaluate/model_folder.h"
#include "naru/models/registry.h"
#include "naru/promise/fit.h"
#include "naru/train/memory_plan.h"

#include "cli/command.h"

namespace naru::cli {
namespace {
namespace fs = std::filesystem;

/// "50ms", "0.5s" or "50" (milliseconds). Error: not such a text.
double parse_milliseconds(const std::string& text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string unit = text.substr(digits);
  double number = 0;
  at_place("--latency", [&] { Field{"time", &number, "", at_least(0)}.set(text.substr(0, digits)); });
  if (number == 0 || (!unit.empty() && unit != "ms" && unit != "s"))
    fail("--latency {}: expected a time such as 50ms or 0.5s", text);
  return unit == "s" ? 1000 * number : number;
}

struct CompressOptions {
  std::string model, out, dtype = "int8", prune = "none";
  bool fit = false;
  std::string ram, latency;
  int64_t group = 64;
  PromiseOptions promise;
  bool json = false;
  void fields(auto&& field) {
    field("model", model, "model folder", required(folder_path()));
    field("out", out, "folder for the smaller model", required(folder_path()));
    field("dtype", dtype,
          "what matrices are rounded to; with --max-drop or --fit the coarsest that is tried; stored = none is",
          one_of({"stored", "bf16", "int8", "int4"}));
    field("group", group, "int4: numbers that share a scale, 32, 64 or 128; fewer are nearer to the model and larger");
    field("prune", prune,
          "what is taken out of a Transformer, the least important first, until --max-drop would break or --fit is "
          "reached: attention heads, feed-forward units, or all of both",
          one_of({"none", "heads", "units", "all"}));
    field("fit", fit, "write the best of the tried that fits --ram and --latency on this machine, measured on --dev");
    field("ram", ram, "with --fit: most memory that translating a sentence takes, all in all, e.g. 64M", size());
    field("latency", latency, "with --fit: most time that a sentence takes in the median, e.g. 50ms",
          Check{.choices = {}, .value = "TIME"});
    promise.fields(field);
    field("json", json, "print JSON");
  }
  static Check size() { return {.choices = {}, .value = "SIZE"}; }
  /// Error: neither a size nor a time.
  Limits limits() const {
    return {.resident_bytes = ram.empty() ? 0 : parse_bytes(ram, "--ram"),
            .milliseconds = latency.empty() ? 0 : parse_milliseconds(latency)};
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
  if (!means.coarsest && !means.prunes() && !options.fit) fail("--dtype stored: makes nothing smaller without --prune");
  if (means.prunes() && !options.promise.promised() && !options.fit)
    fail("--prune {}: takes out what a promise allows; say --max-drop 0.3", means.prune);
  if (means.prunes()) prunable_parts(config, means.prune);  // refuses what has none
  if (options.promise.promised()) at_place("--max-drop", [&] { options.promise.most(); });
  if (options.promise.promised() && options.promise.dev.empty())
    fail("--max-drop {}: needs --dev, pairs to measure the drop on", options.promise.max_drop);
  if (!options.promise.promised() && !options.fit && !options.promise.dev.empty())
    fail("--dev {}: is measured only for a promise; say --max-drop 0.3", options.promise.dev[0]);
}

void check_fit(const CompressOptions& options) {
  const auto [bytes, milliseconds] = options.limits();
  if (!options.fit && bytes + milliseconds > 0) fail("--ram, --latency: what a model is to fit; say --fit");
  if (!options.fit) return;
  if (bytes + milliseconds == 0) fail("--fit: needs a limit; say --ram 64M or --latency 50ms");
  if (options.promise.promised())
    fail("--fit: takes the best that fits, --max-drop the smallest that is good enough; leave one out");
  if (options.promise.dev.empty()) fail("--fit: needs --dev, pairs to measure on");
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

Json json_of(const Fitting& fitting) {
  Json document = json_of(fitting.candidate);
  document.erase("keeps");
  document["resident_bytes"] = fitting.cost.resident_bytes;
  document["milliseconds"] = fitting.cost.milliseconds;
  document["fits"] = fitting.candidate.keeps;
  return document;
}

void print_fitting(const Yardstick& yardstick, const FitResult& result, bool json) {
  if (json) {
    Json document{{"metric", yardstick.options().metric},
                  {"sentences", yardstick.pairs().size()},
                  {"best", json_of(result.tried[result.best])}};
    for (const Fitting& fitting : result.tried) document["tried"].push_back(json_of(fitting));
    return fmt::print("{}\n", json_text(document));
  }
  fmt::print("{:<26} {:>8} {:>12} {:>12} {:>7} {:>6}\n", "weights", "MB", "MB resident", "ms/sentence",
             yardstick.label(), "drop");
  for (const auto& [candidate, cost] : result.tried)
    fmt::print("{:<26} {:>8.2f} {:>12.1f} {:>12.1f} {:>7.2f} {:>6.2f}  {}\n", candidate.name,
               megabytes(candidate.bytes), megabytes(cost.resident_bytes), cost.milliseconds, candidate.quality.score,
               candidate.quality.drop, candidate.keeps ? "fits" : "");
  fmt::print("\n");
}

/// The best that fits this machine.
int compress_to_fit(const CompressOptions& options, const SafetensorsFile& file) {
  const CostProbe probe(options.promise);
  const ModelFolder folder = ModelFolder::open(options.model);
  const Yardstick yardstick(folder, options.promise);
  const Weights weights(folder.config, file);
  const FitSearch search(weights, yardstick, probe, {.model = options.model, .workplace = options.out + ".candidate"});
  const FitResult result = search.run(options.means(), options.limits());
  const Candidate& best = result.tried[result.best].candidate;
  copy_beside_weights(options.model, options.out);
  write(best, options.out);
  print_fitting(yardstick, result, options.json);
  if (options.json) return 0;
  fmt::print("{} ({}): fits in {}\n", options.out, best.name, options.limits().text());
  print_sizes(fs::path(options.out) / "model.safetensors", file.path());
  return 0;
}

int compress(const CompressOptions& options) {
  const fs::path from = options.model, to = options.out;
  const ModelConfig config = read_config(from);
  const SafetensorsFile file(from / "model.safetensors");
  check_options(options, config, file);
  check_fit(options);
  if (options.fit) return compress_to_fit(options, file);
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
