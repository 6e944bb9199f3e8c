// `naru claims`: experiments one after the other, each one's result kept, and the report of all.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "naru/base/json.h"
#include "naru/lab/experiment.h"

namespace naru {

/// The experiments of these names, or all (in the classroom: its three) where there are none. Error: names the nearest.
std::vector<const Experiment*> chosen_experiments(std::span<const std::string> names, Effort effort);

struct ClaimsListener {
  std::function<void(const Experiment&, size_t index, size_t count)> begins;
  Laboratory::Progress progress;
  /// What it found, as it stands in the report; `kept`: by an earlier run.
  std::function<void(const Json& experiment, bool kept)> ends;
};

/// Runs what was not run before in this folder with the same options by the same version, and after each experiment
/// writes report.json and report.html of all that is there. Stopped: what was finished is kept. Gives the report.
Json run_claims(const LaboratoryOptions& options, std::span<const Experiment* const> chosen, bool korean,
                const ClaimsListener& listener, const std::atomic<bool>& stop);

/// What an experiment's findings say of a claim, as it stands in the report.
Json claim_json(const Experiment& experiment, const Claim& claim, const Findings& findings);

}  // namespace naru
