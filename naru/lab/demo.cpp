#include "naru/lab/demo.h"

#include "naru/base/file.h"
#include "naru/lab/contenders.h"
#include "naru/lab/demo_report.h"
#include "naru/lab/nearest_sentence.h"
#include "naru/lab/report.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

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
  refuse_others_folder(options.out);
  ContestSpec spec{
      .out = options.out,
      .contestants = {},
      .train = {(options.out / "corpus" / "train.tsv").string()},
      .dev = {(options.out / "corpus" / "dev.tsv").string()},
      .tests = write_corpus(),
      .watched = {"나는 학교에 간다", "그는 돈을 찾으러 은행에 갔다", "철수는 영희에게 자신이 좋아하는 책을 선물했다"}};
  for (const Contender& contender : contenders()) {
    Contestant contestant{.name = contender.preset, .preset = contender.preset, .settings = contender.settings};
    contestant.settings.emplace_back("checkpoint_every=100000");
    contestant.settings.push_back(fmt::format("max_minutes={}", options.minutes));
    contestant.settings.push_back(fmt::format("seed={}", options.seed));
    spec.contestants.push_back(std::move(contestant));
  }
  contest_ = std::make_unique<Contest>(std::move(spec));
}

std::vector<TestSet> Demo::write_corpus() {
  const fs::path folder = options_.out / "corpus";
  fs::create_directories(folder);
  const auto seed = static_cast<uint64_t>(options_.seed);
  lecture_ = phrases({.pairs = lecture_sentences, .seed = seed, .split = PhraseSplit::lecture, .lecture_senses = true});
  write_file(options_.out / mark_of_a_demo, tsv(lecture_));
  write_embedded_corpus(folder, options_.pairs, seed);
  std::vector<TestSet> tests;
  for (const auto& [split, name] : {std::pair{PhraseSplit::test, "test"},
                                    {PhraseSplit::compose, "compose"},
                                    {PhraseSplit::long_sentences, "long"}}) {
    const std::vector<Phrase> made = phrases({.pairs = options_.test_sentences, .seed = seed, .split = split});
    write_file(folder / (std::string(name) + ".tsv"), tsv(made));
    TestSet set{.name = name, .pairs = {}};
    for (const Phrase& phrase : made) set.pairs.push_back({phrase.korean, phrase.english});
    tests.push_back(std::move(set));
  }
  return tests;
}

void Demo::measure(const std::function<void(const std::string& what)>& progress) {
  contest_->measure(progress);
  std::vector<std::string> lines;
  for (const Phrase& phrase : lecture_) lines.push_back(phrase.korean);
  for (size_t i = 0; i < results().size(); ++i) {
    std::vector<std::string>& translations = lecture_translations_.emplace_back();
    if (!results()[i].trained()) continue;
    for (const Translation& translation : Translator(model(i)).translate(lines, {}))
      translations.push_back(translation.best[0].text);
  }
  progress("nearest training sentence");
  measure_baseline();
}

void Demo::measure_baseline() {
  std::vector<std::string> sources, targets;
  for (const Pair& pair : read_pairs({contest_->spec().train, false, {}})) {
    sources.push_back(pair.source);
    targets.push_back(pair.target);
  }
  const NearestSentence nearest(sources, std::move(targets));
  baseline_.name = "nearest training sentence";
  for (const TestSet& set : test_sets()) {
    std::vector<std::string> hypotheses;
    for (const Pair& pair : set.pairs) hypotheses.push_back(nearest.translate(pair.source));
    baseline_.scores.push_back(scores_of(hypotheses, set.pairs));
  }
  std::vector<std::string>& answers = lecture_translations_.emplace_back();
  for (const Phrase& phrase : lecture_) answers.push_back(nearest.translate(phrase.korean));
}

std::string Demo::conclusion(bool korean) const {
  std::vector<std::string> names;
  for (const TestSet& set : test_sets()) names.push_back(set.name);
  return demo_conclusion(names, results(), baseline_, korean);
}

std::string Demo::json() const { return demo_json(*this, options_); }

std::filesystem::path Demo::report(const std::string& json) const {
  std::filesystem::path path = options_.out / "report.html";
  write_report(path, json);
  return path;
}

}  // namespace naru
