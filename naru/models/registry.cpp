#include "naru/models/registry.h"

#include <algorithm>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/models/hybrid.h"
#include "naru/models/marian.h"
#include "naru/models/seq2seq.h"
#include "naru/models/transformer.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

TransformerConfig transformer(int64_t layers, int64_t width, int64_t feed_forward, int64_t heads, int64_t vocabulary) {
  TransformerConfig config;
  config.encoder_layers = config.decoder_layers = layers;
  config.width = width;
  config.feed_forward = feed_forward;
  config.heads = heads;
  config.vocabulary.source = config.vocabulary.target = vocabulary;
  return config;
}

/// Pre-norm: the small presets are for little time, in which it learns more than the paper's order.
TransformerConfig quick_transformer(int64_t layers, int64_t width, int64_t feed_forward, int64_t heads,
                                    int64_t vocabulary) {
  TransformerConfig config = transformer(layers, width, feed_forward, heads, vocabulary);
  config.norm = "pre";
  return config;
}

/// A deep encoder and a shallow decoder whose state does not grow: the students of Kim et al. 2019.
TransformerConfig ssru_student(int64_t encoder_layers, int64_t width, int64_t feed_forward, int64_t heads) {
  TransformerConfig config = quick_transformer(encoder_layers, width, feed_forward, heads, 8000);
  config.decoder_layers = 2;
  config.decoder = "ssru";
  return config;
}

Seq2SeqConfig bahdanau() {
  Seq2SeqConfig config;
  config.encoder_layers = config.decoder_layers = 1;
  config.cell = "gru";
  config.attention = "additive";
  config.attention_order = "bahdanau";
  config.bidirectional = config.maxout = config.bridge = true;
  config.reverse_source = false;
  return config;
}

/// `transformer-small`'s layers read, one more of them; this decoder writes.
HybridConfig hybrid(Seq2SeqConfig decoder) {
  HybridConfig config;
  config.encoder = quick_transformer(4, 256, 1024, 4, 8000);
  config.decoder = std::move(decoder);
  return config;
}

/// Luong's: two LSTM layers, an energy of general form, input feeding.
Seq2SeqConfig luong() {
  Seq2SeqConfig config;
  config.attention = "general";
  return config;
}

struct Preset {
  const char* name;
  ModelConfig config;
};
std::vector<Preset> presets() {
  return {{"seq2seq", Seq2SeqConfig{}},
          {"seq2seq-attention", bahdanau()},
          {"transformer-tiny", quick_transformer(4, 128, 256, 4, 8000)},
          {"transformer-small", quick_transformer(3, 256, 1024, 4, 8000)},
          {"transformer-ssru-tiny", ssru_student(4, 128, 256, 4)},
          {"transformer-ssru-small", ssru_student(6, 256, 1536, 8)},
          {"transformer-gru-small", hybrid(bahdanau())},
          {"transformer-lstm-small", hybrid(luong())},
          {"transformer-base", transformer(6, 512, 2048, 8, 32000)},
          {"transformer-big", transformer(6, 1024, 4096, 16, 32000)}};
}

/// One name that sets two fields.
struct Pair {
  const char *name, *first, *second;
};
constexpr Pair pairs[] = {{"layers", "encoder_layers", "decoder_layers"},
                          {"vocabulary", "source_vocabulary", "target_vocabulary"}};

Json value_of(const Field& field) {
  return std::visit([](const auto* value) -> Json { return *value; }, field.value);
}

/// What Hugging Face's files hold besides: copies of the shared table, and tables of positions that are computed here.
bool is_known_extra(std::string_view name) {
  return name == "lm_head.weight" || name.ends_with("embed_tokens.weight") || name.ends_with("embed_positions.weight");
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : json_text(value); }

}  // namespace

std::string model_type(const ModelConfig& config) {
  constexpr const char* types[] = {"naru-transformer", "naru-seq2seq", "naru-hybrid"};
  return types[config.index()];
}

Fields fields_of(ModelConfig& config) {
  return std::visit([](auto& alternative) { return naru::fields_of(alternative); }, config);
}

VocabularyConfig& vocabulary_of(ModelConfig& config) {
  return std::visit([](auto& alternative) -> VocabularyConfig& { return alternative.vocabulary; }, config);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.emplace_back(preset.name);
  return names;
}

ModelConfig preset(const std::string& name) {
  for (const Preset& preset : presets())
    if (preset.name == name) return preset.config;
  fail("--preset {}: unknown; did you mean {}?", name, nearest(name, preset_names()));
}

bool set_option(ModelConfig& config, const std::string& key, const std::string& value) {
  const Fields fields = fields_of(config);
  for (const Pair& pair : pairs) {
    if (key != pair.name) continue;
    find_field(fields, pair.first)->set(value);
    find_field(fields, pair.second)->set(value);
    return true;
  }
  const Field* field = find_field(fields, key);
  if (field) field->set(value);
  return field != nullptr;
}

