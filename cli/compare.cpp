// A fair duel of architectures on the user's own data.
#include "naru/lab/compare.h"

#include <algorithm>
#include <cstdio>

#include "naru/base/log.h"
#include "naru/lab/findings_text.h"

#include "cli/command.h"
#include "cli/stop_signal.h"

namespace naru::cli {
namespace {

struct CompareCommandOptions : CompareOptions {
  std::string folder = "out/compare", lang = "ko";
  bool json = false;
  void fields(auto&& field) {
    field("train", train, "training pairs: one .tsv or two line-aligned files", required(file_path()));
    field("test", test, "pairs that are translated and measured", required(file_path()));
    field("dev", dev, "development pairs; the best model on them is measured", file_path());
    field("models", models, "presets to compare, two or more", required(one_of(preset_names())));
    field("minutes", minutes, "training time of each model", between(0.01, 1e6));
    field("equal", equal,
          "besides the data: time; parameters (and time; widths follow the first model's count); flops (of the first "
          "model in its minutes). Default: time, and parameters too where the presets differ by over 5 %",
          one_of({"time", "parameters", "flops", ""}));
    field("seeds", seeds, "trainings of each model", between(1, 100));
    field("seed", seed, "the first of them", at_least(0));
    field("set", settings, "key=value for any model or training option, of all models");
    field("test-sentences", test_sentences, "the first so many of the test pairs", at_least(1));
    field("lang", lang, "of the text here, and of the report until the reader chooses", one_of({"ko", "en"}));
    field("out", folder, "folder for models, report.html and report.json; a comparison that was cut goes on there",
          folder_path());
    field("json", json, "print report.json");
  }
};

int compare(const CompareCommandOptions& options) {
  if (options.models.size() < 2) fail("--models {}: give at least two to compare", options.models[0]);
  outlive_readers();
  const StopSignal stop;
  CompareOptions plain = options;
  plain.out = options.folder;
  const bool korean = options.lang == "ko";
  const double seconds = 60 * options.minutes;
  const CompareListener listener{
      .begins = [](const std::string& equal) { NARU_LOG(info, "equal {}", equal); },
      .turn = [&](const std::string& model,
                  double now) { log_progress(fmt::format("{}: {:.0f} of {:.0f} s", model, now, seconds)); },
      .progress = [](const std::string& what) { NARU_LOG(info, "measuring {}", what); }};
  const Json report = run_compare(plain, korean, listener, stop.asked);
  log_progress_done();
  if (options.json) {
    fmt::print("{}\n", json_text(report, 1));
  } else {
    for (const Json& part : report["experiments"]) {
      fmt::print("\n── {}\n", text_of(part["title"], korean));
      for (const Json& block : part["blocks"])
        if (!block.contains("id")) fmt::print("{}", block_text(block, korean));
      fmt::print("\n{}\n", text_of(part["question"], korean));
    }
  }
  NARU_LOG(info, "report: {}/report.html", options.folder);
  if (stop.asked) NARU_LOG(info, "stopped; the same command goes on from here");
  return 0;
}

}  // namespace

Command compare_command() {
  return make_command("compare", "train models on your pairs under equal conditions, and report", compare);
}

}  // namespace naru::cli
