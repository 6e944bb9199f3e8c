// Translates a test set and measures the translations.

#include <fstream>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/evaluate/evaluation.h"
#include "naru/evaluate/guessed_verbs.h"
#include "naru/text/korean/speech_level.h"
#include "naru/text/quantity.h"

#include "cli/command.h"
#include "cli/paths.h"

namespace naru::cli {
namespace {

struct EvaluateOptions : MetricChoice {
  TranslationOptions translation;
  std::string hypotheses, policy, annotations;
  OpeningOptions opening;
  std::vector<std::string> model, test;
  bool swap = false, numbers = false, json = false;

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
    field("annotations", annotations,
          "with --policy, of a test set of naru phrases its --annotations: counts the verbs that were written before "
          "the speaker's was heard",
          file_path());
    field("swap", swap, "the second column (or file) is the source");
    field("check-numbers", numbers, "count the translations whose numbers are not the source's (Korean and English)");
    field("hypotheses", hypotheses, "write the translations to this file as well", file_path());
    field("json", json, "print JSON");
  }
};

void check(const EvaluateOptions& options) {
  for (const std::string& test : options.test)
    if (!options.hypotheses.empty() && same_file(test, options.hypotheses))
      fail("--hypotheses {}: is the test set; name another file", options.hypotheses);
  if (options.policy.empty()) {
    if (!options.annotations.empty())
      fail("--annotations {}: tells when verbs were written, which needs a --policy", options.annotations);
    return;
  }
  if (!policy_of(options.policy).whole() && options.opening.shortlist)
    fail("--shortlist: does not go with --policy {}; leave one out", options.policy);
  if (options.model.size() > 1)
    fail("--policy {}: is followed by one model, but --model names {}; name one", options.policy, options.model.size());
}

std::vector<ModelFolder> opened(const EvaluateOptions& options) {
  std::vector<ModelFolder> folders = open_folders(options.model, options.opening.precision);
  for (ModelFolder& folder : folders) {
    if (options.swap && folder.reverse) folder.turn();
    folder.speak(options.opening.formality);
    if (options.opening.shortlist) folder.open_shortlist();
  }
  return folders;
}

/// What is counted of translations besides their scores, where it was asked for.
struct Findings {
  std::optional<double> spoken;  // share in the asked speech level
  std::optional<GuessedVerbs> verbs;
  std::optional<NumberCheck> numbers;
};

void print_json(const EvaluateOptions& options, const Evaluation& result, const Findings& findings) {
  Json document;
  for (const Score& score : result.scores)
    document["metrics"].push_back({{"name", score.name}, {"score", score.value}, {"signature", score.signature}});
  if (result.lagging) {
    document["average_lagging"] = result.lagging->average;
    document["laal"] = result.lagging->length_adaptive;
  }
  if (findings.verbs)
    document["verbs"] = {{"written", findings.verbs->written},
                         {"guessed", findings.verbs->guessed},
                         {"guessed_right", findings.verbs->right}};
  if (findings.numbers)
    document["numbers"] = {{"with_numbers", findings.numbers->with_numbers},
                           {"disagreeing", findings.numbers->disagreeing}};
  document["sentences"] = result.hypotheses.size();
  document["seconds"] = result.seconds;
  document["target_tokens_per_second"] = static_cast<double>(result.target_tokens) / result.seconds;
  if (findings.spoken) document["formality"] = {{"asked", options.opening.formality}, {"share", *findings.spoken}};
  fmt::print("{}\n", json_text(document));
}

void print_table(const EvaluateOptions& options, const Evaluation& result, const Findings& findings) {
  for (const Score& score : result.scores) fmt::print("{} {:.2f}  ({})\n", score.label, score.value, score.signature);
  if (findings.spoken)
    fmt::print("{:.1f} % of the translations are {}\n", 100 * *findings.spoken, options.opening.formality);
  if (result.lagging)
    fmt::print("AL {:.2f}  LAAL {:.2f}  (source words)\n", result.lagging->average, result.lagging->length_adaptive);
  if (findings.verbs)
    fmt::print("{} of {} verbs were written before the speaker's was heard, {} of them as in the reference\n",
               findings.verbs->guessed, findings.verbs->written, findings.verbs->right);
  if (findings.numbers)
    fmt::print("{} of {} lines with numbers have other ones in the translation\n", findings.numbers->disagreeing,
               findings.numbers->with_numbers);
  fmt::print("{} sentences in {:.1f} s, {:.0f} target tokens per second\n", result.hypotheses.size(), result.seconds,
             static_cast<double>(result.target_tokens) / result.seconds);
}

NumberCheck check_numbers(const std::vector<Pair>& pairs, const std::vector<std::string>& translations) {
  NumberCheck check;
  for (size_t i = 0; i < pairs.size(); ++i) check.count(compare_quantities(pairs[i].source, translations[i]));
  return check;
}

int evaluate_model(const EvaluateOptions& options) {
  check(options);
  const std::vector<Pair> pairs = read_pairs({options.test, options.swap, {}});
  std::vector<std::optional<VerbPlace>> verbs;
  if (!options.annotations.empty()) verbs = verb_places(options.annotations, pairs);
  const std::vector<ModelFolder> folders = opened(options);
  const Evaluation result = options.policy.empty()
                                ? evaluate(Translator(folders), pairs, options, options.translation)
                                : evaluate(folders[0], policy_of(options.policy), pairs, options, options.translation);
  Findings findings;
  const std::string& formality = options.opening.formality;
  if (!formality.empty()) findings.spoken = share_of_level(result.hypotheses, speech_level(formality));
  if (!verbs.empty()) findings.verbs = guessed_verbs(result.interpretations, pairs, verbs);
  if (options.numbers) findings.numbers = check_numbers(pairs, result.hypotheses);
  if (!options.hypotheses.empty())
    write_file(options.hypotheses, [&](std::ostream& out) {
      for (const std::string& line : result.hypotheses) out << line << '\n';
    });
  options.json ? print_json(options, result, findings) : print_table(options, result, findings);
  return 0;
}

}  // namespace

Command evaluate_command() {
  return make_command("evaluate", "translate a test set and measure the translations", evaluate_model);
}

}  // namespace naru::cli
