// What each state remembers: a linear probe for the subject, the time, the place and the verb at every step of reading,
// in sentences like the lecture's 철수는 어제 도서관에서 공부했다 (§2.3), and what is lost when clauses become more
// (§2.4).
#include <algorithm>
#include <cmath>

#include "naru/lab/contrast.h"
#include "naru/lab/day_clauses.h"
#include "naru/lab/experiment.h"
#include "naru/lab/kept_facts.h"
#include "naru/lab/state_probe.h"

namespace naru {
namespace {

constexpr const char* remembering_models[] = {"transformer-tiny", "seq2seq-attention", "seq2seq"};

Bilingual fact_name(size_t fact) {
  static const std::vector<Bilingual> names{{"주어", "subject"}, {"시간", "time"}, {"장소", "place"}, {"동사", "verb"}};
  return names[fact];
}

/// Of four words, the one that is read last, and the one that is read first.
size_t read_last(const Reading& reading) { return reading.from_end ? 0 : 3; }
size_t read_first(const Reading& reading) { return 3 - read_last(reading); }

void show_steps(Findings& findings, const std::string& model, const ProbedModel& probed, bool trained) {
  HeatMap map{
      .id = fmt::format("remembers-{}{}", model, trained ? "" : "-untrained"),
      .title = {fmt::format("{}{}: 각 상태가 기억하는 것", model, trained ? "" : " (학습 전)"),
                fmt::format("{}{}: what each state remembers", model, trained ? "" : " (untrained)")},
      .note = {"열은 읽는 순서. 값은 선형 탐침의 정확도. 우연이면 주어 1/8, 나머지 1/6",
               "columns in the order of reading; values: accuracy of a linear probe. By chance 1/8 for the subject, "
               "1/6 for the others"},
      .row_label = {"사실", "fact"},
      .column_label = {"읽은 낱말까지의 상태", "the state after reading"},
      .rows = {},
      .columns = {},
      .values = {}};
  for (size_t step = 0; step < 4; ++step)
    map.columns.push_back(four_words()[probed.reading.from_end ? 3 - step : step][0]);
  for (size_t fact = 0; fact < 4; ++fact) {
    map.rows.push_back(fact_name(fact).korean);
    std::vector<double>& row = map.values.emplace_back();
    for (size_t step = 0; step < 4; ++step)
      row.push_back(probed.accuracy.back()[fact][probed.reading.from_end ? 3 - step : step].value);
  }
  findings.show(map);
}

/// At the verb, which a Transformer's layers read with all the others at once.
void show_layers(Findings& findings, const std::string& model, const ProbedModel& trained,
                 const ProbedModel& untrained) {
  ReportTable table{
      .title = {model + ": 동사 자리에서 층마다 읽히는 것", model + ": what each layer holds at the verb"},
      .head = {{"층", "layer"}},
      .rows = {},
      .note = {"괄호 밖: 학습한 모델 / 학습하지 않은 모델의 탐침 정확도",
               "accuracy of the probe: trained / untrained"}};
  for (size_t fact = 0; fact < 4; ++fact) table.head.push_back(fact_name(fact));
  for (size_t layer = 0; layer < trained.layers.size(); ++layer) {
    std::vector<Json> row{trained.layers[layer]};
    for (size_t fact = 0; fact < 4; ++fact)
      row.emplace_back(fmt::format("{:.0f} % / {:.0f} %", 100 * trained.accuracy[layer][fact][3].value,
                                   100 * untrained.accuracy[layer][fact][3].value));
    table.rows.push_back(std::move(row));
  }
  findings.show(table);
}

void show_kept(Findings& findings, const std::map<std::string, KeptFacts>& kept) {
  Plot plot{.id = "facts-kept",
            .title = {"번역에 남은 절의 비율", "clauses kept in the translation"},
            .note = {"절의 목적어(친구, 영화, 저녁 …)가 번역에 있으면 남은 것으로 센다",
                     "a clause is kept if its object (friend, movie, dinner …) stands in the translation"},
            .x = {.label = {"문장의 절", "clauses of the sentence"}},
            .y = {.label = {"남은 비율", "kept"}},
            .series = {}};
  for (const auto& [model, facts] : kept) {
    PlotSeries series{.name = model, .points = {}};
    for (const auto& [clauses, share] : share_by_group(facts.clauses, facts.kept))
      series.points.push_back({static_cast<double>(clauses), share.value, share.low, share.high});
    plot.series.push_back(std::move(series));
  }
  findings.show(plot);
  HeatMap map{.id = "facts-kept-place",
              .title = {"seq2seq: 어느 절이 사라지는가", "seq2seq: which clause is lost"},
              .note = {"문장의 절 수와 절의 자리마다 번역에 남은 비율",
                       "kept, by the clauses of a sentence and the place of each"},
              .row_label = {"문장의 절", "clauses of the sentence"},
              .column_label = {"몇째 절", "place of the clause"},
              .rows = {},
              .columns = {},
              .values = {}};
  const KeptFacts& facts = kept.at("seq2seq");
  for (int64_t clauses = 1; clauses <= most_facts; ++clauses) {
    map.rows.push_back(std::to_string(clauses));
    map.columns.push_back(std::to_string(clauses));
    std::vector<double>& row = map.values.emplace_back();
    for (int64_t place = 0; place < most_facts; ++place)
      row.push_back(share_where(facts.kept, [&](size_t i) {
                      return facts.clauses[i] == clauses && facts.place[i] == place;
                    }).value);
  }
  findings.show(map);
}

void show_lectures_long_sentences(Findings& findings, Laboratory& laboratory) {
  Examples examples{.title = {"강의의 긴 문장", "the lecture's long sentences"}, .lines = {}};
  for (const Phrase& phrase : laboratory.held_out(lecture_sentences, PhraseSplit::lecture)) {
    if (phrase.korean.find("커피를 마시며") == std::string::npos) continue;
    Examples::Line line{.source = phrase.korean, .reference = phrase.english, .translations = {}};
    for (const char* model : remembering_models)
      line.translations.emplace_back(model, write_greedily(laboratory.model(model), laboratory, {phrase.korean})[0]);
    examples.lines.push_back(std::move(line));
  }
  findings.show(examples);
}

/// Probes of every contender, trained and not; says of the one without attention what its last state has lost.
void probe_contenders(Findings& findings, Laboratory& laboratory) {
  const LabelledSentences sentences = four_word_sentences(laboratory.by_effort<int64_t>(500, 800, 2000),
                                                          static_cast<uint64_t>(laboratory.options().seed));
  for (const char* model : {"seq2seq", "seq2seq-attention", "transformer-tiny"}) {
    const ModelFolder& folder = laboratory.model(model);
    laboratory.progress(fmt::format("{}: probes", model));
    const ProbedModel trained = probe_words(folder, *folder.model, sentences, laboratory);
    const auto fresh = build(folder.config, Params(static_cast<uint64_t>(laboratory.options().seed) + 1000));
    const ProbedModel untrained = probe_words(folder, *fresh, sentences, laboratory);
    if (trained.reading.everything) {
      show_layers(findings, model, trained, untrained);
      continue;
    }
    show_steps(findings, model, trained, true);
    show_steps(findings, model, untrained, false);
    if (std::string_view(model) != "seq2seq") continue;
    const auto& accuracy = trained.accuracy.back();
    const size_t first = read_first(trained.reading), last = read_last(trained.reading);
    const Interval lost = difference(accuracy[first][first], accuracy[first][last]);
    findings.measured["state-keeps"] = {
        .text = {fmt::format("처음 읽은 낱말: 읽은 직후 {}, 마지막 상태에서 {} (학습 전 모델 {})",
                             percent(accuracy[first][first]), percent(accuracy[first][last]),
                             percent(untrained.accuracy.back()[first][last])),
                 fmt::format("the word read first: {} when read, {} from the last state (untrained {})",
                             percent(accuracy[first][first]), percent(accuracy[first][last]),
                             percent(untrained.accuracy.back()[first][last]))},
        .intervals = {lost}};
  }
}

/// The clause at each place of a chain of eight, read from the last state.
void show_last_state(Findings& findings, Laboratory& laboratory) {
  Plot plot{
      .id = "last-state-clauses",
      .title = {"여덟 절을 다 읽은 상태에서 읽히는 절",
                "the clause at each place, from the state that has read all eight"},
      .note = {"선형 탐침의 정확도, 우연이면 1/14. seq2seq는 끝에서부터 읽어 첫째 절이 마지막에, seq2seq-attention의 "
               "앞방향 "
               "절반은 여덟째 절이 마지막에 읽힌다",
               "accuracy of a linear probe; by chance 1/14. seq2seq reads from the end, the first clause last; the "
               "forward half of seq2seq-attention the eighth last"},
      .x = {.label = {"절의 자리", "place of the clause"}},
      .y = {.label = {"탐침 정확도", "accuracy of the probe"}},
      .series = {}};
  const LabelledSentences chains = labelled_chains(laboratory.by_effort<int64_t>(500, 800, 2000), most_facts,
                                                   static_cast<uint64_t>(laboratory.options().seed));
  for (const char* model : {"seq2seq", "seq2seq-attention"}) {
    const ModelFolder& folder = laboratory.model(model);
    laboratory.progress(fmt::format("{}: probes of eight clauses", model));
    const auto fresh = build(folder.config, Params(static_cast<uint64_t>(laboratory.options().seed) + 1000));
    for (const Model* one : {static_cast<const Model*>(folder.model.get()), static_cast<const Model*>(fresh.get())}) {
      PlotSeries series{.name = one == fresh.get()
                                    ? Bilingual(fmt::format("{}, 학습 전", model), fmt::format("{}, untrained", model))
                                    : Bilingual(model),
                        .points = {}};
      const std::vector<Interval> shares = probe_last_state(folder, *one, chains, laboratory);
      for (size_t place = 1; place < shares.size(); ++place)
        series.points.push_back(
            {static_cast<double>(place), shares[place].value, shares[place].low, shares[place].high});
      plot.series.push_back(std::move(series));
    }
  }
  findings.show(plot);
}

Findings run_remembers(Laboratory& laboratory) {
  Findings findings;
  probe_contenders(findings, laboratory);
  show_last_state(findings, laboratory);
  Random random(static_cast<uint64_t>(laboratory.options().seed));
  std::vector<ChainSentence> sentences;
  for (int64_t clauses = 1; clauses <= most_facts; ++clauses)
    for (int64_t i = 0; i < laboratory.by_effort<int64_t>(10, 40, 100); ++i)
      sentences.push_back(chain_sentence(clauses, random));
  std::map<std::string, KeptFacts> kept;
  for (const char* model : remembering_models) kept[model] = kept_facts(laboratory, model, sentences);
  show_kept(findings, kept);
  show_lectures_long_sentences(findings, laboratory);
  const Interval none = lost_facts(kept["seq2seq"]), attention = lost_facts(kept["seq2seq-attention"]);
  const Interval transformer = lost_facts(kept["transformer-tiny"]);
  findings.measured["vector-loses"] = {
      .text = {fmt::format("7–8절에서 1–2절보다 {:.0f} %p 덜 남는다 (어텐션 없음), 어텐션이 있으면 {:.0f} %p",
                           100 * none.value, 100 * attention.value),
               fmt::format("of 7–8 clauses {:.0f} points fewer are kept than of 1–2 without attention, {:.0f} with it",
                           100 * none.value, 100 * attention.value)},
      .intervals = {none, attention}};
  findings.measured["transformer-loses-nothing"] = {
      .text = {fmt::format("7–8절에서 1–2절보다 {:.0f} %p 덜 남는다", 100 * transformer.value),
               fmt::format("of 7–8 clauses {:.0f} points fewer are kept than of 1–2", 100 * transformer.value)},
      .intervals = {transformer}};
  return findings;
}

Rule facts_are_lost(const Bilingual& condition) {
  return {
      .text =
          {fmt::format(
               "7–8절 문장에서 남는 절의 비율이 1–2절보다 10 %p 이상 낮다 ({}; 1–2절의 4분의 3을 남기는 모델만 판정)",
               condition.korean),
           fmt::format("of 7–8 clauses at least 10 points fewer are kept than of 1–2 ({}; judged of a model that "
                       "keeps three quarters of 1–2)",
                       condition.english)},
      .at_least = 0.1,
      .condition = condition};
}

}  // namespace

Experiment remembers_experiment() {
  return {
      .name = "remembers",
      .title = {"상태가 기억하는 것", "What each state remembers"},
      .question = {"은닉 상태에는 무엇이 남아 있고, 절이 늘면 무엇이 사라지는가?",
                   "What is left in a hidden state, and what is lost when there are more clauses?"},
      .claims =
          {{.id = "state-keeps",
            .section = "2.3",
            .lecture = {"각 Hidden State는 이전 정보를 유지하면서 새로운 정보를 추가한다",
                        "Each hidden state keeps what it knew and adds what is new"},
            .paper = {"탐침: Alain 2016, 대조군: Hewitt 2019. 같은 문장을 잰 논문은 없다",
                      "Probes: Alain 2016, their control: Hewitt 2019. No paper measured this sentence"},
            .kind = Kind::measured,
            .rules = {{.text = {"처음 읽은 낱말을 네 낱말의 마지막 상태에서 읽어 내는 정확도가 읽은 직후보다 10 %p "
                                "넘게 낮지 않다",
                                "from the last of four states the word read first is read by a probe at most 10 points "
                                "worse than when it was read"},
                       .at_most = 0.1}}},
           {.id = "vector-loses",
            .section = "2.4, 4.2.2",
            .lecture = {"긴 문장의 모든 정보를 하나의 벡터에 담으면 일부가 손실될 수 있다",
                        "A long sentence in one vector: part of it can be lost"},
            .paper = {"Cho 2014b 그림 4, Bahdanau 2014 그림 2: 고정 벡터는 긴 문장에서 떨어진다",
                      "Cho 2014b Figure 4, Bahdanau 2014 Figure 2: a fixed vector falls on long sentences"},
            .kind = Kind::measured,
            .rules = {facts_are_lost({"어텐션이 없으면", "without attention"}),
                      facts_are_lost({"어텐션이 있어도", "with attention"})}},
           {.id = "transformer-loses-nothing",
            .section = "4.2.1",
            .lecture = {"Transformer: 정보 손실 없음, 긴 문장에도 강건함",
                        "Transformer: nothing is lost, long sentences are safe"},
            .paper = {"학습한 길이 안에서만 그렇다고 알려져 있다",
                      "known to be so within the lengths of training only"},
            .kind = Kind::measured,
            .rules =
                {{.text = {"7–8절 문장에서 남는 절의 비율이 1–2절보다 5 %p 넘게 낮지 않다 (1–2절의 4분의 3을 남기는 "
                           "모델만 판정)",
                           "of 7–8 clauses at most 5 points fewer are kept than of 1–2 (judged of a model that "
                           "keeps three quarters of 1–2)"},
                  .at_most = 0.05}}}},
      .run = run_remembers};
}

}  // namespace naru
