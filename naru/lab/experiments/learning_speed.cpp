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
  Lines translations;                 // of the held-out sentences, by every seed
};

/// The held-out sentences, once for each seed.
std::vector<Phrase> asked_sentences(const Laboratory& laboratory) {
  const std::vector<Phrase> test = laboratory.held_out(laboratory.by_effort(100, 200, 500));
  std::vector<Phrase> all;
  for (int64_t seed = 0; seed < laboratory.options().repetitions(); ++seed)
    all.insert(all.end(), test.begin(), test.end());
  return all;
}

std::vector<Learned> learn_all(Laboratory& laboratory, const std::vector<Phrase>& asked) {
  const std::vector<int64_t> seeds = laboratory.seeds();
  const auto each = static_cast<std::ptrdiff_t>(asked.size() / seeds.size());
  const std::vector<Pair> test = pairs_of({asked.begin(), asked.begin() + each});
  std::vector<Learned> all;
  for (const Contender& contender : contenders()) {
    Learned& one = all.emplace_back();
    one.name = contender.preset;
    for (const int64_t seed : seeds) {
      const ModelFolder& folder = laboratory.model(contender.preset, seed);
      one.curves.push_back(read_learning_curve(folder));
      laboratory.progress(fmt::format("translating by {}", contender.preset));
      for (std::string& line : translated(Translator(folder), test, 1).lines)
        one.translations.push_back(std::move(line));
    }
  }
  return all;
}

using Coordinate = double LearningPoint::*;

Plot learning_plot(const char* id, const Bilingual& title, const Bilingual& x, const Bilingual& y) {
  return {.id = id, .title = title, .note = {}, .x = {.label = x}, .y = {.label = y}, .series = {}};
}

/// The losses of the first seed: the mean of each twelfth of the longest run, so that all have points side by side.
void add_losses(Plot& plot, const std::vector<Learned>& all, Coordinate x) {
  constexpr size_t parts = 12;
  double longest = 0;
  for (const Learned& one : all) longest = std::max(longest, one.curves[0].back().*x);
  for (const Learned& one : all) {
    std::array<double, parts> sums{}, counts{};
    for (const LearningPoint& point : one.curves[0]) {
      const auto part = std::min(parts - 1, static_cast<size_t>(point.*x / longest * parts));
      sums[part] += point.loss, counts[part] += 1;
    }
    plot.series.push_back({.name = one.name, .points = {}});
    for (size_t i = 0; i < parts; ++i)
      if (counts[i] > 0)
        plot.series.back().points.push_back(
            {.x = longest * static_cast<double>(i + 1) / parts, .y = sums[i] / counts[i]});
  }
}

/// BLEU of the development sentences, of the first seed.
void add_scores(Plot& plot, const std::vector<Learned>& all, Coordinate x) {
  for (const Learned& one : all) {
    plot.series.push_back({.name = one.name, .points = {}});
    for (const LearningPoint& point : one.curves[0])
      if (point.bleu) plot.series.back().points.push_back({.x = point.*x, .y = *point.bleu});
  }
}

void show_learning(Findings& findings, const std::vector<Learned>& all) {
  const Bilingual seconds{"학습 시간 (초)", "seconds of training"}, loss{"학습 손실", "training loss"},
      operations{"학습 연산 (FLOP)", "operations of training (FLOP)"};
  Plot bleu_by_time = learning_plot("bleu-by-time", {"시간에 따른 BLEU", "BLEU by time"}, seconds, "BLEU"),
       bleu_by_work =
           learning_plot("bleu-by-operations", {"연산에 따른 BLEU", "BLEU by operations"}, operations, "BLEU"),
       loss_by_time = learning_plot("loss-by-time", {"시간에 따른 손실", "Loss by time"}, seconds, loss),
       loss_by_work = learning_plot("loss-by-operations", {"연산에 따른 손실", "Loss by operations"}, operations, loss);
  add_scores(bleu_by_time, all, &LearningPoint::seconds);
  add_scores(bleu_by_work, all, &LearningPoint::operations);
  add_losses(loss_by_time, all, &LearningPoint::seconds);
  add_losses(loss_by_work, all, &LearningPoint::operations);
  for (const Plot* plot : {&bleu_by_time, &bleu_by_work, &loss_by_time, &loss_by_work}) findings.show(*plot);
}

/// Passes, tokens and quality of the first seed, and what it takes to the loss that all of them reach.
void show_speeds(Findings& findings, const std::vector<Learned>& all, const std::vector<Phrase>& asked) {
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
    const double exact = static_cast<double>(count_exact(one.translations, asked)) / static_cast<double>(asked.size());
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

void judge_learning(Findings& findings, const Learned& attention, const Learned& transformer,
                    const std::vector<Phrase>& asked) {
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
  const std::vector<Pair> pairs = pairs_of(asked);
  const Interval better =
      bleu_difference(bleu_statistics(transformer.translations, pairs), bleu_statistics(attention.translations, pairs));
  findings.measured["better-in-equal-time"] = {
      .text = {fmt::format("같은 시간 뒤의 BLEU: Transformer가 {:+.1f} ({:+.1f} … {:+.1f})", better.value, better.low,
                           better.high),
               fmt::format("BLEU after equal time: the Transformer has {:+.1f} ({:+.1f} … {:+.1f})", better.value,
                           better.low, better.high)},
      .intervals = {better}};
}

Findings run_learning_speed(Laboratory& laboratory) {
  Findings findings;
  judge_papers(findings);
  const std::vector<Phrase> asked = asked_sentences(laboratory);
  const std::vector<Learned> all = learn_all(laboratory, asked);
  show_learning(findings, all);
  show_speeds(findings, all, asked);
  judge_learning(findings, all[1], all[2], asked);
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
       .rules = {{.text = {"같은 시간을 배운 뒤 Transformer의 BLEU가 seq2seq-attention보다 높다 (차 > 0)",
                           "after equal time the Transformer's BLEU is above seq2seq-attention's (difference > 0)"},
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
