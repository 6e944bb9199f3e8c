#include "naru/lab/length_speed.h"

#include <cmath>

#include "naru/base/threads.h"
#include "naru/lab/speed.h"

namespace naru {
namespace {

struct WorkTexts {
  Work work;
  const char* id;
  Bilingual title;
};
const std::array<WorkTexts, 3>& work_texts() {
  static const std::array<WorkTexts, 3> all{
      WorkTexts{Work::read, "read", {"읽기(인코더)", "reading (encoder)"}},
      WorkTexts{Work::train, "train", {"학습(손실과 그래디언트)", "learning (loss and gradients)"}},
      WorkTexts{Work::write, "write", {"쓰기(디코딩, 입력만큼 쓴다)", "writing (decoding, as much as was read)"}}};
  return all;
}

/// Length and median seconds.
Curve curve_of(const std::vector<WorkLoad>& loads, const std::vector<std::vector<double>>& seconds) {
  Curve curve;
  for (size_t i = 0; i < loads.size(); ++i)
    curve.emplace_back(static_cast<double>(loads[i].length), median(seconds[i]));
  return curve;
}

Bilingual on_threads(const Bilingual& text, int count) {
  return {fmt::format("{}, 스레드 {}", text.korean, count),
          fmt::format("{}, {} thread{}", text.english, count, count == 1 ? "" : "s")};
}

void show_curves(Findings& findings, const std::vector<ModelCost>& models, const WorkTexts& texts,
                 const std::vector<Curve>& curves) {
  Plot plot{.id = fmt::format("speed-{}-{}", texts.id, threads()),
            .title = on_threads(texts.title, threads()),
            .note = {},
            .x = {.label = {"길이 n (토큰)", "length n (tokens)"}, .logarithmic = true},
            .y = {.label = {"문장 하나의 초", "seconds of one sentence"}, .logarithmic = true},
            .series = {}};
  for (size_t i = 0; i < models.size(); ++i) {
    plot.series.push_back({.name = models[i].preset(), .points = {}});
    for (const auto& [x, y] : curves[i]) plot.series.back().points.push_back({.x = x, .y = y});
  }
  findings.show(plot);
}

}  // namespace

std::vector<ModelCost> cost_models(bool all) {
  std::vector<ModelCost> models;
  const auto add = [&](const char* preset, std::vector<std::string> settings) {
    for (const char* shared : {"width=256", "vocabulary=2000"}) settings.emplace_back(shared);
    models.emplace_back(preset, settings);
  };
  const std::vector<std::string> transformer{"feed_forward=1024", "layers=2", "heads=4"};
  add("seq2seq", {"layers=2"});
  add("seq2seq-attention", {});
  add("transformer-tiny", transformer);
  if (!all) return models;
  add("transformer-ssru-tiny", transformer);
  add("transformer-gru-small", {"feed_forward=1024", "encoder_layers=2", "heads=4"});
  return models;
}
Timings time_models(const Laboratory& laboratory, std::vector<ModelCost>& models, const std::vector<WorkLoad>& loads,
                    int64_t turns) {
  std::vector<std::function<void()>> works;
  for (ModelCost& model : models)
    for (const WorkLoad& load : loads) works.emplace_back([&model, load] { model.run(load); });
  const auto seconds = timed_in_turns(works, turns, [&] { laboratory.rest(); });
  Timings timings(models.size());
  for (size_t i = 0; i < works.size(); ++i) timings[i / loads.size()].push_back(seconds[i]);
  return timings;
}

LengthCurves measure_lengths(const Laboratory& laboratory, std::vector<ModelCost>& models, int64_t longest,
                             Findings& findings) {
  LengthCurves measured;
  const int64_t turns = laboratory.by_effort(2, 3, 5);
  for (const WorkTexts& texts : work_texts()) {
    laboratory.progress(fmt::format("{}, {} thread{}", texts.title.english, threads(), threads() == 1 ? "" : "s"));
    std::vector<WorkLoad> loads;
    for (int64_t length = 8; length <= longest; length *= 2) loads.push_back({texts.work, length, 1});
    const Timings timings = time_models(laboratory, models, loads, turns);
    auto& curves = measured[static_cast<size_t>(texts.work)];
    for (const auto& seconds : timings) curves.push_back(curve_of(loads, seconds));
    show_curves(findings, models, texts, curves);
  }
  return measured;
}

void show_exponents(Findings& findings, const std::vector<ModelCost>& models, const LengthCurves& measured) {
  ReportTable table{
      .title = {"시간은 길이의 몇 제곱으로 느는가 (95 % 구간)",
                "The power of the length by which time grows (95 % interval)"},
      .head = {{"일", "work"}, {"모델", "model"}, {"모든 길이", "all lengths"}, {"n ≥ 128", "n ≥ 128"}},
      .rows = {},
      .note = {"구간은 거듭제곱 꼴에서 벗어난 만큼 넓다", "the interval is as wide as no power law fits"}};
  for (const WorkTexts& texts : work_texts()) {
    const auto& curves = measured[static_cast<size_t>(texts.work)];
    for (size_t i = 0; i < models.size(); ++i)
      table.rows.push_back({to_json(texts.title), models[i].preset(), interval_text(fit_power_law(curves[i]).exponent),
                            interval_text(fit_power_law(from(curves[i], 128)).exponent)});
  }
  findings.show(table);
  Bilingual where;
  for (const WorkTexts& texts : work_texts()) {
    const auto& curves = measured[static_cast<size_t>(texts.work)];
    const Curve ratio = quotient(curves[transformer_model], curves[recurrent_model]);
    const auto at = crossing(ratio);
    const double first = ratio.front().second, last = ratio.back().second;
    where.korean +=
        fmt::format("{}: Transformer의 시간 / 순환 모델의 시간은 n = {:.0f}에서 {:.2f}, n = {:.0f}에서 {:.2f}; {}. ",
                    texts.title.korean, ratio.front().first, first, ratio.back().first, last,
                    at ? fmt::format("n ≈ {:.0f}에서 엇갈린다", *at) : std::string("엇갈리지 않는다"));
    where.english += fmt::format(
        "{}: Transformer's seconds / recurrent model's are {:.2f} at n = {:.0f} and {:.2f} at n = "
        "{:.0f}; {}. ",
        texts.title.english, first, ratio.front().first, last, ratio.back().first,
        at ? fmt::format("they cross at n ≈ {:.0f}", *at) : std::string("they do not cross"));
  }
  findings.say(where);
}

}  // namespace naru
