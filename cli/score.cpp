// Log-probability and perplexity of given translations.
#include <cmath>

#include "naru/base/json.h"
#include "naru/evaluate/evaluation.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct ScoreOptions {
  std::vector<std::string> model, test;
  int64_t batch_tokens = 1024;
  bool swap = false, sentences = false, json = false;

  void fields(auto&& field) {
    field("model", model,
          "model folder; of several the mean of their probabilities decides, over one target vocabulary",
          required(folder_path()));
    field("test", test, "pairs to score: one .tsv or two line-aligned files", required(file_path()));
    field("batch-tokens", batch_tokens, "target tokens scored together", at_least(1));
    field("swap", swap, "the second column (or file) is the source");
    field("sentence-level", sentences, "a line for each pair: log-probability, tokens");
    field("json", json, "print JSON");
  }
};

int score(const ScoreOptions& options) {
  const std::vector<Pair> pairs = read_pairs({options.test, options.swap, {}});
  std::vector<ModelFolder> folders = open_folders(options.model);
  for (ModelFolder& folder : folders)
    if (options.swap && folder.reverse) folder.turn();
  const std::vector<PairScore> scores = score_pairs(folders, pairs, options.batch_tokens);
  double sum = 0;
  int64_t tokens = 0;
  for (const PairScore& pair : scores) {
    if (options.sentences && !options.json) fmt::print("{:.6f}\t{}\n", pair.log_probability, pair.tokens);
    sum += pair.log_probability;
    tokens += pair.tokens;
  }
  const double perplexity = std::exp(-sum / static_cast<double>(tokens));
  if (options.json) {
    Json document{
        {"sentences", scores.size()}, {"target_tokens", tokens}, {"log_probability", sum}, {"perplexity", perplexity}};
    if (options.sentences)
      for (const PairScore& pair : scores)
        document["scores"].push_back({{"log_probability", pair.log_probability}, {"target_tokens", pair.tokens}});
    fmt::print("{}\n", json_text(document));
  } else if (!options.sentences) {
    fmt::print("{} pairs, {} target tokens: log-probability {:.3f}, {:.4f} per token, perplexity {:.3f}\n",
               scores.size(), tokens, sum, sum / static_cast<double>(tokens), perplexity);
  }
  return 0;
}

}  // namespace

Command score_command() { return make_command("score", "log-probability and perplexity of given translations", score); }

}  // namespace naru::cli
