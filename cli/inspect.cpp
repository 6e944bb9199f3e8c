// Architecture, sizes and costs of a model folder, a preset or a config.json; the latter two need no weights.

#include <cstdio>
#include <filesystem>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/models/registry.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct InspectOptions {
  std::string model;
  int64_t vocabulary = 0;
  bool json = false;
  void fields(auto&& field) {
    field("model", model, "model folder, preset or config.json", positional());
    field("vocabulary", vocabulary, "pieces of each vocabulary instead of the config's", at_least(0));
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
    config = preset(options.model);
  }
  if (options.vocabulary > 0) set_option(config, "vocabulary", std::to_string(options.vocabulary));
  return config;
}

int inspect(const InspectOptions& options) {
  const ModelConfig config = config_of(options);
  const auto model = build(config, Params::shapes_only());
  const int64_t parameters = model->params().parameter_count();
  const auto [source_flops, target_flops] = model->matrix_flops_per_token();
  const double mega = 1e6;
  if (options.json) {
    Json document{{"model", options.model}, {"architecture", model_type(config)}, {"parameters", parameters}};
    for (const ModelPart& part : model->parts())
      document["parts"].push_back({{"name", part.name}, {"formula", part.formula}, {"parameters", part.parameters}});
    document["bytes"] = {{"inference_f32", 4 * parameters}, {"training_f32", 16 * parameters}};
    document["flops_per_token"] = {{"source_forward", source_flops}, {"target_forward", target_flops}};
    document["config"] = parse_json(to_json(config));
    fmt::print("{}\n", json_text(document));
    return 0;
  }
  fmt::print("{}: {}, {:.1f} M parameters ({})\n\n", options.model, model_type(config),
             static_cast<double>(parameters) / mega, parameters);
  for (const ModelPart& part : model->parts())
    fmt::print("  {:<18} {:>12}  {}\n", part.name, part.parameters, part.formula);
  fmt::print("\n  inference in f32   {:>9.1f} MB of weights\n", 4 * static_cast<double>(parameters) / mega);
  fmt::print(
      "  training in f32    {:>9.1f} MB (weights, gradients, Adam's mean and variance), and activations by batch\n",
      16 * static_cast<double>(parameters) / mega);
  fmt::print(
      "  matrix products    {:>9.1f} MFLOP forward per source token, {:.1f} per target token; training costs three "
      "times that\n",
      source_flops / mega, target_flops / mega);
  return 0;
}

}  // namespace

Command inspect_command() {
  return make_command("inspect", "show an architecture: parameters by part, bytes, FLOPs", inspect);
}

}  // namespace naru::cli
