// Who is 자신? The pronoun of its translation is the subject's, and the other person stands nearer: he or she by
// antecedent, with the names exchanged, with 0 … 9 clauses between them (1 … 19 words).
#include <algorithm>

#include "naru/lab/contrast.h"
#include "naru/lab/day_clauses.h"
#include "naru/lab/experiment.h"
#include "naru/metrics/bleu.h"

namespace naru {
namespace {

constexpr const char* self_models[] = {"transformer-tiny", "seq2seq-attention", "seq2seq"};
constexpr int64_t most_clauses_before_self = 9;  // 19 words
constexpr int64_t far_of_self = 9;               // words
constexpr double least_bleu_of_self = 40;        // of near sentences: a model with less is not judged

/// Whether the pronouns of a translation are his alone, or hers alone.
bool is_said_of(const std::string& text, bool he) {
  bool his = false, hers = false;
  for (const std::string& word : plain_words(text)) {
    his |= word == "he" || word == "his" || word == "himself";
    hers |= word == "she" || word == "her" || word == "herself";
  }
  return he ? his && !hers : hers && !his;
}

std::vector<SelfSentence> self_sentences(const Laboratory& laboratory) {
  const auto pairs = laboratory.by_effort<int64_t>(8, 30, 60);  // at each distance
  Random random(static_cast<uint64_t>(laboratory.options().seed));
  std::vector<SelfSentence> all;
  for (int64_t clauses = 0; clauses <= most_clauses_before_self; ++clauses)
    for (int64_t i = 0; i < pairs; ++i) {
      const SelfPair pair = self_pair(clauses, random);
      all.push_back(pair.first);
      all.push_back(pair.swapped);
    }
  return all;
}

/// What one model did with each sentence, over the seeds.
struct SelfResult {
  std::vector<bool> written, preferred;  // the right pronoun
  std::vector<std::string> near_written, near_references;
  std::vector<int64_t> distances;
};

SelfResult measure_self(Laboratory& laboratory, const char* model, const std::vector<SelfSentence>& sentences) {
  SelfResult result;
  std::vector<std::string> lines;
  std::vector<Contrast> contrasts;
  for (const SelfSentence& one : sentences) {
    lines.push_back(one.korean);
    contrasts.push_back({one.korean, one.english, one.wrong});
  }
  for (const int64_t seed : laboratory.seeds()) {
    const ModelFolder& folder = laboratory.model(model, seed);
    laboratory.progress(fmt::format("{}: 자신", model));
    const std::vector<std::string> written = write_greedily(folder, laboratory, lines);
    for (size_t i = 0; i < sentences.size(); ++i) {
      result.written.push_back(is_said_of(written[i], sentences[i].he));
      if (sentences[i].distance < far_of_self) {
        result.near_written.push_back(written[i]);
        result.near_references.push_back(sentences[i].english);
      }
      result.distances.push_back(sentences[i].distance);
    }
    for (const bool hit : prefers_right(scorer_of(folder, laboratory), contrasts)) result.preferred.push_back(hit);
  }
  return result;
}

PlotSeries self_series(const Bilingual& name, const SelfResult& result, const std::vector<bool>& hits) {
  PlotSeries series{.name = name, .points = {}};
  for (const auto& [distance, share] : share_by_group(result.distances, hits))
    series.points.push_back({static_cast<double>(distance), share.value, share.low, share.high});
  return series;
}

void show_self(Findings& findings, const std::map<std::string, SelfResult>& results) {
  Plot plot{
      .id = "who-is-self",
      .title = {"자신을 바르게 옮긴 비율과 거리", "자신 said rightly, against distance"},
      .note = {"주어와 자신이 사이의 어절 수. 다른 성의 이름이 언제나 더 가까이 있다. 우연이면 절반",
               "words between the subject and 자신이; a name of the other sex always stands nearer. By chance a half"},
      .x = {.label = {"사이의 어절", "words between"}},
      .y = {.label = {"더 높은 확률을 준 것이 옳은 비율", "the right pronoun is the likelier"}},
      .series = {}};
  ReportTable table{
      .title = {"he인가 she인가", "he or she"},
      .head = {{"모델", "model"},
               {"쓴 문장: 가까울 때", "as written, near"},
               {"쓴 문장: 멀 때", "as written, far"},
               {"확률 비교: 가까울 때", "as scored, near"},
               {"확률 비교: 멀 때", "as scored, far"}},
      .rows = {},
      .note = {fmt::format("멀다: {}어절 이상", far_of_self), fmt::format("far: {} words and more", far_of_self)}};
  for (const auto& [model, result] : results) {
    plot.series.push_back(self_series(model, result, result.preferred));
    const auto far = [&result = result](size_t i) { return result.distances[i] >= far_of_self; };
    const auto near = [&](size_t i) { return !far(i); };
    table.rows.push_back({model, percent(share_where(result.written, near)), percent(share_where(result.written, far)),
                          percent(share_where(result.preferred, near)), percent(share_where(result.preferred, far))});
  }
  findings.show(plot);
  findings.show(table);
}

/// The lecture's sentences with 자신, and its two translations of the last one beside ours.
void show_lectures_self(Findings& findings, Laboratory& laboratory) {
  Examples examples{.title = {"강의의 문장", "the lecture's sentences"}, .lines = {}};
  for (const Phrase& phrase : laboratory.held_out(lecture_sentences, PhraseSplit::lecture)) {
    if (phrase.korean.find("자신이") == std::string::npos) continue;
    Examples::Line line{.source = phrase.korean, .reference = phrase.english, .translations = {}};
    if (phrase.korean.find("좋아하는") != std::string::npos) {
      line.translations.emplace_back("lecture: Seq2Seq", "Cheolsu gave a book that himself likes to Younghee");
      line.translations.emplace_back("lecture: Transformer", "Cheolsu gave Younghee a book that he likes");
      line.note = {"‘lecture’는 강의 6.1절에 실린 번역이다", "“lecture”: as printed in the lecture's §6.1"};
    }
    for (const char* model : self_models)
      line.translations.emplace_back(model, write_greedily(laboratory.model(model), laboratory, {phrase.korean})[0]);
    examples.lines.push_back(std::move(line));
  }
  findings.show(examples);
}

Findings run_who_is_self(Laboratory& laboratory) {
  Findings findings;
  const std::vector<SelfSentence> sentences = self_sentences(laboratory);
  std::map<std::string, SelfResult> results;
  for (const char* model : self_models) results[model] = measure_self(laboratory, model, sentences);
  show_self(findings, results);
  show_lectures_self(findings, laboratory);
  const auto always = [](size_t) { return true; };
  const SelfResult& transformer = results["transformer-tiny"];
  const bool learned =
      Statistics(bleu(), transformer.near_written, {transformer.near_references}).corpus().value >= least_bleu_of_self;
  const Interval all = share_where(results["transformer-tiny"].preferred, always);
  const auto far = [&](const char* model) {
    const SelfResult& result = results[model];
    return share_where(result.preferred, [&](size_t i) { return result.distances[i] >= far_of_self; });
  };
  findings.measured["self-is-subject"] = {
      .text = {fmt::format("Transformer는 {}에서 주어의 대명사를 고른다", percent(all)),
               fmt::format("the Transformer prefers the subject's pronoun in {}", percent(all))},
      .intervals = {judged_if(learned, all)}};
  const Interval ahead = judged_if(learned, difference(far("transformer-tiny"), far("seq2seq")));
  const Interval ahead_of_attention = judged_if(learned, difference(far("transformer-tiny"), far("seq2seq-attention")));
  findings.measured["self-far"] = {
      .text =
          {fmt::format(
               "{}어절 이상 떨어지면 Transformer와 Seq2Seq의 차: 어텐션이 없는 것과 {:+.0f} %p, 있는 것과 {:+.0f} %p",
               far_of_self, 100 * ahead.value, 100 * ahead_of_attention.value),
           fmt::format("{} words apart and more, the Transformer less the Seq2Seq without attention: {:+.0f} points; "
                       "less the one with it: {:+.0f}",
                       far_of_self, 100 * ahead.value, 100 * ahead_of_attention.value)},
      .intervals = {ahead, ahead_of_attention}};
  return findings;
}

}  // namespace

Experiment who_is_self_experiment() {
  return {
      .name = "who-is-self",
      .title = {"자신은 누구인가", "Who is 자신?"},
      .question = {"주어가 멀어도 자신을 he와 she 가운데 바르게 옮기는가?",
                   "Is 자신 said by the right pronoun, he or she, when its subject is far?"},
      .claims =
          {{.id = "self-is-subject",
            .section = "1.1",
            .lecture = {"‘자신이’는 ‘철수’를 가리키는 장거리 의존성이다",
                        "자신이 means 철수: a dependency over a distance"},
            .paper = {"같은 방식의 시험: Sennrich 2017 (LingEval97), 대명사와 먼 일치를 확률로 비교",
                      "Tested in the manner of Sennrich 2017 (LingEval97): pronouns and far agreement by probability"},
            .kind = Kind::measured,
            .rules =
                {{.text = {"Transformer가 1 … 19어절 거리의 최소쌍에서 90 % 이상 주어의 대명사에 더 높은 확률을 준다 "
                           "(가까운 문장의 번역이 40 BLEU를 넘는 모델만 판정)",
                           "in minimal pairs over 1 … 19 words the Transformer gives the subject's pronoun the "
                           "higher probability in at least 90 % (judged of a model with 40 BLEU on the near ones)"},
                  .at_least = 0.9}}},
           {.id = "self-far",
            .section = "6.1",
            .lecture = {"Seq2Seq는 “himself likes”로, Transformer는 “he likes”로 옮긴다",
                        "Seq2Seq writes “himself likes”, the Transformer “he likes”"},
            .paper = {"두 번역은 강의의 예시다. 어느 논문에도 없다",
                      "The two translations are the lecture's illustration, in no paper"},
            .kind = Kind::measured,
            .rules = {{.text = {fmt::format("{}어절 이상에서 Transformer가 어텐션 없는 Seq2Seq보다 10 %p 이상 낫다",
                                            far_of_self),
                                fmt::format(
                                    "{} words apart and more, the Transformer is at least 10 points better than "
                                    "a Seq2Seq without attention",
                                    far_of_self)},
                       .at_least = 0.1,
                       .condition = {"어텐션이 없는 Seq2Seq와 견주면", "compared with a Seq2Seq without attention"}},
                      {.text = {"어텐션이 있는 Seq2Seq보다 10 %p 이상 낫다",
                                "and at least 10 better than one with attention"},
                       .at_least = 0.1,
                       .condition = {"어텐션이 있는 Seq2Seq와 견주면", "compared with a Seq2Seq with attention"}}}}},
      .run = run_who_is_self};
}

}  // namespace naru
