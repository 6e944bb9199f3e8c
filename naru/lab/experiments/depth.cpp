// What keeps deep stacks of attention trainable: scores divided by √d_k, residual connections, and where the norm
// stands. The gradient of each layer at the start, and which stacks learn.
#include <algorithm>
#include <array>
#include <cmath>

#include "naru/lab/deep_stack.h"
#include "naru/lab/experiment.h"
#include "naru/lab/score_scaling.h"

namespace naru {
namespace {

constexpr std::array<int64_t, 7> key_widths{8, 16, 32, 64, 128, 256, 512};

/// Of draws of queries and keys for each d_k: [key width][draw].
using ScoreDraws = std::array<std::vector<ScoreStatistics>, key_widths.size()>;

ScoreDraws score_draws(Scaling scaling, const Laboratory& laboratory) {
  ScoreDraws all;
  for (size_t i = 0; i < key_widths.size(); ++i)
    for (int64_t draw = 0; draw < laboratory.by_effort(8, 16, 32); ++draw)
      all[i].push_back(score_statistics(
          key_widths[i], scaling, mix(static_cast<uint64_t>(laboratory.options().seed), static_cast<uint64_t>(draw))));
  return all;
}

/// What the widest d_k gives, as a multiple of what the narrowest gives, over the draws.
Interval widest_to_narrowest(const ScoreDraws& draws, double ScoreStatistics::*figure) {
  std::vector<double> ratios;
  for (size_t draw = 0; draw < draws.front().size(); ++draw)
    ratios.push_back(draws.back()[draw].*figure / draws.front()[draw].*figure);
  return mean_of(ratios);
}

PlotSeries score_series(const Bilingual& name, const ScoreDraws& draws, double ScoreStatistics::*figure) {
  PlotSeries series{.name = name, .points = {}};
  for (size_t i = 0; i < key_widths.size(); ++i) {
    std::vector<double> values;
    for (const ScoreStatistics& one : draws[i]) values.push_back(one.*figure);
    const Interval mean = mean_of(values);
    series.points.push_back(
        {.x = static_cast<double>(key_widths[i]), .y = mean.value, .low = mean.low, .high = mean.high});
  }
  return series;
}

void measure_scaling(const Laboratory& laboratory, Findings& findings) {
  laboratory.progress("scores with and without √d_k");
  const ScoreDraws plain = score_draws(Scaling::none, laboratory), scaled = score_draws(Scaling::by_root, laboratory);
  const Bilingual divided("√d_k로 나눔", "divided by √d_k"), not_divided("나누지 않음", "not divided");
  const PlotAxis width{.label = {"d_k", "d_k"}, .logarithmic = true};
  findings.show(Plot{.id = "depth-entropy",
                     .title = {"소프트맥스의 엔트로피", "Entropy of the softmax"},
                     .note = {"1 = 64개 키에 고르게, 0 = 하나의 키에만", "1 = even over 64 keys, 0 = on one key alone"},
                     .x = width,
                     .y = {.label = {"엔트로피 (최대에 대한 비율)", "entropy (share of the largest)"}},
                     .series = {score_series(divided, scaled, &ScoreStatistics::entropy),
                                score_series(not_divided, plain, &ScoreStatistics::entropy)}});
  findings.show(
      Plot{.id = "depth-score-gradient",
           .title = {"소프트맥스를 지나 점수에 도달하는 그래디언트", "Gradient that passes the softmax to the scores"},
           .note = {},
           .x = width,
           .y = {.label = {"그래디언트의 크기", "norm of the gradient"}, .logarithmic = true},
           .series = {score_series(divided, scaled, &ScoreStatistics::gradient),
                      score_series(not_divided, plain, &ScoreStatistics::gradient)}});
  const Interval deviation = widest_to_narrowest(plain, &ScoreStatistics::deviation),
                 entropy = widest_to_narrowest(plain, &ScoreStatistics::entropy),
                 kept = widest_to_narrowest(scaled, &ScoreStatistics::entropy);
  findings.measured["scaling"] = {
      .text = {fmt::format("d_k 8 → 512: 나누지 않으면 점수의 표준편차 {:.1f}배 (√64 = 8), 엔트로피 {:.2f}배; 나누면 "
                           "엔트로피 {:.2f}배",
                           deviation.value, entropy.value, kept.value),
               fmt::format(
                   "d_k 8 → 512: not divided, the scores' deviation × {:.1f} (√64 = 8), the entropy × {:.2f}; divided, "
                   "the entropy × {:.2f}",
                   deviation.value, entropy.value, kept.value)},
      .intervals = {deviation, entropy, kept}};
}

constexpr std::array<int64_t, 4> stack_depths{2, 6, 12, 24};
using FreshStacks = std::vector<FreshStack>;                                     // of each draw
using StackDraws = std::array<std::array<FreshStacks, stack_depths.size()>, 4>;  // [kind][depth]

StackDraws draw_stacks(const Laboratory& laboratory) {
  StackDraws draws;
  for (size_t kind = 0; kind < draws.size(); ++kind) {
    laboratory.progress("gradients: " + stack_kinds()[kind].name.english);
    for (size_t depth = 0; depth < stack_depths.size(); ++depth)
      for (int64_t draw = 0; draw < laboratory.by_effort(6, 8, 16); ++draw) {
        const uint64_t seed = mix(static_cast<uint64_t>(laboratory.options().seed), static_cast<uint64_t>(draw));
        draws[kind][depth].push_back(fresh_stack(stack_kinds()[kind], stack_depths[depth], seed));
        laboratory.rest();
      }
  }
  return draws;
}

/// The geometric mean of one layer's figure over the draws.
Interval of_layer(const FreshStacks& draws, std::vector<double> FreshStack::*figure, size_t layer) {
  std::vector<double> values;
  for (const FreshStack& one : draws) values.push_back((one.*figure)[layer]);
  return geometric_mean_of(values);
}

/// The same as a multiple of what another kind of stack from the same seeds has.
Interval compared(const FreshStacks& draws, const FreshStacks& others, std::vector<double> FreshStack::*figure,
                  size_t layer) {
  std::vector<double> ratios;
  for (size_t i = 0; i < draws.size(); ++i) ratios.push_back((draws[i].*figure)[layer] / (others[i].*figure)[layer]);
  return geometric_mean_of(ratios);
}

/// Of the deepest stacks, layer by layer.
Plot layer_plot(Plot plot, const StackDraws& draws, std::vector<double> FreshStack::*figure) {
  plot.x.label = {"층", "layer"};
  plot.y.logarithmic = true;
  for (size_t kind = 0; kind < draws.size(); ++kind) {
    const FreshStacks& deepest = draws[kind].back();
    const size_t layers = (deepest[0].*figure).size(), first = figure == &FreshStack::diversity ? 0 : 1;
    PlotSeries series{.name = stack_kinds()[kind].name, .points = {}};
    for (size_t i = 0; i < layers; ++i) {
      const Interval mean = of_layer(deepest, figure, i);
      series.points.push_back(
          {.x = static_cast<double>(i + first), .y = mean.value, .low = mean.low, .high = mean.high});
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

void show_stacks(const StackDraws& draws, Findings& findings) {
  findings.show(layer_plot(
      {.id = "depth-diversity",
       .title = {"단어들이 서로 얼마나 다른가 (24층, 학습 전)", "How much the words differ (24 layers, at the start)"},
       .note = {"0층은 임베딩. 1e-7은 반올림 오차이다: 모든 단어가 같아졌다.",
                "Layer 0 is the embedding. 1e-7 is rounding: all words have become the same."},
       .x = {},
       .y = {.label = {"평균과의 차이 (비율)", "difference from their mean (share)"}},
       .series = {}},
      draws, &FreshStack::diversity));
  findings.show(layer_plot({.id = "depth-queries-keys",
                            .title = {"쿼리와 키 가중치의 그래디언트 (24층, 학습 전)",
                                      "Gradient of the weights of queries and keys (24 layers, at the start)"},
                            .note = {},
                            .x = {},
                            .y = {.label = {"그래디언트의 크기", "norm of the gradient"}},
                            .series = {}},
                           draws, &FreshStack::attention));
  ReportTable table{.title = {"마지막 층의 쿼리와 키에 도달하는 그래디언트 (학습 전)",
                              "Gradient at the last layer's queries and keys (at the start)"},
                    .head = {{"쌓는 법", "stack"}},
                    .rows = {}};
  for (const int64_t layers : stack_depths)
    table.head.push_back({fmt::format("{}층", layers), fmt::format("{} layers", layers)});
  for (size_t kind = 0; kind < draws.size(); ++kind) {
    table.rows.push_back({to_json(stack_kinds()[kind].name)});
    for (const FreshStacks& stacks : draws[kind])
      table.rows.back().push_back(of_layer(stacks, &FreshStack::attention, stacks[0].attention.size() - 1).value);
  }
  findings.show(table);
}

void measure_layers(const Laboratory& laboratory, Findings& findings) {
  const StackDraws draws = draw_stacks(laboratory);
  show_stacks(draws, findings);
  const size_t middle = static_cast<size_t>(stack_depths.back()) / 2 - 1;
  const auto bare = [&](StackPlace without, StackPlace with, std::vector<double> FreshStack::*figure, size_t layer) {
    return compared(draws[without].back(), draws[with].back(), figure, layer);
  };
  const Interval first_post = bare(post_norm_bare, post_norm, &FreshStack::all, 0),
                 first_pre = bare(pre_norm_bare, pre_norm, &FreshStack::all, 0),
                 middle_post = bare(post_norm_bare, post_norm, &FreshStack::attention, middle),
                 middle_pre = bare(pre_norm_bare, pre_norm, &FreshStack::attention, middle);
  const auto both = [](const Interval& post, const Interval& pre) {
    return Bilingual(fmt::format("24층에서 잔차 연결이 없으면 {:.2g}배 (정규화 나중), {:.2g}배 (정규화 먼저)",
                                 post.value, pre.value),
                     fmt::format("of 24 layers without residual connections: × {:.2g} (post-norm), × {:.2g} (pre-norm)",
                                 post.value, pre.value));
  };
  findings.measured["residual-gradient"] = {.text = both(first_post, first_pre), .intervals = {first_post, first_pre}};
  findings.measured["rank-collapse"] = {.text = both(middle_post, middle_pre), .intervals = {middle_post, middle_pre}};
}

void measure_training(const Laboratory& laboratory, Findings& findings) {
  ReportTable table{.title = {"학습 뒤의 정답률", "Share answered after training"},
                    .head = {{"쌓는 법", "stack"}},
                    .rows = {},
                    .note = {"과제: 여덟 단어의 첫 단어는 네 가지 가운데 무엇인가. 찍으면 0.25.",
                             "Task: which of four symbols stood first of eight. A guess is right in 0.25."}};
  for (const int64_t layers : stack_depths)
    table.head.push_back({fmt::format("{}층", layers), fmt::format("{} layers", layers)});
  std::vector<Interval> deepest;
  for (const StackKind& kind : stack_kinds()) {
    table.rows.push_back({to_json(kind.name)});
    for (const int64_t layers : stack_depths) {
      laboratory.progress(fmt::format("training {} layers: {}", layers, kind.name.english));
      const Interval share = answered(kind, layers, laboratory);
      table.rows.back().push_back(share.value);
      if (layers == stack_depths.back()) deepest.push_back(share);
    }
  }
  findings.show(table);
  const auto compared_with = [&](StackPlace with, StackPlace without) {
    return Bilingual(
        fmt::format("24층의 정답률 {:.2f}, 잔차 없이 {:.2f}", deepest[with].value, deepest[without].value),
        fmt::format("24 layers answer {:.2f}, without residual {:.2f}", deepest[with].value, deepest[without].value));
  };
  findings.measured["deep-training"] = {.text = compared_with(post_norm, post_norm_bare),
                                        .intervals = {deepest[post_norm]}};
  findings.measured["deep-pre-norm"] = {.text = compared_with(pre_norm, pre_norm_bare),
                                        .intervals = {deepest[pre_norm]}};
}

Findings run_depth(Laboratory& laboratory) {
  Findings findings;
  measure_scaling(laboratory, findings);
  measure_layers(laboratory, findings);
  measure_training(laboratory, findings);
  return findings;
}

std::vector<Claim> depth_claims() {
  const Rule answers{.text = {"24층의 정답률이 90 % 이상", "24 layers answer at least 90 %"}, .at_least = 0.9};
  const auto less = [](const char* korean, const char* english, double most) {
    return Rule{.text = {fmt::format("{}: 잔차가 없으면 있을 때의 {}배 이하", korean, most),
                         fmt::format("{}: without residual at most {} times that with", english, most)},
                .at_most = most,
                .condition = {korean, english}};
  };
  return {
      {.id = "scaling",
       .section = "3.3.1",
       .lecture = {"√d_k로 나누어 값이 너무 커지지 않도록 조정한다",
                   "dividing by √d_k keeps the scores from growing too large"},
       .paper = {"Vaswani 2017 §3.2.1, 각주 4: 점수의 분산은 d_k이고, 큰 점수에서 소프트맥스의 그래디언트는 아주 작다",
                 "Vaswani 2017 §3.2.1, footnote 4: scores have variance d_k, and where they are large the softmax has "
                 "tiny gradients"},
       .kind = Kind::measured,
       .rules = {{.text = {"나누지 않으면 점수가 d_k 8 → 512에서 7배에서 9배가 된다",
                           "not divided, scores grow 7 to 9 times from d_k 8 to 512"},
                  .at_least = 7,
                  .at_most = 9},
                 {.text = {"나누지 않으면 엔트로피가 절반 이하로 준다",
                           "not divided, the entropy falls to half or less"},
                  .at_most = 0.5},
                 {.text = {"나누면 엔트로피가 5 % 이내로 같다", "divided, the entropy stays within 5 %"},
                  .at_least = 0.95,
                  .at_most = 1.05}}},
      {.id = "residual-gradient",
       .section = "5.3",
       .lecture = {"잔차 연결이 그래디언트의 우회 경로가 된다 (첫 층이 받는 몫)",
                   "residual connections give the gradient a way around (the first layer's share)"},
       .paper = {"He 2016. 정규화가 크기를 되돌리므로 크기만으로는 분명하지 않다",
                 "He 2016. Layer norm restores sizes, so size alone need not show it"},
       .kind = Kind::measured,
       .rules = {less("정규화 나중", "post-norm", 0.5), less("정규화 먼저", "pre-norm", 0.5)}},
      {.id = "rank-collapse",
       .section = "5.3",
       .lecture = {"잔차 연결이 그래디언트의 우회 경로가 된다 (12층의 쿼리와 키)",
                   "residual connections give the gradient a way around (queries and keys of layer 12)"},
       .paper =
           {"Dong 2021: 잔차 없는 어텐션은 깊이에 따라 계수 1로 무너진다. Noci 2022: 그러면 쿼리와 키의 그래디언트가 "
            "소실된다",
            "Dong 2021: without residuals attention collapses to rank one with depth. Noci 2022: then the gradients of "
            "queries and keys vanish"},
       .kind = Kind::measured,
       .rules = {less("정규화 나중", "post-norm", 0.1), less("정규화 먼저", "pre-norm", 0.1)}},
      {.id = "deep-training",
       .section = "5.3",
       .lecture = {"output = LayerNorm(x + Sublayer(x))로 깊은 네트워크도 안정적으로 학습한다",
                   "output = LayerNorm(x + Sublayer(x)) trains deep networks stably"},
       .paper = {"Wang 2019, Xiong 2020: 이 식(정규화 나중)은 깊어지면 학습이 어렵다",
                 "Wang 2019, Xiong 2020: deep stacks of this formula (post-norm) are hard to train"},
       .kind = Kind::analogue,
       .rules = {answers}},
      {.id = "deep-pre-norm",
       .section = "5.3",
       .lecture = {"잔차 연결로 깊은 네트워크도 안정적으로 학습한다 (정규화를 먼저 하면)",
                   "residual connections train deep networks stably (with the norm before each part)"},
       .paper = {"Wang 2019, Xiong 2020: 정규화를 먼저 하면 깊어도 학습한다",
                 "Wang 2019, Xiong 2020: with the norm first, deep stacks train"},
       .kind = Kind::analogue,
       .rules = {answers}}};
}

}  // namespace

Experiment depth_experiment() {
  return {
      .name = "depth",
      .title = {"스케일링과 깊이", "Scaling and depth"},
      .question = {"왜 √d_k로 나누고, 왜 입력을 다시 더하는가?", "Why divide by √d_k, and why add the input again?"},
      .claims = depth_claims(),
      .run = run_depth};
}

}  // namespace naru
