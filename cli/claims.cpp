// The lecture's claims, measured on this machine.
#include "naru/lab/claims.h"

#include <algorithm>
#include <cstdio>

#include "naru/base/log.h"
#include "naru/lab/findings_text.h"

#include "cli/command.h"
#include "cli/stop_signal.h"

namespace naru::cli {
namespace {

struct ClaimsCommandOptions {
  std::vector<std::string> names;
  std::string folder = "out/claims", lang = "ko";
  bool classroom = false, fast = false, list = false, json = false;
  int64_t seeds = 0, seed = 1;
  Needs needs;
  void fields(auto&& field) {
    Check any = positional();
    any.required = false;
    field("names", names, "experiments; without one: all", any);
    field("fast", fast, "within 15 minutes on 2 cores");
    field("class", classroom, "three experiments within 5 minutes, for a projector");
    field("list", list, "print the experiments, their claims and rules; run nothing");
    field("seeds", seeds, "repetitions of what is random; 0 = one, without --fast and --class three", at_least(0));
    field("seed", seed, "the first of them", at_least(0));
    field("length", needs.length, "choose: words of the sentences to translate", between(1, longest_phrase));
    field("memory", needs.megabytes, "choose: megabytes that translating may take; 0 = any", at_least(0));
    field("latency", needs.milliseconds, "choose: milliseconds that a sentence may take; 0 = any", at_least(0));
    field("streaming", needs.streaming, "choose: the source comes word by word");
    field("lang", lang, "of the text here, and of the report until the reader chooses", one_of({"ko", "en"}));
    field("out", folder, "folder for results, models and report.html; a run that was cut goes on there", folder_path());
    field("json", json, "print report.json");
  }
};

Effort effort_of(const ClaimsCommandOptions& options) {
  if (options.fast && options.classroom) fail("--fast and --class: give one of them");
  return options.classroom ? Effort::classroom : options.fast ? Effort::fast : Effort::full;
}

void print_list(const std::vector<const Experiment*>& chosen, bool korean) {
  const auto text = [&](const Bilingual& both) { return korean ? both.korean : both.english; };
  for (const Experiment* experiment : chosen) {
    fmt::print("{}  {}\n", experiment->name, text(experiment->title));
    for (const Claim& claim : experiment->claims) {
      fmt::print("    {} (§{}, {}): {}\n", claim.id, claim.section, name(claim.kind), text(claim.lecture));
      for (const Rule& rule : claim.rules) fmt::print("      {}\n", text(rule.text));
    }
  }
}

void print_experiment(const Json& experiment, bool korean) {
  fmt::print("\n── {}\n", text_of(experiment["title"], korean));
  for (const Json& block : experiment["blocks"]) fmt::print("{}", block_text(block, korean));
  for (const Json& claim : experiment["claims"]) fmt::print("{}", claim_text(claim, korean));
  std::fflush(stdout);
}

int run_claims_command(const ClaimsCommandOptions& options) {
  const bool korean = options.lang == "ko";
  const LaboratoryOptions laboratory{.out = options.folder,
                                     .effort = effort_of(options),
                                     .seeds = options.seeds,
                                     .seed = options.seed,
                                     .needs = options.needs};
  const auto chosen = chosen_experiments(options.names, laboratory.effort);
  if (options.needs != Needs{} && std::ranges::none_of(chosen, &Experiment::answers_needs))
    fail("--length, --memory, --latency, --streaming: only choose answers for them; naru claims choose");
  if (options.list) {
    print_list(chosen, korean);
    return 0;
  }
  outlive_readers();
  const StopSignal stop;
  const ClaimsListener listener{
      .begins = [&](const Experiment& experiment, size_t index,
                    size_t count) { NARU_LOG(info, "{}/{} {}", index + 1, count, experiment.name); },
      .progress = [](const std::string& what) { NARU_LOG(info, "    {}", what); },
      .ends =
          [&](const Json& experiment, bool kept) {
            if (kept) NARU_LOG(info, "    kept from an earlier run");
            if (!options.json) print_experiment(experiment, korean);
          }};
  try {
    const Json report = run_claims(laboratory, chosen, korean, listener, stop.asked);
    if (options.json) fmt::print("{}\n", json_text(report, 1));
  } catch (const Stopped&) {
    NARU_LOG(info, "stopped; the same command goes on from here");
    return 0;
  }
  NARU_LOG(info, "report: {}/report.html", options.folder);
  return 0;
}

}  // namespace

Command claims_command() {
  return make_command("claims", "measure the lecture's claims on this machine", run_claims_command);
}

}  // namespace naru::cli
