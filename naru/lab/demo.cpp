#include "naru/lab/demo.h"

#include <algorithm>
#include <sstream>

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/lab/contenders.h"
#include "naru/lab/demo_report.h"
#include "naru/lab/nearest_sentence.h"
#include "naru/lab/report.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr double turn_seconds = 4;

int64_t word_count(const std::string& line) {
  std::istringstream words(line);
  int64_t count = 0;
  for (std::string word; words >> word;) ++count;
  return count;
}

DemoScores scores_of(const std::vector<std::string>& hypotheses, const std::vector<Pair>& pairs) {
  std::vector<std::string> references;
  for (const Pair& pair : pairs) references.push_back(pair.target);
  MetricChoice choice;
  choice.metric = {"bleu", "chrf"};
  DemoScores scores;
  for (const Metric& metric : chosen_metrics(choice))
    (metric.name == "bleu" ? scores.bleu : scores.chrf) = Statistics(metric, hypotheses, {references}).corpus().value;
  return scores;
}

/// The first file that a demo writes tells its folder from another's.
constexpr const char* mark_of_a_demo = "corpus/lecture.tsv";

void refuse_others_folder(const fs::path& folder) {
  if (fs::exists(folder / mark_of_a_demo)) return;
  std::vector<std::string> names{"corpus", "report.html"};
  for (const Contender& contender : contenders()) names.push_back(contender.preset);
  for (const std::string& name : names)
    if (const fs::path place = folder / name; fs::exists(place) && !(fs::is_directory(place) && fs::is_empty(place)))
      fail("{}: holds a {} that is not of a demo and would be replaced; give another --out", folder.string(), name);
}

}  // namespace

Demo::Demo(const DemoOptions& options) : options_(options) {
  watched_ = {"나는 학교에 간다", "그는 돈을 찾으러 은행에 갔다", "철수는 영희에게 자신이 좋아하는 책을 선물했다"};
  refuse_others_folder(options.out);
  write_corpus();
  for (const Contender& contender : contenders()) {
    TrainingSpec spec{.folder = options.out / contender.preset,
                      .preset = contender.preset,
                      .settings = contender.settings,
                      .train = {(options.out / "corpus" / "train.tsv").string()},
                      .dev = {(options.out / "corpus" / "dev.tsv").string()},
                      .fresh = true,
                      .from = {},
                      .name = contender.preset};
    spec.settings.emplace_back("checkpoint_every=100000");
    spec.settings.push_back(fmt::format("max_minutes={}", options.minutes));
    spec.settings.push_back(fmt::format("seed={}", options.seed));
    runs_.push_back(std::make_unique<TrainingRun>(spec));
    results_.emplace_back().name = contender.preset;
    results_.back().parameters = runs_.back()->model().params().parameter_count();
  }
}

void Demo::write_corpus() {
  const fs::path folder = options_.out / "corpus";
  fs::create_directories(folder);
  const auto seed = static_cast<uint64_t>(options_.seed);
  lecture_ = phrases({.pairs = lecture_sentences, .seed = seed, .split = PhraseSplit::lecture, .lecture_senses = true});
  write_file(options_.out / mark_of_a_demo, tsv(lecture_));
  write_embedded_corpus(folder, options_.pairs, seed);
  for (const auto& [split, name] : {std::pair{PhraseSplit::test, "test"},
                                    {PhraseSplit::compose, "compose"},
                                    {PhraseSplit::long_sentences, "long"}}) {
    const std::vector<Phrase> made = phrases({.pairs = options_.test_sentences, .seed = seed, .split = split});
    write_file(folder / (std::string(name) + ".tsv"), tsv(made));
    DemoTestSet set{.name = name, .pairs = {}};
    for (const Phrase& phrase : made) set.pairs.push_back({phrase.korean, phrase.english});
    tests_.push_back(std::move(set));
  }
}

