#include "naru/lab/compare.h"

#include <algorithm>
#include <cmath>

#include "naru/base/file.h"
#include "naru/base/version.h"
#include "naru/lab/compare_report.h"
#include "naru/lab/machine.h"
#include "naru/lab/report.h"
#include "naru/train/settings.h"

namespace naru {
namespace {

Settings settings_with(const std::string& preset, const std::vector<std::string>& settings) {
  Settings all = settings_of(preset);
  for (const std::string& assignment : settings) naru::apply(all, assignment);
  return all;
}

std::vector<std::string> joined(std::vector<std::string> all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The contestants of one comparison but for the ends of their trainings: each model once per seed.
std::vector<Contestant> contestants_of(const CompareOptions& options, const std::string& equal) {
  std::vector<Contestant> all;
  const int64_t parameters = parameters_of(options.models[0], options.settings);
  for (const std::string& model : options.models)
    for (int64_t i = 0; i < options.seeds; ++i) {
      Contestant one{.name = fmt::format("{}/{}-{}", equal, model, options.seed + i),
                     .preset = model,
                     .settings = joined(options.settings, {fmt::format("seed={}", options.seed + i)})};
      if (equal == "parameters") one.settings = joined(one.settings, width_for(model, options.settings, parameters));
      all.push_back(std::move(one));
    }
  return all;
}

TestSet test_of(const CompareOptions& options) {
  TestSet set{.name = "test", .pairs = read_pairs({options.test, false, {}})};
  if (set.pairs.empty()) fail("{}: holds no pair to test on", options.test[0]);
  if (static_cast<int64_t>(set.pairs.size()) > options.test_sentences)
    set.pairs.resize(static_cast<size_t>(options.test_sentences));
  return set;
}

/// Operations of a training with one token of each side, forward and back.
double flops_per_token(const Contestant& contestant) {
  const auto model = build(settings_with(contestant.preset, contestant.settings).model, Params::shapes_only());
  const auto [source, target] = model->matrix_flops_per_token();
  return 3 * (source + target);
}

/// The first trains for the given minutes; the others for as many steps as make the same number of operations.
void end_at_equal_flops(std::vector<Contestant>& contestants, const ContestantResult& first) {
  const double budget = static_cast<double>(first.steps) * flops_per_token(contestants[0]);
  for (size_t i = 1; i < contestants.size(); ++i)
    contestants[i].settings.push_back(
        fmt::format("max_steps={}", std::max(1.0, std::round(budget / flops_per_token(contestants[i])))));
}

struct Prepared {
  ContestSpec spec;
  std::string equal;
};

Prepared prepare(const CompareOptions& options, const std::string& equal, const CompareListener& listener,
                 const std::atomic<bool>& stop) {
  Prepared made{.spec = {.out = options.out,
                         .contestants = contestants_of(options, equal),
                         .train = options.train,
                         .dev = options.dev,
                         .tests = {test_of(options)},
                         .fresh = false},
                .equal = equal};
  std::vector<Contestant>& all = made.spec.contestants;
  const std::string minutes = fmt::format("max_minutes={}", options.minutes);
  if (equal != "flops") {
    for (Contestant& one : all) one.settings.push_back(minutes);
    return made;
  }
  all[0].settings.push_back(minutes);
  ContestSpec alone = made.spec;
  alone.contestants.resize(1);
  Contest first(alone);
  first.train([&](size_t, const LearningSample& now) { listener.turn(all[0].name, now.seconds); }, stop);
  end_at_equal_flops(all, first.results()[0]);
  return made;
}

Json experiment_json(const ComparedModels& compared, const CompareOptions& options) {
  static const std::vector<std::pair<std::string, Bilingual>> titles{
      {"time", {"같은 시간", "Equal time"}},
      {"parameters", {"같은 시간, 같은 파라미터 수", "Equal time, equal number of weights"}},
      {"flops", {"같은 연산량", "Equal operations"}}};
  const auto title = std::ranges::find(titles, compared.equal, &std::pair<std::string, Bilingual>::first);
  std::string command = "naru compare --train";
  for (const std::string& file : options.train) command += " " + file;
  command += " --test";
  for (const std::string& file : options.test) command += " " + file;
  command += " --models";
  for (const std::string& model : options.models) command += " " + model;
  command += fmt::format(" --minutes {} --seeds {} --seed {} --equal {} --out {}", options.minutes, options.seeds,
                         options.seed, compared.equal, options.out.string());
  const Findings findings = compare_findings(compared);
  return {{"name", "equal-" + compared.equal},
          {"title", to_json(title->second)},
          {"question", to_json(compare_conclusion(compared))},
          {"command", command},
          {"blocks", findings.blocks}};
}

Json model_json(const ContestantResult& result, const std::string& equal) {
  return {
      {"name", result.name},
      {"equal", equal},
      {"parameters", result.parameters},
      {"steps", result.steps},
      {"epochs", result.epochs},
      {"seconds", result.seconds},
      {"training_flops", result.training_flops},
      {"training_target_tokens_per_second", result.training_rate},
      {"target_tokens_per_second", result.translating_rate},
      {"peak_bytes", result.peak_bytes},
      {"metrics",
       {{{"name", "bleu"}, {"score", result.scores[0].bleu}}, {{"name", "chrf"}, {"score", result.scores[0].chrf}}}}};
}

}  // namespace

int64_t parameters_of(const std::string& preset, const std::vector<std::string>& settings) {
  return build(settings_with(preset, settings).model, Params::shapes_only())->params().parameter_count();
}

std::vector<std::string> width_for(const std::string& preset, const std::vector<std::string>& settings,
                                   int64_t parameters) {
  const ModelConfig plain = settings_with(preset, settings).model;
  const auto* transformer = std::get_if<TransformerConfig>(&plain);
  std::vector<std::string> best;
  int64_t nearest = std::numeric_limits<int64_t>::max();
  constexpr int64_t step = 4, widest = 4096;
  for (int64_t width = step; width <= widest; width += step) {
    if (transformer && width % transformer->heads != 0) continue;
    std::vector<std::string> wide{fmt::format("width={}", width)};
    if (transformer)
      wide.push_back(fmt::format("feed_forward={}", width * transformer->feed_forward / transformer->width));
    const int64_t difference = std::abs(parameters_of(preset, joined(settings, wide)) - parameters);
    if (difference > nearest) break;  // from here on it only grows
    nearest = difference;
    best = wide;
  }
  return best;
}

std::vector<std::string> comparisons_of(const CompareOptions& options) {
  if (!options.equal.empty()) return {options.equal};
  const auto first = static_cast<double>(parameters_of(options.models[0], options.settings));
  const bool differ = std::ranges::any_of(options.models, [&](const std::string& model) {
    return std::abs(static_cast<double>(parameters_of(model, options.settings)) / first - 1) > 0.05;
  });
  return differ ? std::vector<std::string>{"time", "parameters"} : std::vector<std::string>{"time"};
}

Json run_compare(const CompareOptions& options, bool korean, const CompareListener& listener,
                 const std::atomic<bool>& stop) {
  Json report{{"kind", "compare"},
              {"title", to_json(Bilingual("같은 조건의 비교", "A fair comparison"))},
              {"created_by", fmt::format("naru {}", version())},
              {"language", korean ? "ko" : "en"},
              {"settings",
               {{"version", std::string(version())},
                {"seed", options.seed},
                {"seeds", options.seeds},
                {"machine", machine_json()}}},
              {"experiments", Json::array()},
              {"models", Json::array()},
              {"claims", Json::array()}};
  for (const std::string& equal : comparisons_of(options)) {
    listener.begins(equal);
    const Prepared prepared = prepare(options, equal, listener, stop);
    Contest contest(prepared.spec);
    contest.train(
        [&](size_t index, const LearningSample& now) { listener.turn(contest.results()[index].name, now.seconds); },
        stop);
    contest.measure(listener.progress);
    report["experiments"].push_back(experiment_json({equal, options.models, options.seeds, contest}, options));
    for (const ContestantResult& result : contest.results())
      if (result.trained()) report["models"].push_back(model_json(result, equal));
    write_file(options.out / "report.json", json_text(report, 1) + "\n");
    write_report(options.out / "report.html", json_text(report));
    if (stop) break;
  }
  return report;
}

}  // namespace naru
