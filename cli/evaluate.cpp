// Translates a test set and measures the translations.

#include <fstream>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/evaluate/evaluation.h"
#include "naru/text/korean/speech_level.h"

#include "cli/command.h"
#include "cli/paths.h"

namespace naru::cli {
namespace {

struct EvaluateOptions : MetricChoice {
  TranslationOptions translation;
  std::string hypotheses, policy;
  OpeningOptions opening;
  std::vector<std::string> model, test;
  bool swap = false, json = false;

  void fields(auto&& field) {
    field("model", model,
          "model folder; of several the mean of their probabilities decides, over one target vocabulary",
          required(folder_path()));
    field("test", test, "test pairs: one .tsv or two line-aligned files", required(file_path()));
    MetricChoice::fields(field);
    translation.search.fields(field);
    opening.fields(field);
    field("policy", policy,
          "translate word by word as it is spoken, and measure the lag: wait-K, agreement, chunk-N (whole: when the "
          "sentence has ended)");
    field("swap", swap, "the second column (or file) is the source");
    field("hypotheses", hypotheses, "write the translations to this file as well", file_path());
    field("json", json, "print JSON");
  }
};

int evaluate_model(const EvaluateOptions& options) {
  for (const std::string& test : options.test)
    if (!options.hypotheses.empty() && same_file(test, options.hypotheses))
      fail("--hypotheses {}: is the test set; name another file", options.hypotheses);
  const Policy policy = policy_of(options.policy.empty() ? "whole" : options.policy);
  if (!policy.whole() && options.opening.shortlist)
    fail("--shortlist: does not go with --policy {}; leave one out", options.policy);
  if (!options.policy.empty() && options.model.size() > 1)
    fail("--policy {}: is followed by one model, but --model names {}; name one", options.policy, options.model.size());
  const std::vector<Pair> pairs = read_pairs({options.test, options.swap, {}});
  std::vector<ModelFolder> folders = open_folders(options.model, options.opening.precision);
  for (ModelFolder& folder : folders) {
    if (options.swap && folder.reverse) folder.turn();
    folder.speak(options.opening.formality);
    if (options.opening.shortlist) folder.open_shortlist();
  }
  const Evaluation result = options.policy.empty() ? evaluate(Translator(folders), pairs, options, options.translation)
                                                   : evaluate(folders[0], policy, pairs, options, options.translation);
  const std::string& formality = options.opening.formality;
  const double spoken = formality.empty() ? 0 : share_of_level(result.hypotheses, speech_level(formality));
  const double rate = static_cast<double>(result.target_tokens) / result.seconds;
  if (!options.hypotheses.empty())
    write_file(options.hypotheses, [&](std::ostream& out) {
      for (const std::string& line : result.hypotheses) out << line << '\n';
    });
  if (options.json) {
    Json document;
    for (const Score& score : result.scores)
      document["metrics"].push_back({{"name", score.name}, {"score", score.value}, {"signature", score.signature}});
    if (result.lagging) {
      document["average_lagging"] = result.lagging->average;
      document["laal"] = result.lagging->length_adaptive;
    }
    document["sentences"] = pairs.size();
    document["seconds"] = result.seconds;
    document["target_tokens_per_second"] = rate;
    if (!formality.empty()) document["formality"] = {{"asked", formality}, {"share", spoken}};
    fmt::print("{}\n", json_text(document));
    return 0;
  }
  for (const Score& score : result.scores) fmt::print("{} {:.2f}  ({})\n", score.label, score.value, score.signature);
  if (!formality.empty()) fmt::print("{:.1f} % of the translations are {}\n", 100 * spoken, formality);
  if (result.lagging)
    fmt::print("AL {:.2f}  LAAL {:.2f}  (source words)\n", result.lagging->average, result.lagging->length_adaptive);
  fmt::print("{} sentences in {:.1f} s, {:.0f} target tokens per second\n", pairs.size(), result.seconds, rate);
  return 0;
}

}  // namespace

Command evaluate_command() {
  return make_command("evaluate", "translate a test set and measure the translations", evaluate_model);
}

}  // namespace naru::cli
