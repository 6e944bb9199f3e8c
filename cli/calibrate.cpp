// Fits to a model how far its translations are to be trusted, and measures that on pairs it was not fitted to.
#include "naru/evaluate/calibrate.h"

#include "naru/base/json.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct CalibrateOptions : CalibrateConfig {
  std::string model;
  std::vector<std::string> dev, test;
  SearchOptions search;
  OpeningOptions opening;
  bool swap = false, json = false;

  void fields(auto&& field) {
    field("model", model, "model folder, which the calibration is written into", required(folder_path()));
    field("dev", dev, "pairs to fit to: one .tsv or two line-aligned files", required(file_path()));
    field("test", test, "other pairs, to measure on what was fitted", file_path());
    field("swap", swap, "the second column (or file) is the source");
    CalibrateConfig::fields(field);
    search.fields(field);
    opening.fields(field);
    field("json", json, "print JSON");
  }
};

void print_reliability(const std::string& what, std::span<const Judged> raw, std::span<const Judged> fitted) {
  const auto before = reliability(raw), after = reliability(fitted);
  fmt::print("{:<14}{:>33}{:>33}\n", what, "raw", "calibrated");
  fmt::print("{:<14}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "", "count", "confidence", "right", "count", "confidence",
             "right");
  for (size_t i = 0; i < after.size(); ++i) {
    fmt::print("{:.1f} – {:.1f}     ", after[i].low, after[i].high);
    for (const ReliabilityBin& bin : {before[i], after[i]})
      fmt::print("{:>11}{:>11.3f}{:>11.3f}", bin.count, bin.confidence, bin.accuracy);
    fmt::print("\n");
  }
  fmt::print("expected calibration error {:.4f} → {:.4f}\n\n", expected_calibration_error(before),
             expected_calibration_error(after));
}

/// Of the flagged lines those that are bad, and of the bad ones those that are flagged.
std::pair<double, double> precision_and_recall(const CalibrationReport& report, int64_t Detected::*flagged) {
  int64_t bad = 0, found = 0;
  for (const Detected& row : report.bad) {
    bad += row.lines;
    found += row.*flagged;
  }
  const int64_t all = found + report.good.*flagged;
  return {all > 0 ? static_cast<double>(found) / static_cast<double>(all) : 0,
          static_cast<double>(found) / static_cast<double>(bad)};
}

void print(const CalibrationReport& report) {
  fmt::print("\n");
  print_reliability("words", report.raw_words, report.words);
  print_reliability("lines", report.raw_lines, report.lines);
  const auto row = [](const Detected& row) {
    const auto share = [&](int64_t count) { return static_cast<double>(count) / static_cast<double>(row.lines); };
    fmt::print("{:<28}{:>8}{:>11.3f}{:>24.3f}\n", row.kind, row.lines, share(row.flagged), share(row.by_baseline));
  };
  fmt::print("{:<28}{:>8}{:>11}{:>24}\n", "share that is flagged", "lines", "detector", "length and repetition");
  row(report.good);
  for (const auto* rows : {&report.bad, &report.other}) {
    for (const Detected& kind : *rows) row(kind);
    if (rows != &report.bad) break;
    const auto [precision, recall] = precision_and_recall(report, &Detected::flagged);
    const auto [plain_precision, plain_recall] = precision_and_recall(report, &Detected::by_baseline);
    fmt::print("{:<36}{:>11.3f}{:>24.3f}\n", "precision of these", precision, plain_precision);
    fmt::print("{:<36}{:>11.3f}{:>24.3f}\n", "recall of these", recall, plain_recall);
  }
}

Json to_json(std::span<const Judged> raw, std::span<const Judged> fitted) {
  const auto bins = reliability(fitted);
  Json table = Json::array();
  for (const ReliabilityBin& bin : bins)
    table.push_back({{"low", bin.low},
                     {"high", bin.high},
                     {"count", bin.count},
                     {"confidence", bin.confidence},
                     {"right", bin.accuracy}});
  return {{"count", fitted.size()},
          {"expected_calibration_error", expected_calibration_error(bins)},
          {"raw_expected_calibration_error", expected_calibration_error(reliability(raw))},
          {"bins", table}};
}

Json to_json(const CalibrationReport& report) {
  Json document{{"words", to_json(report.raw_words, report.words)}, {"lines", to_json(report.raw_lines, report.lines)}};
  const auto row = [](const Detected& row) {
    return Json{{"kind", row.kind}, {"lines", row.lines}, {"flagged", row.flagged}, {"by_baseline", row.by_baseline}};
  };
  const auto [precision, recall] = precision_and_recall(report, &Detected::flagged);
  const auto [plain_precision, plain_recall] = precision_and_recall(report, &Detected::by_baseline);
  Json bad = Json::array(), other = Json::array();
  for (const Detected& kind : report.bad) bad.push_back(row(kind));
  for (const Detected& kind : report.other) other.push_back(row(kind));
  document["detector"] = {{"good", row(report.good)},       {"bad", bad},       {"other", other},
                          {"precision", precision},         {"recall", recall}, {"baseline_precision", plain_precision},
                          {"baseline_recall", plain_recall}};
  return document;
}

int calibrate_model(const CalibrateOptions& options) {
  const std::vector<Pair> dev = read_pairs({options.dev, options.swap, {}});
  std::vector<Pair> test;
  if (!options.test.empty()) test = read_pairs({options.test, options.swap, {}});
  check(options.search);
  ModelFolder folder = ModelFolder::open(options.model, options.opening.precision);
  if (options.swap && folder.reverse) folder.turn();
  if (options.opening.shortlist) folder.open_shortlist();
  const Calibrated calibrated = calibrate(folder, dev, options, options.search);
  calibrated.calibration.save(folder.calibration_path());
  const std::string file = folder.calibration_path().string();
  Json document{{"calibration", file}, {"pairs", calibrated.pairs}};
  if (!options.json) fmt::print("{}: fitted to {} pairs\n", file, calibrated.pairs);
  if (!options.test.empty()) {
    const CalibrationReport report = measure(folder, calibrated, test, options, options.search);
    if (!options.json) print(report);
    document.update(to_json(report));
  }
  if (options.json) fmt::print("{}\n", json_text(document));
  return 0;
}

}  // namespace

Command calibrate_command() {
  return make_command("calibrate", "fit how far a model's translations are to be trusted", calibrate_model);
}

}  // namespace naru::cli
