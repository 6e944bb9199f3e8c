// How far back a loss reaches: the gradient at each word of the source by its distance, for recurrent cells, with
// attention, and for the Transformer; at the start and after training. What 0.9 ^ n is, and what the factor of a step
// really is; how it explodes where the recurrence is strong, and what clipping does about it.
#include <algorithm>
#include <array>
#include <cmath>

#include "naru/lab/experiment.h"
#include "naru/lab/flow_trials.h"

namespace naru {
namespace {

PlotSeries flow_series(const Bilingual& name, const FlowTrials& trials) {
  PlotSeries series{.name = name, .points = {}};
  for (size_t k = 0; k < trials[0].size(); k += k < 10 ? 2 : 5) {
    const Interval at = arriving_at(trials, k);
    series.points.push_back({.x = static_cast<double>(k), .y = at.value, .low = at.low, .high = at.high});
  }
  return series;
}

Plot flow_plot(const char* id, const Bilingual& title, const std::vector<FlowTrials>& all) {
  Plot plot{.id = id,
            .title = title,
            .note = {"기하 평균. 거리 0은 원문의 마지막 단어이며 그 크기를 1로 둔다.",
                     "Geometric means. Distance 0 is the source's last word, and its size is 1."},
            .x = {.label = {"디코더로부터의 거리 (단계)", "distance from the decoder (steps)"}},
            .y = {.label = {"단어에 도달하는 그래디언트 (비율)", "gradient that arrives at the word (ratio)"},
                  .logarithmic = true},
            .series = {}};
  for (size_t i = 0; i < all.size(); ++i) plot.series.push_back(flow_series(flow_subjects()[i].name, all[i]));
  PlotSeries lecture{.name = {"강의: 0.9^n", "lecture: 0.9^n"}, .points = {}, .theory = true};
  for (const PlotPoint& point : plot.series[0].points)
    lecture.points.push_back({.x = point.x, .y = std::pow(0.9, point.x)});
  plot.series.push_back(lecture);
  return plot;
}

/// What all subjects gave, in their order.
struct Flows {
  std::vector<FlowTrials> at_start, trained;
  std::vector<double> learned;
};

Flows measure_flows(const Laboratory& laboratory) {
  Flows flows;
  for (const FlowSubject& subject : flow_subjects()) {
    laboratory.progress(subject.name.english);
    flows.at_start.push_back(flow_at_start(subject, laboratory));
    TrainedFlow trained = flow_after_training(subject, laboratory);
    flows.trained.push_back(std::move(trained.trials));
    flows.learned.push_back(trained.learned);
  }
  return flows;
}

void show_flows(const Flows& flows, Findings& findings) {
  const size_t last = flows.trained[0][0].size() - 1;
  findings.show(flow_plot("gradient-flow-start", {"학습 전 (폭 512)", "At the start (width 512)"}, flows.at_start));
  findings.show(flow_plot("gradient-flow-trained", {"학습 후 (폭 64)", "After training (width 64)"}, flows.trained));
  ReportTable table{
      .title = {"그래디언트가 얼마나 멀리 가는가", "How far the gradient reaches"},
      .head = {{"모델", "model"},
               {"한 단계의 배율", "factor of a step"},
               {"50단계 뒤", "after 50 steps"},
               {fmt::format("학습 후 {}단계 뒤", last), fmt::format("trained, after {} steps", last)},
               {"정답", "answered"}},
      .rows = {{to_json(Bilingual("강의의 예", "the lecture's example")), 0.9, std::pow(0.9, 50), nullptr, nullptr}},
      .note = {"비율은 마지막 단어에 대한 것이다. 과제: 원문의 첫 단어는 네 가지 가운데 무엇인가 (Bengio 1994의 래치 "
               "문제). 정답은 "
               "가장 긴 원문에서의 비율이다.",
               "Ratios to the last word's. Task: which of four symbols stood first (the latch problem of Bengio 1994); "
               "answered: of the longest sources."}};
  for (size_t i = 0; i < flow_subjects().size(); ++i)
    table.rows.push_back({to_json(flow_subjects()[i].name), factor_of(flows.at_start[i]).value,
                          arriving_at(flows.at_start[i], flow_distances - 1).value,
                          arriving_at(flows.trained[i], last).value, flows.learned[i]});
  findings.show(table);
}

void measure_powers(Findings& findings) {
  constexpr std::array<std::pair<double, double>, 3> lecture{{{10, 0.349}, {20, 0.122}, {50, 0.005}}};
  double largest = 0;
  std::string text;
  for (const auto& [steps, said] : lecture) {
    const double power = std::pow(0.9, steps);
    largest = std::max(largest, std::abs(power - said));
    text += fmt::format("{}0.9^{:.0f} = {:.4f}", text.empty() ? "" : ", ", steps, power);
  }
  findings.measured["powers"] = {.text = Bilingual(text), .intervals = {exactly(largest)}};
}

void judge_flows(const Flows& flows, Findings& findings) {
  const auto start = [&](FlowPlace place) { return arriving_at(flows.at_start[place], flow_distances - 1); };
  const auto trained = [&](FlowPlace place) {
    return arriving_at(flows.trained[place], flows.trained[place][0].size() - 1);
  };
  const Interval rnn = start(tanh_rnn), lstm = start(lstm_1), later = trained(lstm_1),
                 attention = start(attention_seq2seq), transformer = start(transformer_with),
                 bare = start(transformer_without);
  findings.measured["gradient-vanishes"] = {
      .text =
          {fmt::format("50단계 뒤에 남는 비율: tanh RNN {:.1e}, LSTM {:.1e} (학습 후 {}단계 뒤 {:.2g}), 어텐션 {:.2g}",
                       rnn.value, lstm.value, flows.trained[lstm_1][0].size() - 1, later.value, attention.value),
           fmt::format(
               "left after 50 steps: tanh RNN {:.1e}, LSTM {:.1e} (trained, after {} steps: {:.2g}), attention {:.2g}",
               rnn.value, lstm.value, flows.trained[lstm_1][0].size() - 1, later.value, attention.value)},
      .intervals = {rnn, lstm, later, attention}};
  findings.measured["direct-path"] = {
      .text = {fmt::format("50단계 뒤에 남는 비율: Transformer {:.2g} (잔차 없이 {:.2g})", transformer.value,
                           bare.value),
               fmt::format("left after 50 steps: Transformer {:.2g} ({:.2g} without residual)", transformer.value,
                           bare.value)},
      .intervals = {transformer, trained(transformer_with)}};
  const Interval recurrent = factor_of(flows.at_start[tanh_rnn]), direct = factor_of(flows.at_start[transformer_with]);
  findings.measured["path-length"] = {
      .text = {fmt::format("한 단계 멀어질 때의 배율: tanh RNN {:.3f}, LSTM {:.3f}, Transformer {:.3f}",
                           recurrent.value, factor_of(flows.at_start[lstm_1]).value, direct.value),
               fmt::format("factor of one step further: tanh RNN {:.3f}, LSTM {:.3f}, Transformer {:.3f}",
                           recurrent.value, factor_of(flows.at_start[lstm_1]).value, direct.value)},
      .intervals = {recurrent, direct}};
}

constexpr std::array<double, 5> flow_gains{1, 1.5, 2, exploding_gain, 4};

/// A tanh RNN whose recurrence is stronger.
void measure_explosion(const Laboratory& laboratory, Findings& findings) {
  laboratory.progress("stronger recurrence");
  ReportTable table{
      .title = {"tanh RNN의 순환 가중치를 키우면", "A tanh RNN with stronger recurrent weights"},
      .head = {{"W_hh의 배율", "W_hh times"}, {"한 단계의 배율", "factor of a step"}, {"50단계 뒤", "after 50 steps"}},
      .rows = {}};
  for (const double gain : flow_gains) {
    const FlowTrials trials =
        flow_at_start(flow_subjects()[tanh_rnn], laboratory, [&](Model& model) { strengthen(model, gain); });
    const Interval factor = factor_of(trials);
    table.rows.push_back({gain, factor.value, arriving_at(trials, flow_distances - 1).value});
    if (gain == exploding_gain)
      findings.measured["gradient-explodes"] = {
          .text = {fmt::format("순환 가중치가 {:.0f}배이면 한 단계마다 {:.2f}배", gain, factor.value),
                   fmt::format("with recurrent weights {:.0f} times as large, × {:.2f} at each step", gain,
                               factor.value)},
          .intervals = {factor}};
  }
  findings.show(table);
}

void measure_clipping(const Laboratory& laboratory, Findings& findings) {
  const int64_t runs = laboratory.by_effort(8, 12, 40);
  ReportTable table{.title = {"래치 문제를 단순 경사 하강으로, 폭발하는 가중치에서",
                              "The latch problem by plain gradient descent, from exploding weights"},
                    .head = {{"클리핑", "clipping"},
                             {"실행", "runs"},
                             {"배움", "learned"},
                             {"가장 큰 그래디언트", "largest gradient"}},
                    .rows = {}};
  std::vector<Interval> learned;
  for (const double clip : {0.0, 1.0}) {
    laboratory.progress(clip > 0 ? "descent with clipping" : "descent without clipping");
    int64_t hits = 0;
    double largest = 0;
    for (int64_t run = 0; run < runs; ++run) {
      const uint64_t seed = mix(static_cast<uint64_t>(laboratory.options().seed), static_cast<uint64_t>(run));
      const DescentResult result = descend_from_explosion(clip, seed, laboratory);
      hits += result.learned;
      largest = std::max(largest, result.largest_norm);
    }
    learned.push_back(share_of(hits, runs));
    const Bilingual name = clip > 0 ? Bilingual("노름 1에서", "at norm 1") : Bilingual("없음", "none");
    table.rows.push_back({to_json(name), runs, hits, largest});
  }
  findings.show(table);
  findings.measured["clipping"] = {
      .text = {fmt::format("{}번 가운데 배운 횟수의 비율: 클리핑 없이 {:.2f}, 클리핑으로 {:.2f}", runs,
                           learned[0].value, learned[1].value),
               fmt::format("of {} runs learned: {:.2f} without clipping, {:.2f} with", runs, learned[0].value,
                           learned[1].value)},
      .intervals = learned};
}

Findings run_gradient_flow(Laboratory& laboratory) {
  Findings findings;
  measure_powers(findings);
  const Flows flows = measure_flows(laboratory);
  show_flows(flows, findings);
  judge_flows(flows, findings);
  measure_explosion(laboratory, findings);
  measure_clipping(laboratory, findings);
  return findings;
}

std::vector<Claim> gradient_flow_claims() {
  const auto vanishes = [](const char* korean, const char* english) {
    return Rule{
        .text = {fmt::format("{}: 남는 비율이 1/100 이하", korean), fmt::format("{}: at most 1/100 is left", english)},
        .at_most = 0.01,
        .condition = {korean, english}};
  };
  return {
      {.id = "powers",
       .section = "5.3",
       .lecture = {"0.9^10 = 0.349, 0.9^20 = 0.122, 0.9^50 = 0.005", "0.9^10 = 0.349, 0.9^20 = 0.122, 0.9^50 = 0.005"},
       .paper = {"산수", "arithmetic"},
       .kind = Kind::arithmetic,
       .rules = {{.text = {"반올림한 값이 같다 (차이 0.0005 이하)", "equal when rounded (differences at most 0.0005)"},
                  .at_most = 0.0005}}},
      {.id = "gradient-vanishes",
       .section = "2.5",
       .lecture = {"Seq2Seq에서는 시퀀스가 길수록 그래디언트가 0에 가까워진다 (50단계에서 거의 0)",
                   "in a Seq2Seq the gradient nears 0 with the length of the sequence (almost 0 after 50 steps)"},
       .paper = {"Bengio 1994, Pascanu 2013: tanh RNN에서 그렇다. LSTM(Hochreiter 1997, 망각 편향은 Gers "
                 "2000·Jozefowicz 2015)은 이를 막도록 설계되었다",
                 "Bengio 1994, Pascanu 2013: so in a tanh RNN. The LSTM (Hochreiter 1997; its forget bias Gers 2000, "
                 "Jozefowicz "
                 "2015) was designed against it"},
       .kind = Kind::measured,
       .rules = {vanishes("tanh RNN", "tanh RNN"),
                 vanishes("학습 전의 LSTM(망각 편향 1)", "LSTM (forget bias 1) before training"),
                 vanishes("배운 LSTM", "LSTM that has learned"),
                 vanishes("어텐션이 있는 Seq2Seq", "Seq2Seq with attention")}},
      {.id = "direct-path",
       .section = "5.3",
       .lecture = {"Transformer는 직접 연결로 그래디언트 소실을 최소화한다",
                   "direct connections spare the Transformer vanishing gradients"},
       .paper = {"Vaswani 2017 §4, 표 1", "Vaswani 2017 §4, Table 1"},
       .kind = Kind::measured,
       .rules = {{.text = {"학습 전: 가장 먼 단어에 1/10 이상 남는다",
                           "at the start: at least 1/10 is left at the farthest word"},
                  .at_least = 0.1},
                 {.text = {"학습 후에도 그렇다", "after training too"}, .at_least = 0.1}}},
      {.id = "path-length",
       .section = "4.3.1",
       .lecture = {"정보 전달 경로: Seq2Seq O(n), Transformer O(1)", "path length: Seq2Seq O(n), Transformer O(1)"},
       .paper = {"Vaswani 2017 표 1: 순환층 O(n), 자기 어텐션 O(1)",
                 "Vaswani 2017 Table 1: recurrent O(n), self-attention O(1)"},
       .kind = Kind::measured,
       .rules = {{.text = {"tanh RNN은 한 단계마다 10 % 이상 잃는다", "a tanh RNN loses at least 10 % at each step"},
                  .at_most = 0.9},
                 {.text = {"Transformer는 한 단계에 1 % 이내로 변한다",
                           "a Transformer changes by at most 1 % at a step"},
                  .at_least = 0.99,
                  .at_most = 1.01}}},
      {.id = "gradient-explodes",
       .section = "5.3",
       .lecture = {"각 항이 1보다 크면 그래디언트가 폭발한다", "where each factor is above 1 the gradient explodes"},
       .paper = {"Pascanu 2013 §2: 순환 가중치가 크면 그럴 수 있다",
                 "Pascanu 2013 §2: it can where recurrent weights are large"},
       .kind = Kind::measured,
       .rules = {{.text = {"순환 가중치가 3배인 tanh RNN에서 한 단계의 배율이 1.05 이상",
                           "in a tanh RNN with recurrent weights 3 times as large a step's factor is at least 1.05"},
                  .at_least = 1.05}}},
      {.id = "clipping",
       .section = "5.3",
       .lecture = {"Seq2Seq의 학습은 불안정하다", "training a Seq2Seq is unstable"},
       .paper = {"Pascanu 2013 §3.2: 그래디언트 클리핑이 폭발을 막는다",
                 "Pascanu 2013 §3.2: gradient clipping cures the explosion"},
       .kind = Kind::analogue,
       .rules = {{.text = {"클리핑 없이는 절반 이하만 배운다", "without clipping at most half of the runs learn"},
                  .at_most = 0.5},
                 {.text = {"클리핑하면 절반 이상이 배운다", "with clipping at least half do"}, .at_least = 0.5}}}};
}

}  // namespace

Experiment gradient_flow_experiment() {
  return {.name = "gradient-flow",
          .title = {"경로 길이와 그래디언트의 흐름", "Path length and gradient flow"},
          .question = {"멀리 있는 단어까지 그래디언트가 도달하는가?", "Does the gradient reach words far away?"},
          .claims = gradient_flow_claims(),
          .run = run_gradient_flow,
          .in_class = true};
}

}  // namespace naru
