// Checks a model folder's checksums, recomputes its golden outputs and what a reference file holds, or a case that
// PyTorch computed, and shows where naru and the reference part.
#include <algorithm>
#include <iterator>
#include <optional>

#include "naru/base/json.h"
#include "naru/evaluate/golden.h"
#include "naru/lab/torch/torch_case.h"
#include "naru/models/registry.h"

#include "cli/command.h"

namespace naru::cli {
namespace fs = std::filesystem;
namespace {

struct VerifyOptions {
  std::string model, reference, gradients;
  double tolerance = 1e-4;
  bool json = false;
  void fields(auto&& field) {
    field("model", model, "model folder, or one of the cases in tests/fixtures/torch", positional());
    field("reference", reference,
          "reference outputs, a safetensors file; default: reference.safetensors in the folder, if it is there",
          file_path());
    field("gradients", gradients, "reference gradients; default: grads.safetensors in the folder, if it is there",
          file_path());
    field("tolerance", tolerance, "largest difference allowed (ids must be equal)", at_least(0));
    field("json", json, "print JSON");
  }
};

/// The path that was given, or the file in the folder; nothing where there is none.
std::optional<fs::path> chosen(const std::string& given, const fs::path& in_folder) {
  if (!given.empty()) return given;
  return fs::exists(in_folder) ? std::optional(in_folder) : std::nullopt;
}

void print_files(const std::vector<FileCheck>& files) {
  for (const FileCheck& file : files)
    fmt::print("{:<60} {}\n", file.file, file.problem.empty() ? "  checksum" : file.problem);
}

/// Each tensor's largest difference, and the first that is too large.
void print_tensors(const std::vector<Comparison>& tensors, double tolerance) {
  const Comparison* first_wrong = nullptr;
  for (const Comparison& tensor : tensors) {
    const bool good = tensor.equal(tolerance);
    if (!good && !first_wrong) first_wrong = &tensor;
    fmt::print("{:<60} {:>10.2e}{}\n", tensor.name, tensor.largest, good ? "" : "  differs");
  }
  if (first_wrong) fmt::print("first to diverge: {}\n", first_wrong->name);
}

void print_json(const std::vector<FileCheck>& files, const std::vector<Comparison>& tensors, double tolerance,
                bool good) {
  Json document{{"good", good}, {"files", Json::array()}, {"tensors", Json::array()}};
  for (const FileCheck& file : files) document["files"].push_back({{"file", file.file}, {"problem", file.problem}});
  for (const Comparison& tensor : tensors)
    document["tensors"].push_back(
        {{"name", tensor.name}, {"largest_difference", tensor.largest}, {"good", tensor.equal(tolerance)}});
  fmt::print("{}\n", json_text(document));
}

/// What was found out about a folder.
struct Findings {
  std::vector<FileCheck> files;
  std::vector<Comparison> tensors;
  std::string note = {};  // for readers
};

Findings verify_model(const VerifyOptions& options) {
  const fs::path folder = options.model;
  const auto reference = chosen(options.reference, folder / "reference.safetensors");
  const auto gradients = chosen(options.gradients, folder / "grads.safetensors");
  if (gradients && !reference) fail("--gradients {}: needs --reference, which holds its inputs", gradients->string());
  const auto model = open_model(folder, "f32");  // golden outputs are those of the widened weights
  Findings found{verify_files(folder), verify_golden(*model, folder)};
  const auto add = [&](std::vector<Comparison> more) { std::ranges::move(more, std::back_inserter(found.tensors)); };
  if (reference) add(verify_reference(*model, *reference));
  if (gradients) add(verify_gradients(*model, *reference, *gradients));
  if (found.files.empty())
    found.note = fmt::format(
        "model.safetensors carries neither checksums nor golden outputs (others, or an earlier naru, saved it): {}\n",
        reference ? "only the reference was compared" : "it opens, and nothing else was checked");
  return found;
}

Findings verify_case(const VerifyOptions& options) {
  if (!options.reference.empty() || !options.gradients.empty())
    fail("{}: a case of PyTorch's holds its own reference; leave out --reference and --gradients", options.model);
  return {{}, verify_torch_case(options.model)};
}

int verify(const VerifyOptions& options) {
  const auto [files, tensors, note] = is_torch_case(options.model) ? verify_case(options) : verify_model(options);
  const bool good = std::ranges::all_of(files, [](const FileCheck& file) { return file.problem.empty(); }) &&
                    std::ranges::all_of(tensors, [&](const Comparison& one) { return one.equal(options.tolerance); });
  if (options.json) {
    print_json(files, tensors, options.tolerance, good);
    return good ? 0 : 1;
  }
  print_files(files);
  print_tensors(tensors, options.tolerance);
  fmt::print("{}", note);
  if (!good) return 1;
  if (!files.empty()) fmt::print("{} files have their checksums\n", files.size());
  if (!tensors.empty()) fmt::print("{} tensors agree within {:g}\n", tensors.size(), options.tolerance);
  return 0;
}

}  // namespace

Command verify_command() {
  return make_command(
      "verify", "check a model folder: its checksums, golden and reference outputs; or operations against PyTorch's",
      verify);
}

}  // namespace naru::cli
