// How large the famous models are, by formula: parameters of the lecture's table.
#include <cmath>

#include "naru/lab/experiment.h"
#include "naru/models/registry.h"

namespace naru {
namespace {

/// One Transformer of the lecture's table, from the sizes that its paper gives.
struct KnownModel {
  const char* name;
  double lecture;  // millions of parameters
  int64_t layers, width, feed_forward, vocabulary, positions;
  bool decoder_only;  // GPT; else BERT: with segments, a pooler and a norm after the embedding
};
constexpr KnownModel known_models[] = {{"BERT base", 110, 12, 768, 3072, 30522, 512, false},
                                       {"BERT large", 340, 24, 1024, 4096, 30522, 512, false},
                                       {"GPT-2", 1500, 48, 1600, 6400, 50257, 1024, true},
                                       {"GPT-3", 175000, 96, 12288, 49152, 50257, 2048, true}};

/// Per layer 4 d² + 2 d f for the matrices, their biases, and two norms; beside it embeddings and positions.
double parameters_of(const KnownModel& model) {
  const auto d = static_cast<double>(model.width), f = static_cast<double>(model.feed_forward);
  const double layer = 4 * d * d + 4 * d + 2 * d * f + f + d + 4 * d;
  const double embedded = d * static_cast<double>(model.vocabulary + model.positions);
  const double beside = model.decoder_only ? 2 * d : 2 * d + 2 * d + d * d + d;
  return static_cast<double>(model.layers) * layer + embedded + beside;
}

/// Of naru's own preset, counted over its weights, with one vocabulary of 37,000 pieces as in the paper.
double parameters_of(const std::string& preset_name) {
  ModelConfig config = preset(preset_name);
  set_option(config, "vocabulary", "37000");
  set_option(config, "shared_vocabulary", "true");
  return static_cast<double>(build(config, Params::shapes_only())->params().parameter_count());
}

Findings run(Laboratory&) {
  Findings findings;
  ReportTable table{.title = {"파라미터 수 (백만)", "parameters (millions)"},
                    .head = {{"모델", "model"}, {"강의", "lecture"}, {"식", "by formula"}, {"차이", "difference"}},
                    .rows = {}};
  double largest = 0;
  const auto row = [&](const std::string& name, double lecture, double counted) {
    const double difference = counted / lecture - 1;
    largest = std::max(largest, std::abs(difference));
    table.rows.push_back({name, lecture, std::round(10 * counted) / 10, fmt::format("{:+.1f} %", 100 * difference)});
  };
  row("Transformer base", 65, parameters_of("transformer-base") / 1e6);
  row("Transformer big", 213, parameters_of("transformer-big") / 1e6);
  for (const KnownModel& model : known_models) row(model.name, model.lecture, parameters_of(model) / 1e6);
  findings.show(table);
  findings.measured["sizes"] = {
      .text = {fmt::format("식으로 센 값은 강의의 값과 최대 {:.1f} % 다르다", 100 * largest),
               fmt::format("counted by formula, at most {:.1f} % from the lecture's figures", 100 * largest)},
      .intervals = {exactly(largest)}};
  return findings;
}

}  // namespace

Experiment sizes_experiment() {
  return {
      .name = "sizes",
      .title = {"모델의 크기", "Sizes of models"},
      .question = {"강의의 파라미터 표는 식으로 나오는가?",
                   "Does the lecture's table of parameters follow by formula?"},
      .claims = {{.id = "sizes",
                  .section = "6.2",
                  .lecture = {"base 65M, big 213M, BERT 110M / 340M, GPT-2 1.5B, GPT-3 175B",
                              "base 65M, big 213M, BERT 110M / 340M, GPT-2 1.5B, GPT-3 175B"},
                  .paper = {"Vaswani 2017 표 3: 65, 213. Devlin 2019 §3: 110M, 340M. 나머지는 각 논문과 같다",
                            "Vaswani 2017 Table 3: 65, 213. Devlin 2019 §3: 110M, 340M. The others as in their papers"},
                  .kind = Kind::arithmetic,
                  .rules = {{.text = {"모든 값이 식과 5 % 이내로 같다", "every figure is within 5 % of the formula's"},
                             .at_most = 0.05}}}},
      .run = run};
}

}  // namespace naru
