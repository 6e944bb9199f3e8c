// What a model computes for one sentence, step by step.
#include "naru/lab/explain.h"

#include "naru/base/log.h"
#include "naru/lab/findings_text.h"
#include "naru/lab/report.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct ExplainCommandOptions : ExplainOptions {
  std::vector<std::string> model;
  std::string lang = "ko", page;
  bool json = false;

  void fields(auto&& field) {
    field("model", model, "model folder; a second one is shown beside it", required(folder_path()));
    ExplainOptions::fields(field);
    field("lang", lang, "of the text here, and of the page until the reader chooses", one_of({"ko", "en"}));
    field("out", page, "an HTML page of the same", file_path());
    field("json", json, "print JSON: the blocks of the page, and every number");
  }
};

/// The page shows the blocks alone.
void write_page(Json document, const std::string& file) {
  for (Json& experiment : document["experiments"]) experiment.erase("numbers");
  write_report(file, json_text(document));
  NARU_LOG(info, "page: {}", file);
}

int run_explain(const ExplainCommandOptions& options) {
  if (options.model.size() > 2)
    fail("--model: names {} folders, and two go side by side; leave some out", options.model.size());
  const bool korean = options.lang == "ko";
  const std::vector<ModelFolder> models = open_folders(options.model, "f32");
  const Json document = explain(models, options, korean);
  if (!options.page.empty()) write_page(document, options.page);
  if (options.json) {
    fmt::print("{}\n", json_text(document));
    return 0;
  }
  for (const Json& experiment : document["experiments"]) {
    fmt::print("\n── {}\n", text_of(experiment["title"], korean));
    for (const Json& block : experiment["blocks"])  // a whole heat map is wider than a terminal
      if (block["type"] != "heat") fmt::print("{}", block_text(block, korean));
  }
  return 0;
}

}  // namespace

Command explain_command() {
  return make_command("explain", "show a model's computation of one sentence, step by step", run_explain);
}

}  // namespace naru::cli
