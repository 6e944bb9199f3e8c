#include "naru/lab/claims.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/version.h"
#include "naru/lab/machine.h"
#include "naru/lab/report.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

Json needs_json(const Needs& needs) {
  return {{"length", needs.length},
          {"memory", needs.megabytes},
          {"latency", needs.milliseconds},
          {"streaming", needs.streaming}};
}

/// What all results of a report have been made by.
Json conditions(const LaboratoryOptions& options) {
  return {{"version", std::string(version())},
          {"effort", std::string(name(options.effort))},
          {"seed", options.seed},
          {"seeds", options.repetitions()},
          {"machine", machine_json()}};
}

/// What a result must have been made by, so that it need not be made again.
Json conditions(const Experiment& experiment, const LaboratoryOptions& options) {
  Json all = conditions(options);
  if (experiment.answers_needs) all["needs"] = needs_json(options.needs);
  return all;
}

std::string needs_flags(const Needs& needs) {
  std::string flags = fmt::format(" --length {}", needs.length);
  if (needs.megabytes > 0) flags += fmt::format(" --memory {}", needs.megabytes);
  if (needs.milliseconds > 0) flags += fmt::format(" --latency {}", needs.milliseconds);
  return flags + (needs.streaming ? " --streaming" : "");
}

std::string command(const Experiment& experiment, const LaboratoryOptions& options) {
  std::string line = "naru claims " + experiment.name;
  if (options.effort != Effort::full) line += fmt::format(" --{}", name(options.effort));
  if (options.seeds > 0) line += fmt::format(" --seeds {}", options.seeds);
  if (options.seed != 1) line += fmt::format(" --seed {}", options.seed);
  if (experiment.answers_needs) line += needs_flags(options.needs);
  return line + " --out " + options.out.string();
}

Json rules_json(const std::vector<Rule>& rules) {
  Json all = Json::array();
  for (const Rule& rule : rules) all.push_back(to_json(rule.text));
  return all;
}

Json figure_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// With the borders of its rule, null where the rule has none.
Json interval_json(const Interval& interval, const Rule& rule) {
  return {{"value", figure_json(interval.value)},
          {"low", figure_json(interval.low)},
          {"high", figure_json(interval.high)},
          {"at_least", figure_json(rule.at_least)},
          {"at_most", figure_json(rule.at_most)}};
}

/// Runs it and says what it found, with the card of the experiment.
Json run_one(const Experiment& experiment, Laboratory& laboratory) {
  const auto begin = std::chrono::steady_clock::now();
  const Findings findings = experiment.run(laboratory);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const LaboratoryOptions& options = laboratory.options();
  Json card = conditions(experiment, options);
  card["seconds"] = seconds;
  const fs::path corpus = options.out / "corpus" / "train.tsv";
  card["data"] = fs::exists(corpus) ? Json(fmt::format("{:08x}", crc32(read_file(corpus)))) : Json(nullptr);
  Json document{{"name", experiment.name},
                {"title", to_json(experiment.title)},
                {"question", to_json(experiment.question)},
                {"command", command(experiment, options)},
                {"card", std::move(card)},
                {"claims", Json::array()},
                {"blocks", findings.blocks}};
  for (const Claim& claim : experiment.claims) document["claims"].push_back(claim_json(experiment, claim, findings));
  return document;
}

/// The result of an earlier run under the same conditions, or null.
Json kept_result(const fs::path& file, const Json& conditions) {
  if (!fs::exists(file)) return nullptr;
  Json document = parse_json(read_file(file));
  if (!document.is_object() || !document.contains("card")) return nullptr;
  for (const auto& [key, value] : conditions.items())
    if (document["card"].value(key, Json()) != value) return nullptr;
  return document;
}

