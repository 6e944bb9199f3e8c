// Three tricks of the papers on the embedded corpus: the source read from its end (Sutskever et al. 2014), teacher
// forcing and the width of the beam, label smoothing (Vaswani et al. 2017).
#include <cmath>

#include "naru/evaluate/evaluation.h"
#include "naru/lab/experiment.h"
#include "naru/lab/exposure.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/model_pair.h"

namespace naru {
namespace {

Bilingual text_of_pair(const PairFindings& found) {
  const Interval &p = found.log_perplexity, &b = found.bleu;
  const auto numbers = [&] {
    return fmt::format(
        "perplexity {:.2f} → {:.2f} (ln {:+.3f}, {:+.3f} … {:+.3f}), BLEU {:.1f} → {:.1f} ({:+.1f}, {:+.1f} … "
        "{:+.1f})",
        found.without.perplexity, found.with.perplexity, p.value, p.low, p.high, found.without.bleu, found.with.bleu,
        b.value, b.low, b.high);
  };
  return numbers();
}

void show_reversal(Laboratory& laboratory, const std::vector<Pair>& held_out, Findings& findings) {
  const ModelPair pair = source_reversal(laboratory);
  const PairFindings found = compare(laboratory, pair, held_out);
  ReportTable table{
      .title = {"원문 뒤집기 (LSTM, 어텐션 없음)", "source reversal (LSTM, no attention)"},
      .head = {"", "perplexity", "BLEU", {"Sutskever 2014, 표 1", "Sutskever 2014, Table 1"}},
      .rows = rows_of(found, {"뒤에서부터 읽기", "read from the end"}, {"앞에서부터 읽기", "read forward"}),
      .note = {fmt::format("한국어–영어, 각각 {}걸음 학습. 논문은 영어–프랑스어", pair.steps),
               fmt::format("Korean–English, {} training steps each; the paper: English–French", pair.steps)}};
  table.rows[0].push_back(26.17);
  table.rows[1].push_back(30.59);
  findings.show(table);
  findings.measured["tricks-reversal"] = {.text = text_of_pair(found), .intervals = {found.log_perplexity, found.bleu}};
}

void show_smoothing(Laboratory& laboratory, const std::vector<Pair>& held_out, Findings& findings) {
  const ModelPair pair{.name = "smoothed",
                       .preset = "transformer-tiny",
                       .with = "label_smoothing=0.1",
                       .without = "label_smoothing=0",
                       .steps = laboratory.by_effort<int64_t>(100, 300, 1500)};
  const PairFindings found = compare(laboratory, pair, held_out);
  ReportTable table{
      .title = {"레이블 스무딩 (트랜스포머)", "label smoothing (Transformer)"},
      .head =
          {"ε", "perplexity", "BLEU", {"논문 perplexity", "the paper's perplexity"}, {"논문 BLEU", "the paper's BLEU"}},
      .rows = rows_of(found, "0.1", "0"),
      .note = {fmt::format("각각 {}걸음 학습. 논문: Vaswani 2017 표 3 (D)와 base", pair.steps),
               fmt::format("{} training steps each; the paper: Vaswani 2017 Table 3 (D) and base", pair.steps)}};
  for (const double paper : {4.67, 25.3}) table.rows[0].push_back(paper);
  for (const double paper : {4.92, 25.8}) table.rows[1].push_back(paper);
  findings.show(table);
  findings.measured["tricks-smoothing"] = {.text = text_of_pair(found),
                                           .intervals = {found.log_perplexity, found.bleu}};
}

void show_beams(Laboratory& laboratory, const std::vector<Pair>& held_out, Findings& findings) {
  const ModelFolder& folder = laboratory.model("seq2seq");
  ReportTable table{.title = {"빔의 너비 (seq2seq)", "width of the beam (seq2seq)"},
                    .head = {{"빔", "beam"},
                             "BLEU",
                             {"탐욕보다", "above greedy"},
                             {"Sutskever 2014, 표 1", "Sutskever 2014, Table 1"}},
                    .rows = {},
                    .note = {"논문: 모델 5개를 함께 쓴 값", "the paper: five models together"}};
  std::vector<Translated> by_beam;
  const std::pair<int64_t, Json> beams[] = {{1, 33.00}, {2, 34.50}, {4, nullptr}, {12, 34.81}};
  for (const auto& [beam, paper] : beams) {
    laboratory.progress(fmt::format("translating with beam {}", beam));
    by_beam.push_back(translated(Translator(folder), held_out, beam));
    table.rows.push_back({beam, by_beam.back().bleu(), by_beam.back().bleu() - by_beam[0].bleu(), paper});
  }
  findings.show(table);
  const Interval over_greedy = bleu_difference(by_beam[3].statistics, by_beam[0].statistics),
                 over_two = bleu_difference(by_beam[3].statistics, by_beam[1].statistics);
  findings.measured["tricks-beam"] = {
      .text = fmt::format(
          "beam 12 - beam 1: BLEU {:+.1f} ({:+.1f} … {:+.1f}); beam 12 - beam 2: {:+.1f} ({:+.1f} … {:+.1f})",
          over_greedy.value, over_greedy.low, over_greedy.high, over_two.value, over_two.low, over_two.high),
      .intervals = {over_greedy, over_two}};
}

void show_teacher_forcing(Laboratory& laboratory, const std::vector<Pair>& held_out, Findings& findings) {
  const ModelFolder& folder = laboratory.model("seq2seq");
  laboratory.progress("teacher forcing");
  const Exposure exposure = exposure_of(folder, held_out);
  Plot plot{
      .id = "tricks-exposure",
      .title = {"정답을 읽을 때와 자기가 쓴 것을 읽을 때", "reading the reference, and reading what it wrote itself"},
      .note = {"i번째 조각이 정답의 i번째 조각과 같은 비율 (seq2seq, 탐욕)",
               "share of sentences whose i-th piece is the reference's (seq2seq, greedy)"},
      .x = {.label = {"조각의 자리", "place of the piece"}},
      .y = {.label = {"맞은 비율", "share right"}},
      .series = {{.name = {"교사 강요", "teacher forcing"}, .points = {}},
                 {.name = {"스스로", "on its own"}, .points = {}}}};
  for (size_t i = 0; i < exposure.places.size() && exposure.places[i].trials >= 20; ++i) {
    const auto& place = exposure.places[i];
    const Interval forced = share_of(place.forced, place.trials), free = share_of(place.free, place.trials);
    const auto x = static_cast<double>(i + 1);
    plot.series[0].points.push_back({x, forced.value, forced.low, forced.high});
    plot.series[1].points.push_back({x, free.value, free.low, free.high});
  }
  findings.show(plot);
  const Interval forced = share_of(exposure.forced(), exposure.trials()),
                 free = share_of(exposure.free(), exposure.trials());
  findings.measured["tricks-teacher"] = {
      .text = {fmt::format("정답을 읽으면 {:.3f}, 자기가 쓴 것을 읽으면 {:.3f}이 맞다", forced.value, free.value),
               fmt::format("{:.3f} right when it reads the reference, {:.3f} when it reads what it wrote", forced.value,
                           free.value)},
      .intervals = {difference(forced, free)}};
}

Findings run_tricks(Laboratory& laboratory) {
  Findings findings;
  const auto held_out = pairs_of(laboratory.held_out(laboratory.by_effort(100, 300, 1000)));
  show_reversal(laboratory, held_out, findings);
  show_teacher_forcing(laboratory, held_out, findings);
  show_beams(laboratory, held_out, findings);
  show_smoothing(laboratory, held_out, findings);
  return findings;
}

const Bilingual of_the_papers{"강의에 없는, 논문의 기법", "not in the lecture: a trick of the papers"};

}  // namespace

Experiment tricks_experiment() {
  return {
      .name = "tricks",
      .title = {"논문의 세 가지 기법", "Three tricks of the papers"},
      .question = {"원문 뒤집기, 빔 탐색, 레이블 스무딩은 논문처럼 듣는가?",
                   "Do source reversal, beam search and label smoothing work as in the papers?"},
      .claims =
          {{.id = "tricks-reversal",
            .section = "2.1",
            .lecture = of_the_papers,
            .paper = {"Sutskever 2014 표 1: BLEU 26.17 → 30.59, §3.3: perplexity 5.8 → 4.7 (영어–프랑스어)",
                      "Sutskever 2014 Table 1: BLEU 26.17 → 30.59, §3.3: perplexity 5.8 → 4.7 (English–French)"},
            .kind = Kind::analogue,
            .rules = {{.text = {"원문을 뒤에서부터 읽으면 perplexity가 낮다", "reading from the end lowers perplexity"},
                       .at_most = 0},
                      {.text = {"BLEU가 높다", "and raises BLEU"}, .at_least = 0}}},
           {.id = "tricks-teacher",
            .section = "5.1",
            .lecture = of_the_papers,
            .paper = {"Bengio 2015 §1: 학습 때는 정답을, 쓸 때는 자기가 쓴 것을 읽어 잘못이 쌓인다",
                      "Bengio 2015 §1: trained on the reference, used on its own words, its mistakes add up"},
            .kind = Kind::analogue,
            .rules = {{.text = {"자기가 쓴 것을 읽을 때 덜 맞다", "less is right when it reads what it wrote itself"},
                       .at_least = 0}}},
           {.id = "tricks-beam",
            .section = "2.2",
            .lecture = of_the_papers,
            .paper = {"Sutskever 2014 표 1: 빔 1 33.00, 빔 2 34.50, 빔 12 34.81. 빔 2면 거의 다 얻는다",
                      "Sutskever 2014 Table 1: beam 1 33.00, beam 2 34.50, beam 12 34.81: most of it by beam 2"},
            .kind = Kind::analogue,
            .rules = {{.text = {"빔 12가 빔 1보다 낮지 않다", "beam 12 is no worse than beam 1"}, .at_least = 0},
                      {.text = {"빔 12는 빔 2보다 BLEU 1 넘게 낫지는 않다", "beam 12 is at most 1 BLEU above beam 2"},
                       .at_most = 1}}},
           {.id = "tricks-smoothing",
            .section = "5.1",
            .lecture = of_the_papers,
            .paper = {"Vaswani 2017 표 3 (D): 없으면 perplexity 4.67, BLEU 25.3; 0.1이면 4.92, 25.8",
                      "Vaswani 2017 Table 3 (D): without, perplexity 4.67, BLEU 25.3; with 0.1, 4.92 and 25.8"},
            .kind = Kind::analogue,
            .rules = {{.text = {"perplexity가 높아진다", "perplexity rises"}, .at_least = 0},
                      {.text = {"BLEU도 높아진다", "and so does BLEU"}, .at_least = 0}}}},
      .run = run_tricks};
}

}  // namespace naru
