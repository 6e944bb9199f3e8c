// The bottleneck: how well a fixed vector serves longer and longer sources, by its width, with attention and without:
// on the embedded corpus (Bahdanau 2014, figure 2, drawn again) and on copying, reversing and recalling symbols, where
// nothing but the length is hard. And what the vector still knows: a linear probe for the symbol at each position.
#include <algorithm>
#include <cmath>

#include "naru/lab/contenders.h"
#include "naru/lab/contrast.h"
#include "naru/lab/experiment.h"
#include "naru/lab/length_curve.h"
#include "naru/lab/symbol_bottleneck.h"

namespace naru {
namespace {

// ── sentences ──

/// Another width of a contender; equal time for all.
const ModelFolder& of_width(Laboratory& laboratory, const char* preset, int64_t width) {
  LaboratoryTraining training{.name = fmt::format("{}-width-{}-{}", preset, width, laboratory.options().seed),
                              .preset = preset,
                              .settings = contender(preset).settings,
                              .minutes = 0.5};
  training.settings.push_back(fmt::format("width={}", width));
  training.settings.push_back(fmt::format("seed={}", laboratory.options().seed));
  return laboratory.train(training);
}

PlotSeries length_series(const Bilingual& name, const std::map<int64_t, double>& by_bucket) {
  PlotSeries series{.name = name, .points = {}};
  for (const auto& [bucket, value] : by_bucket) series.points.push_back({static_cast<double>(bucket), value});
  return series;
}

std::map<std::string, LengthResult> translate_by_length(Findings& findings, Laboratory& laboratory,
                                                        const std::vector<SourceOfLength>& sources) {
  std::map<std::string, LengthResult> results;
  for (const char* model : {"transformer-tiny", "seq2seq-attention", "seq2seq"}) {
    const ModelFolder& folder = laboratory.model(model);
    laboratory.progress(fmt::format("{}: sentences by length", model));
    results[model] = measure_lengths(folder, laboratory, sources);
  }
  if (laboratory.effort() == Effort::full)
    for (const int64_t width : {32, 128, 512})
      for (const char* preset : {"seq2seq-attention", "seq2seq"})
        results[fmt::format("{}, {}", preset, width)] =
            measure_lengths(of_width(laboratory, preset, width), laboratory, sources);
  Plot plot{
      .id = "bahdanau-figure-2",
      .title = {"길이와 BLEU (Bahdanau 2014 그림 2를 다시 그림)",
                "BLEU against length (Bahdanau 2014, figure 2, again)"},
      .note = {fmt::format("x는 구간의 시작. {}어절보다 긴 문장은 학습에 없었다. 폭을 적지 않은 모델은 256",
                           longest_training_phrase),
               fmt::format("x: where a bucket begins. No training sentence has more than {} words. Width 256 where "
                           "none is given",
                           longest_training_phrase)},
      .x = {.label = {"원문의 어절", "Korean words"}},
      .y = {.label = "BLEU"},
      .series = {}};
  Plot exact{.id = "exact-length",
             .title = {"한 글자도 틀리지 않은 번역", "translations without a mistake"},
             .note = {},
             .x = plot.x,
             .y = {.label = {"비율", "share"}},
             .series = {}};
  for (const auto& [model, result] : results) {
    plot.series.push_back(length_series(model, result.bleu));
    exact.series.push_back(length_series(model, result.exact));
  }
  findings.show(plot);
  findings.show(exact);
  return results;
}

// ── symbols ──

constexpr int64_t symbol_lengths[] = {2, 4, 6, 8, 10, 12, 16, 20, 30};
constexpr int64_t copied_short = 4, copied_long = 20;

PlotSeries probe_series(const Bilingual& name, const std::vector<Interval>& shares) {
  PlotSeries series{.name = name, .points = {}};
  for (size_t at = 0; at < shares.size(); ++at)
    series.points.push_back({static_cast<double>(at + 1), shares[at].value, shares[at].low, shares[at].high});
  return series;
}

std::string symbol_name(const SymbolModel& model) {
  return fmt::format("{}, {}{}", name(model.task), model.width, model.attention ? " + attention" : "");
}

std::vector<SymbolModel> symbol_models(const Laboratory& laboratory) {
  const bool full = laboratory.effort() == Effort::full;
  const std::vector<int64_t> widths =
      full ? std::vector<int64_t>{32, 64, 128, 256, 512} : std::vector<int64_t>{32, 64, 128};
  std::vector<SymbolModel> all;
  for (const int64_t width : widths)
    for (const bool attention : {false, true}) all.push_back({SymbolTask::copy, width, attention});
  for (const SymbolTask task : {SymbolTask::reverse, SymbolTask::recall})
    for (const int64_t width : full ? std::vector<int64_t>{32, 128} : std::vector<int64_t>{64})
      for (const bool attention : {false, true}) all.push_back({task, width, attention});
  return all;
}

/// Learns all of them; gives the fall of copying, short minus long, of the widest without attention and with it.
std::array<Interval, 2> learn_symbols(Findings& findings, Laboratory& laboratory) {
  std::map<SymbolTask, Plot> plots;
  for (const SymbolTask task : {SymbolTask::copy, SymbolTask::reverse, SymbolTask::recall})
    plots[task] = {.id = fmt::format("symbols-{}", name(task)),
                   .title = {fmt::format("{}: 틀리지 않은 비율과 길이", name(task)),
                             fmt::format("{}: without a mistake, against length", name(task))},
                   .note = {"20까지 학습. 이름의 수는 은닉 상태의 폭",
                            "trained up to 20; the number in a name is the width of the hidden state"},
                   .x = {.label = {"기호 수", "symbols"}},
                   .y = {.label = {"비율", "share"}},
                   .series = {}};
  Plot known{
      .id = "context-knows",
      .title = {"context vector가 아직 아는 것", "what the context vector still knows"},
      .note = {"길이 12의 원문을 다 읽은 상태에서 각 자리의 기호를 읽어 내는 선형 탐침. 우연이면 1/10. 끝에서부터 "
               "읽으므로 1이 마지막에 읽은 자리",
               "a linear probe for the symbol at each position, from the state that has read a source of 12; by chance "
               "1/10. The source is read from its end: position 1 was read last"},
      .x = {.label = {"원문의 자리", "position in the source"}},
      .y = {.label = {"탐침 정확도", "accuracy of the probe"}},
      .series = {}};
  std::array<Interval, 2> falls;
  const auto probed = laboratory.by_effort<int64_t>(600, 1000, 3000);
  const auto seed = static_cast<uint64_t>(laboratory.options().seed);
  for (const SymbolModel& model : symbol_models(laboratory)) {
    const std::string title = symbol_name(model);
    laboratory.progress("learning " + title);
    SymbolLearner learner = symbol_learner(model, seed);
    if (model.task == SymbolTask::copy && !model.attention && model.width == 64)
      known.series.push_back(probe_series({"64, 학습 전", "64, untrained"}, context_probe(learner, 12, probed)));
    learn_with_rests(learner, laboratory, laboratory.by_effort<int64_t>(200, 500, 800));
    const auto trials = laboratory.by_effort<int64_t>(50, 100, 300);
    std::map<int64_t, Interval> exact;
    for (const int64_t length : symbol_lengths) {
      laboratory.rest();
      exact[length] = share_of(std::llround(learner.exact(length, trials) * static_cast<double>(trials)), trials);
    }
    PlotSeries series{.name = title, .points = {}};
    for (const auto& [length, share] : exact)
      series.points.push_back({static_cast<double>(length), share.value, share.low, share.high});
    plots[model.task].series.push_back(std::move(series));
    if (model.task != SymbolTask::copy) continue;
    falls[model.attention] =
        judged_if(exact[copied_short].value >= 0.5, difference(exact[copied_short], exact[copied_long]));
    if (!model.attention)
      known.series.push_back(probe_series(std::to_string(model.width), context_probe(learner, 12, probed)));
  }
  for (const auto& [task, plot] : plots)
    if (!plot.series.empty()) findings.show(plot);
  findings.show(known);
  return falls;
}

Findings run_bottleneck(Laboratory& laboratory) {
  Findings findings;
  const std::vector<SourceOfLength> sources = sources_by_length(laboratory);
  const std::map<std::string, LengthResult> results = translate_by_length(findings, laboratory, sources);
  const Interval none = bleu_fall(sources, results.at("seq2seq"));
  const Interval attention = bleu_fall(sources, results.at("seq2seq-attention"));
  findings.measured["bahdanau-figure-2"] = {
      .text = {fmt::format("어텐션 없이 {:.0f} BLEU 떨어지고, 있으면 {:.0f}", none.value, attention.value),
               fmt::format("without attention BLEU falls by {:.0f}, with it by {:.0f}", none.value, attention.value)},
      .intervals = {difference(none, attention)}};
  const std::array<Interval, 2> falls = learn_symbols(findings, laboratory);
  findings.measured["bottleneck"] = {
      .text = {fmt::format("복사: 길이 {}에서 {}로 가면 어텐션 없이 {:.0f} %p, 있으면 {:.0f} %p 떨어진다", copied_short,
                           copied_long, 100 * falls[0].value, 100 * falls[1].value),
               fmt::format("copying, from length {} to {}: falls by {:.0f} points without attention, by {:.0f} with it",
                           copied_short, copied_long, 100 * falls[0].value, 100 * falls[1].value)},
      .intervals = {falls[0], falls[1]}};
  return findings;
}

Rule copying_falls(const Bilingual& condition) {
  return {.text = {fmt::format("길이 {}에서 틀림없이 복사하는 비율이 길이 {}보다 30 %p 이상 낮다 ({}; 짧은 것의 절반을 "
                               "복사하는 모델만 판정)",
                               copied_long, copied_short, condition.korean),
                   fmt::format("{} symbols are copied without a mistake at least 30 points less often than {} ({}; "
                               "judged of a model that copies half of the short ones)",
                               copied_long, copied_short, condition.english)},
          .at_least = 0.3,
          .condition = condition};
}

}  // namespace

Experiment bottleneck_experiment() {
  return {
      .name = "bottleneck",
      .title = {"병목", "The bottleneck"},
      .question = {"문장이 길어지면 하나의 벡터로는 모자라는가?",
                   "Is one vector too little when sentences grow longer?"},
      .claims =
          {{.id = "bottleneck",
            .section = "2.4",
            .lecture = {"문장이 길어질수록 하나의 벡터에 모든 정보를 압축하기 어려워진다",
                        "The longer the sentence, the harder it is to press all of it into one vector"},
            .paper = {"Bahdanau 2014가 추측으로 제시했고, Cho 2014b 그림 4가 길이에 따른 하락을 보였다",
                      "Conjectured by Bahdanau 2014; Cho 2014b Figure 4 shows the fall with length"},
            .kind = Kind::measured,
            .rules = {copying_falls({"어텐션이 없으면", "without attention"}),
                      copying_falls({"어텐션이 있어도", "with attention"})}},
           {.id = "bahdanau-figure-2",
            .section = "2.5",
            .lecture = {"긴 문장에서 정보 손실과 번역 품질 저하가 일어난다",
                        "On long sentences information is lost and translations get worse"},
            .paper = {"Bahdanau 2014 그림 2: RNNenc는 30단어 뒤로 떨어지고 RNNsearch-50은 떨어지지 않는다",
                      "Bahdanau 2014 Figure 2: RNNenc falls after 30 words, RNNsearch-50 does not"},
            .kind = Kind::analogue,
            .rules =
                {{.text = {fmt::format(
                               "{}어절 이하에서 {}–{}어절로 갈 때 어텐션 없는 모델의 BLEU가 있는 모델보다 10 이상 더 "
                               "떨어진다",
                               longest_short_source, shortest_long_source, longest_training_phrase),
                           fmt::format("from at most {} to {}–{} Korean words, BLEU falls by at least 10 more without "
                                       "attention than with it",
                                       longest_short_source, shortest_long_source, longest_training_phrase)},
                  .at_least = 10}}}},
      .run = run_bottleneck};
}

}  // namespace naru
