// Bytes by length: what the allocator counts while recurrent models and the Transformer learn, read and write, the
// state that a decoder keeps, and the lecture's table beside the formulas. Attention here is blockwise (Rabe and Staats
// 2021; Dao 2022): what stored scores would take besides, h · n² a layer, is added by formula and marked as such.
#include <array>
#include <cmath>

#include "naru/lab/experiment.h"
#include "naru/lab/length_speed.h"
#include "naru/lab/state_bytes.h"

namespace naru {
namespace {

constexpr double lecture_width = 512, lecture_heads = 8;
struct LectureMemory {
  double length, recurrent, transformer;
};
constexpr std::array<LectureMemory, 4> lecture_memory{
    {{10, 5'120, 10'000}, {50, 25'600, 250'000}, {100, 51'200, 1'000'000}, {512, 262'144, 26'000'000}}};

/// What storing all scores would add to the Transformer of `cost_models`: 4 heads of 4 bytes a pair; two layers that
/// read, and in training two more that write and two that look at the source.
double stored_scores(Work work, double length) {
  const double layers = work == Work::train ? 6 : 1;  // without gradients one layer's at a time
  return layers * 4 * 4 * length * length;
}

struct BytesByLength {
  std::vector<Curve> measured;  // [models]
  Curve stored;                 // the Transformer's, and all scores
};

BytesByLength measure_bytes(Laboratory& laboratory, std::vector<ModelCost>& models, Work work, int64_t longest) {
  BytesByLength bytes;
  for (ModelCost& model : models) {
    bytes.measured.emplace_back();
    for (int64_t length = 64; length <= longest; length *= 2) {
      laboratory.rest();
      bytes.measured.back().emplace_back(length, static_cast<double>(model.peak_bytes({work, length, 1})));
    }
  }
  bytes.stored = bytes.measured[transformer_model];
  for (auto& [length, count] : bytes.stored) count += stored_scores(work, length);
  return bytes;
}

Curve state_curve(Laboratory& laboratory, const Model& model, int64_t longest) {
  Curve curve;
  for (int64_t length = 64; length <= longest; length *= 2) {
    laboratory.rest();
    curve.emplace_back(length, static_cast<double>(state_bytes(*model.decoder(), length).written));
  }
  return curve;
}

PlotSeries bytes_series(const Bilingual& name, const Curve& curve, bool theory = false) {
  PlotSeries series{.name = name, .points = {}, .theory = theory};
  for (const auto& [x, y] : curve) series.points.push_back({.x = x, .y = y / (1 << 20)});
  return series;
}

Plot bytes_plot(const char* id, const Bilingual& title, const Bilingual& note) {
  return {.id = id,
          .title = title,
          .note = note,
          .x = {.label = {"길이 n (토큰, 입력과 출력 각각)", "length n (tokens, of source and target each)"},
                .logarithmic = true},
          .y = {.label = {"MB", "MB"}, .logarithmic = true},
          .series = {}};
}

void show_bytes(Findings& findings, const std::vector<ModelCost>& models, const BytesByLength& bytes, const char* id,
                const Bilingual& title) {
  Plot plot =
      bytes_plot(id, title,
                 {"할당자가 센 최고값에서 가중치와 기울기를 뺀 것. 점선: 점수 h · n²을 모두 저장한다면 (식)",
                  "the highest that the allocator counted, without weights and gradients; dashed: if all scores, h · "
                  "n², were stored (by formula)"});
  for (size_t i = 0; i < models.size(); ++i) plot.series.push_back(bytes_series(models[i].preset(), bytes.measured[i]));
  plot.series.push_back(
      bytes_series({"Transformer, 점수 저장 (식)", "Transformer, scores stored (formula)"}, bytes.stored, true));
  findings.show(plot);
}

/// The lecture's table beside what its own formulas give; and what of the table follows from them.
void judge_table(Findings& findings) {
  ReportTable table{.title = {"강의의 메모리 표와 식 (수의 개수, d = 512, 헤드 8)",
                              "The lecture's table of memory and the formulas (numbers kept, d = 512, 8 heads)"},
                    .head = {{"길이", "length"},
                             {"강의: Seq2Seq", "lecture: Seq2Seq"},
                             {"n · d", "n · d"},
                             {"LSTM 학습: 6 · n · d", "LSTM in training: 6 · n · d"},
                             {"강의: Transformer", "lecture: Transformer"},
                             {"점수 8 · n²", "scores 8 · n²"},
                             {"n² · d", "n² · d"}},
                    .rows = {},
                    .note = {"LSTM은 토큰마다 게이트 4개와 c, h를 남긴다. 강의의 Transformer 열은 100 · n²과 같다",
                             "an LSTM keeps four gates, c and h of each token; the lecture's last column is 100 · n²"}};
  double recurrent_error = 0, scores_error = 0, squared_error = 0;  // the largest factor between the two, less 1
  const auto off = [](double a, double b) { return std::max(a / b, b / a) - 1; };
  for (const auto& [n, recurrent, transformer] : lecture_memory) {
    const double hidden = n * lecture_width, scores = lecture_heads * n * n, squared = n * n * lecture_width;
    recurrent_error = std::max(recurrent_error, off(recurrent, hidden));
    scores_error = std::max(scores_error, off(transformer, scores));
    squared_error = std::max(squared_error, off(transformer, squared));
    table.rows.push_back({n, recurrent, hidden, 6 * hidden, transformer, scores, squared});
  }
  findings.show(table);
  findings.measured["memory-table"] = {
      .text = {fmt::format("8 · n²과 {:.1f}배, n² · d와 {:.1f}배 다르다", scores_error + 1, squared_error + 1),
               fmt::format("{:.1f} times off 8 · n², {:.1f} times off n² · d", scores_error + 1, squared_error + 1)},
      .intervals = {exactly(scores_error), exactly(squared_error)}};
  const double order = lecture_width / lecture_heads;
  findings.measured["attention-matrix-order"] = {
      .text = {fmt::format("저장할 점수는 층마다 h · n²이다. n² · d는 그 {:.0f}배 (d / h)", order),
               fmt::format("the scores are h · n² a layer; n² · d is {:.0f} times as much (d / h)", order)},
      .intervals = {exactly(order)}};
  const double example = lecture_heads * 50 * 50, hidden = 50 * lecture_width;
  findings.measured["memory-example"] = {
      .text = {fmt::format(
                   "50 × 50 × 8 = {:.0f}. 같은 절의 Seq2Seq {:.0f}보다 적다: n > d / h = {:.0f}에서만 n · d를 넘는다",
                   example, hidden, order),
               fmt::format(
                   "50 × 50 × 8 = {:.0f}: fewer than the same section's {:.0f} of Seq2Seq; they exceed n · d only for "
                   "n > d / h = {:.0f}",
                   example, hidden, order)},
      .intervals = {exactly(example)}};
  findings.measured["hidden-states"] = {.text = {}, .intervals = {exactly(recurrent_error)}};
}

/// Numbers that training keeps of each token and layer, in widths: from the two longest sentences.
double kept_widths(const Curve& bytes) {
  const auto [n, less] = bytes[bytes.size() - 2];
  const auto [twice, more] = bytes.back();
  constexpr double layers = 4, width = 256, bytes_of_number = 4;
  return (more - less) / (twice - n) / bytes_of_number / width / layers;
}

void judge_growth(Findings& findings, const BytesByLength& training) {
  const Curve& recurrent = training.measured[recurrent_model];
  const double kept = kept_widths(recurrent);
  Measurement& hidden = findings.measured["hidden-states"];
  hidden.text = {
      fmt::format("h만 세면 표와 같다. 학습에서는 토큰과 층마다 {:.1f} · d를 남긴다", kept),
      fmt::format("counting h alone, as in the table; training keeps {:.1f} · d of each token and layer", kept)};
  hidden.intervals.push_back(exactly(kept));
  const Interval slow = fit_power_law(from(recurrent, 256)).exponent,
                 stored = fit_power_law(from(training.stored, 256)).exponent,
                 blocks = fit_power_law(from(training.measured[transformer_model], 256)).exponent;
  findings.measured["memory-growth"] = {
      .text = {fmt::format("학습, n ≥ 256: 순환 {}, Transformer {} (점수를 저장할 때, 식), {} (블록 단위, 측정)",
                           interval_text(slow), interval_text(stored), interval_text(blocks)),
               fmt::format(
                   "training, n ≥ 256: recurrent {}, Transformer {} (scores stored, formula), {} (blockwise, measured)",
                   interval_text(slow), interval_text(stored), interval_text(blocks))},
      .intervals = {slow, stored, blocks}};
}

Findings run_memory(Laboratory& laboratory) {
  Findings findings;
  judge_table(findings);
  std::vector<ModelCost> models = cost_models(laboratory.effort() == Effort::full);
  const int64_t longest = laboratory.by_effort(512, 2048, 4096);
  laboratory.progress("memory of training");
  const BytesByLength training = measure_bytes(laboratory, models, Work::train, longest);
  show_bytes(findings, models, training, "memory-training",
             {"학습(손실과 기울기)의 메모리", "Memory of learning (loss and gradients)"});
  laboratory.progress("memory of reading and writing");
  show_bytes(findings, models, measure_bytes(laboratory, models, Work::read, longest), "memory-reading",
             {"읽기(인코더)의 메모리", "Memory of reading (encoder)"});
  Plot states = bytes_plot(
      "memory-state", {"디코더가 기억하는 상태", "State that a decoder keeps"},
      {"n 토큰을 읽고 n 토큰을 쓴 뒤 문장 하나의 상태", "of one sentence, once n tokens are read and n written"});
  for (const ModelCost& model : models)
    states.series.push_back(bytes_series(model.preset(), state_curve(laboratory, model.model(), longest)));
  findings.show(states);
  judge_growth(findings, training);
  return findings;
}

std::vector<Claim> memory_claims() {
  const Bilingual stored_note{"점수를 모두 저장할 때 (식)", "where all scores are stored (formula)"};
  return {{.id = "hidden-states",
           .section = "5.2",
           .lecture = {"Seq2Seq의 Hidden State: O(n × d); 길이 50, 차원 512에서 25,600",
                       "Seq2Seq's hidden states: O(n × d); 25,600 at length 50, width 512"},
           .paper = {"LSTM은 h 말고도 c와 게이트 4개를 남겨야 기울기를 구할 수 있다 (Hochreiter 1997)",
                     "for its gradients an LSTM keeps c and four gates besides h (Hochreiter 1997)"},
           .rules = {{.text = {"표의 값이 n · d와 1 % 이내로 같다", "the table is within 1 % of n · d"},
                      .at_most = 0.01,
                      .condition = {"h만 셀 때", "counting h alone"}},
                     {.text = {"학습은 토큰과 층마다 1.5 · d 이하를 남긴다",
                               "training keeps at most 1.5 · d of a token and layer"},
                      .at_most = 1.5,
                      .condition = {"학습에서", "in training"}}}},
          {.id = "attention-matrix-order",
           .section = "5.2",
           .lecture = {"Attention Matrix: O(n² × d)", "attention matrix: O(n² × d)"},
           .paper = {"Vaswani 2017 표 1의 n² · d는 시간이다", "n² · d in Vaswani 2017, Table 1, is time"},
           .kind = Kind::arithmetic,
           .rules = {{.text = {"n² · d는 저장할 점수 h · n²의 2배 이하이다",
                               "n² · d is at most twice the scores to be stored, h · n²"},
                      .at_most = 2}}},
          {.id = "memory-example",
           .section = "5.2",
           .lecture = {"길이 50: 헤드마다 2,500, 헤드 8개면 20,000", "length 50: 2,500 a head, 20,000 of 8 heads"},
           .paper = {"식: h · n²", "formula: h · n²"},
           .kind = Kind::arithmetic,
           .rules = {{.text = {"8 · 50²은 20,000이다", "8 · 50² is 20,000"}, .at_least = 20'000, .at_most = 20'000}}},
          {.id = "memory-table",
           .section = "5.2",
           .lecture = {"Transformer의 메모리: 10 → ~10,000, 50 → ~250,000, 100 → ~1,000,000, 512 → ~26,000,000",
                       "the Transformer's memory: 10 → ~10,000, 50 → ~250,000, 100 → ~1,000,000, 512 → ~26,000,000"},
           .paper = {"어느 논문에도 없다. 100 · n²이다", "in no paper; it is 100 · n²"},
           .kind = Kind::arithmetic,
           .rules = {{.text = {"점수 8 · n²과 10 % 이내로 같다", "within 10 % of the scores, 8 · n²"}, .at_most = 0.1},
                     {.text = {"n² · d와 10 % 이내로 같다", "within 10 % of n² · d"}, .at_most = 0.1}}},
          {.id = "memory-growth",
           .section = "5.2",
           .lecture = {"메모리: Seq2Seq는 효율적 (O(n)), Transformer는 많이 필요 (O(n²))",
                       "memory: Seq2Seq economical (O(n)), the Transformer wants much (O(n²))"},
           .paper = {"Dao 2022: 어텐션은 점수를 저장하지 않고 O(n)의 메모리로 정확히 계산된다",
                     "Dao 2022: attention is computed exactly in O(n) memory, without storing the scores"},
           .rules = {{.text = {"순환 모델의 학습 메모리는 n의 0.8–1.2제곱으로 는다",
                               "the recurrent model's memory in training grows by a power of n from 0.8 to 1.2"},
                      .at_least = 0.8,
                      .at_most = 1.2,
                      .condition = {"Seq2Seq에 대해", "of Seq2Seq"}},
                     {.text = {"Transformer: 점수를 저장하면 1.2제곱보다 빨리 는다 (식)",
                               "the Transformer's, with its scores stored, by more than 1.2 (formula)"},
                      .at_least = 1.2,
                      .condition = stored_note},
                     {.text = {"Transformer: 블록 단위 어텐션이라도 1.2제곱보다 빨리 는다 (측정)",
                               "the Transformer's, blockwise, by more than 1.2 too (measured)"},
                      .at_least = 1.2,
                      .condition = {"블록 단위 어텐션", "with blockwise attention"}}}}};
}

}  // namespace

Experiment memory_experiment() {
  return {.name = "memory",
          .title = {"메모리", "Memory"},
          .question = {"메모리는 길이에 따라 어떻게 느는가? 강의의 표는 식으로 나오는가?",
                       "How does memory grow with length, and does the lecture's table follow by formula?"},
          .claims = memory_claims(),
          .run = run_memory};
}

}  // namespace naru
