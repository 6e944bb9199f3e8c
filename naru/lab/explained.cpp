#include "naru/lab/explained.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace naru {
namespace {

constexpr int64_t shown_of_state = 4;                     // numbers of a state that stand in a table
constexpr int64_t shown_in_a_row = 8, shown_of_sum = 64;  // of a weighted sum

double at(const Tensor& x, int64_t row, int64_t column) {
  return static_cast<double>(x.data()[row * x.dim(1) + column]);
}

/// -∞ (a key that may not be looked at) is no number of JSON.
Json figure_or_none(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// "encoder.1" and its direction, for people.
Bilingual title_of(const RecurrentSteps& steps) {
  const bool reads = steps.layer.starts_with("encoder");
  const std::string number = steps.layer.substr(steps.layer.find('.') + 1);
  return {fmt::format("{} {}층{}: 은닉 상태가 단계마다 움직인 길", reads ? "인코더" : "디코더", number,
                      steps.from_end ? ", 문장 끝에서부터" : ""),
          fmt::format("{}, layer {}{}: the hidden state, step by step", reads ? "encoder" : "decoder", number,
                      steps.from_end ? ", from the sentence's end" : "")};
}

Bilingual equation_of(Cell cell) {
  switch (cell) {
    case Cell::rnn: return "h = tanh(W x + U h′ + b)";
    case Cell::lstm: return "c = f ∘ c′ + i ∘ g, h = o ∘ tanh(c)";
    default: return "h = (1 - z) ∘ n + z ∘ h′";
  }
}

Bilingual gate_name(const std::string& gate) {
  const std::pair<const char*, Bilingual> names[] = {{"reset", {"초기화 r", "reset r"}},
                                                     {"update", {"갱신 z", "update z"}},
                                                     {"input", {"입력 i", "input i"}},
                                                     {"forget", {"망각 f", "forget f"}},
                                                     {"output", {"출력 o", "output o"}}};
  return std::ranges::find(names, gate, [](const auto& name) { return std::string(name.first); })->second;
}

ReportTable state_table(const Explained& explained, const RecurrentSteps& steps) {
  ReportTable table{.title = title_of(steps),
                    .head = {{"단계", "step"}, {"읽은 조각", "reads"}, "|h|", {"움직임 |h - h′|", "moved |h - h′|"}},
                    .rows = {},
                    .note = equation_of(steps.cell)};
  table.note.korean += ". h′는 앞 단계의 상태이고, 게이트는 평균이다 (0 닫힘, 1 열림)";
  table.note.english += "; h′ is the state before, gates are means (0 shut, 1 open)";
  for (const auto& [gate, values] : steps.gates) table.head.push_back(gate_name(gate));
  const int64_t shown = std::min(shown_of_state, steps.state.dim(1));
  for (int64_t k = 0; k < shown; ++k) table.head.push_back(fmt::format("h[{}]", k));
  for (int64_t t = 0; t < steps.steps(); ++t) {
    std::vector<Json> row{t + 1, explained.piece_read(steps, t), steps.length(t), steps.moved(t)};
    for (const auto& [gate, values] : steps.gates) row.push_back(steps.mean(values, t));
    for (int64_t k = 0; k < shown; ++k) row.push_back(at(steps.state, t, k));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The rows of the word's pieces, down the page.
ReportTable word_table(const Explained& explained, const Bilingual& title, const Tensor& x) {
  const std::vector<std::string>& columns = explained.key_names();
  ReportTable table{.title = title, .head = {""}, .rows = {}};
  for (const int64_t row : explained.rows) table.head.push_back(explained.query_names().at(static_cast<size_t>(row)));
  for (size_t column = 0; column < columns.size(); ++column) {
    table.rows.push_back({columns[column]});
    for (const int64_t row : explained.rows)
      table.rows.back().push_back(figure_or_none(at(x, row, static_cast<int64_t>(column))));
  }
  return table;
}

/// The weighted sums of the word's pieces, eight numbers in a row.
ReportTable sum_table(const Explained& explained, const Bilingual& title, const Tensor& x) {
  ReportTable table{.title = title, .head = {{"조각", "piece"}, {"차원", "dimensions"}}, .rows = {}, .note = {}};
  const int64_t d = x.dim(1), shown = std::min(d, shown_of_sum);
  for (int64_t k = 0; k < std::min(d, shown_in_a_row); ++k) table.head.push_back(fmt::format("+{}", k));
  for (const int64_t row : explained.rows)
    for (int64_t first = 0; first < shown; first += shown_in_a_row) {
      const int64_t end = std::min(first + shown_in_a_row, shown);
      table.rows.push_back(
          {explained.query_names().at(static_cast<size_t>(row)), fmt::format("{}–{}", first, end - 1)});
      for (int64_t k = first; k < end; ++k) table.rows.back().push_back(at(x, row, k));
    }
  if (shown < d)
    table.note = {fmt::format("{}개 가운데 처음 {}개. 모두는 --json에 있다", d, shown),
                  fmt::format("the first {} of {}; all of them are in --json", shown, d)};
  return table;
}

std::string place_of_attention(const AttentionSteps& steps) {
  return steps.layer == "attention" ? steps.layer : fmt::format("{}, head {}", steps.layer, steps.head);
}

/// The largest weight of the word's first piece, worked out.
Bilingual worked_example(const Explained& explained) {
  const AttentionSteps& steps = *explained.attention;
  const std::string place = place_of_attention(steps);
  const int64_t row = explained.rows.front();
  int64_t best = 0;
  for (int64_t key = 1; key < steps.weights.dim(1); ++key)
    if (at(steps.weights, row, key) > at(steps.weights, row, best)) best = key;
  const std::string& asks = explained.query_names().at(static_cast<size_t>(row));
  const std::string& answers = explained.key_names().at(static_cast<size_t>(best));
  const std::string numbers =
      steps.scale == 1
          ? fmt::format("e = {:.4f}, softmax: {:.4f}", at(steps.scores, row, best), at(steps.weights, row, best))
          : fmt::format("q·k = {:.4f}, ÷ √{} = {:.4f}, softmax: {:.4f}", at(steps.scores, row, best),
                        steps.queries.dim(1), at(steps.scaled, row, best), at(steps.weights, row, best));
  return {
      fmt::format("{}: ‘{}’의 조각 ‘{}’에서 가장 큰 가중치는 ‘{}’에 있다: {}", place, explained.word, asks, answers,
                  numbers),
      fmt::format("{}: of '{}' the piece '{}' looks most at '{}': {}", place, explained.word, asks, answers, numbers)};
}

void show_attention(const Explained& explained, const std::string& name, Findings& findings) {
  const AttentionSteps& steps = *explained.attention;
  const bool recurrent = steps.layer == "attention";
  const std::string place = place_of_attention(steps);
  std::vector<std::vector<double>> weights;
  for (int64_t row = 0; row < steps.weights.dim(0); ++row) {
    weights.emplace_back();
    for (int64_t key = 0; key < steps.weights.dim(1); ++key) weights.back().push_back(at(steps.weights, row, key));
  }
  findings.show(HeatMap{.id = fmt::format("{}-{}-{}", name, steps.layer, steps.head),
                        .title = {"어텐션 가중치: " + place, "attention weights: " + place},
                        .note = {"한 행의 합은 1이다", "each row sums to 1"},
                        .row_label = {"보는 조각", "looks"},
                        .column_label = {"보이는 조각", "is looked at"},
                        .rows = explained.query_names(),
                        .columns = explained.key_names(),
                        .values = std::move(weights)});
  findings.say(worked_example(explained));
  const auto titled = [&](const std::string& formula) {
    return Bilingual(fmt::format("‘{}’: {}", explained.word, formula),
                     fmt::format("'{}': {}", explained.word, formula));
  };
  findings.show(word_table(explained, titled(recurrent ? "e" : "QKᵀ"), steps.scores));
  if (!recurrent)
    findings.show(word_table(explained, titled(fmt::format("QKᵀ ÷ √{}", steps.queries.dim(1))), steps.scaled));
  findings.show(word_table(explained, titled("softmax"), steps.weights));
  findings.show(sum_table(explained, titled(recurrent ? "Σ softmax · h" : "softmax · V"), steps.output));
}

ReportTable writing_table(const Explained& explained) {
  ReportTable table{
      .title = {"쓰는 단계마다 가장 그럴듯한 조각 다섯", "the five best pieces at each step of writing"},
      .head = {{"단계", "step"}, {"읽은 조각", "reads"}, {"쓰는 조각", "writes"}, {"확률", "probability"}},
      .rows = {},
      .note = {}};
  for (size_t k = 1; k <= explained.writing.front().best.size(); ++k) table.head.push_back(std::to_string(k));
  for (size_t t = 0; t < explained.writing.size(); ++t) {
    const WritingStep& step = explained.writing[t];
    std::vector<Json> row{t + 1, step.reads, step.writes, step.probability};
    for (const auto& [piece, probability] : step.best) row.push_back(fmt::format("{} {:.3f}", piece, probability));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

const std::vector<std::string>& Explained::query_names() const {
  return attention->layer.starts_with("encoder") ? source_pieces : written;
}

const std::vector<std::string>& Explained::key_names() const {
  return attention->layer.ends_with(".self") ? read : source_pieces;
}

const std::string& Explained::piece_read(const RecurrentSteps& steps, int64_t step) const {
  const auto& pieces = steps.layer.starts_with("encoder") ? source_pieces : read;
  return pieces.at(static_cast<size_t>(steps.token(step)));
}

std::vector<Json> explained_blocks(const Explained& explained, const std::string& name) {
  Findings findings;
  findings.say(explained.source + " → " + explained.target);
  for (const RecurrentSteps& steps : explained.recurrent)
    if (steps.layer.starts_with("encoder")) findings.show(state_table(explained, steps));
  if (explained.attention) show_attention(explained, name, findings);
  for (const RecurrentSteps& steps : explained.recurrent)
    if (steps.layer.starts_with("decoder")) findings.show(state_table(explained, steps));
  findings.show(writing_table(explained));
  return findings.blocks;
}

}  // namespace naru
