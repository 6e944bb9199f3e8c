// Translates a test set and measures the translations.

#include <fstream>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/evaluate/evaluation.h"

#include "cli/command.h"
#include "cli/paths.h"

namespace naru::cli {
namespace {

struct EvaluateOptions : MetricChoice {
  TranslationOptions translation;
  std::string model, hypotheses, policy;
  OpeningOptions opening;
  std::vector<std::string> test;
  bool swap = false, json = false;

  void fields(auto&& field) {
    field("model", model, "model folder", required(folder_path()));
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
  const std::vector<Pair> pairs = read_pairs({options.test, options.swap, {}});
  ModelFolder folder = ModelFolder::open(options.model, options.opening.precision);
  if (options.swap && folder.reverse) folder.turn();
  if (options.opening.shortlist) folder.open_shortlist();
  const Evaluation result = options.policy.empty() ? evaluate(Translator(folder), pairs, options, options.translation)
                                                   : evaluate(folder, policy, pairs, options, options.translation);
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
    fmt::print("{}\n", json_text(document));
    return 0;
  }
  for (const Score& score : result.scores) fmt::print("{} {:.2f}  ({})\n", score.label, score.value, score.signature);
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
