// Trains a small model on what large ones would write.
#include "naru/train/distillation.h"

#include "cli/stop_signal.h"
#include "cli/training.h"

namespace naru::cli {
namespace {

struct DistilOptions : TrainOptions {
  DistillationOptions distillation;

  void fields(auto&& field) {
    distillation.fields(field);
    TrainOptions::fields(field, file_path());
  }
};

int distil_model(const DistilOptions& options) {
  outlive_readers();
  if (Ranks::launched() > 1) fail("distil: runs in one process; start it without a launcher");
  std::optional<TrainingSpec> spec;
  {
    const StopSignal stop;
    spec = distil(options.distillation, spec_of(options), stop.asked);
  }
  return spec ? train_on(*spec, options) : 0;
}

}  // namespace

Command distil_command() {
  return make_command("distil", "train a small model on what large ones write", distil_model);
}

}  // namespace naru::cli
