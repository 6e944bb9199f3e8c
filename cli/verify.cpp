// Recomputes what a reference file holds, and shows where naru and the reference part.
#include "naru/evaluate/verify.h"

#include <algorithm>
#include <optional>

#include "naru/models/registry.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct VerifyOptions {
  std::string model, reference, gradients;
  double tolerance = 1e-4;
  void fields(auto&& field) {
    field("model", model, "model folder", positional());
    field("reference", reference,
          "reference outputs, a safetensors file; default: reference.safetensors in the folder");
    field("gradients", gradients, "reference gradients; default: grads.safetensors in the folder, if it is there");
    field("tolerance", tolerance, "largest difference allowed (ids must be equal)", at_least(0));
  }
};

int verify(const VerifyOptions& options) {
  namespace fs = std::filesystem;
  const fs::path folder = options.model;
  const fs::path reference = options.reference.empty() ? folder / "reference.safetensors" : fs::path(options.reference);
  const fs::path gradients = options.gradients.empty() ? folder / "grads.safetensors" : fs::path(options.gradients);
  const auto model = open_model(folder);
  std::vector<Comparison> all = verify_reference(*model, reference);
  if (!options.gradients.empty() || fs::exists(gradients)) {
    const auto more = verify_gradients(*model, reference, gradients);
    all.insert(all.end(), more.begin(), more.end());
  }
  const Comparison* first_wrong = nullptr;
  for (const Comparison& comparison : all) {
    const bool good = comparison.equal(options.tolerance);
    if (!good && !first_wrong) first_wrong = &comparison;
    fmt::print("{:<60} {:>10.2e}{}\n", comparison.name, comparison.largest, good ? "" : "  differs");
  }
  if (!first_wrong) {
    fmt::print("{} tensors agree within {:g}\n", all.size(), options.tolerance);
    return 0;
  }
  fmt::print("first to diverge: {}\n", first_wrong->name);
  return 1;
}

}  // namespace

Command verify_command() {
  return make_command("verify", "recompute reference outputs and show the largest differences", verify);
}

}  // namespace naru::cli