/// The report: all experiments, and their claims in one list.
Json report_of(const std::vector<Json>& results, const LaboratoryOptions& options, bool korean) {
  Json report{{"kind", "claims"},
              {"title", to_json(Bilingual("강의를 다시 재다", "The lecture, measured again"))},
              {"created_by", fmt::format("naru {}", version())},
              {"language", korean ? "ko" : "en"},
              {"settings", conditions(options)},
              {"experiments", Json::array()},
              {"claims", Json::array()}};
  double seconds = 0;
  for (Json result : results) {
    seconds += result["card"]["seconds"].get<double>();
    for (Json claim : result["claims"]) {
      claim["seconds"] = result["card"]["seconds"];
      claim["command"] = result["command"];
      report["claims"].push_back(std::move(claim));
    }
    result.erase("claims");
    report["experiments"].push_back(std::move(result));
  }
  report["settings"]["seconds"] = seconds;
  return report;
}

void write_both(const Json& report, const fs::path& out) {
  write_file(out / "report.json", [&](std::ostream& file) { file << json_text(report, 1) << '\n'; });
  write_report(out / "report.html", json_text(report));
}

}  // namespace

Json claim_json(const Experiment& experiment, const Claim& claim, const Findings& findings) {
  Json document{{"id", claim.id},
                {"experiment", experiment.name},
                {"section", claim.section},
                {"kind", std::string(name(claim.kind))},
                {"lecture", to_json(claim.lecture)},
                {"paper", to_json(claim.paper)},
                {"rule", rules_json(claim.rules)}};
  const auto found = findings.measured.find(claim.id);
  if (claim.rules.empty()) {
    NARU_CHECK(found == findings.measured.end(), "{}: was measured without a rule", claim.id);
    document.update({{"measured", nullptr},
                     {"reason", to_json(claim.reason)},
                     {"verdict", std::string(name(Verdict::not_measured))},
                     {"n", 0}});
    return document;
  }
  NARU_CHECK(found != findings.measured.end(), "{}: has a rule and was not measured", claim.id);
  const std::vector<Interval>& intervals = found->second.intervals;
  const Verdict verdict = judge(claim.kind, claim.rules, intervals);
  document["measured"] = to_json(found->second.text);
  document["intervals"] = Json::array();
  int64_t n = intervals[0].n;
  for (size_t i = 0; i < intervals.size(); ++i) {
    document["intervals"].push_back(interval_json(intervals[i], claim.rules[i]));
    n = std::min(n, intervals[i].n);
  }
  document["n"] = n;
  document["verdict"] = std::string(name(verdict));
  if (verdict == Verdict::holds_if) document["condition"] = to_json(conditions_that_hold(claim.rules, intervals));
  return document;
}

std::vector<const Experiment*> chosen_experiments(std::span<const std::string> names, Effort effort) {
  std::vector<std::string> known;
  for (const Experiment& experiment : experiments()) known.push_back(experiment.name);
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end())
      fail("{}: no such experiment; did you mean {}? (naru claims --list)", name, nearest(name, known));
  std::vector<const Experiment*> chosen;
  for (const Experiment& experiment : experiments()) {
    const bool asked = std::ranges::find(names, experiment.name) != names.end();
    if (names.empty() ? effort != Effort::classroom || experiment.in_class : asked) chosen.push_back(&experiment);
  }
  return chosen;
}

Json run_claims(const LaboratoryOptions& options, std::span<const Experiment* const> chosen, bool korean,
                const ClaimsListener& listener, const std::atomic<bool>& stop) {
  Laboratory laboratory(options, stop, listener.progress);
  fs::create_directories(options.out / "experiments");
  std::vector<Json> results;
  Json report;
  for (const Experiment& experiment : experiments()) {
    const fs::path file = options.out / "experiments" / (experiment.name + ".json");
    const auto place = std::ranges::find(chosen, &experiment);
    Json result = kept_result(file, conditions(experiment, options));
    if (place == chosen.end()) {  // another run's, shown beside those that were asked for
      if (!result.is_null()) results.push_back(std::move(result));
      continue;
    }
    listener.begins(experiment, static_cast<size_t>(place - chosen.begin()), chosen.size());
    const bool kept = !result.is_null();
    if (!kept) {
      result = run_one(experiment, laboratory);
      write_file(file, json_text(result, 1));
    }
    listener.ends(result, kept);
    results.push_back(std::move(result));
    report = report_of(results, options, korean);
    write_both(report, options.out);
  }
  return report;
}

}  // namespace naru
