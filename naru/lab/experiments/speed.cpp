// Sequential against parallel: seconds by length for reading, learning and writing, the exponents of that growth, where
// the curves cross on this machine, and the share of its arithmetic peak that is reached, by batch and by length.
// Vaswani et al. 2017, Table 1: n · d² for a recurrent layer, n² · d for self-attention, each by operations; sequential
// steps n and 1.
#include <cmath>

#include "naru/base/threads.h"
#include "naru/lab/experiment.h"
#include "naru/lab/length_speed.h"
#include "naru/ops/cpu/measure.h"

namespace naru {
namespace {

/// Repetitions of work a · per token / b · per token: how much faster a token becomes from load a to load b.
Interval gain(const std::vector<double>& before, const std::vector<double>& after, double more_tokens) {
  std::vector<double> gains;
  for (size_t i = 0; i < before.size(); ++i) gains.push_back(more_tokens * before[i] / after[i]);
  return mean_of(gains);
}

/// The lecture's 10 against 100 tokens, read.
void measure_ten_to_hundred(Laboratory& laboratory, std::vector<ModelCost>& models, Findings& findings) {
  const std::vector<WorkLoad> loads{{Work::read, 10, 1}, {Work::read, 100, 1}};
  const Timings timings = time_models(laboratory, models, loads, 7);
  const auto growth = [&](size_t model) { return gain(timings[model][1], timings[model][0], 1); };
  const Interval slow = growth(recurrent_model), fast = growth(transformer_model);
  findings.measured["ten-to-hundred"] = {
      .text = {fmt::format("10 → 100 토큰: 순환 모델 {:.1f}배, Transformer {:.1f}배", slow.value, fast.value),
               fmt::format("10 → 100 tokens: recurrent {:.1f} times, Transformer {:.1f} times", slow.value,
                           fast.value)},
      .intervals = {slow, fast}};
}

/// Loads that grow by the batch at 32 tokens, and by the length of one sentence alone.
struct GrowingLoads {
  std::vector<WorkLoad> loads;
  size_t batches = 0;  // of them by the batch, the first ones
};
GrowingLoads growing_loads(Work work, int64_t largest, int64_t longest) {
  GrowingLoads growing;
  for (int64_t sentences = 1; sentences <= largest; sentences *= 4) growing.loads.push_back({work, 32, sentences});
  growing.batches = growing.loads.size();
  for (int64_t length = 8; length <= longest; length *= 4) growing.loads.push_back({work, length, 1});
  return growing;
}

/// The share of the arithmetic peak that learning reaches.
void measure_shares(Laboratory& laboratory, std::vector<ModelCost>& models, Findings& findings) {
  laboratory.progress("share of the arithmetic peak, by batch and by length");
  const auto [loads, batches] = growing_loads(Work::train, laboratory.by_effort(64, 64, 256), 512);
  const double peak = cpu::measure_peak_rate();
  const Timings timings = time_models(laboratory, models, loads, 5);
  const auto shares = [&, &loads = loads](size_t model, size_t load) {
    std::vector<double> all;
    for (const double seconds : timings[model][load])
      all.push_back(models[model].operations(loads[load]) / seconds / peak);
    return mean_of(all);
  };
  ReportTable table{
      .title = {"학습에서 쓴 산술 최대치의 비율 (%)", "Share of the arithmetic peak that learning uses (%)"},
      .head = {{"문장 × 토큰", "sentences × tokens"}},
      .rows = {},
      .note = {fmt::format("이 기계의 최대치: {:.0f} GFLOP/s (스레드 {})", peak / 1e9, threads()),
               fmt::format("this machine's peak: {:.0f} GFLOP/s ({} threads)", peak / 1e9, threads())}};
  for (const ModelCost& model : models) table.head.emplace_back(model.preset());
  for (size_t load = 0; load < loads.size(); ++load) {
    table.rows.push_back({fmt::format("{} × {}", loads[load].sentences, loads[load].length)});
    for (size_t model = 0; model < models.size(); ++model)
      table.rows.back().push_back(std::round(1000 * shares(model, load).value) / 10);
  }
  findings.show(table);
  const Interval slow = shares(recurrent_model, batches - 1), fast = shares(transformer_model, batches - 1);
  const int64_t sentences = loads[batches - 1].sentences;
  findings.measured["utilisation"] = {
      .text = {fmt::format("{}문장의 배치를 학습할 때 CPU 최대치의 {:.0f} % (순환), {:.0f} % (Transformer)", sentences,
                           100 * slow.value, 100 * fast.value),
               fmt::format(
                   "training on {} sentences at a time: {:.0f} % (recurrent), {:.0f} % (Transformer) of the CPU's peak",
                   sentences, 100 * slow.value, 100 * fast.value)},
      .intervals = {slow, fast}};
}

/// How much faster a token is read among many sentences, and in a long one.
void measure_parallel(Laboratory& laboratory, std::vector<ModelCost>& models, Findings& findings) {
  laboratory.progress("reading in parallel, by batch and by length");
  const auto [loads, batches] = growing_loads(Work::read, 64, 512);
  const Timings timings = time_models(laboratory, models, loads, 5);
  std::vector<Interval> gains;
  for (const size_t model : {recurrent_model, transformer_model}) {
    gains.push_back(gain(timings[model][0], timings[model][batches - 1], 64));
    gains.push_back(gain(timings[model][batches], timings[model].back(), 512 / 8));
  }
  findings.measured["parallel-where"] = {
      .text =
          {fmt::format("토큰 하나를 읽는 시간은 배치로 {:.1f}배, 한 문장 안에서 {:.1f}배 짧아진다 (순환); {:.1f}배, "
                       "{:.1f}배 (Transformer)",
                       gains[0].value, gains[1].value, gains[2].value, gains[3].value),
           fmt::format(
               "a token is read {:.1f} times faster by the batch, {:.1f} times within a sentence (recurrent); {:.1f} "
               "and {:.1f} times (Transformer)",
               gains[0].value, gains[1].value, gains[2].value, gains[3].value)},
      .intervals = gains};
}

void judge_exponents(Findings& findings, const LengthCurves& measured) {
  const auto &read = measured[0], &write = measured[2];
  const auto say = [&](const char* id, const Bilingual& of_what, const Interval& exponent) {
    findings.measured[id] = {.text = {fmt::format("{}: 지수 {}", of_what.korean, interval_text(exponent)),
                                      fmt::format("{}: exponent {}", of_what.english, interval_text(exponent))},
                             .intervals = {exponent}};
  };
  say("sequential-linear", {"순환 인코더의 시간", "the recurrent encoder's time"},
      fit_power_law(read[recurrent_model]).exponent);
  say("constant-time", {"Transformer 인코더의 시간", "the Transformer encoder's time"},
      fit_power_law(read[transformer_model]).exponent);
  say("writing-parallel", {"Transformer가 쓰는 시간", "the Transformer's time to write"},
      fit_power_law(write[transformer_model]).exponent);
  say("long-favours-transformer",
      {"n ≥ 128, Transformer의 시간 / 순환 모델의 시간", "n ≥ 128, Transformer's seconds / recurrent model's"},
      fit_power_law(from(quotient(read[transformer_model], read[recurrent_model]), 128)).exponent);
}

/// Multiplications and additions of one layer, by formula, at the lecture's lengths and width.
void judge_operations(Findings& findings) {
  constexpr double d = 512;
  ReportTable table{.title = {"층 하나의 곱셈·덧셈 (백만, d = 512, 식)",
                              "Multiply-adds of one layer (millions, d = 512, by formula)"},
                    .head = {{"길이", "length"},
                             {"LSTM 8 n d²", "LSTM 8 n d²"},
                             {"셀프 어텐션 4 n d² + 2 n² d", "self-attention 4 n d² + 2 n² d"}},
                    .rows = {},
                    .note = {"n = 2 d = 1024에서 같아진다", "they are equal at n = 2 d = 1024"}};
  const auto lstm = [](double n) { return 8 * n * d * d; };
  const auto attention = [](double n) { return 4 * n * d * d + 2 * n * n * d; };
  for (const double n : {10.0, 100.0, 512.0, 1024.0, 4096.0})
    table.rows.push_back({n, std::round(lstm(n) / 1e5) / 10, std::round(attention(n) / 1e5) / 10});
  findings.show(table);
  const double ratio = attention(100) / lstm(100);
  findings.measured["attention-costs-more"] = {
      .text = {fmt::format("n = 100: 셀프 어텐션 층의 연산은 LSTM 층의 {:.2f}배", ratio),
               fmt::format("n = 100: a self-attention layer takes {:.2f} times an LSTM layer's operations", ratio)},
      .intervals = {exactly(ratio)}};
}

Findings run_speed(Laboratory& laboratory) {
  Findings findings;
  std::vector<ModelCost> models = cost_models(laboratory.effort() == Effort::full);
  const int64_t longest = laboratory.by_effort(256, 1024, 4096);
  const LengthCurves measured = measure_lengths(laboratory, models, longest, findings);
  show_exponents(findings, models, measured);
  judge_exponents(findings, measured);
  if (threads() > 1) {
    findings.say({"같은 것을 스레드 하나로:", "The same on one thread:"});
    const ThreadCount alone(1);
    show_exponents(findings, models, measure_lengths(laboratory, models, longest, findings));
  }
  measure_ten_to_hundred(laboratory, models, findings);
  judge_operations(findings);
  measure_parallel(laboratory, models, findings);
  measure_shares(laboratory, models, findings);
  return findings;
}

std::vector<Claim> speed_claims() {
  return {
      {.id = "sequential-linear",
       .section = "4.1.1",
       .lecture = {"Seq2Seq (순차 처리): 시간 복잡도 O(n)", "Seq2Seq (sequential): time complexity O(n)"},
       .paper = {"Vaswani 2017 표 1: 순환 층은 O(n · d²)", "Vaswani 2017 Table 1: a recurrent layer takes O(n · d²)"},
       .rules = {{.text = {"순환 인코더의 시간은 길이의 0.8–1.2제곱으로 는다",
                           "the recurrent encoder's time grows by a power of the length from 0.8 to 1.2"},
                  .at_least = 0.8,
                  .at_most = 1.2}}},
      {.id = "constant-time",
       .section = "4.1.1",
       .lecture = {"Transformer (병렬 처리): 시간 복잡도 O(1) (시퀀스 길이와 무관)",
                   "Transformer (parallel): time complexity O(1), whatever the length"},
       .paper = {"Vaswani 2017 표 1: 시간은 O(n² · d)이고, O(1)인 것은 차례로 해야 하는 단계의 수이다",
                 "Vaswani 2017 Table 1: time is O(n² · d); what is O(1) is the number of sequential steps"},
       .rules = {{.text = {"Transformer 인코더의 시간은 길이의 0.2제곱 이하로 는다",
                           "the Transformer encoder's time grows by a power of the length of at most 0.2"},
                  .at_most = 0.2}}},
      {.id = "writing-parallel",
       .section = "4.3.1",
       .lecture = {"순차 계산 복잡도: Seq2Seq O(n), Transformer O(1)",
                   "sequential computation: Seq2Seq O(n), Transformer O(1)"},
       .paper = {"Vaswani 2017 표 1은 인코더와 학습에 관한 것이다. 번역을 쓸 때는 둘 다 한 토큰씩, O(n) 단계이다",
                 "Vaswani 2017 Table 1 is about the encoder and training; a translation is written token by token by "
                 "both, in "
                 "O(n) steps"},
       .rules = {{.text = {"Transformer가 번역을 쓰는 시간은 길이의 0.2제곱 이하로 는다",
                           "the Transformer's time to write grows by a power of the length of at most 0.2"},
                  .at_most = 0.2}}},
      {.id = "path-of-information",
       .section = "4.3.1",
       .lecture = {"정보 전달 경로: Seq2Seq O(n), Transformer O(1)",
                   "path of information: Seq2Seq O(n), Transformer O(1)"},
       .paper = {"Vaswani 2017 표 1: 순환 층 O(n), 셀프 어텐션 O(1)",
                 "Vaswani 2017 Table 1: a recurrent layer O(n), self-attention O(1)"},
       .kind = Kind::cited,
       .reason = {"논문과 같다. 단, 어텐션이 있는 순환 디코더(Bahdanau 2014)도 원문의 어느 단어에나 한 걸음에 닿는다",
                  "as in the paper; but a recurrent decoder with attention (Bahdanau 2014) too reaches any source word "
                  "in one "
                  "step"}},
      {.id = "attention-costs-more",
       .section = "4.3.1",
       .lecture = {"Attention 계산: Seq2Seq “-”, Transformer O(n²)",
                   "attention's computation: Seq2Seq “-”, Transformer O(n²)"},
       .paper = {"Vaswani 2017 표 1: 순환 층의 O(n · d²)이 강의의 표에 빠져 있다",
                 "Vaswani 2017 Table 1: a recurrent layer's O(n · d²) is missing from the lecture's table"},
       .kind = Kind::arithmetic,
       .rules =
           {{.text = {"강의의 n = 100, d = 512에서 셀프 어텐션 층의 연산이 LSTM 층보다 많다 (비 > 1)",
                      "at the lecture's n = 100, d = 512 a self-attention layer takes more operations than an LSTM "
                      "layer (ratio > 1)"},
             .at_least = 1}}},
      {.id = "ten-to-hundred",
       .section = "4.3.2",
       .lecture = {"길이 10 → 100: Seq2Seq의 처리 시간은 10배, Transformer는 크게 증가하지 않음",
                   "from 10 to 100 tokens Seq2Seq takes 10 times as long, the Transformer hardly longer"},
       .paper = {"어느 논문에도 없다. 장치의 일손이 남아 있는 동안에만 맞다",
                 "in no paper; true only while a device has units to spare"},
       .rules = {{.text = {"순환 모델은 8–12배 걸린다", "the recurrent model takes 8 to 12 times as long"},
                  .at_least = 8,
                  .at_most = 12,
                  .condition = {"Seq2Seq에 대해", "of Seq2Seq"}},
                 {.text = {"Transformer는 2배 이하로 걸린다", "the Transformer takes at most twice as long"},
                  .at_most = 2,
                  .condition = {"Transformer에 대해", "of the Transformer"}}}},
      {.id = "long-favours-transformer",
       .section = "4.3.2",
       .lecture = {"긴 문장일수록 Transformer가 유리합니다",
                   "the longer the sentence, the more the Transformer is ahead"},
       .paper = {"Vaswani 2017 표 1: 연산은 n² · d 대 n · d². n < d일 때만 적다",
                 "Vaswani 2017 Table 1: n² · d operations against n · d²; fewer only where n < d"},
       .rules = {{.text = {"n ≥ 128에서 (Transformer의 시간 / 순환 모델의 시간)의 지수는 0 이하이다",
                           "for n ≥ 128 the exponent of (Transformer's time / recurrent model's) is at most 0"},
                  .at_most = 0}}},
      {.id = "parallel-where",
       .section = "5.1",
       .lecture = {"Seq2Seq: 배치 내 병렬화 가능, 문장 내 불가능. Transformer: 둘 다 가능",
                   "Seq2Seq: parallel over a batch, not within a sentence. Transformer: both"},
       .paper = {"Vaswani 2017 §1: 순환 모델은 한 예 안에서 병렬로 만들 수 없다",
                 "Vaswani 2017 §1: recurrent models cannot be parallel within an example"},
       .rules = {{.text = {"순환 모델: 배치로 토큰마다 2배 넘게 빨라진다",
                           "recurrent: by the batch a token is over 2 times faster"},
                  .at_least = 2,
                  .condition = {"Seq2Seq의 배치 안", "Seq2Seq over a batch"}},
                 {.text = {"순환 모델: 한 문장 안에서 1.5배 이하", "recurrent: within a sentence at most 1.5 times"},
                  .at_most = 1.5,
                  .condition = {"Seq2Seq의 문장 안", "Seq2Seq within a sentence"}},
                 {.text = {"Transformer: 배치로 2배 이상", "Transformer: by the batch at least 2 times"},
                  .at_least = 2,
                  .condition = {"Transformer의 배치 안", "Transformer over a batch"}},
                 {.text = {"Transformer: 한 문장 안에서 2배 이상", "Transformer: within a sentence at least 2 times"},
                  .at_least = 2,
                  .condition = {"Transformer의 문장 안", "Transformer within a sentence"}}}},
      {.id = "utilisation",
       .section = "5.1",
       .lecture = {"GPU 활용률: Seq2Seq 30–50 %, Transformer 80–95 %", "GPU use: Seq2Seq 30–50 %, Transformer 80–95 %"},
       .paper = {"출처를 찾지 못했다", "no source was found"},
       .kind = Kind::analogue,
       .rules = {{.text = {"순환 모델은 산술 최대치의 30–50 %를 쓴다 (여기서는 CPU)",
                           "the recurrent model uses 30–50 % of the arithmetic peak (here a CPU's)"},
                  .at_least = 0.3,
                  .at_most = 0.5},
                 {.text = {"Transformer는 80–95 %를 쓴다", "the Transformer uses 80–95 %"},
                  .at_least = 0.8,
                  .at_most = 0.95}}}};
}

}  // namespace

Experiment speed_experiment() {
  return {.name = "speed",
          .title = {"순차 대 병렬", "Sequential against parallel"},
          .question = {"시간은 길이에 따라 어떻게 느는가? 무엇이 병렬로 되는가?",
                       "How does time grow with length, and what is parallel?"},
          .claims = speed_claims(),
          .run = run_speed};
}

}  // namespace naru
