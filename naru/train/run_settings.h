// The settings of a run: a preset's or a folder's, under what the user asked for.
#pragma once

#include "naru/train/training_run.h"

namespace naru {

/// How a new model is to be trained. Error: options that are unknown or do not go together.
Settings new_settings(const TrainingSpec& spec);
/// Over tokenizers that exist, which stand as they are; those of --from with whatever sizes they have. Error: names
/// what only their making would have read.
void apply_over_tokenizers(Settings& settings, const TrainingSpec& spec);

}  // namespace naru
