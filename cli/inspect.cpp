// Architecture, sizes and costs of a model folder, a preset or a config.json; the latter two need no weights.

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/lab/state_bytes.h"
#include "naru/models/registry.h"
#include "naru/text/sentencepiece.h"
#include "naru/train/history.h"
#include "naru/train/settings.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct InspectOptions {
  std::string model;
  int64_t vocabulary = 0, state = 0;
  bool json = false;
  void fields(auto&& field) {
    field("model", model, "model folder, preset or config.json", positional());
    field("vocabulary", vocabulary, "pieces of each vocabulary instead of the config's", at_least(1));
    field("state", state, "measure what is remembered of a sentence of so many pieces, and of as many written",
          between(1, 100'000));
    field("json", json, "one JSON object");
  }
};

ModelConfig config_of(const InspectOptions& options) {
  namespace fs = std::filesystem;
  ModelConfig config;
  if (fs::is_directory(options.model)) {
    config = read_config(options.model);
  } else if (fs::exists(options.model)) {
    config = config_from_json(read_file(options.model), options.model);
  } else {
    const std::vector<std::string> presets = preset_names();
    if (std::ranges::find(presets, options.model) == presets.end())
      fail("{}: neither a model folder nor a config.json nor a preset ({})", options.model, fmt::join(presets, ", "));
    config = preset(options.model);
  }
  if (options.vocabulary > 0) set_option(config, "vocabulary", std::to_string(options.vocabulary));
  return config;
}

struct TokenizerFact {
  std::string side, kind;
  int64_t pieces = 0;
  SpecialIds special;
};

std::vector<TokenizerFact> tokenizers_in(const std::filesystem::path& folder) {
  std::vector<TokenizerFact> facts;
  const bool trained_here = std::filesystem::exists(folder / "training.json");
  const std::string kind = trained_here ? read_settings(folder).tokenizer.kind : "SentencePiece";
  for (const char* side : {"source", "target"}) {
    const auto path = folder / (std::string(side) + ".spm");
    if (!std::filesystem::exists(path)) continue;
    const auto tokenizer = SentencePieceTokenizer::open(path);
    facts.push_back({side, kind, tokenizer->size(), tokenizer->special()});
  }
  return facts;
}

void print_folder(const std::filesystem::path& folder) {
  fmt::print("\n");
  for (const TokenizerFact& fact : tokenizers_in(folder))
    fmt::print("  {:<18} {} of {} pieces; end of sentence {}, unknown {}\n", fact.side + " tokenizer", fact.kind,
               fact.pieces, fact.special.end, fact.special.unknown);
  const HistorySummary history = read_history(folder / "history.jsonl");
  if (history.steps == 0) return;
  fmt::print("  {:<18} {} steps, {} whole epochs, {:.1f} M target tokens in {:.0f} s; last loss {:.3f}\n", "training",
             history.steps, history.epochs, static_cast<double>(history.target_tokens) / 1e6, history.seconds,
             history.loss);
  for (const auto& [name, best] : history.best)
    fmt::print("  {:<18} {:.3f} at step {}\n", "best " + name, best.first, best.second);
}

void add_folder(Json& document, const std::filesystem::path& folder) {
  for (const TokenizerFact& fact : tokenizers_in(folder))
    document["tokenizers"].push_back({{"side", fact.side},
                                      {"kind", fact.kind},
                                      {"pieces", fact.pieces},
                                      {"end_of_sentence", fact.special.end},
                                      {"unknown", fact.special.unknown}});
  const HistorySummary history = read_history(folder / "history.jsonl");
  if (history.steps == 0) return;
  document["training"] = {{"steps", history.steps},
                          {"epochs", history.epochs},
                          {"target_tokens", history.target_tokens},
                          {"seconds", history.seconds},
                          {"loss", history.loss}};
  for (const auto& [name, best] : history.best)
    document["training"]["best"][name] = {{"value", best.first}, {"step", best.second}};
}

OptimizerConfig optimizer_of(const InspectOptions& options) {
  const std::vector<std::string> presets = preset_names();
  const std::filesystem::path folder = options.model;
  if (std::filesystem::exists(folder / "training.json")) return read_settings(folder).train.optimizer;
  if (std::filesystem::exists(folder) || std::ranges::find(presets, options.model) == presets.end()) return {};
  return settings_of(options.model).train.optimizer;
}

/// In f32: weights, gradients, and the optimizer's mean, variance (none for what Muon steps) and moving average.
int64_t training_bytes(const Params& params, const OptimizerConfig& optimizer) {
  int64_t numbers = (optimizer.average_decay > 0 ? 5 : 4) * params.parameter_count();
  for (const Tensor& block : params.blocks())
    for (const Tensor& matrix : params.matrices(block))
      if (optimizer.optimizer == "muon") numbers -= matrix.size();
  return 4 * numbers;
}

/// Of a folder's model; of a preset or config with random weights.
StateBytes state_bytes_of(const ModelConfig& config, const InspectOptions& options) {
  const bool folder = std::filesystem::is_directory(options.model);
  const auto model = folder ? open_model(options.model) : build(config, Params(1));
  if (options.state > model->decoder()->longest())
    fail("--state {}: {} has {} positions; take fewer pieces", options.state, options.model,
         model->decoder()->longest());
  return state_bytes(*model->decoder(), options.state);
}

int inspect(const InspectOptions& options) {
  const ModelConfig config = config_of(options);
  const auto model = build(config, Params::shapes_only());
  const int64_t parameters = model->params().parameter_count();
  const auto [source_flops, target_flops] = model->matrix_flops_per_token();
  const OptimizerConfig optimizer = optimizer_of(options);
  const int64_t in_training = training_bytes(model->params(), optimizer);
  std::optional<StateBytes> state;
  if (options.state > 0) state = state_bytes_of(config, options);
  const double mega = 1e6;
  if (options.json) {
    Json document{{"model", options.model}, {"architecture", model_type(config)}, {"parameters", parameters}};
    for (const ModelPart& part : model->parts())
      document["parts"].push_back({{"name", part.name}, {"formula", part.formula}, {"parameters", part.parameters}});
    document["bytes"] = {{"inference_f32", 4 * parameters}, {"training_f32", in_training}};
    if (state)
      document["state_bytes"] = {{"pieces", options.state}, {"read", state->read}, {"written", state->written}};
    document["flops_per_token"] = {{"source_forward", source_flops}, {"target_forward", target_flops}};
    document["config"] = parse_json(to_json(config));
    if (std::filesystem::is_directory(options.model)) add_folder(document, options.model);
    fmt::print("{}\n", json_text(document));
    return 0;
  }
  fmt::print("{}: {}, {:.1f} M parameters ({})\n\n", options.model, model_type(config),
             static_cast<double>(parameters) / mega, parameters);
  for (const ModelPart& part : model->parts())
    fmt::print("  {:<18} {:>12}  {}\n", part.name, part.parameters, part.formula);
  fmt::print("\n  inference in f32   {:>9.1f} MB of weights\n", 4 * static_cast<double>(parameters) / mega);
  fmt::print("  training in f32    {:>9.1f} MB of weights, gradients and what {} remembers, and activations by batch\n",
             static_cast<double>(in_training) / mega, optimizer.optimizer);
  fmt::print(
      "  matrix products    {:>9.1f} MFLOP forward per source token, {:.1f} per target token; training costs three "
      "times that\n",
      source_flops / mega, target_flops / mega);
  if (state)
    fmt::print("  state              {:>9} bytes after {} source pieces, {} after as many written\n", state->read,
               options.state, state->written);
  if (std::filesystem::is_directory(options.model)) print_folder(options.model);
  return 0;
}

}  // namespace

Command inspect_command() {
  return make_command("inspect", "show an architecture: parameters by part, bytes, FLOPs", inspect);
}

}  // namespace naru::cli
