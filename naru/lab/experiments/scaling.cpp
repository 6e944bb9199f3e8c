// Loss by parameters of recurrent and Transformer language models of characters, and by the place in the text: Kaplan
// et al. 2020, L(N) = (N_c / N)^α, and its Figure 7. Small models, few steps: an analogue.
#include <array>
#include <cmath>
#include <map>

#include "naru/lab/character_model.h"
#include "naru/lab/contrast.h"
#include "naru/lab/curve.h"
#include "naru/lab/experiment.h"

namespace naru {
namespace {

constexpr std::array<int64_t, 6> scaling_widths{16, 24, 32, 48, 64, 96};
constexpr int64_t text_length = 256;
constexpr double clearly_below = 0.1;  // nats a character

CharacterTexts texts_of(int64_t seed) { return {2000, 64, text_length, static_cast<uint64_t>(seed)}; }

struct ScaledFamily {
  Bilingual name;
  std::string preset;
  std::vector<std::string> settings;
  Curve losses = {};                                 // by parameters, of every seed
  std::vector<std::vector<double>> of_largest = {};  // of the first seed: -log p, [texts][length]
};

double mean_loss(const std::vector<std::vector<double>>& losses, size_t from = 0, size_t to = text_length) {
  double sum = 0;
  for (const auto& text : losses)
    for (size_t i = from; i < to; ++i) sum += text[i];
  return sum / static_cast<double>(losses.size() * (to - from));
}

int64_t scaling_steps(const Laboratory& laboratory) { return laboratory.by_effort(60, 250, 1000); }

void learn_family(Laboratory& laboratory, ScaledFamily& family) {
  const int64_t steps = scaling_steps(laboratory);
  for (const int64_t seed : laboratory.seeds()) {
    const auto number = static_cast<uint64_t>(seed);
    const CharacterTexts texts = texts_of(seed);
    for (const int64_t width : scaling_widths) {
      laboratory.progress(fmt::format("{}, width {}, seed {}", family.name.english, width, seed));
      CharacterLearnerOptions options{.preset = family.preset, .settings = family.settings, .seed = number};
      options.settings.push_back(fmt::format("width={}", width));
      options.settings.push_back(fmt::format("feed_forward={}", 4 * width));
      if (family.preset == "seq2seq") options.settings.pop_back();
      CharacterLearner learner(options, texts);
      for (int64_t done = 0; done < steps; done += 10) {
        learner.learn(10);
        laboratory.rest();
      }
      const auto losses = learner.losses();
      family.losses.emplace_back(static_cast<double>(learner.parameters()), mean_loss(losses));
      if (width == scaling_widths.back() && family.of_largest.empty()) family.of_largest = losses;
    }
  }
}

Interval negative(const Interval& interval) {
  return {.value = -interval.value, .low = -interval.high, .high = -interval.low, .n = interval.n};
}

void show_losses(Findings& findings, const std::array<ScaledFamily, 2>& families) {
  Plot plot{.id = "loss-by-parameters",
            .title = {"파라미터에 따른 손실 (글자 언어 모델)", "Loss by parameters (language models of characters)"},
            .note = {"얇은 선: 강의와 Kaplan 2020의 α = 0.076, Transformer의 첫 점에서",
                     "thin line: α = 0.076 of the lecture and Kaplan 2020, from the Transformer's first point"},
            .x = {.label = {"임베딩을 뺀 디코더의 파라미터 N", "parameters N of the decoder without embedding"},
                  .logarithmic = true},
            .y = {.label = {"글자당 손실", "loss of a character"}, .logarithmic = true},
            .series = {}};
  for (const ScaledFamily& family : families) {
    std::map<double, std::vector<double>> by_size;
    for (const auto& [size, loss] : family.losses) by_size[size].push_back(loss);
    plot.series.push_back({.name = family.name, .points = {}});
    for (const auto& [size, losses] : by_size) {
      const Interval mean = mean_of(losses);
      plot.series.back().points.push_back({.x = size, .y = mean.value});
      if (losses.size() > 1)
        plot.series.back().points.back().low = mean.low, plot.series.back().points.back().high = mean.high;
    }
  }
  const std::vector<PlotPoint> measured = plot.series[1].points;
  plot.series.push_back({.name = {"α = 0.076 (강의)", "α = 0.076 (lecture)"}, .points = {}, .theory = true});
  for (const PlotPoint& point : measured)
    plot.series.back().points.push_back({.x = point.x, .y = measured[0].y * std::pow(point.x / measured[0].x, -0.076)});
  findings.show(plot);
}

void show_places(Findings& findings, const std::array<ScaledFamily, 2>& families) {
  Plot plot{.id = "loss-by-place",
            .title = {"글 안의 자리에 따른 손실 (가장 큰 모델)", "Loss by the place in the text (the largest models)"},
            .note = {},
            .x = {.label = {"몇째 글자까지", "up to which character"}, .logarithmic = true},
            .y = {.label = {"글자당 손실", "loss of a character"}},
            .series = {}};
  for (const ScaledFamily& family : families) {
    plot.series.push_back({.name = family.name, .points = {}});
    for (size_t from = 8; from < text_length; from *= 2)
      plot.series.back().points.push_back(
          {.x = static_cast<double>(2 * from), .y = mean_loss(family.of_largest, from, 2 * from)});
  }
  findings.show(plot);
}

/// Of each text: how much more the Transformer's loss falls from its first quarter to its last than the recurrent
/// one's.
Interval falls_further(const ScaledFamily& recurrent, const ScaledFamily& transformer) {
  const auto fall = [](const std::vector<double>& text) {
    double sum = 0;
    constexpr size_t quarter = text_length / 4;
    for (size_t i = 0; i < quarter; ++i) sum += text[quarter + i] - text[text_length - quarter + i];
    return sum / static_cast<double>(quarter);
  };
  std::vector<double> differences;
  for (size_t i = 0; i < transformer.of_largest.size(); ++i)
    differences.push_back(fall(transformer.of_largest[i]) - fall(recurrent.of_largest[i]));
  return mean_of(differences);
}

Findings run_scaling(Laboratory& laboratory) {
  std::array<ScaledFamily, 2> families{
      ScaledFamily{.name = {"순환 (LSTM)", "recurrent (LSTM)"},
                   .preset = "seq2seq",
                   .settings = {"decoder_layers=2", "learning_rate=1e-2"}},
      ScaledFamily{
          .name = "Transformer", .preset = "transformer-tiny", .settings = {"decoder_layers=2", "learning_rate=1e-2"}}};
  for (ScaledFamily& family : families) learn_family(laboratory, family);
  Findings findings;
  findings.say(
      {fmt::format(
           "영어 글자의 언어 모델, 글자 {}개의 글로 {}스텝. 수렴할 때까지가 아니므로 α는 이만큼 배운 뒤의 값이다.",
           text_length, scaling_steps(laboratory)),
       fmt::format("Language models of English characters, {} steps on texts of {} characters: not to convergence, "
                   "so that α is what so much learning gives.",
                   scaling_steps(laboratory), text_length)});
  const double pairs = texts_of(laboratory.options().seed).pair_loss();
  findings.say(
      {fmt::format("글자 쌍만 세는 모델의 손실은 {:.2f}이다. 가장 큰 모델이 이보다 {} 이상 낮은 계열만 판정한다.",
                   pairs, clearly_below),
       fmt::format("A model that only counts pairs of characters has a loss of {:.2f}; a family is judged if "
                   "its largest model is at least {} below.",
                   pairs, clearly_below)});
  const auto learned = [&](const ScaledFamily& family) { return mean_loss(family.of_largest) < pairs - clearly_below; };
  show_losses(findings, families);
  show_places(findings, families);
  const Interval recurrent = negative(fit_power_law(families[0].losses).exponent),
                 transformer = negative(fit_power_law(families[1].losses).exponent);
  const Bilingual both{
      fmt::format("α: 순환 {}, Transformer {}", interval_text(recurrent), interval_text(transformer)),
      fmt::format("α: recurrent {}, Transformer {}", interval_text(recurrent), interval_text(transformer))};
  const double half = std::hypot(recurrent.high - recurrent.value, transformer.high - transformer.value),
               less = transformer.value - recurrent.value;
  findings.measured["loss-falls-with-size"] = {.text = both,
                                               .intervals = {judged_if(learned(families[1]), transformer)}};
  findings.measured["alpha"] = {.text = both, .intervals = {judged_if(learned(families[1]), transformer)}};
  findings.measured["recurrent-does-not-scale"] = {
      .text = both,
      .intervals = {judged_if(learned(families[0]) && learned(families[1]),
                              {.value = less, .low = less - half, .high = less + half, .n = transformer.n})}};
  const Interval further = falls_further(families[0], families[1]);
  findings.measured["late-characters"] = {
      .text = {fmt::format("둘째 4분의 1에서 끝까지 Transformer의 손실이 {} 더 내려간다", interval_text(further)),
               fmt::format("from the second quarter to the last the Transformer's loss falls by {} more",
                           interval_text(further))},
      .intervals = {judged_if(learned(families[0]) && learned(families[1]), further)}};
  return findings;
}

std::vector<Claim> scaling_claims() {
  const Bilingual kaplan{
      "Kaplan 2020 식 1.1: L(N) = (8.8e13 / N)^0.076, N은 임베딩을 뺀 파라미터, 충분한 데이터로 수렴할 때",
      "Kaplan 2020 eq. 1.1: L(N) = (8.8e13 / N)^0.076, N without embeddings, converged on enough data"};
  return {
      {.id = "loss-falls-with-size",
       .section = "6.2",
       .lecture = {"Loss ∝ N^−α: 모델을 키우면 성능이 예측 가능하게 향상된다",
                   "Loss ∝ N^−α: with size the quality rises predictably"},
       .paper = kaplan,
       .kind = Kind::analogue,
       .rules = {{.text = {"Transformer의 α가 0보다 크다 (글자 쌍 이상을 배운 모델만 판정)",
                           "the Transformer's α is above 0 (judged if it learned more than pairs of characters)"},
                  .at_least = 0}}},
      {.id = "alpha",
       .section = "6.2",
       .lecture = {"α는 약 0.076", "α is about 0.076"},
       .paper = kaplan,
       .kind = Kind::analogue,
       .rules = {{.text = {"Transformer의 α가 0.076의 절반과 두 배 사이이다 (글자 쌍 이상을 배운 모델만 판정)",
                           "the Transformer's α is between half and twice 0.076 (judged if it learned more than pairs "
                           "of characters)"},
                  .at_least = 0.038,
                  .at_most = 0.152}}},
      {.id = "recurrent-does-not-scale",
       .section = "6.2",
       .lecture = {"Seq2Seq는 모델을 키워도 성능 향상이 제한적이다", "Seq2Seq gains little by size"},
       .paper =
           {"Kaplan 2020 그림 7: LSTM도 크기에 따라 나아지나 Transformer에 못 미친다. 번역에서는 RNMT+가 28.5 BLEU "
            "(Chen 2018)",
            "Kaplan 2020 Figure 7: LSTMs improve with size too, less than Transformers; in translation RNMT+ has 28.5 "
            "BLEU (Chen 2018)"},
       .kind = Kind::analogue,
       .rules = {{.text = {"(Transformer의 α − 순환 모델의 α)가 0보다 크다 (글자 쌍 이상을 배운 모델만 판정)",
                           "(the Transformer's α less the recurrent model's) is above 0 (judged if both learned more "
                           "than pairs of characters)"},
                  .at_least = 0}}},
      {.id = "late-characters",
       .section = "6.2",
       .lecture = {"긴 시퀀스에서 그래디언트 소실 (Seq2Seq의 확장의 한계)",
                   "vanishing gradients on long sequences (why Seq2Seq does not scale)"},
       .paper = {"Kaplan 2020 그림 7: LSTM의 손실은 100토큰쯤부터 더 내려가지 않는다",
                 "Kaplan 2020 Figure 7: an LSTM's loss falls no further after some 100 tokens"},
       .kind = Kind::analogue,
       .rules = {{.text = {"글의 둘째 4분의 1에서 마지막까지 Transformer의 손실이 순환 모델보다 더 내려간다 (글자 쌍 "
                           "이상을 배운 모델만 판정)",
                           "from a text's second quarter to its last the Transformer's loss falls further than the "
                           "recurrent model's (judged if both learned more than pairs of characters)"},
                  .at_least = 0}}}};
}

}  // namespace

Experiment scaling_experiment() {
  return {.name = "scaling",
          .title = {"크기의 법칙", "Scaling"},
          .question = {"손실은 파라미터에 따라 어떻게 내려가는가? α는 얼마인가?",
                       "How does loss fall with parameters, and what is α?"},
          .claims = scaling_claims(),
          .run = run_scaling};
}

}  // namespace naru
