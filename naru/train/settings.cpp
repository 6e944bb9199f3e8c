#include "naru/train/settings.h"

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/ops/cpu/product.h"

namespace naru {
namespace {

/// Lists in which a key is looked up, after the model's.
std::vector<Fields> training_fields(Settings& settings) {
  return {fields_of(settings.train), fields_of(settings.tokenizer)};
}

void set_from_text(Settings& settings, const std::string& key, const std::string& value) {
  // `dropout` and the like belong to the model; every key stands in one list only.
  bool known = false;
  at_place(fmt::format("--set {}={}", key, value), [&] {
    known = set_option(settings.model, key, value);
    for (const Fields& fields : training_fields(settings)) {
      const Field* field = find_field(fields, key);
      if (field) field->set(value);
      known |= field != nullptr;
    }
  });
  if (known) return;
  std::vector<std::string> names = option_names(settings.model);
  for (const Fields& fields : training_fields(settings))
    for (const Field& field : fields) names.push_back(field.name);
  fail("--set {}: unknown key for the preset {}; did you mean {}?", key, settings.preset, nearest(key, names));
}

}  // namespace

Settings settings_of(const std::string& name) {
  Settings settings{.preset = name, .model = preset(name), .train = {}, .tokenizer = {}, .asked = {}};
  TrainConfig& train = settings.train;
  train.precision = cpu::has_bf16_products() ? "bf16" : "f32";
  if (std::holds_alternative<Seq2SeqConfig>(settings.model)) {
    train.schedule.learning_rate = 3e-3;
    train.schedule.warmup = 200;
    train.optimizer.beta2 = 0.999;
    train.optimizer.epsilon = 1e-8;
    if (name == "seq2seq") {
      train.optimizer.optimizer = "muon";
      train.schedule.learning_rate = 5e-3;
    }
  } else if (name == "transformer-tiny" || name == "transformer-ssru-tiny") {
    train.schedule.learning_rate = 3e-3;
    train.schedule.warmup = 300;
  } else if (name == "transformer-small" || name == "transformer-ssru-small" ||
             std::holds_alternative<HybridConfig>(settings.model)) {
    train.optimizer.optimizer = "muon";
    train.schedule.learning_rate = 5e-3;
    train.schedule.warmup = 300;
  } else {
    train.schedule.learning_rate = 7e-4;  // (512 · 4000)^-0.5, the paper's peak for base
    train.schedule.warmup = 4000;
  }
  return settings;
}

void apply(Settings& settings, const std::string& assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) fail("--set {}: expected key=value", assignment);
  set_from_text(settings, assignment.substr(0, equals), assignment.substr(equals + 1));
}

std::string training_json(const Settings& settings) {
  Settings copy = settings;
  Json document{{"preset", settings.preset}};
  for (const Fields& fields : training_fields(copy))
    for (const Field& field : fields)
      std::visit([&](const auto* value) { document[field.name] = *value; }, field.value);
  document["asked_source_vocabulary"] = settings.asked.source;
  document["asked_target_vocabulary"] = settings.asked.target;
  return json_text(document, 2) + "\n";
}

Settings read_settings(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "training.json";
  const Json document = parse_json(read_file(path));
  if (!document.is_object() || !document.contains("preset") || !document["preset"].is_string())
    fail("{}: is not a JSON object with a preset", path.string());
  const auto asked = [&](const char* key) {
    const auto found = document.find(key);
    return found != document.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
  };
  Settings settings{.preset = document["preset"].get<std::string>(),
                    .model = read_config(folder),
                    .train = {},
                    .tokenizer = {},
                    .asked = {asked("asked_source_vocabulary"), asked("asked_target_vocabulary")}};
  for (const Fields& fields : training_fields(settings))
    for (const Field& field : fields) {
      const auto found = document.find(field.name);
      if (found == document.end()) continue;  // written by an earlier version
      at_place(path.string(), [&] { field.set(found->is_string() ? found->get<std::string>() : json_text(*found)); });
    }
  return settings;
}

}  // namespace naru
