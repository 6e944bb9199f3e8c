// How fast they learn: quality against time and against training operations of the three contenders, passes over the
// corpus in equal time, and the papers' own figures: Vaswani et al. 2017, Table 2.
#include <array>
#include <cmath>

#include "naru/lab/contenders.h"
#include "naru/lab/curve.h"
#include "naru/lab/experiment.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/learning_curve.h"

namespace naru {
namespace {

/// Vaswani et al. 2017, Table 2, English to German.
struct PaperTraining {
  const char* name;
  double bleu, operations;
};
constexpr std::array<PaperTraining, 4> paper_trainings{{{"GNMT + RL", 24.6, 2.3e19},
                                                        {"GNMT + RL, ensemble", 26.30, 1.8e20},
                                                        {"Transformer base", 27.3, 3.3e18},
                                                        {"Transformer big", 28.4, 2.3e19}}};

void judge_papers(Findings& findings) {
  const double base = paper_trainings[2].operations;
  ReportTable table{
      .title = {"논문의 학습량 (Vaswani 2017 표 2, 영어-독일어)",
                "Training in the papers (Vaswani 2017, Table 2, English–German)"},
      .head = {{"모델", "model"}, {"BLEU"}, {"FLOP"}, {"Transformer base의 배수", "times Transformer base"}},
      .rows = {}};
  for (const auto& [name, bleu, operations] : paper_trainings)
    table.rows.push_back({name, bleu, operations, std::round(10 * operations / base) / 10});
  findings.show(table);
  const double fewer = paper_trainings[0].operations / base;
  findings.measured["twenty-eight-times"] = {
      .text = {fmt::format("논문의 값으로 계산하면 {:.1f}배 적은 연산이다 (BLEU 24.6 → 27.3)", fewer),
               fmt::format("by the paper's figures {:.1f} times fewer operations (24.6 → 27.3 BLEU)", fewer)},
      .intervals = {exactly(fewer)}};
}

struct Learned {
  std::string name;
  std::vector<LearningCurve> curves;  // of each seed
  int64_t exact = 0, sentences = 0;   // held out, over all seeds
};

std::vector<Learned> learn_all(Laboratory& laboratory) {
  std::vector<Learned> all;
  const std::vector<Phrase> test = laboratory.held_out(laboratory.by_effort(100, 200, 500));
  for (const Contender& contender : contenders()) {
    Learned& one = all.emplace_back();
    one.name = contender.preset;
    for (const int64_t seed : laboratory.seeds()) {
      const ModelFolder& folder = laboratory.model(contender.preset, seed);
      one.curves.push_back(read_learning_curve(folder));
      laboratory.progress(fmt::format("translating by {}", contender.preset));
      one.exact += count_exact(translate_all(folder, test), test);
      one.sentences += static_cast<int64_t>(test.size());
    }
  }
  return all;
}

/// One plot of the first seed: `what` of each point over seconds or operations.
template <class X, class Y>
Plot learning_plot(const char* id, const Bilingual& title, const PlotAxis& x_axis, const PlotAxis& y_axis,
                   const std::vector<Learned>& all, X x, Y y) {
  Plot plot{.id = id, .title = title, .note = {}, .x = x_axis, .y = y_axis, .series = {}};
  for (const Learned& one : all) {
    plot.series.push_back({.name = one.name, .points = {}});
    for (const LearningPoint& point : one.curves[0])
      if (const std::optional<double> value = y(point))
        plot.series.back().points.push_back({.x = x(point), .y = *value});
  }
  return plot;
}

std::vector<Learned> coarse(std::vector<Learned> all) {
  for (Learned& one : all)
    for (LearningCurve& curve : one.curves) curve = in_parts(curve, 30);
  return all;
}

void show_learning(Findings& findings, const std::vector<Learned>& all) {
  const PlotAxis seconds{.label = {"학습 시간 (초)", "seconds of training"}},
      operations{.label = {"학습 연산 (FLOP)", "operations of training (FLOP)"}, .logarithmic = true},
      bleu{.label = {"BLEU", "BLEU"}}, loss{.label = {"학습 손실", "training loss"}};
  const auto by_time = [](const LearningPoint& point) { return point.seconds; };
  const auto by_operations = [](const LearningPoint& point) { return point.operations; };
  const auto score = [](const LearningPoint& point) { return point.bleu; };
  const auto losses = [](const LearningPoint& point) { return std::optional(point.loss); };
  const std::vector<Learned> parts = coarse(all);
  findings.show(
      learning_plot("bleu-by-time", {"시간에 따른 BLEU", "BLEU by time"}, seconds, bleu, all, by_time, score));
  findings.show(learning_plot("bleu-by-operations", {"연산에 따른 BLEU", "BLEU by operations"}, operations, bleu, all,
                              by_operations, score));
  findings.show(
      learning_plot("loss-by-time", {"시간에 따른 손실", "Loss by time"}, seconds, loss, parts, by_time, losses));
  findings.show(learning_plot("loss-by-operations", {"연산에 따른 손실", "Loss by operations"}, operations, loss, parts,
                              by_operations, losses));
}

/// Passes, tokens and quality of the first seed, and what it takes to the loss that all of them reach.
void show_speeds(Findings& findings, const std::vector<Learned>& all) {
  double reached = 0;
  for (const Learned& one : all) reached = std::max(reached, in_parts(one.curves[0], 30).back().loss);
  ReportTable table{
      .title = {"같은 시간에 배운 것", "Learned in equal time"},
      .head = {{"모델", "model"},
               {"초", "seconds"},
               {"에포크", "epochs"},
               {"에포크당 초", "seconds an epoch"},
               {"토큰/초", "tokens/s"},
               {"GFLOP/s", "GFLOP/s"},
               {"정확한 번역", "exact translations"},
               {fmt::format("손실 {:.2f}까지 초", reached), fmt::format("seconds to loss {:.2f}", reached)},
               {"그때까지 FLOP", "FLOP until then"}},
      .rows = {}};
  for (const Learned& one : all) {
    const LearningPoint end = one.curves[0].back();
    const auto there = first_below(in_parts(one.curves[0], 30), reached);
    const double exact = static_cast<double>(one.exact) / static_cast<double>(one.sentences);
    table.rows.push_back({one.name, std::round(end.seconds), end.epochs, end.seconds / end.epochs,
                          std::round(end.tokens / end.seconds), std::round(end.operations / end.seconds / 1e8) / 10,
                          fmt::format("{:.0f} %", 100 * exact), there ? Json(std::round(there->seconds)) : Json(),
                          there ? Json(there->operations) : Json()});
  }
  findings.show(table);
}

/// Tokens per second of each tenth of a run.
std::vector<double> speeds_of(const LearningCurve& curve) {
  std::vector<double> speeds;
  LearningPoint before;
  for (const LearningPoint& part : in_parts(curve, 10)) {
    speeds.push_back((part.tokens - before.tokens) / (part.seconds - before.seconds));
    before = part;
  }
  return speeds;
}

void judge_learning(Findings& findings, const Learned& attention, const Learned& transformer) {
  std::vector<double> ratios;
  for (size_t seed = 0; seed < transformer.curves.size(); ++seed) {
    const auto fast = speeds_of(transformer.curves[seed]), slow = speeds_of(attention.curves[seed]);
    for (size_t i = 0; i < std::min(fast.size(), slow.size()); ++i) ratios.push_back(fast[i] / slow[i]);
  }
  const Interval epochs = mean_of(ratios);
  findings.measured["equal-time-epochs"] = {
      .text = {fmt::format("seq2seq-attention이 1에포크를 마칠 때 transformer-tiny는 {}", interval_text(epochs)),
               fmt::format("for one epoch of seq2seq-attention, transformer-tiny passes {}", interval_text(epochs))},
      .intervals = {epochs}};
  const Interval better =
      difference(share_of(transformer.exact, transformer.sentences), share_of(attention.exact, attention.sentences));
  findings.measured["better-in-equal-time"] = {
      .text =
          {fmt::format("같은 시간 뒤 정확히 번역한 문장: Transformer가 {:+.0f}%p ({:+.0f} … {:+.0f})",
                       100 * better.value, 100 * better.low, 100 * better.high),
           fmt::format(
               "sentences translated exactly after equal time: the Transformer has {:+.0f} points ({:+.0f} … {:+.0f})",
               100 * better.value, 100 * better.low, 100 * better.high)},
      .intervals = {better}};
}

Findings run_learning_speed(Laboratory& laboratory) {
  Findings findings;
  judge_papers(findings);
  const std::vector<Learned> all = learn_all(laboratory);
  show_learning(findings, all);
  show_speeds(findings, all);
  judge_learning(findings, all[1], all[2]);
  return findings;
}

std::vector<Claim> learning_speed_claims() {
  return {
      {.id = "two-weeks",
       .section = "5.1",
       .lecture = {"WMT 영어-독일어, Seq2Seq: 약 2주 (8 GPU)", "WMT English–German, Seq2Seq: about 2 weeks (8 GPUs)"},
       .paper = {"Sutskever 2014: 영어-프랑스어, 8 GPU로 약 10일. Luong 2015: 영어-독일어, GPU 하나로 7–10일. Wu 2016: "
                 "96 GPU로 6일",
                 "Sutskever 2014: English–French, about 10 days on 8 GPUs. Luong 2015: English–German, 7–10 days on "
                 "one GPU. "
                 "Wu 2016: 6 days on 96"},
       .kind = Kind::cited,
       .reason = {"출처를 찾지 못했다. Luong의 연산은 Transformer base와 거의 같다",
                  "no source was found; Luong's operations are about those of Transformer base"}},
      {.id = "base-twelve-hours",
       .section = "5.1",
       .lecture = {"Transformer Base: 약 12시간 (8 GPU)", "Transformer base: about 12 hours (8 GPUs)"},
       .paper = {"Vaswani 2017 §5.2: 100,000스텝 × 0.4초, 12시간, P100 8장",
                 "Vaswani 2017 §5.2: 100,000 steps of 0.4 s, 12 hours, 8 P100"},
       .kind = Kind::cited,
       .reason = {"논문과 같다", "as in the paper"}},
      {.id = "big-three-days",
       .section = "6.1",
       .lecture = {"Transformer Big: 3.5일", "Transformer big: 3.5 days"},
       .paper = {"Vaswani 2017 §5.2: 300,000스텝 × 1.0초, 3.5일, P100 8장",
                 "Vaswani 2017 §5.2: 300,000 steps of 1.0 s, 3.5 days, 8 P100"},
       .kind = Kind::cited,
       .reason = {"논문과 같다", "as in the paper"}},
      {.id = "twenty-eight-times",
       .section = "5.1",
       .lecture = {"약 28배 빠름", "about 28 times faster"},
       .paper = {"28은 출처 없는 2주를 12시간으로 나눈 값이다. Vaswani 2017 표 2에는 두 모델의 학습 연산이 있다",
                 "28 is two weeks, of no source, over 12 hours; Vaswani 2017, Table 2, has the operations of both"},
       .kind = Kind::arithmetic,
       .rules =
           {{.text = {"논문의 학습 연산은 28배 이상 다르다 (GNMT + RL 대 Transformer base)",
                      "the papers' training operations differ at least 28 times (GNMT + RL against Transformer base)"},
             .at_least = 28}}},
      {.id = "equal-time-epochs",
       .section = "5.1",
       .lecture = {"동일한 학습 시간: Seq2Seq 1 epoch, Transformer 28 epoch",
                   "in the same time Seq2Seq passes 1 epoch, the Transformer 28"},
       .paper = {"어느 논문에도 없다", "in no paper"},
       .kind = Kind::analogue,
       .rules = {{.text = {"같은 시간에 Transformer가 적어도 14배의 에포크를 마친다 (강의의 절반)",
                           "in the same time the Transformer passes at least 14 times the epochs (half the lecture's)"},
                  .at_least = 14}}},
      {.id = "better-in-equal-time",
       .section = "6.1",
       .lecture = {"병렬 학습: 더 많은 데이터로 더 빠르게 학습", "parallel training: more data, learned faster"},
       .paper = {"Vaswani 2017 표 2: 더 적은 연산으로 더 높은 BLEU",
                 "Vaswani 2017 Table 2: higher BLEU by fewer operations"},
       .kind = Kind::analogue,
       .rules = {
           {.text = {"같은 시간을 배운 뒤 Transformer가 더 많은 문장을 정확히 번역한다 (seq2seq-attention과의 차 > 0)",
                     "after equal time the Transformer translates more sentences exactly (difference to "
                     "seq2seq-attention > 0)"},
            .at_least = 0}}}};
}

}  // namespace

Experiment learning_speed_experiment() {
  return {.name = "learning-speed",
          .title = {"학습 속도", "Speed of learning"},
          .question = {"같은 시간, 같은 연산으로 누가 더 잘 배우는가? 28배인가?",
                       "Who learns more in equal time, and by equal operations? Is it 28 times?"},
          .claims = learning_speed_claims(),
          .run = run_learning_speed};
}

}  // namespace naru
