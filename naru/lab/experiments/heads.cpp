// What the heads of a trained Transformer attend to (§3.3, §3.5), how far attention is from gold word alignments, and
// what BLEU loses without each head.
#include <algorithm>
#include <array>

#include "naru/lab/experiment.h"
#include "naru/lab/head_removal.h"
#include "naru/lab/head_tables.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/sentence_attention.h"

namespace naru {
namespace {

constexpr std::array relation_ids{"heads-subject", "heads-object", "heads-modifier", "heads-recipient", "heads-cue"};
/// Relations and alignments of so many new sentences.
struct LookedAt {
  HeadFindings heads;
  std::vector<AlignedBy> transformer, seq2seq;
};

LookedAt look_at(Laboratory& laboratory, const std::vector<Phrase>& phrases) {
  LookedAt seen;
  const ModelFolder& transformer = laboratory.model("transformer-tiny");
  const ModelFolder& seq2seq = laboratory.model("seq2seq-attention");
  laboratory.progress(fmt::format("attention over {} sentences", phrases.size()));
  for (const Phrase& phrase : phrases) {
    laboratory.rest();
    const Trace trace = Translator(transformer).trace(phrase.korean, phrase.english);
    add_sentence(seen.heads, phrase, trace.attention, words_of_pieces(*transformer.source, phrase.korean));
    add_alignments(seen.transformer, transformer, trace, phrase);
    add_alignments(seen.seq2seq, seq2seq, Translator(seq2seq).trace(phrase.korean, phrase.english), phrase);
  }
  return seen;
}

/// The chosen head against the fixed distance, on pairs that it was not chosen by.
Interval above_distance(const BestHead& best) {
  return difference(share_of(best.hits, best.pairs), share_of(best.hits_by_distance, best.pairs));
}

/// The head that looks most often from a homonym to its cue, as the lecture's rows do.
DirectedHead looks_at_cue(const RelationFindings& findings) {
  size_t chosen = 0;
  for (size_t head = 0; head < findings.heads.size(); ++head)
    if (!findings.heads[head].backward &&
        findings.hits(head, 0, findings.pairs()) > findings.hits(chosen, 0, findings.pairs()))
      chosen = head;
  return findings.heads[chosen];
}

/// What the lecture writes beside what that head gives, in its two sentences.
void show_lecture_rows(const ModelFolder& folder, const DirectedHead& best, Findings& findings) {
  struct Row {
    const char* sentence;
    size_t asks;
    std::vector<double> lecture;
  };
  const Row rows[] = {{"그는 돈을 찾으러 은행에 갔다", 3, {0.1, 0.4, 0.3, 0.1, 0.1}},
                      {"그는 강가 은행에 앉았다", 2, {0.1, 0.6, 0.1, 0.2}}};
  for (const Row& row : rows) {
    const std::string text = row.sentence;
    const Trace trace = Translator(folder).trace(text, Translator(folder).translate({text}, {})[0].best[0].text);
    const auto pieces = words_of_pieces(*folder.source, text);
    const AttentionMap& map = attention_map(trace, best.layer);
    const auto chosen = word_attention(map, best.head, pieces, row.lecture.size());
    std::vector<double> mean(row.lecture.size());
    for (int64_t head = 0; head < map.heads; ++head) {
      const auto one = word_attention(map, head, pieces, row.lecture.size());
      for (size_t i = 0; i < mean.size(); ++i) mean[i] += one[row.asks][i] / static_cast<double>(map.heads);
    }
    ReportTable table{.title = {"‘은행에’가 보는 곳: " + text, "where 은행에 looks: " + text},
                      .head = {""},
                      .rows = {{to_json(Bilingual("강의 (예시)", "lecture (illustration)"))},
                               {fmt::format("{}, head {}", best.layer, best.head)},
                               {to_json(Bilingual(best.layer + " 평균", best.layer + ", mean of heads"))}},
                      .note = {"문장 끝에 놓인 가중치는 빠져 있어 합이 1보다 작을 수 있다",
                               "what falls on the sentence's end is left out: a row may sum to less than 1"}};
    for (const Span& word : words_of(text))
      table.head.push_back(text.substr(static_cast<size_t>(word.begin), static_cast<size_t>(word.end - word.begin)));
    for (size_t i = 0; i < mean.size(); ++i) {
      table.rows[0].push_back(row.lecture[i]);
      table.rows[1].push_back(chosen[row.asks][i]);
      table.rows[2].push_back(mean[i]);
    }
    findings.show(table);
  }
  findings.say(std::string(lecture_sense_caption));
}

/// BLEU without each head; gives what the least needed one costs.
Interval show_removals(Laboratory& laboratory, const std::vector<Pair>& pairs, Findings& findings) {
  const ModelFolder& folder = laboratory.model("transformer-tiny");
  const Translated whole = translated(Translator(folder), pairs, 1);
  const Trace trace = Translator(folder).trace(pairs[0].source, pairs[0].target);
  HeatMap map{
      .id = "heads-removed",
      .title = {"헤드 하나를 없앨 때 잃는 BLEU", "BLEU lost without each head"},
      .note = {fmt::format("{} 문장, 탐욕 탐색, 전체 모델 BLEU {:.1f}", pairs.size(), whole.bleu()),
               fmt::format("{} sentences, greedy; the whole model has BLEU {:.1f}", pairs.size(), whole.bleu())},
      .row_label = {"층", "layer"},
      .column_label = {"헤드", "head"},
      .rows = {},
      .columns = {},
      .values = {}};
  Interval least{.value = 100};
  for (const AttentionMap& layer : trace.attention) {
    laboratory.progress("without each head of " + layer.name);
    map.rows.push_back(layer.name);
    map.values.emplace_back();
    for (int64_t head = 0; head < layer.heads; ++head) {
      laboratory.rest();
      if (map.rows.size() == 1) map.columns.push_back(fmt::format("head {}", head));
      const auto model = without_head(folder.config, folder.model->params(), {layer.name, head});
      const Translated without = translated(Translator(*model, *folder.source, *folder.target), pairs, 1);
      const Interval lost = bleu_difference(whole.statistics, without.statistics);
      if (lost.value < least.value) least = lost;
      map.values.back().push_back(lost.value);
    }
  }
  findings.show(map);
  return least;
}

/// A modifier stands right before its noun: distance finds it always, so a head is only asked to find it more often
/// than not.
bool told_by_distance(size_t relation) { return relations[relation] == Relation::modifier_noun; }

/// The lecture's bank, and the nut that the same word means.
void show_two_banks(Laboratory& laboratory, const std::vector<Phrase>& held_out, Findings& findings) {
  const auto sense_of = [](std::string_view sense) {
    return [sense](const Phrase& phrase) {
      return std::ranges::find(phrase.homonyms, sense, &Homonym::sense) != phrase.homonyms.end();
    };
  };
  const std::vector<Phrase> lecture = phrases({.pairs = lecture_sentences, .split = PhraseSplit::lecture});
  const auto bank = std::ranges::find(lecture, "그는 돈을 찾으러 은행에 갔다", &Phrase::korean);
  const auto nut = std::ranges::find_if(held_out, sense_of("ginkgo nuts"));
  AttentionView view{.id = "heads-two-banks",
                     .title = {"은행과 은행", "Two meanings of 은행"},
                     .note = {"정답을 쓰는 동안", "while the reference is written"},
                     .sentences = {}};
  for (const char* model : {"seq2seq-attention", "transformer-tiny"}) {
    const ModelFolder& folder = laboratory.model(model);
    if (bank != lecture.end())
      view.sentences.push_back(
          attention_of_sentence(folder, *bank, {fmt::format("{}: 금융기관", model), fmt::format("{}: bank", model)}));
    if (nut != held_out.end())
      view.sentences.push_back(
          attention_of_sentence(folder, *nut, {fmt::format("{}: 열매", model), fmt::format("{}: ginkgo nut", model)}));
  }
  findings.show(view);
}

Findings run_heads(Laboratory& laboratory) {
  Findings findings;
  const auto held_out = laboratory.held_out(laboratory.by_effort(300, 1500, 6000));
  const LookedAt seen = look_at(laboratory, held_out);
  std::vector<BestHead> best;
  for (size_t i = 0; i < relations.size(); ++i) {
    best.push_back(best_head(seen.heads[i]));
    const double found = share_of(best[i].hits, best[i].pairs).value;
    const double by_distance = share_of(best[i].hits_by_distance, best[i].pairs).value;
    findings.measured[relation_ids[i]] = {
        .text = {fmt::format("{}: {:.2f}, 거리만으로 {:.2f}", best[i].head.name(), found, by_distance),
                 fmt::format("{}: {:.2f}, by distance alone {:.2f}", best[i].head.name(), found, by_distance)},
        .intervals = {told_by_distance(i) ? share_of(best[i].hits, best[i].pairs) : above_distance(best[i])}};
  }
  findings.show(map_of_relations(seen.heads));
  findings.show(table_of_relations(best));
  show_lecture_rows(laboratory.model("transformer-tiny"), looks_at_cue(seen.heads[4]), findings);
  findings.show(table_of_alignments(seen.seq2seq, seen.transformer, held_out.size()));
  show_two_banks(laboratory, held_out, findings);
  findings.show(map_of_alignments(seen.transformer));
  const auto tested = laboratory.held_out(laboratory.by_effort(60, 200, 1000));
  const Interval least = show_removals(laboratory, pairs_of(tested), findings);
  findings.measured["heads-needed"] = {
      .text = {fmt::format("가장 덜 필요한 헤드를 없애면 BLEU {:.1f} ({:.1f} … {:.1f})을 잃는다", least.value,
                           least.low, least.high),
               fmt::format("the least needed head costs {:.1f} BLEU ({:.1f} … {:.1f})", least.value, least.low,
                           least.high)},
      .intervals = {least}};
  return findings;
}

/// Of one relation, by its place among `relations`.
Claim claim_of(size_t relation, const Bilingual& lecture, const Bilingual& paper) {
  const Rule more_than_half{.text = {"관계를 가장 잘 찾는 헤드가 절반 넘게 찾는다",
                                     "the head that finds the relation best finds more than half of the pairs"},
                            .at_least = 0.5};
  const Rule above_distance{.text = {"관계를 가장 잘 찾는 헤드가 고정 거리로 찍는 것보다 10퍼센트포인트 넘게 낫다",
                                     "the head that finds the relation best is more than 10 points better than "
                                     "guessing by distance"},
                            .at_least = 0.1};
  return {.id = relation_ids[relation],
          .section = relations[relation] == Relation::homonym_cue ? "3.3" : "3.5",
          .lecture = lecture,
          .paper = paper,
          .kind = Kind::analogue,
          .rules = {told_by_distance(relation) ? more_than_half : above_distance}};
}

const Bilingual voita{
    "Vaswani 2017은 부록에 보기만 있다. Voita 2019 §5: 문법 관계를 맡는 헤드는 몇 개뿐이다",
    "Vaswani 2017 has examples in its appendix only. Voita 2019 §5: few heads take syntactic relations"};

}  // namespace

Experiment heads_experiment() {
  return {
      .name = "heads",
      .title = {"헤드는 무엇을 보는가", "What each head attends to"},
      .question = {"헤드마다 다른 관계를 배우는가, 그리고 모두 필요한가?",
                   "Does each head learn another relation, and is each needed?"},
      .claims =
          {{.id = "heads-count",
            .section = "3.5",
            .lecture = {"Head는 일반적으로 8 또는 16개", "usually 8 or 16 heads"},
            .paper = {"Vaswani 2017: base 8, big 16. 표 3 (A): 1개 24.9, 4개 25.5, 8개 25.8, 16개 25.8, 32개 25.4 BLEU",
                      "Vaswani 2017: base 8, big 16. Table 3 (A): 1 head 24.9, 4 25.5, 8 25.8, 16 25.8, 32 25.4 BLEU"},
            .kind = Kind::cited,
            .reason = {"논문의 값과 같다. 다시 재려면 WMT14로 다섯 번 학습해야 한다",
                       "as in the paper; measuring it again takes five trainings on WMT14"}},
           claim_of(4,
                    {"‘은행에’가 ‘돈을’과 높은 연관성 (0.4) → 문맥으로 뜻을 구별한다",
                     "은행에 looks at 돈을 (0.4): context tells its sense"},
                    {"예시일 뿐이며 논문에 없다. 강둑은 은행의 뜻이 아니다",
                     "an illustration, in no paper; a river bank is no sense of 은행"}),
           claim_of(0, {"Head 1: 주어–서술어 (높은 점수)", "head 1: subject–verb (a high score)"}, voita),
           claim_of(1, {"Head 2: 목적어–동사 (높은 점수)", "head 2: object–verb (a high score)"}, voita),
           claim_of(2, {"Head 3: 수식 관계 (높은 점수)", "head 3: modifier–noun (a high score)"}, voita),
           claim_of(3, {"Head 4: 간접목적어 (높은 점수)", "head 4: recipient–verb (a high score)"}, voita),
           {.id = "heads-needed",
            .section = "3.5",
            .lecture = {"각 Head가 문장의 다른 측면을 학습하여 더 풍부한 표현을 만든다",
                        "each head learns another aspect, for a richer representation"},
            .paper = {"Michel 2019 §3.2: 인코더의 헤드 96개 가운데 없애면 BLEU가 유의하게 달라지는 것은 8개뿐이다",
                      "Michel 2019 §3.2: of 96 heads of an encoder only 8 change BLEU significantly when removed"},
            .kind = Kind::analogue,
            .rules = {{.text = {"가장 덜 필요한 헤드도 BLEU 0.5 이상을 준다",
                                "even the least needed head is worth 0.5 BLEU"},
                       .at_least = 0.5}}}},
      .run = run_heads};
}

}  // namespace naru
