// Word order: what an encoder that reads all words at once knows of it, without positions and with them. Sentences of
// who chased whom in three cuttings (word_order.h); the lecture's numbers of the encoding; an encoder without positions
// gives permuted rows for permuted words.
#include "naru/nn/positions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "naru/lab/experiment.h"
#include "naru/lab/order_trial.h"

namespace naru {
namespace {

constexpr std::array cuttings{Cutting::eojeol, Cutting::particles, Cutting::english};

using OrderResults = std::array<std::array<OrderResult, 2>, cuttings.size()>;  // [cutting][without, with positions]

OrderResults measure_orders(const Laboratory& laboratory) {
  OrderResults results;
  for (size_t cutting = 0; cutting < cuttings.size(); ++cutting)
    for (const size_t with : {0, 1})
      results[cutting][with] = order_trial(cuttings[cutting], with == 1 ? "interleaved" : "none", laboratory);
  return results;
}

void show_orders(const OrderResults& results, Findings& findings) {
  ReportTable table{
      .title = {"두 문장을 구별하는가 (본 적 없는 짝의 비율)",
                "Are the two sentences told apart (share of unseen pairs)"},
      .head = {{"자르는 법", "cutting"},
               {"위치", "positions"},
               {"둘 다 맞음", "both right"},
               {"두 문장에 같은 번역", "one translation for both"},
               {"목적어가 앞 (배운 적 없음)", "object first (never taught)"}},
      .rows = {},
      .note = {
          "짝은 ‘개가 고양이를 쫓았다 / 고양이가 개를 쫓았다’처럼 주어와 목적어만 바뀐 두 문장이다. 조사의 꼴이 같은 "
          "동물끼리만 짝지었다: ‘곰이 개를’과 ‘개가 곰을’은 조사를 떼어도 낱말이 다르다. ‘고양이를 개가 쫓았다’는 "
          "배우지 "
          "않은 어순이다.",
          "A pair is two sentences in which subject and object change places, of animals that take particles of "
          "the same form: ‘곰이 개를’ and ‘개가 곰을’ have different words even when particles are split off. The "
          "order ‘고양이를 개가 쫓았다’ was never taught."}};
  Examples examples{.title = {"강의의 두 문장", "The lecture's two sentences"}, .lines = {}};
  for (size_t cutting = 0; cutting < cuttings.size(); ++cutting) {
    const WordOrder sentences(cuttings[cutting]);
    const std::vector<TokenPair> asked = sentences.both({});
    Examples::Line line{
        .source = sentences.source_text(asked[0].source) + " / " + sentences.source_text(asked[1].source),
        .reference = sentences.target_text(asked[0].target) + " / " + sentences.target_text(asked[1].target),
        .translations = {}};
    for (const size_t with : {0, 1}) {
      const OrderResult& result = results[cutting][with];
      const Bilingual known = with == 1 ? Bilingual("있음", "with") : Bilingual("없음", "without");
      table.rows.push_back({to_json(name(cuttings[cutting])), to_json(known), result.told_apart.value,
                            result.both_the_same, result.scrambled < 0 ? Json(nullptr) : Json(result.scrambled)});
      line.translations.emplace_back(with == 1 ? "positions=interleaved" : "positions=none", result.lecture);
    }
    examples.lines.push_back(std::move(line));
  }
  findings.show(table);
  findings.show(examples);
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

/// The lecture's figures for positions 0, 1, 2 (§3.4), each cut or rounded to so many digits.
struct EncodingFigure {
  int64_t position, column;
  double lecture, digit;  // the worth of its last digit
};
constexpr std::array<EncodingFigure, 12> encoding_figures{{{0, 0, 0.0, 0.1},
                                                           {0, 1, 1.0, 0.1},
                                                           {0, 2, 0.0, 0.1},
                                                           {0, 3, 1.0, 0.1},
                                                           {1, 0, 0.84, 0.01},
                                                           {1, 1, 0.54, 0.01},
                                                           {1, 2, 0.09, 0.01},
                                                           {1, 3, 0.99, 0.01},
                                                           {2, 0, 0.90, 0.01},
                                                           {2, 1, -0.41, 0.01},
                                                           {2, 2, 0.18, 0.01},
                                                           {2, 3, 0.98, 0.01}}};

double encoding(const Tensor& table, const EncodingFigure& figure) {
  return static_cast<double>(table.data()[figure.position * table.dim(1) + figure.column]);
}

/// Whether it is what the formula gives, rounded or cut off.
bool follows(const EncodingFigure& figure, double formula) {
  const double scaled = formula / figure.digit, said = std::round(figure.lecture / figure.digit);
  constexpr double rounding = 1e-4;  // of the f32 table: 1.0 stands there as 0.99999…
  return said == std::round(scaled) || said == std::trunc(scaled + std::copysign(rounding, scaled));
}

/// The width for which most of the lecture's figures follow.
int64_t fitting_width() {
  int64_t best = 0, most = -1;
  for (int64_t width = 4; width <= 1024; width += 2) {
    const Tensor table = sinusoids(3, width, SinusoidLayout::interleaved);  // [3, width]
    const auto follow = std::ranges::count_if(
        encoding_figures, [&](const EncodingFigure& figure) { return follows(figure, encoding(table, figure)); });
    if (follow > most) best = width, most = follow;
  }
  return best;
}

void check_encoding(Findings& findings) {
  const int64_t width = fitting_width();
  const Tensor table = sinusoids(3, width, SinusoidLayout::interleaved);  // [3, width]
  ReportTable shown{.title = {fmt::format("위치 인코딩의 값 (d = {})", width),
                              fmt::format("Figures of the encoding (d = {})", width)},
                    .head = {{"위치, 차원", "position, column"}, {"강의", "lecture"}, {"식", "formula"}, {"", ""}},
                    .rows = {}};
  int64_t wrong = 0;
  for (const EncodingFigure& figure : encoding_figures) {
    const double formula = encoding(table, figure);
    const bool right = follows(figure, formula);
    wrong += !right;
    shown.rows.push_back({fmt::format("{}, {}", figure.position, figure.column), figure.lecture,
                          fmt::format("{:.4f}", formula),
                          to_json(right ? Bilingual("") : Bilingual("다르다", "differs"))});
  }
  findings.show(shown);
  findings.measured["encoding-figures"] = {
      .text = {fmt::format("d = {}일 때 가장 잘 맞으며, 12개 가운데 {}개가 식과 다르다", width, wrong),
               fmt::format("they fit d = {} best; {} of 12 differ from the formula", width, wrong)},
      .intervals = {exactly(static_cast<double>(wrong))}};
}

void draw_encoding(Findings& findings) {
  constexpr int64_t positions = 24, width = 16;
  const Tensor table = sinusoids(positions, width, SinusoidLayout::interleaved);  // [positions, width]
  HeatMap map{.id = "positions-encoding",
              .title = {"위치 인코딩: 위치마다 다른 무늬", "The encoding: a pattern of its own for each position"},
              .note = {"왼쪽 차원은 빠르게, 오른쪽 차원은 느리게 바뀐다.",
                       "Columns on the left change fast, those on the right slowly."},
              .row_label = {"위치", "position"},
              .column_label = {"차원", "column"},
              .rows = {},
              .columns = {},
              .values = {}};
  for (int64_t column = 0; column < width; ++column) map.columns.push_back(std::to_string(column));
  for (int64_t position = 0; position < positions; ++position) {
    map.rows.push_back(std::to_string(position));
    const auto row = table.rows(position, position + 1).values();
    map.values.emplace_back(row.begin(), row.end());
  }
  findings.show(map);
}

Findings run_positions(Laboratory& laboratory) {
  Findings findings;
  const OrderResults results = measure_orders(laboratory);
  show_orders(results, findings);
  Measurement lost, found;
  double without = 0, with = 1e9;
  for (const auto& [none, encoded] : results) {
    lost.intervals.push_back(none.told_apart);
    found.intervals.push_back(encoded.told_apart);
    without = std::max(without, none.order_dependence);
    with = std::min(with, encoded.order_dependence);
  }
  const auto listed = [](const Measurement& of) {
    return Bilingual(
        fmt::format("구별한 짝: 어절 {}, 조사 분리 {}, 영어 {}", percent(of.intervals[0].value),
                    percent(of.intervals[1].value), percent(of.intervals[2].value)),
        fmt::format("pairs told apart: by eojeol {}, particles split off {}, English {}",
                    percent(of.intervals[0].value), percent(of.intervals[1].value), percent(of.intervals[2].value)));
  };
  lost.text = listed(lost), found.text = listed(found);
  findings.measured["order-lost"] = lost;
  findings.measured["order-found"] = found;
  findings.measured["permutation"] = {
      .text = {fmt::format("어순을 섞었을 때 인코더 출력의 최대 차이: 위치 없이 {:.1e}, 위치와 함께 {:.2f}", without,
                           with),
               fmt::format(
                   "largest difference of the encoder's rows under permutation: {:.1e} without positions, {:.2f} with",
                   without, with)},
      .intervals = {exactly(without), exactly(with)}};
  check_encoding(findings);
  draw_encoding(findings);
  return findings;
}

std::vector<Claim> positions_claims() {
  const Bilingual eojeol("어절 단위에서", "by eojeol"), particles("조사를 뗀 단위에서", "with particles split off"),
      english("영어에서", "in English");
  const auto lost = [](const char* korean, const char* in_english, const Bilingual& condition) {
    return Rule{.text = {fmt::format("위치 없이 구별하는 짝이 10 % 이하 ({})", korean),
                         fmt::format("without positions at most 10 % of the pairs are told apart ({})", in_english)},
                .at_most = 0.1,
                .condition = condition};
  };
  const auto found = [](const Bilingual& condition) {
    return Rule{.text = {"위치가 있으면 구별하는 짝이 80 % 이상 (" + condition.korean + ")",
                         "with positions at least 80 % of the pairs are told apart (" + condition.english + ")"},
                .at_least = 0.8,
                .condition = condition};
  };
  return {
      {.id = "order-lost",
       .section = "3.4",
       .lecture = {"‘개가 고양이를 쫓았다’와 ‘고양이가 개를 쫓았다’: 단어들이 동시에 입력되므로 순서를 구분할 수 없다",
                   "‘the dog chased the cat’, ‘the cat chased the dog’: words come all at once, so their order cannot "
                   "be told"},
       .paper = {"Vaswani 2017 §3.5: 순환도 합성곱도 없으므로 위치 정보를 넣어야 순서를 쓸 수 있다. 어절 단위에서는 두 "
                 "문장의 낱말이 "
                 "다르다(개가, 고양이를 / 고양이가, 개를)",
                 "Vaswani 2017 §3.5: without recurrence and convolution, positions must be put in to make use of the "
                 "order. By "
                 "eojeol the two sentences have different words (개가, 고양이를 / 고양이가, 개를)"},
       .kind = Kind::measured,
       .rules = {lost("어절", "eojeol", eojeol), lost("조사 분리", "particles split", particles),
                 lost("영어", "English", english)}},
      {.id = "order-found",
       .section = "3.4",
       .lecture = {"Positional Encoding을 더하면 단어의 순서를 알 수 있다",
                   "with the positional encoding the model knows the order"},
       .paper = {"Vaswani 2017 §3.5", "Vaswani 2017 §3.5"},
       .kind = Kind::measured,
       .rules = {found(eojeol), found(particles), found(english)}},
      {.id = "permutation",
       .section = "3.4",
       .lecture = {"병렬 처리에서는 단어의 순서 정보가 손실된다",
                   "processing in parallel loses the order of the words"},
       .paper = {"위치가 없는 인코더는 순열 동변이다: 단어를 섞으면 출력도 그대로 섞인다 (Vaswani 2017의 식에서 따라 "
                 "나온다)",
                 "an encoder without positions is permutation equivariant: permuted words give permuted rows (it "
                 "follows from "
                 "the formulas of Vaswani 2017)"},
       .kind = Kind::measured,
       .rules = {{.text = {"위치가 없으면 차이가 1e-5 이하", "without positions the difference is at most 1e-5"},
                  .at_most = 1e-5},
                 {.text = {"위치가 있으면 차이가 0.01 이상", "with positions it is at least 0.01"}, .at_least = 0.01}}},
      {.id = "encoding-figures",
       .section = "3.4",
       .lecture = {"위치 1: [0.84, 0.54, 0.09, 0.99], 위치 2: [0.90, -0.41, 0.18, 0.98]",
                   "position 1: [0.84, 0.54, 0.09, 0.99], position 2: [0.90, -0.41, 0.18, 0.98]"},
       .paper = {"Vaswani 2017 §3.5의 식; 강의는 d를 적지 않았다",
                 "the formula of Vaswani 2017 §3.5; the lecture does not say d"},
       .kind = Kind::arithmetic,
       .rules = {{.text = {"가장 잘 맞는 d에서 식과 다른 값(반올림도 버림도 아닌 값)이 없다",
                           "for the d that fits best no figure differs from the formula's, rounded or cut"},
                  .at_most = 0}}}};
}

}  // namespace

Experiment positions_experiment() {
  return {.name = "positions",
          .title = {"어순과 위치", "Word order and positions"},
          .question = {"위치 정보가 없으면 Transformer는 누가 누구를 쫓았는지 모르는가?",
                       "Without positions, does a Transformer not know who chased whom?"},
          .claims = positions_claims(),
          .run = run_positions,
          .in_class = true};
}

}  // namespace naru
