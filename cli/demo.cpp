// The main job on the embedded default: three translators learn side by side, then are compared.
#include "naru/lab/demo.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>

#include "naru/base/log.h"

#include "cli/command.h"
#include "cli/stop_signal.h"

namespace naru::cli {
namespace {

struct DemoCommandOptions : DemoOptions {
  std::string folder = "out/demo";
  bool json = false;
  void fields(auto&& field) {
    field("out", folder, "folder for the corpus, the models and report.html", folder_path());
    field("minutes", minutes, "training time of each of the three models", between(0.01, 10000));
    field("pairs", pairs, "training pairs of the embedded corpus", at_least(1000));
    field("test-sentences", test_sentences, "sentences of each test set", at_least(10));
    field("seed", seed, "of corpus, weights and dropout", at_least(0));
    field("json", json, "print JSON: what report.html shows");
  }
};

std::string bar(double share) {
  constexpr int width = 24;
  const int full = static_cast<int>(share * width);
  std::string text;
  for (int i = 0; i < width; ++i) text += i < full ? "█" : "░";
  return text;
}

/// The first `most` code points, and an ellipsis where there are more.
std::string shortened(const std::string& text, int most) {
  int points = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && points++ == most) return text.substr(0, i) + "…";
  return text;
}

void show_learning(const Demo& demo, size_t model, const LearningSample& now, double minutes) {
  const double share = std::min(1.0, now.seconds / (60 * minutes));
  log_progress_done();
  NARU_LOG(info, "{:<18} {} {:>3.0f} s", demo.results()[model].name, bar(share), now.seconds);
  for (size_t i = 0; i < now.translations.size(); ++i)
    NARU_LOG(info, "    {} → {}", demo.watched()[i], shortened(now.translations[i], 80));
}

/// Those that had a turn.
std::vector<size_t> trained(const Demo& demo) {
  std::vector<size_t> models;
  for (size_t i = 0; i < demo.results().size(); ++i)
    if (demo.results()[i].trained()) models.push_back(i);
  return models;
}

void print_table(const Demo& demo) {
  fmt::print("\n{:<26} {:>10} {:>11} {:>11} {:>9}", "", "parameters", "training", "translating", "memory");
  for (const TestSet& set : demo.test_sets()) fmt::print("  {:>7} {:>6}", set.name, "");
  fmt::print("\n{:<26} {:>10} {:>11} {:>11} {:>9}", "", "", "tokens/s", "tokens/s", "training");
  for (size_t i = 0; i < demo.test_sets().size(); ++i) fmt::print("  {:>7} {:>6}", "BLEU", "chrF");
  fmt::print("\n");
  const auto scores = [](const ContestantResult& result) {
    for (const TestScores& score : result.scores) fmt::print("  {:>7.1f} {:>6.1f}", score.bleu, score.chrf);
    fmt::print("\n");
  };
  for (const ContestantResult& result : demo.results()) {
    const double millions = static_cast<double>(result.parameters) / 1e6;
    if (!result.trained()) {
      fmt::print("{:<26} {:>8.2f} M   untrained: stopped before its first turn\n", result.name, millions);
      continue;
    }
    fmt::print("{:<26} {:>8.2f} M {:>11.0f} {:>11.0f} {:>6.0f} MB", result.name, millions, result.training_rate,
               result.translating_rate, static_cast<double>(result.peak_bytes) / 1e6);
    scores(result);
  }
  fmt::print("{:<26} {:>10} {:>11} {:>11} {:>9}", demo.baseline().name, "", "", "", "");
  scores(demo.baseline());

  fmt::print("\nBLEU by length of the source in words\n{:<26}", "");
  for (const LengthBucket& bucket : demo.results()[trained(demo)[0]].by_length)
    fmt::print(" {:>7}", fmt::format("{}–{}", bucket.from, bucket.to));
  fmt::print("\n");
  for (const size_t i : trained(demo)) {
    const ContestantResult& result = demo.results()[i];
    fmt::print("{:<26}", result.name);
    for (const LengthBucket& bucket : result.by_length) fmt::print(" {:>7.1f}", bucket.bleu);
    fmt::print("\n");
  }
}

void print_lecture(const Demo& demo) {
  fmt::print("\nThe lecture's sentences (none was trained on)\n");
  for (size_t i = 0; i < demo.lecture().size(); ++i) {
    fmt::print("\n{}\n  {:<18} {}\n", demo.lecture()[i].korean, "reference", demo.lecture()[i].english);
    if (has_lecture_sense(demo.lecture()[i]))
      fmt::print("  (강의의 예시이며 표준어 용법이 아닙니다 · the lecture's illustration, not standard Korean)\n");
    for (const size_t model : trained(demo))
      fmt::print("  {:<18} {}\n", demo.results()[model].name, demo.lecture_translations()[model][i]);
  }
}

/// Somebody at a terminal types Korean and sees three translations.
void prompt(const Demo& demo) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return;
  fmt::print("\nType Korean (an empty line ends):\n");
  std::string line;
  while (fmt::print("> "), std::fflush(stdout), std::getline(std::cin, line) && !line.empty())
    for (const size_t i : trained(demo))
      fmt::print("  {:<18} {}\n", demo.results()[i].name,
                 Translator(demo.model(i)).translate({line}, {})[0].best[0].text);
}

int run_demo(const DemoCommandOptions& options) {
  outlive_readers();
  DemoOptions plain = options;
  plain.out = options.folder;
  NARU_LOG(info, "making {} sentence pairs; each model then trains for {:g} minutes, in turns", plain.pairs,
           plain.minutes);
  NARU_LOG(info, "{}", lecture_sense_caption);
  Demo demo(plain);
  {
    const StopSignal stop;
    demo.train([&](size_t model, const LearningSample& now) { show_learning(demo, model, now, plain.minutes); },
               stop.asked);
  }
  demo.measure([](const std::string& what) { NARU_LOG(info, "measuring {}", what); });
  const std::string json = demo.json(), report = demo.report(json).string();
  if (options.json) {
    fmt::print("{}\n", json);
    return 0;
  }
  print_table(demo);
  print_lecture(demo);
  fmt::print("\n{}\n{}\n", demo.conclusion(true), demo.conclusion(false));
  const std::vector<size_t> models = trained(demo);
  const auto bleu = [&](size_t model) { return demo.results()[model].scores[0].bleu; };
  const size_t best = *std::ranges::max_element(models, {}, bleu);
  fmt::print(
      "\nPictures: {0}\nNext:\n  {1} translate --model {2} < korean.txt\n  {1} evaluate --model {2} --test "
      "{3}/corpus/test.tsv --metric bleu chrf\n"
      "  {1} train --model out/mine --preset transformer-small --train mine.tsv --max-minutes 60\n",
      report, program_invocation_name, demo.folder(best).string(), options.folder);
  prompt(demo);
  return 0;
}

}  // namespace

Command demo_command() {
  return make_command("demo", "train three translators on the embedded corpus and compare them", run_demo);
}

}  // namespace naru::cli
