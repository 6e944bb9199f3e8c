// Homonyms in both senses: minimal pairs that differ in the cue only, translated; what the cue's removal leaves is
// chance. And where attention looks: the lecture's two rows (§3.3.2) beside what trained models do.
#include <algorithm>
#include <cmath>

#include "naru/base/file.h"
#include "naru/data/pairs.h"
#include "naru/lab/contenders.h"
#include "naru/lab/contrast.h"
#include "naru/lab/experiment.h"
#include "naru/lab/homonym_telling.h"
#include "naru/lab/lecture_looks.h"

namespace naru {
namespace {

constexpr const char* ambiguity_models[] = {"transformer-tiny", "seq2seq-attention", "seq2seq"};

/// Of every distance, after the homonym and before it.
std::vector<HomonymPair> ambiguity_pairs(const Laboratory& laboratory) {
  std::vector<int64_t> distances{1, 2, 4, 8, 12};
  if (laboratory.effort() != Effort::classroom) distances = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  Random random(static_cast<uint64_t>(laboratory.options().seed));
  std::vector<HomonymPair> all;
  for (const int64_t distance : distances)
    for (const bool before : {true, false})
      for (HomonymPair& pair : korean_homonym_pairs(distance, before, random)) all.push_back(std::move(pair));
  return all;
}

auto any_homonym = [](size_t) { return true; };

/// A model is judged if it says one of the two senses in at least half of the sentences.
bool learned_senses(const ToldSenses& told) { return share_where(told.any, any_homonym).value >= 0.5; }

Interval cue_gain_of(const ToldSenses& told) {
  return judged_if(learned_senses(told),
                   difference(share_where(told.with_cue, any_homonym), share_where(told.without_cue, any_homonym)));
}

PlotSeries homonyms_by_distance(const std::string& model, const ToldSenses& told) {
  PlotSeries series{.name = model, .points = {}};
  for (int64_t signed_distance = -12; signed_distance <= 12; ++signed_distance) {
    const Interval share = share_where(told.with_cue, [&](size_t i) {
      return told.sentences[i].distance() * (told.sentences[i].before ? -1 : 1) == signed_distance;
    });
    if (share.n > 0)
      series.points.push_back({static_cast<double>(signed_distance), share.value, share.low, share.high});
  }
  return series;
}

void show_ambiguity(Findings& findings, const std::map<std::string, ToldSenses>& told) {
  Plot plot{
      .id = "ambiguity-distance",
      .title = {"뜻을 맞힌 비율과 단서까지의 거리", "right sense against the distance of its cue"},
      .note = {"음수는 단서가 앞에, 양수는 뒤에 있을 때. 두 뜻의 문장 수가 같으므로 단서를 보지 못하는 모델은 절반을 "
               "넘지 못한다",
               "below 0 the cue stands before, above 0 after the word. Both senses come equally often: a model that "
               "cannot see the cue is right in half of them at most"},
      .x = {.label = {"단서까지의 거리 (어절)", "words to the cue"}},
      .y = {.label = {"뜻을 맞힌 비율", "right sense"}},
      .series = {}};
  ReportTable table{.title = {"동음이의어의 뜻을 맞힌 비율", "right sense of a homonym"},
                    .head = {{"모델", "model"},
                             {"단서 있음", "with its cue"},
                             {"단서 없앰", "cue removed"},
                             {"어느 뜻이든 말함", "says either sense"},
                             {"배운 짝", "cue and word trained together"},
                             {"배우지 않은 짝", "never trained together"},
                             {"앞의 단서", "cue before"},
                             {"뒤의 단서", "cue after"}},
                    .rows = {}};
  for (const auto& [model, all] : told) {
    plot.series.push_back(homonyms_by_distance(model, all));
    const auto where = [&all = all](const auto& of) {
      return percent(share_where(all.with_cue, [&](size_t i) { return of(all.sentences[i]); }));
    };
    table.rows.push_back(
        {model, percent(share_where(all.with_cue, any_homonym)), percent(share_where(all.without_cue, any_homonym)),
         percent(share_where(all.any, any_homonym)), where([](const HomonymSentence& s) { return s.joined; }),
         where([](const HomonymSentence& s) { return !s.joined; }),
         where([](const HomonymSentence& s) { return s.before; }),
         where([](const HomonymSentence& s) { return !s.before; })});
  }
  findings.show(plot);
  findings.show(table);
}

void show_by_homonym(Findings& findings, const std::map<std::string, ToldSenses>& told) {
  ReportTable table{
      .title = {"낱말과 뜻마다", "by word and sense"}, .head = {{"낱말", "word"}, {"뜻", "sense"}}, .rows = {}};
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const auto& [model, all] : told) {
    table.head.emplace_back(model);
    for (const HomonymSentence& one : all.sentences)
      if (std::pair kind{one.homonym, one.sense}; std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
  }
  for (const auto& [homonym, sense] : kinds) {
    std::vector<Json> row{homonym, sense};
    for (const auto& [model, all] : told)
      row.emplace_back(percent(share_where(all.with_cue, [&, &all = all](size_t i) {
        return all.sentences[i].homonym == homonym && all.sentences[i].sense == sense;
      })));
    table.rows.push_back(std::move(row));
  }
  findings.show(table);
}

/// The shared training corpus with its columns exchanged.
std::filesystem::path turned_corpus(const Laboratory& laboratory) {
  const std::filesystem::path place = laboratory.folder("ambiguity") / "english-korean.tsv";
  if (std::filesystem::exists(place)) return place;
  PairReader reader({.paths = {(laboratory.options().out / "corpus" / "train.tsv").string()}, .swap = true});
  std::string text;
  for (Pair pair; reader.next(pair);) text += pair.source + '\t' + pair.target + '\n';
  write_file(place, text);
  return place;
}

/// English to Korean: a model of its own, trained for a shorter time.
void show_bank(Findings& findings, Laboratory& laboratory) {
  LaboratoryTraining training{.name = fmt::format("en-ko-transformer-tiny-{}", laboratory.options().seed),
                              .preset = "transformer-tiny",
                              .settings = contender("transformer-tiny").settings,
                              .minutes = laboratory.by_effort(0.0, 0.4, 4.0),
                              .corpus = turned_corpus(laboratory)};
  training.settings.push_back(fmt::format("seed={}", laboratory.options().seed));
  const ModelFolder& folder = laboratory.train(training);
  ToldSenses told;
  Random random(static_cast<uint64_t>(laboratory.options().seed));
  for (int64_t words = 0; words <= 8; ++words)
    for (const bool before : {true, false})
      tell_senses(folder, laboratory, english_bank_pairs(words, before, random), sense_in_korean, told);
  ReportTable table{
      .title = {"영어 bank: 은행인가 강둑인가", "English bank: 은행 or 강둑"},
      .head = {{"뜻", "sense"}, {"앞의 단서", "cue before"}, {"뒤의 단서", "cue after"}, {"단서 없앰", "cue removed"}},
      .rows = {},
      .note = {"둘 다 at the bank, went to the bank로 말한다. 말뭉치에서 강둑은 on the bank뿐이다",
               "both are said “at the bank” and “went to the bank”; in the corpus 강둑 is “on the bank” only"}};
  for (const char* sense : {"은행", "강둑"}) {
    const auto is = [&](size_t i) { return told.sentences[i].sense == sense; };
    table.rows.push_back(
        {sense, percent(share_where(told.with_cue, [&](size_t i) { return is(i) && told.sentences[i].before; })),
         percent(share_where(told.with_cue, [&](size_t i) { return is(i) && !told.sentences[i].before; })),
         percent(share_where(told.without_cue, is))});
  }
  findings.show(table);
}

void show_ambiguity_examples(Findings& findings, Laboratory& laboratory) {
  Random random(1);
  const std::vector<HomonymPair> pairs = korean_homonym_pairs(4, false, random);
  Examples examples{.title = {"단서만 다른 두 문장", "two sentences that differ in the cue"}, .lines = {}};
  for (const HomonymSentence* one : {&pairs[0].first, &pairs[0].second, &pairs[9].first, &pairs[9].second}) {
    Examples::Line line{.source = one->source, .reference = one->reference, .translations = {}};
    for (const char* model : ambiguity_models)
      line.translations.emplace_back(model, write_greedily(laboratory.model(model), laboratory, {one->source})[0]);
    examples.lines.push_back(std::move(line));
  }
  findings.show(examples);
}

Findings run_ambiguity(Laboratory& laboratory) {
  Findings findings;
  const std::vector<HomonymPair> pairs = ambiguity_pairs(laboratory);
  std::map<std::string, ToldSenses> told;
  std::vector<Interval> gains;
  for (const char* model : ambiguity_models) {
    for (const int64_t seed : laboratory.seeds()) {
      const ModelFolder& folder = laboratory.model(model, seed);
      laboratory.progress(fmt::format("{}: homonyms", model));
      tell_senses(folder, laboratory, pairs, sense_in_english, told[model]);
    }
    gains.push_back(cue_gain_of(told[model]));
  }
  show_ambiguity(findings, told);
  show_by_homonym(findings, told);
  show_ambiguity_examples(findings, laboratory);
  show_lecture_rows(findings, laboratory);
  laboratory.progress("where attention looks");
  const LooksAtCue looks =
      looks_at_cue(laboratory.model("transformer-tiny"), laboratory, pairs, laboratory.by_effort<size_t>(40, 80, 300));
  if (laboratory.effort() != Effort::classroom) show_bank(findings, laboratory);
  findings.measured["context-tells-senses"] = {
      .text = {fmt::format(
                   "단서가 있으면 없앴을 때보다 {:+.0f} %p (Transformer), {:+.0f} (어텐션), {:+.0f} (어텐션 없음)",
                   100 * gains[0].value, 100 * gains[1].value, 100 * gains[2].value),
               fmt::format("the cue adds {:+.0f} points (Transformer), {:+.0f} (attention), {:+.0f} (no attention)",
                           100 * gains[0].value, 100 * gains[1].value, 100 * gains[2].value)},
      .intervals = gains};
  const Interval share = share_of(looks.hits, looks.trials);
  findings.measured["homonym-looks-at-cue"] = {
      .text = {fmt::format("가장 많이 보는 낱말이 단서인 문장: {}, 우연이면 {:.0f} %", percent(share),
                           100 * looks.chance),
               fmt::format("the cue is what it looks at most in {} of the sentences, by chance in {:.0f} %",
                           percent(share), 100 * looks.chance)},
      .intervals = {judged_if(learned_senses(told["transformer-tiny"]), share)}};
  return findings;
}

Rule cue_gain(const Bilingual& condition) {
  return {.text = {fmt::format("단서가 있을 때 뜻을 맞힌 비율이 단서를 없앴을 때보다 25 %p 이상 높다 ({}; 절반 이상의 "
                               "문장에서 두 뜻 가운데 하나를 말하는 모델만 판정)",
                               condition.korean),
                   fmt::format("the right sense is told at least 25 points more often with the cue than without ({}; "
                               "judged of a model that says either sense in half of the sentences)",
                               condition.english)},
          .at_least = 0.25,
          .condition = condition};
}

}  // namespace

Experiment ambiguity_experiment() {
  return {
      .name = "ambiguity",
      .title = {"같은 낱말, 다른 뜻", "One word, two meanings"},
      .question = {"모델은 문맥으로 뜻을 가려내는가, 어텐션은 단서를 보는가?",
                   "Does context tell a word's meaning, and does attention look at what tells it?"},
      .claims =
          {{.id = "context-tells-senses",
            .section = "3.3.2",
            .lecture = {"Self-Attention은 문맥을 통해 단어의 의미를 자동으로 구별한다",
                        "Self-attention tells a word's meanings apart by its context, by itself"},
            .paper = {"Vaswani 2017에는 이런 정확도가 없다. 강의의 표는 예시다",
                      "Vaswani 2017 reports no such accuracy; the lecture's table is an illustration"},
            .kind = Kind::measured,
            .rules = {cue_gain({"self-attention이 있으면", "with self-attention"}),
                      cue_gain({"RNN에 어텐션이 있으면", "in an RNN with attention"}),
                      cue_gain({"RNN에 어텐션이 없어도", "in an RNN without attention"})}},
           {.id = "homonym-looks-at-cue",
            .section = "3.3.2",
            .lecture = {"‘은행에’는 ‘돈을’(0.4), ‘강가’(0.6)를 가장 많이 본다",
                        "은행에 looks most at 돈을 (0.4), at 강가 (0.6)"},
            .paper = {"예시이며 어느 논문에도 없는 값이다. 어텐션의 무게는 설명이 아니라는 연구도 있다 (Jain 2019)",
                      "An illustration, in no paper; that weights are no explanation is argued too (Jain 2019)"},
            .kind = Kind::measured,
            .rules = {{.text = {"절반 이상의 문장에서 동음이의어가 가장 많이 보는 낱말이 단서다 (인코더 전체의 평균)",
                                "in at least half of the sentences the homonym looks most at its cue (mean of the "
                                "encoder)"},
                       .at_least = 0.5}}},
           {.id = "eunhaeng-river-bank",
            .section = "1.1, 3.3.2",
            .lecture = {"‘은행’에는 금융기관과 강둑이라는 두 뜻이 있다",
                        "은행 means a bank for money and a river bank"},
            .paper =
                {"표준어가 아니다. 강둑은 영어 bank의 뜻이고, 은행(銀行)의 동음이의어는 은행(銀杏)이다",
                 "Not standard Korean: that is English bank. The homonym of 은행 (銀行) is 은행 (銀杏), ginkgo nuts"},
            .kind = Kind::cited,
            .reason =
                {"그래서 두 가지를 따로 잰다: 한→영 은행(銀行/銀杏)과 영→한 bank(은행/강둑). 강의의 뜻은 표시해서만 "
                 "보인다",
                 "So two things are measured apart: Korean 은행 (bank, ginkgo nuts), and English bank (은행, 강둑). "
                 "The lecture's sense is shown with a caption only"}}},
      .run = run_ambiguity,
      .in_class = true};
}

}  // namespace naru