void Demo::train(const Watch& watch, const std::atomic<bool>& stop) {
  const auto training = [&] {
    return std::ranges::any_of(runs_, [](const auto& run) { return !run->status().finished; });
  };
  TranslationOptions greedy;
  greedy.search.beam = 1;
  while (training() && !stop) {
    for (size_t i = 0; i < runs_.size() && !stop; ++i) {
      if (runs_[i]->status().finished) continue;
      const auto in_use = [](auto moment) {
        return memory_use(Purpose::activations).*moment + memory_use(Purpose::workspace).*moment;
      };
      const int64_t others = in_use(&MemoryUse::current);
      reset_peak_memory();
      runs_[i]->run_for(turn_seconds);
      results_[i].peak_bytes =
          std::max(results_[i].peak_bytes, runs_[i]->state_bytes() + in_use(&MemoryUse::peak) - others);
      DemoSample sample{.seconds = runs_[i]->status().active_seconds, .translations = {}};
      for (const Translation& translation : runs_[i]->translate(watched_, greedy))
        sample.translations.push_back(translation.best[0].text);
      watch(i, sample, std::min(1.0, sample.seconds / (60 * options_.minutes)));
      results_[i].samples.push_back(std::move(sample));
    }
  }
  for (size_t i = 0; i < runs_.size(); ++i) {
    results_[i].steps = runs_[i]->status().step;
    results_[i].seconds = runs_[i]->status().active_seconds;
    if (results_[i].trained())
      results_[i].training_rate = static_cast<double>(runs_[i]->status().target_tokens) / results_[i].seconds;
    runs_[i]->finish();
  }
  runs_.clear();
}

void Demo::measure(const std::function<void(const std::string& what)>& progress) {
  if (std::ranges::none_of(results_, &DemoResult::trained))
    fail("{}: stopped before a model had its first turn; there is nothing to compare", options_.out.string());
  for (size_t i = 0; i < results_.size(); ++i) {
    folders_.push_back(ModelFolder::open(folder(i)));
    if (!results_[i].trained()) continue;
    progress(results_[i].name);
    measure_model(i);
  }
  progress("nearest training sentence");
  measure_baseline();
}

void Demo::measure_model(size_t index) {
  DemoResult& result = results_[index];
  const Translator translator(folders_[index]);
  int64_t tokens = 0;
  double seconds = 0;
  std::vector<std::vector<std::string>> hypotheses;
  for (const DemoTestSet& set : tests_) {
    const Evaluation evaluation = evaluate(translator, set.pairs, {}, {});
    tokens += evaluation.target_tokens;
    seconds += evaluation.seconds;
    result.scores.push_back(scores_of(evaluation.hypotheses, set.pairs));
    hypotheses.push_back(evaluation.hypotheses);
  }
  result.translating_rate = static_cast<double>(tokens) / seconds;
  result.by_length = by_length(hypotheses);
  std::vector<std::string> lines;
  for (const Phrase& phrase : lecture_) lines.push_back(phrase.korean);
  for (const Translation& translation : translator.translate(lines, {}))
    result.lecture.push_back(translation.best[0].text);
}

void Demo::measure_baseline() {
  std::vector<std::string> sources, targets;
  for (const Pair& pair : read_pairs({{(options_.out / "corpus" / "train.tsv").string()}, false, {}})) {
    sources.push_back(pair.source);
    targets.push_back(pair.target);
  }
  const NearestSentence nearest(sources, std::move(targets));
  baseline_.name = "nearest training sentence";
  for (const DemoTestSet& set : tests_) {
    std::vector<std::string> hypotheses;
    for (const Pair& pair : set.pairs) hypotheses.push_back(nearest.translate(pair.source));
    baseline_.scores.push_back(scores_of(hypotheses, set.pairs));
  }
  for (const Phrase& phrase : lecture_) baseline_.lecture.push_back(nearest.translate(phrase.korean));
}

std::vector<DemoBucket> Demo::by_length(const std::vector<std::vector<std::string>>& hypotheses) const {
  std::vector<DemoBucket> buckets;
  for (const auto& [from, to] :
       std::vector<std::pair<int64_t, int64_t>>{{1, 4}, {5, 8}, {9, 12}, {13, 16}, {17, 20}, {21, 30}, {31, 60}}) {
    std::vector<std::string> chosen;
    std::vector<Pair> pairs;
    for (size_t set = 0; set < tests_.size(); ++set)
      for (size_t i = 0; i < tests_[set].pairs.size(); ++i)
        if (const int64_t words = word_count(tests_[set].pairs[i].source); words >= from && words <= to) {
          chosen.push_back(hypotheses[set][i]);
          pairs.push_back(tests_[set].pairs[i]);
        }
    if (!pairs.empty())
      buckets.push_back({.from = from,
                         .to = to,
                         .sentences = static_cast<int64_t>(pairs.size()),
                         .bleu = scores_of(chosen, pairs).bleu});
  }
  return buckets;
}

std::string Demo::conclusion(bool korean) const {
  std::vector<std::string> names;
  for (const DemoTestSet& set : tests_) names.push_back(set.name);
  return demo_conclusion(names, results_, baseline_, korean);
}

std::string Demo::json() const { return demo_json(*this, options_); }

std::filesystem::path Demo::report(const std::string& json) const {
  std::filesystem::path path = options_.out / "report.html";
  write_report(path, json);
  return path;
}

}  // namespace naru
