// The list of architectures: names, presets, and how a model folder becomes a model.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "naru/models/hybrid_config.h"
#include "naru/models/model.h"

namespace naru {

using ModelConfig = std::variant<TransformerConfig, Seq2SeqConfig, HybridConfig>;

/// What config.json's `model_type` says: "naru-transformer", "naru-seq2seq", "naru-hybrid".
std::string model_type(const ModelConfig& config);
Fields fields_of(ModelConfig& config);
VocabularyConfig& vocabulary_of(ModelConfig& config);

/// Names of the presets, and one of them. Error: names the nearest.
std::vector<std::string> preset_names();
ModelConfig preset(const std::string& name);

/// Sets one option; `layers` sets both sides, `vocabulary` both sizes. False: no option of that name.
bool set_option(ModelConfig& config, const std::string& key, const std::string& value);
/// Every key that `set_option` knows.
std::vector<std::string> option_names(const ModelConfig& config);

/// config.json's text, and back. `where` names the file in errors. Reads model_type marian too.
std::string to_json(const ModelConfig& config);
ModelConfig config_from_json(const std::string& text, const std::string& where);

/// Builds the architecture on these weights.
std::unique_ptr<Model> build(const ModelConfig& config, Params params);
/// config.json and model.safetensors of a folder.
ModelConfig read_config(const std::filesystem::path& folder);
/// What matrices may be kept as: "f32"; "bf16", "int8", "int4", in which a model only computes forward.
std::vector<std::string> precisions();
/// Error: none of them. `group`: numbers that share a scale in int4.
DType matrix_dtype(const std::string& precision, int64_t group = 64);
/// The same for a file of weights, by what its matrices are; where they differ, of fewer bits.
DType stored_dtype(const SafetensorsFile& file);
/// `precision`: one of them, or "stored" (as the file has them).
std::unique_ptr<Model> open_model(const std::filesystem::path& folder, const std::string& precision = "stored");

}  // namespace naru
