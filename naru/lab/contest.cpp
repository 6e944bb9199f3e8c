#include "naru/lab/contest.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "naru/evaluate/evaluation.h"
#include "naru/lab/learning_curve.h"
#include "naru/tensor/memory.h"
#include "naru/train/history.h"

namespace naru {
namespace {

constexpr double turn_seconds = 4;

int64_t word_count(const std::string& line) {
  std::istringstream words(line);
  int64_t count = 0;
  for (std::string word; words >> word;) ++count;
  return count;
}

}  // namespace

Contest::Contest(ContestSpec spec) : spec_(std::move(spec)) {
  for (const Contestant& contestant : spec_.contestants) {
    const TrainingSpec training{.folder = spec_.out / contestant.name,
                                .preset = contestant.preset,
                                .settings = contestant.settings,
                                .train = spec_.train,
                                .dev = spec_.dev,
                                .fresh = spec_.fresh,
                                .from = {},
                                .name = contestant.name};
    runs_.push_back(std::make_unique<TrainingRun>(training));
    results_.emplace_back().name = contestant.name;
    results_.back().parameters = runs_.back()->model().params().parameter_count();
  }
}

void Contest::take_turn(size_t index, const Watch& watch) {
  TrainingRun& run = *runs_[index];
  ContestantResult& result = results_[index];
  const auto in_use = [](auto moment) {
    return memory_use(Purpose::activations).*moment + memory_use(Purpose::workspace).*moment;
  };
  const int64_t others = in_use(&MemoryUse::current);
  reset_peak_memory();
  run.run_for(turn_seconds);
  result.peak_bytes = std::max(result.peak_bytes, run.state_bytes() + in_use(&MemoryUse::peak) - others);
  LearningSample sample{.seconds = run.status().active_seconds, .translations = {}};
  TranslationOptions greedy;
  greedy.search.beam = 1;
  for (const Translation& translation : run.translate(spec_.watched, greedy))
    sample.translations.push_back(translation.best[0].text);
  watch(index, sample);
  result.samples.push_back(std::move(sample));
}

void Contest::train(const Watch& watch, const std::atomic<bool>& stop) {
  const auto training = [&] {
    return std::ranges::any_of(runs_, [](const auto& run) { return !run->status().finished; });
  };
  while (training() && !stop)
    for (size_t i = 0; i < runs_.size() && !stop; ++i)
      if (!runs_[i]->status().finished) take_turn(i, watch);
  for (size_t i = 0; i < runs_.size(); ++i) {
    runs_[i]->finish();
    sum_up(results_[i], runs_[i]->model());
  }
  runs_.clear();
}

void Contest::sum_up(ContestantResult& result, const Model& model) const {
  const std::filesystem::path folder = spec_.out / result.name;
  result.steps = read_history(folder / "history.jsonl").steps;
  if (!result.trained()) return;
  const LearningPoint end = read_learning_curve(folder, model).back();
  result.seconds = end.seconds;
  result.epochs = end.epochs;
  result.training_rate = end.tokens / end.seconds;
  result.training_flops = end.operations;
}

void Contest::measure(const std::function<void(const std::string& what)>& progress) {
  if (std::ranges::none_of(results_, &ContestantResult::trained))
    fail("{}: stopped before a model had its first turn; there is nothing to compare", spec_.out.string());
  for (size_t i = 0; i < results_.size(); ++i) {
    folders_.push_back(ModelFolder::open(folder(i)));
    if (!results_[i].trained()) continue;
    progress(results_[i].name);
    measure(results_[i], folders_[i]);
  }
}

void Contest::measure(ContestantResult& result, const ModelFolder& folder) const {
  const Translator translator(folder);
  int64_t tokens = 0;
  double seconds = 0;
  for (const TestSet& set : spec_.tests) {
    const Evaluation evaluation = evaluate(translator, set.pairs, {}, {});
    tokens += evaluation.target_tokens;
    seconds += evaluation.seconds;
    result.scores.push_back(scores_of(evaluation.hypotheses, set.pairs));
    result.hypotheses.push_back(evaluation.hypotheses);
  }
  result.translating_rate = static_cast<double>(tokens) / seconds;
  result.by_length = bleu_by_length(spec_.tests, result.hypotheses);
}

TestScores scores_of(const std::vector<std::string>& hypotheses, const std::vector<Pair>& pairs) {
  std::vector<std::string> references;
  for (const Pair& pair : pairs) references.push_back(pair.target);
  MetricChoice choice;
  choice.metric = {"bleu", "chrf"};
  TestScores scores;
  for (const Metric& metric : chosen_metrics(choice))
    (metric.name == "bleu" ? scores.bleu : scores.chrf) = Statistics(metric, hypotheses, {references}).corpus().value;
  return scores;
}

std::vector<LengthBucket> bleu_by_length(const std::vector<TestSet>& tests,
                                         const std::vector<std::vector<std::string>>& hypotheses) {
  constexpr std::array<std::pair<int64_t, int64_t>, 7> ranges{
      {{1, 4}, {5, 8}, {9, 12}, {13, 16}, {17, 20}, {21, 30}, {31, 60}}};
  std::vector<LengthBucket> buckets;
  for (const auto& [from, to] : ranges) {
    std::vector<std::string> chosen;
    std::vector<Pair> pairs;
    for (size_t set = 0; set < tests.size(); ++set)
      for (size_t i = 0; i < tests[set].pairs.size(); ++i)
        if (const int64_t words = word_count(tests[set].pairs[i].source); words >= from && words <= to) {
          chosen.push_back(hypotheses[set][i]);
          pairs.push_back(tests[set].pairs[i]);
        }
    if (!pairs.empty())
      buckets.push_back({.from = from,
                         .to = to,
                         .sentences = static_cast<int64_t>(pairs.size()),
                         .bleu = scores_of(chosen, pairs).bleu});
  }
  return buckets;
}

}  // namespace naru
