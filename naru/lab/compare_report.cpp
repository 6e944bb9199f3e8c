#include "naru/lab/compare_report.h"

#include <algorithm>

#include "naru/evaluate/metric_choice.h"
#include "naru/lab/learning_curve.h"
#include "naru/metrics/bootstrap.h"

namespace naru {
namespace {

constexpr size_t examples_shown = 10, points_drawn = 100;

const ContestantResult& result_of(const ComparedModels& compared, size_t model, int64_t seed) {
  return compared.contest.results()[model * static_cast<size_t>(compared.seeds) + static_cast<size_t>(seed)];
}

/// A figure of a model over its seeds that were trained; none: the model is not measured.
std::vector<double> over_seeds(const ComparedModels& compared, size_t model, auto&& figure) {
  std::vector<double> values;
  for (int64_t seed = 0; seed < compared.seeds; ++seed)
    if (const ContestantResult& result = result_of(compared, model, seed); result.trained())
      values.push_back(figure(result));
  return values;
}

/// "27.31", or "27.31 ± 0.40" over seeds.
std::string with_interval(const std::vector<double>& values) {
  const Interval interval = mean_of(values);
  if (values.size() == 1) return fmt::format("{:.2f}", interval.value);
  return fmt::format("{:.2f} ± {:.2f}", interval.value, interval.high - interval.value);
}

void show_table(Findings& findings, const ComparedModels& compared) {
  ReportTable table{.title = {"결과", "Results"},
                    .head = {{"모델", "model"},
                             "BLEU",
                             "chrF",
                             {"파라미터 (백만)", "parameters (millions)"},
                             {"스텝", "steps"},
                             {"에폭", "epochs"},
                             {"학습 시간 (분)", "training (minutes)"},
                             {"학습 연산 (TFLOP)", "training (TFLOP)"},
                             {"학습 토큰/초", "training tokens/s"},
                             {"번역 토큰/초", "translating tokens/s"},
                             {"학습 메모리 (MB)", "training memory (MB)"}},
                    .rows = {},
                    .note = {"±는 시드에 대한 95 % 구간 (Student t)", "±: 95 % over seeds (Student's t)"}};
  for (size_t model = 0; model < compared.models.size(); ++model) {
    const auto mean = [&](auto&& figure) -> Json {
      const std::vector<double> values = over_seeds(compared, model, figure);
      return values.empty() ? Json(nullptr) : Json(mean_of(values).value);
    };
    const auto scores = [&](auto&& figure) -> Json {
      const std::vector<double> values = over_seeds(compared, model, figure);
      return values.empty() ? Json(nullptr) : Json(with_interval(values));
    };
    using Result = ContestantResult;
    table.rows.push_back({compared.models[model], scores([](const Result& r) { return r.scores[0].bleu; }),
                          scores([](const Result& r) { return r.scores[0].chrf; }),
                          static_cast<double>(result_of(compared, model, 0).parameters) / 1e6,
                          mean([](const Result& r) { return static_cast<double>(r.steps); }),
                          mean([](const Result& r) { return r.epochs; }),
                          mean([](const Result& r) { return r.seconds / 60; }),
                          mean([](const Result& r) { return r.training_flops / 1e12; }),
                          mean([](const Result& r) { return r.training_rate; }),
                          mean([](const Result& r) { return r.translating_rate; }),
                          mean([](const Result& r) { return static_cast<double>(r.peak_bytes) / 1e6; })});
  }
  findings.show(table);
}

void show_curves(Findings& findings, const ComparedModels& compared) {
  Plot by_time{.id = compared.equal + "-loss-by-time",
               .title = {"시간에 따른 손실", "Loss over time"},
               .note = {},
               .x = {.label = {"학습 시간 (초)", "training time (s)"}},
               .y = {.label = {"손실 (토큰당 nat)", "loss (nats per token)"}},
               .series = {}};
  Plot by_work = by_time;
  by_work.id = compared.equal + "-loss-by-flops";
  by_work.title = {"연산량에 따른 손실", "Loss over operations"};
  by_work.x = {.label = {"학습 연산 (TFLOP)", "training operations (TFLOP)"}, .logarithmic = true};
  for (size_t model = 0; model < compared.models.size(); ++model) {
    if (!result_of(compared, model, 0).trained()) continue;
    PlotSeries time{.name = compared.models[model], .points = {}}, work = time;
    const ModelFolder& folder = compared.contest.model(model * static_cast<size_t>(compared.seeds));
    for (const LearningPoint& point : in_parts(read_learning_curve(folder), points_drawn)) {
      time.points.push_back({point.seconds, point.loss});
      work.points.push_back({point.operations / 1e12, point.loss});
    }
    by_time.series.push_back(std::move(time));
    by_work.series.push_back(std::move(work));
  }
  findings.show(by_time);
  findings.show(by_work);
}

void show_lengths(Findings& findings, const ComparedModels& compared) {
  Plot plot{.id = compared.equal + "-bleu-by-length",
            .title = {"원문 길이에 따른 BLEU", "BLEU by length of the source"},
            .note = {},
            .x = {.label = {"원문의 단어 수", "words of the source"}},
            .y = {.label = "BLEU"},
            .series = {}};
  for (size_t model = 0; model < compared.models.size(); ++model) {
    const ContestantResult& result = result_of(compared, model, 0);
    PlotSeries series{.name = compared.models[model], .points = {}};
    for (const LengthBucket& bucket : result.by_length)
      series.points.push_back({static_cast<double>(bucket.from + bucket.to) / 2, bucket.bleu});
    if (!series.points.empty()) plot.series.push_back(std::move(series));
  }
  findings.show(plot);
}

void show_examples(Findings& findings, const ComparedModels& compared) {
  Examples examples{.title = {"번역 예", "Translations"}, .lines = {}};
  const std::vector<Pair>& pairs = compared.contest.spec().tests[0].pairs;
  for (size_t i = 0; i < std::min(examples_shown, pairs.size()); ++i) {
    const size_t line = i * pairs.size() / std::min(examples_shown, pairs.size());
    Examples::Line& one = examples.lines.emplace_back(
        Examples::Line{.source = pairs[line].source, .reference = pairs[line].target, .translations = {}});
    for (size_t model = 0; model < compared.models.size(); ++model)
      if (const ContestantResult& result = result_of(compared, model, 0); result.trained())
        one.translations.emplace_back(compared.models[model], result.hypotheses[0][line]);
  }
  findings.show(examples);
}

}  // namespace

Bilingual compare_conclusion(const ComparedModels& compared) {
  std::vector<std::pair<double, size_t>> order;  // BLEU and model, the best first
  for (size_t model = 0; model < compared.models.size(); ++model) {
    const auto bleu = over_seeds(compared, model, [](const ContestantResult& r) { return r.scores[0].bleu; });
    if (!bleu.empty() && result_of(compared, model, 0).trained()) order.emplace_back(mean_of(bleu).value, model);
  }
  std::ranges::sort(order, std::greater{});
  if (order.size() < 2)
    return {"비교할 모델이 둘보다 적다.", "Fewer than two models were trained: nothing to compare."};
  const auto& [best, first] = order[0];
  const auto& [next, second] = order[1];
  std::vector<std::string> references;
  for (const Pair& pair : compared.contest.spec().tests[0].pairs) references.push_back(pair.target);
  MetricChoice choice;
  choice.metric = {"bleu"};
  std::vector<Statistics> systems;
  for (const size_t model : {second, first})
    systems.emplace_back(chosen_metrics(choice)[0], result_of(compared, model, 0).hypotheses[0],
                         std::vector<Lines>{references});
  const double p = references.size() < 2 ? 1 : bootstrap(systems)[1].p_value.value_or(1);
  const std::string &winner = compared.models[first], &other = compared.models[second];
  if (p > 0.05)
    return {fmt::format("{}(BLEU {:.2f})와 {}({:.2f})의 차이는 우연일 수 있다 (짝지은 부트스트랩, p = {:.3f}).", winner,
                        best, other, next, p),
            fmt::format(
                "{} (BLEU {:.2f}) and {} ({:.2f}) differ by no more than chance may (paired bootstrap, p = {:.3f}).",
                winner, best, other, next, p)};
  return {fmt::format("{}가 BLEU {:.2f}로 {}({:.2f})보다 {:.2f} 앞선다 (짝지은 부트스트랩, p = {:.3f}).", winner, best,
                      other, next, best - next, p),
          fmt::format("{} leads with BLEU {:.2f}, {:.2f} above {} (paired bootstrap, p = {:.3f}).", winner, best,
                      best - next, other, p)};
}

Findings compare_findings(const ComparedModels& compared) {
  Findings findings;
  show_table(findings, compared);
  show_curves(findings, compared);
  show_lengths(findings, compared);
  show_examples(findings, compared);
  return findings;
}

}  // namespace naru
