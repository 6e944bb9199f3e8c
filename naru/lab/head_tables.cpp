#include "naru/lab/head_tables.h"

#include <algorithm>

namespace naru {

const std::array<Bilingual, relations.size()>& relation_names() {
  static const std::array<Bilingual, relations.size()> names{
      Bilingual("주어–서술어", "subject–verb"), Bilingual("목적어–동사", "object–verb"),
      Bilingual("수식어–명사", "modifier–noun"), Bilingual("간접목적어–동사", "recipient–verb"),
      Bilingual("동음이의어–단서", "homonym–cue")};
  return names;
}

HeatMap map_of_relations(const HeadFindings& findings) {
  HeatMap map{
      .id = "heads-relations",
      .title = {"헤드마다 관계를 찾은 비율 (더 나은 방향)", "share of pairs that each head finds (better direction)"},
      .note = {"가장 큰 가중치가 관계가 있는 어절에 놓인 비율",
               "how often the largest weight falls on the related word"},
      .row_label = {"헤드", "head"},
      .column_label = {"관계", "relation"},
      .rows = {},
      .columns = {},
      .values = {}};
  for (const Bilingual& relation : relation_names()) map.columns.push_back(relation.english);
  const auto& heads = findings[0].heads;
  for (size_t head = 0; head + 1 < heads.size(); head += 2) {  // both directions of one head stand together
    map.rows.push_back(fmt::format("{}.{}", heads[head].layer, heads[head].head));
    map.values.emplace_back();
    for (const RelationFindings& one : findings) {
      const int64_t hits = std::max(one.hits(head, 0, one.pairs()), one.hits(head + 1, 0, one.pairs()));
      map.values.back().push_back(static_cast<double>(hits) / static_cast<double>(std::max<int64_t>(one.pairs(), 1)));
    }
  }
  return map;
}

ReportTable table_of_relations(std::span<const BestHead> best) {
  ReportTable table{
      .title = {"관계마다 가장 잘 찾는 헤드", "the head that finds each relation best"},
      .head = {{"관계", "relation"},
               {"헤드", "head"},
               {"찾은 비율", "found"},
               {"고정 거리", "fixed distance"},
               {"거리만으로", "by distance"},
               "n"},
      .rows = {},
      .note = {"쌍의 절반으로 고르고 나머지 절반에서 쟀다. →: 딸린 어절이 중심 어절을 본다, ←: 그 반대",
               "chosen on half of the pairs, measured on the other. →: from dependent to head word, ←: back"}};
  for (size_t i = 0; i < best.size(); ++i)
    table.rows.push_back({to_json(relation_names()[i]), best[i].head.name(),
                          share_of(best[i].hits, best[i].pairs).value, best[i].distance,
                          share_of(best[i].hits_by_distance, best[i].pairs).value, best[i].pairs});
  return table;
}

ReportTable table_of_alignments(std::span<const AlignedBy> seq2seq, std::span<const AlignedBy> transformer,
                                size_t sentences) {
  const auto row = [](const Bilingual& name, const AlignedBy& by) -> std::vector<Json> {
    return {to_json(name), by.counts.precision(), by.counts.recall(), by.counts.error_rate()};
  };
  ReportTable table{.title = {"정렬 오류율 (AER, 낮을수록 좋다)", "alignment error rate (AER, lower is better)"},
                    .head = {{"모델", "model"}, {"정밀도", "precision"}, {"재현율", "recall"}, "AER"},
                    .rows = {},
                    .note = {fmt::format("정답 번역을 따라 읽은 {} 문장, 정답 정렬과 비교 (Och와 Ney 2003)", sentences),
                             fmt::format("{} sentences, reference translations followed, against gold alignments "
                                         "(Och and Ney 2003)",
                                         sentences)}};
  const auto best = std::ranges::min_element(transformer.begin() + 1, transformer.end(), {},
                                             [](const AlignedBy& by) { return by.counts.error_rate(); });
  table.rows.push_back(row("seq2seq-attention", seq2seq[0]));
  table.rows.push_back(
      row({"transformer-tiny, 위쪽 층 모두", "transformer-tiny, upper layers together"}, transformer[0]));
  table.rows.push_back(row(fmt::format("transformer-tiny, {}, head {}", best->layer, best->head), *best));
  return table;
}

HeatMap map_of_alignments(std::span<const AlignedBy> transformer) {
  HeatMap map{.id = "heads-aer",
              .title = {"교차 어텐션 헤드마다 AER", "AER of each head of cross-attention"},
              .note = {},
              .row_label = {"층", "layer"},
              .column_label = {"헤드", "head"},
              .rows = {},
              .columns = {},
              .values = {}};
  for (const AlignedBy& by : transformer.subspan(1)) {
    if (by.head == 0) {
      map.rows.push_back(by.layer);
      map.values.emplace_back();
    }
    if (map.rows.size() == 1) map.columns.push_back(fmt::format("head {}", by.head));
    map.values.back().push_back(by.counts.error_rate());
  }
  return map;
}

}  // namespace naru
