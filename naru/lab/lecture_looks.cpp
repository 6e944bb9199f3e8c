#include "naru/lab/lecture_looks.h"

#include <algorithm>
#include <cmath>

#include "naru/lab/contrast.h"
#include "naru/lab/encoder_rows.h"

namespace naru {
namespace {

/// One of the lecture's two rows: what it says that 은행에 looks at.
struct LectureRow {
  const char *korean, *english;
  std::vector<double> weights;
  size_t bank;  // 은행에
  Bilingual note;
};

void show_lecture_row(Findings& findings, Laboratory& laboratory, const LectureRow& row) {
  ReportTable table{
      .title = {fmt::format("은행에가 보는 곳: {}", row.korean), fmt::format("where 은행에 looks: {}", row.korean)},
      .head = {{"", ""}},
      .rows = {},
      .note = row.note};
  const ModelFolder& transformer = laboratory.model("transformer-tiny");
  const ModelFolder& attention = laboratory.model("seq2seq-attention");
  for (const Span& word : words_of(row.korean))
    table.head.emplace_back(
        std::string(row.korean).substr(static_cast<size_t>(word.begin), static_cast<size_t>(word.end - word.begin)));
  const auto line = [&](const Bilingual& name, std::vector<double> weights) {
    std::vector<Json> cells{to_json(name)};
    for (size_t i = 0; i + 1 < table.head.size(); ++i) cells.emplace_back(std::round(100 * weights[i]) / 100);
    table.rows.push_back(std::move(cells));
  };
  line({"강의의 값", "lecture"}, row.weights);
  line({"transformer-tiny, 인코더 평균", "transformer-tiny, mean of the encoder"},
       self_looks(transformer, row.korean)[row.bank]);
  const std::vector<std::string> words = plain_words(row.english);
  const auto written = static_cast<size_t>(std::ranges::find(words, "bank") - words.begin());
  line({"seq2seq-attention, bank를 쓸 때", "seq2seq-attention, writing “bank”"},
       source_looks(attention, row.korean, row.english)[written]);
  line({"transformer-tiny, bank를 쓸 때", "transformer-tiny, writing “bank”"},
       source_looks(transformer, row.korean, row.english)[written]);
  findings.show(table);
}

}  // namespace

void show_lecture_rows(Findings& findings, Laboratory& laboratory) {
  show_lecture_row(findings, laboratory,
                   {"그는 돈을 찾으러 은행에 갔다",
                    "He went to the bank to withdraw money",
                    {0.1, 0.4, 0.3, 0.1, 0.1},
                    3,
                    {"문장 끝 기호로 가는 몫은 뺐다", "what goes to the end of the sentence is left out"}});
  show_lecture_row(findings, laboratory,
                   {"그는 강가 은행에 앉았다",
                    "He sat on the river bank",
                    {0.1, 0.6, 0.1, 0.2},
                    2,
                    std::string(lecture_sense_caption)});
}

}  // namespace naru
