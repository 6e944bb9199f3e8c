// Trains into a folder, and resumes from it.
#include "naru/base/error.h"
#include "naru/base/log.h"

#include "cli/stop_signal.h"
#include "cli/training.h"

namespace naru::cli {
namespace {

struct TrainCommandOptions : TrainOptions {
  std::string tokenizers;

  void fields(auto&& field) {
    TrainOptions::fields(field);
    field("tokenizers", tokenizers, "of a new model: take the vocabularies of this model folder instead of making some",
          folder_path());
  }
  TrainingSpec spec() const {
    if (!tokenizers.empty() && !from.empty())
      fail("--tokenizers: --from keeps those of its model; leave one of them out");
    TrainingSpec spec = spec_of(*this);
    spec.tokenizers = tokenizers;
    return spec;
  }
};

int train(const TrainCommandOptions& options) {
  outlive_readers();
  const Ranks ranks;
  if (!ranks.first()) set_log_level(LogLevel::error);
  try {
    return train_on(options.spec(), options, ranks);
  } catch (const std::exception& error) {
    if (ranks.count() == 1) throw;
    const int code = dynamic_cast<const Error*>(&error) ? 2 : 1;
    NARU_LOG(error, "{}", error.what());  // before any rank ends: the launcher then ends the others
    if (!ranks.all_leave()) ranks.abandon(code);
    return code;
  }
}

}  // namespace

Command train_command() { return make_command("train", "train a model into a folder, or resume the run there", train); }

}  // namespace naru::cli