std::vector<std::string> option_names(const ModelConfig& config) {
  ModelConfig copy = config;
  std::vector<std::string> names;
  for (const Field& field : fields_of(copy)) names.push_back(field.name);
  for (const Pair& pair : pairs) names.emplace_back(pair.name);
  return names;
}

std::string to_json(const ModelConfig& config) {
  ModelConfig copy = config;
  Json document;
  document["model_type"] = model_type(config);
  for (const Field& field : fields_of(copy))
    if (Json value = value_of(field); value != "")
      document[field.name] = std::move(value);  // an empty text says nothing
  return json_text(document, 2) + "\n";
}

ModelConfig config_from_json(const std::string& text, const std::string& where) {
  const Json document = parse_json(text);
  if (!document.is_object() || !document.contains("model_type") || !document["model_type"].is_string())
    fail("{}: is not a JSON object with a model_type", where);
  const auto type = document["model_type"].get<std::string>();
  if (type == "marian") return marian_config(text, where);
  for (ModelConfig config :
       {ModelConfig(TransformerConfig{}), ModelConfig(Seq2SeqConfig{}), ModelConfig(HybridConfig{})}) {
    if (type != model_type(config)) continue;
    const Fields fields = fields_of(config);
    for (const auto& [key, value] : document.items()) {
      const Field* field = find_field(fields, key);
      if (!field && key != "model_type")
        fail("{}: unknown key '{}' for {}; did you mean {}?", where, key, type, nearest(key, option_names(config)));
      if (field) at_place(where, [&] { field->set(text_of(value)); });
    }
    return config;
  }
  fail("{}: model_type '{}' is not one that naru builds (naru-transformer, naru-seq2seq, naru-hybrid, marian)", where,
       type);
}

std::unique_ptr<Model> build(const ModelConfig& config, Params params) {
  struct Builder {
    Params params;
    std::unique_ptr<Model> operator()(const TransformerConfig& c) {
      return std::make_unique<Transformer>(c, std::move(params));
    }
    std::unique_ptr<Model> operator()(const Seq2SeqConfig& c) {
      return std::make_unique<Seq2Seq>(c, std::move(params));
    }
    std::unique_ptr<Model> operator()(const HybridConfig& c) { return std::make_unique<Hybrid>(c, std::move(params)); }
  };
  return std::visit(Builder{std::move(params)}, config);
}

ModelConfig read_config(const fs::path& folder) {
  const fs::path path = folder / "config.json";
  if (!fs::exists(path)) fail("{}: no config.json there; is it a model folder?", folder.string());
  return config_from_json(read_file(path), path.string());
}

std::vector<std::string> precisions() { return {"f32", "bf16", "int8", "int4"}; }

DType matrix_dtype(const std::string& precision, int64_t group) {
  if (precision == "f32") return DType::f32;
  if (precision == "bf16") return DType::b16;
  if (precision == "int8") return DType::q8;
  if (precision != "int4") fail("precision {}: unknown; f32, bf16, int8, int4 or stored", precision);
  for (const DType dtype : {DType::q4_32, DType::q4_64, DType::q4_128})
    if (q4_group(dtype) == group) return dtype;
  fail("group {}: must be 32, 64 or 128", group);
}

DType stored_dtype(const SafetensorsFile& file) {
  DType found = DType::f32;
  for (const std::string& name : file.names()) {
    const Shape shape = file.shape(name);
    if (!is_matrix(shape)) continue;
    if (file.dtype(name) == DType::i8) return DType::q8;
    if (file.dtype(name) == DType::bf16) found = DType::b16;
    // Rows of fewer numbers than a group fit others too; the longest row tells.
    if (file.dtype(name) == DType::u8 && file.contains(name + scale_suffix))
      found = std::max(found, q4_of_groups(2 * shape[1], file.shape(name + scale_suffix)[-1]).value_or(DType::q4_32));
  }
  return found;
}

std::unique_ptr<Model> open_model(const fs::path& folder, const std::string& precision) {
  const ModelConfig config = read_config(folder);
  const fs::path weights = folder / "model.safetensors";
  if (!fs::exists(weights)) fail("{}: no model.safetensors there; has training saved a model yet?", folder.string());
  SafetensorsFile file(weights);
  const DType stored = stored_dtype(file);
  const bool kept = precision == "stored" || (precision == "int4" && is_q4(stored));
  auto model =
      build(config, Params(std::move(file), kept ? as_stored : matrix_dtype(precision), Params::Reading::in_place));
  for (const std::string& name : model->params().unused())
    if (!is_known_extra(name))
      fail("{}: holds '{}', which config.json does not ask for; was the config changed after training?",
           weights.string(), name);
  return model;
}

}  // namespace naru
