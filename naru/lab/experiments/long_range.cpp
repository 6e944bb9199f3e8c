// Subject and verb against the distance between them: embedded sentences that no model saw, with lengths inside those
// of training and beyond. A translation is right if its first name is the subject's and it has the main verb; and by
// probability, the right subject against another name of the sentence.
#include <algorithm>

#include "naru/lab/contrast.h"
#include "naru/lab/experiment.h"
#include "naru/lab/subject_verb.h"

namespace naru {
namespace {

constexpr const char* far_models[] = {"transformer-tiny", "seq2seq-attention", "seq2seq"};
/// Buckets of distance begin here; 30 is the last.
constexpr int64_t distance_buckets[] = {0, 3, 6, 10, 15, 20, 25, 31};
constexpr int64_t near_subject = 5, far_subject = 10;

/// The bucket that a distance falls into, by its first distance.
int64_t distance_bucket_of(int64_t distance) { return *(std::ranges::upper_bound(distance_buckets, distance) - 1); }

struct FarSentence {
  SubjectVerb sentence;
  bool beyond = false;  // longer than any training sentence
};

/// At most so many of each bucket and split.
std::vector<FarSentence> far_sentences(const Laboratory& laboratory) {
  const auto most = laboratory.by_effort<int64_t>(12, 50, 150);
  const auto drawn = laboratory.by_effort<int64_t>(6'000, 20'000, 80'000);
  std::map<std::pair<int64_t, bool>, int64_t> counts;
  std::vector<FarSentence> all;
  for (const bool beyond : {false, true}) {
    laboratory.progress(beyond ? "long sentences" : "test sentences");
    const PhraseSplit split = beyond ? PhraseSplit::long_sentences : PhraseSplit::test;
    for (const Phrase& phrase : laboratory.held_out(beyond ? drawn / 4 : drawn, split)) {
      const auto found = subject_verb(phrase);
      if (!found || found->distance >= *std::prev(std::end(distance_buckets))) continue;
      if (counts[{distance_bucket_of(found->distance), beyond}]++ < most) all.push_back({*found, beyond});
    }
  }
  return all;
}

struct FarResult {
  std::vector<bool> linked;
  std::vector<bool> preferred;
  std::vector<size_t> contrasted;  // which sentences have a second name: `preferred` is of these
};

FarResult measure_far(Laboratory& laboratory, const char* model, const std::vector<FarSentence>& sentences) {
  FarResult result;
  std::vector<std::string> lines;
  std::vector<Contrast> contrasts;
  for (size_t i = 0; i < sentences.size(); ++i) {
    const SubjectVerb& one = sentences[i].sentence;
    lines.push_back(one.source);
    if (!one.wrong) continue;
    contrasts.push_back({one.source, one.reference, *one.wrong});
    result.contrasted.push_back(i);
  }
  const ModelFolder& folder = laboratory.model(model);
  laboratory.progress(fmt::format("{}: {} sentences", model, lines.size()));
  const std::vector<std::string> written = write_greedily(folder, laboratory, lines);
  for (size_t i = 0; i < sentences.size(); ++i) result.linked.push_back(has_link(written[i], sentences[i].sentence));
  result.preferred = prefers_right(scorer_of(folder, laboratory), contrasts);
  return result;
}

PlotSeries far_series(const Bilingual& name, const std::vector<FarSentence>& sentences, const FarResult& result,
                      bool beyond) {
  PlotSeries series{.name = name, .points = {}};
  for (size_t bucket = 0; bucket + 1 < std::size(distance_buckets); ++bucket) {
    const int64_t from = distance_buckets[bucket], to = distance_buckets[bucket + 1] - 1;
    const Interval share = share_where(result.linked, [&](size_t i) {
      const int64_t distance = sentences[i].sentence.distance;
      return sentences[i].beyond == beyond && from <= distance && distance <= to;
    });
    if (share.n >= 5) series.points.push_back({static_cast<double>(from + to) / 2, share.value, share.low, share.high});
  }
  return series;
}

/// Links that are right, of sentences of trained lengths whose subject is near, or far.
Interval far_links(const std::vector<FarSentence>& sentences, const FarResult& result, bool far) {
  return share_where(result.linked, [&](size_t i) {
    const int64_t distance = sentences[i].sentence.distance;
    return !sentences[i].beyond && (far ? distance >= far_subject : distance <= near_subject);
  });
}

/// Links beyond the trained lengths, where the subject is as far as it can be.
Interval far_links_beyond(const std::vector<FarSentence>& sentences, const FarResult& result) {
  return share_where(result.linked,
                     [&](size_t i) { return sentences[i].beyond && sentences[i].sentence.distance >= 15; });
}

/// Near minus far; judged of a model that has half of the near links right.
Interval far_fall(const std::vector<FarSentence>& sentences, const FarResult& result, const Interval& far) {
  const Interval near = far_links(sentences, result, false);
  return judged_if(near.value >= 0.5 && far.n > 0, difference(near, far));
}

Interval far_preferred(const std::vector<FarSentence>& sentences, const FarResult& result, bool far) {
  return share_where(result.preferred, [&](size_t i) {
    const int64_t distance = sentences[result.contrasted[i]].sentence.distance;
    return far ? distance >= far_subject : distance <= near_subject;
  });
}

void show_far(Findings& findings, const std::vector<FarSentence>& sentences,
              const std::map<std::string, FarResult>& results) {
  Plot plot{.id = "subject-verb-distance",
            .title = {"주어와 동사를 모두 바르게 옮긴 비율", "subject and verb both translated rightly"},
            .note = {"‘긴 문장’: 학습한 어떤 문장보다 긴 21 … 40어절의 문장",
                     "“long”: sentences of 21 … 40 words, longer than any in training"},
            .x = {.label = {"주어와 동사 사이의 어절", "words between subject and verb"}},
            .y = {.label = {"바르게 옮긴 비율", "right"}},
            .series = {}};
  ReportTable table{
      .title = {"가까운 주어와 먼 주어", "near and far subjects"},
      .head = {{"모델", "model"},
               {fmt::format("0–{}어절", near_subject), fmt::format("0–{} words", near_subject)},
               {fmt::format("{}어절 이상", far_subject), fmt::format("{} words and more", far_subject)},
               {"긴 문장, 15어절 이상", "long sentences, 15 and more"},
               {"확률 비교: 가까울 때", "as scored, near"},
               {"확률 비교: 멀 때", "as scored, far"}},
      .rows = {},
      .note = {"확률 비교: 문장의 다른 이름을 주어로 바꾼 번역보다 옳은 번역에 더 높은 확률을 준 비율",
               "as scored: the reference is likelier than itself with another name of the sentence as the "
               "subject"}};
  for (const auto& [model, result] : results) {
    plot.series.push_back(far_series(model, sentences, result, false));
    plot.series.push_back(far_series({model + ", 긴 문장", model + ", long"}, sentences, result, true));
    table.rows.push_back({model, percent(far_links(sentences, result, false)),
                          percent(far_links(sentences, result, true)), percent(far_links_beyond(sentences, result)),
                          percent(far_preferred(sentences, result, false)),
                          percent(far_preferred(sentences, result, true))});
  }
  findings.show(plot);
  findings.show(table);
}

/// The words between 철수는 and 말했다 in the lecture's sentence of §4.4.1, counted.
int64_t lectures_words_between(const Laboratory& laboratory) {
  for (const Phrase& phrase : laboratory.held_out(lecture_sentences, PhraseSplit::lecture))
    if (phrase.korean.find("함께 본 영화가") != std::string::npos) return phrase.verb - phrase.subject - 1;
  NARU_CHECK(false, "the lecture's sentence of §4.4.1 is not in the corpus");
}

Findings run_long_range(Laboratory& laboratory) {
  Findings findings;
  const std::vector<FarSentence> sentences = far_sentences(laboratory);
  std::map<std::string, FarResult> results;
  std::map<std::string, Interval> falls;  // near minus far
  for (const char* model : far_models) {
    results[model] = measure_far(laboratory, model, sentences);
    falls[model] = far_fall(sentences, results[model], far_links(sentences, results[model], true));
  }
  show_far(findings, sentences, results);
  const FarResult& transformer = results["transformer-tiny"];
  const Interval fall_beyond = far_fall(sentences, transformer, far_links_beyond(sentences, transformer));
  findings.measured["seq2seq-falls"] = {
      .text = {fmt::format("주어가 멀어지면 어텐션이 없을 때 {:+.0f} %p, 있을 때 {:+.0f} %p",
                           -100 * falls["seq2seq"].value, -100 * falls["seq2seq-attention"].value),
               fmt::format("where the subject is far: {:+.0f} points without attention, {:+.0f} with it",
                           -100 * falls["seq2seq"].value, -100 * falls["seq2seq-attention"].value)},
      .intervals = {falls["seq2seq"], falls["seq2seq-attention"]}};
  findings.measured["transformer-constant"] = {
      .text = {fmt::format("주어가 멀어지면 학습한 길이 안에서 {:+.0f} %p, 학습보다 긴 문장에서 {:+.0f} %p",
                           -100 * falls["transformer-tiny"].value, -100 * fall_beyond.value),
               fmt::format(
                   "where the subject is far: {:+.0f} points within the lengths of training, {:+.0f} beyond them",
                   -100 * falls["transformer-tiny"].value, -100 * fall_beyond.value)},
      .intervals = {falls["transformer-tiny"], fall_beyond}};
  const int64_t between = lectures_words_between(laboratory);
  findings.measured["fourteen-words"] = {
      .text = {fmt::format("사이에 {}어절", between), fmt::format("{} words between", between)},
      .intervals = {exactly(static_cast<double>(between))}};
  return findings;
}

Rule far_falls_by_ten(const Bilingual& condition) {
  return {.text = {fmt::format("주어가 멀 때 정확도가 10 %p 이상 낮다 ({}; 가까운 주어의 절반을 맞히는 모델만 판정)",
                               condition.korean),
                   fmt::format("accuracy is at least 10 points lower where the subject is far ({}; judged of a model "
                               "that has half of the near ones right)",
                               condition.english)},
          .at_least = 0.1,
          .condition = condition};
}

Rule far_stays_within_ten(const Bilingual& condition) {
  return {
      .text = {fmt::format(
                   "주어가 멀어도 정확도가 10 %p 넘게 떨어지지 않는다 ({}; 가까운 주어의 절반을 맞히는 모델만 판정)",
                   condition.korean),
               fmt::format("accuracy falls by no more than 10 points where the subject is far ({}; judged of a model "
                           "that has half of the near ones right)",
                           condition.english)},
      .at_most = 0.1,
      .condition = condition};
}

}  // namespace

Experiment long_range_experiment() {
  return {
      .name = "long-range",
      .title = {"먼 주어와 동사", "Far subjects and verbs"},
      .question = {"주어와 동사가 멀어지면 번역이 틀리는가?",
                   "Do translations go wrong where subject and verb are far apart?"},
      .claims =
          {{.id = "seq2seq-falls",
            .section = "4.4.1",
            .lecture = {"Seq2Seq: 단어 간 거리가 멀수록 정확도가 급격히 하락한다",
                        "Seq2Seq: accuracy falls steeply with the distance between words"},
            .paper = {"Bahdanau 2014 그림 2: 어텐션이 없으면 30단어쯤부터 떨어지고, RNNsearch-50은 떨어지지 않는다",
                      "Bahdanau 2014 Figure 2: RNNenc falls after about 30 words, RNNsearch-50 does not"},
            .kind = Kind::measured,
            .rules = {far_falls_by_ten({"어텐션이 없으면", "without attention"}),
                      far_falls_by_ten({"어텐션이 있어도", "with attention"})}},
           {.id = "transformer-constant",
            .section = "4.4.1",
            .lecture = {"Transformer: 단어 간 거리와 무관하게 일정한 성능을 유지한다",
                        "Transformer: constant, whatever the distance between words"},
            .paper = {"길이 일반화 연구(Press 2022 등)는 학습보다 긴 입력에서 떨어진다고 한다",
                      "Work on length generalisation (Press 2022 and others) finds a fall beyond trained lengths"},
            .kind = Kind::measured,
            .rules = {far_stays_within_ten({"학습한 길이 안에서", "within the lengths of training"}),
                      far_stays_within_ten({"학습보다 긴 문장에서도", "beyond them"})}},
           {.id = "fourteen-words",
            .section = "4.4.1",
            .lecture = {"‘철수는’과 ‘말했다’ 사이에 14개의 단어가 있다", "between 철수는 and 말했다 stand 14 words"},
            .paper = {"문장을 세면 11어절이다", "the sentence itself: 11 words at spaces"},
            .kind = Kind::arithmetic,
            .rules = {{.text = {"센 수가 14다", "the count is 14"}, .at_least = 14, .at_most = 14}}}},
      .run = run_long_range};
}

}  // namespace naru
