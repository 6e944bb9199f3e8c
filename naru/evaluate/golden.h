// What a model file says of itself: checksums of itself and of the files beside it, and golden outputs: what the model
// answered to a few fixed inputs when it was saved. All of it stands in the metadata of model.safetensors, so that
// weights and golden outputs are written in one piece: no crash can part them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/evaluate/verify.h"

namespace naru {

/// Writes model.safetensors; config.json and the tokenizers must lie in the folder already. Equal weights and files
/// give equal bytes.
void save_model(const std::filesystem::path& folder, const Model& model);
/// The same with these weights; the model is what they give in f32.
void save_model(const std::filesystem::path& folder, const Model& model, const TensorSources& weights);

/// A file of a model folder against the checksum that the weights were saved with.
struct FileCheck {
  std::string file;     // "source.spm"
  std::string problem;  // empty: it is the same
};
/// Empty where model.safetensors carries no checksums: it was not saved by naru, or by an earlier version.
std::vector<FileCheck> verify_files(const std::filesystem::path& folder);

/// Recomputes the golden outputs; empty where there are none. Error: they cannot be read.
std::vector<Comparison> verify_golden(const Model& model, const std::filesystem::path& folder);

}  // namespace naru
