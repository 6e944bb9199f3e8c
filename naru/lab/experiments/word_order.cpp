// Word order across languages (§1.1): how far Korean SOV → English SVO reorders by gold alignments, what reordering
// costs, and whether the reason for reading the source from its end (nearby first words) holds for it.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "naru/lab/experiment.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/model_pair.h"
#include "naru/lab/reordering.h"
#include "naru/metrics/bootstrap.h"

namespace naru {
namespace {

/// A phrase whose order can be told.
struct Ordered {
  Phrase phrase;
  double tau = 0;
  Lag lag, lag_in_order;  // as it is, and if the target kept the source's order
};

constexpr int64_t first_words = 3;  // whose lag Sutskever's reason is about

std::vector<Ordered> ordered(const std::vector<Phrase>& phrases) {
  std::vector<Ordered> all;
  for (const Phrase& phrase : phrases) {
    const std::vector<double> places = source_places(phrase.alignment);
    const auto tau = kendall_tau(places);
    if (!tau) continue;
    std::vector<double> kept = places;
    std::ranges::sort(kept);
    const int64_t length = std::ssize(phrase.words);
    all.push_back({phrase, *tau, lag_of_first(places, length, first_words), lag_of_first(kept, length, first_words)});
  }
  std::ranges::stable_sort(all, {}, &Ordered::tau);
  return all;
}

void show_tau(const std::vector<Ordered>& all, Findings& findings) {
  constexpr int64_t bars = 8;
  std::vector<double> taus, counts(bars);
  for (const Ordered& one : all) {
    taus.push_back(one.tau);
    ++counts[static_cast<size_t>(std::min<int64_t>(bars - 1, static_cast<int64_t>((one.tau + 1) / 2 * bars)))];
  }
  Plot plot{.id = "order-tau",
            .title = {"어순이 얼마나 바뀌는가: 정답 정렬의 켄달 τ",
                      "how far the order changes: Kendall's τ of gold alignments"},
            .note = {"1: 같은 순서, -1: 거꾸로", "1: the same order, -1: the reverse"},
            .x = {.label = "τ", .categories = {}},
            .y = {.label = {"문장의 비율", "share of sentences"}},
            .series = {{.name = {"한국어–영어", "Korean–English"}, .points = {}}}};
  for (int64_t bar = 0; bar < bars; ++bar) {
    const double low = -1 + 2.0 * static_cast<double>(bar) / bars;
    plot.x.categories.push_back(fmt::format("{:.2f} … {:.2f}", low, low + 2.0 / bars));
    plot.series[0].points.push_back(
        {static_cast<double>(bar), counts[static_cast<size_t>(bar)] / static_cast<double>(all.size())});
  }
  findings.show(plot);
  const Interval mean = mean_of(taus);
  findings.measured["order-tau"] = {
      .text = {fmt::format("τ는 평균 {:.3f} ({:.3f} … {:.3f})", mean.value, mean.low, mean.high),
               fmt::format("τ is {:.3f} in the mean ({:.3f} … {:.3f})", mean.value, mean.low, mean.high)},
      .intervals = {mean}};
}

void show_lags(const std::vector<Ordered>& all, Findings& findings) {
  std::vector<double> forward, reversed, forward_in_order, reversed_in_order, differences;
  for (const Ordered& one : all) {
    forward.push_back(one.lag.forward);
    reversed.push_back(one.lag.reversed);
    forward_in_order.push_back(one.lag_in_order.forward);
    reversed_in_order.push_back(one.lag_in_order.reversed);
    differences.push_back(one.lag.reversed - one.lag.forward);
  }
  const Interval difference = mean_of(differences);
  findings.show(
      ReportTable{.title = {"영어 첫 세 어절과 그 원문 사이의 걸음 수",
                            "steps between the first three English words and their sources"},
                  .head = {{"읽는 방향", "the source is read"},
                           {"한국어–영어", "Korean–English"},
                           {"어순이 같다면", "if the order were kept"},
                           "n"},
                  .rows = {{to_json(Bilingual("앞에서부터", "from its beginning")), mean_of(forward).value,
                            mean_of(forward_in_order).value, all.size()},
                           {to_json(Bilingual("뒤에서부터", "from its end")), mean_of(reversed).value,
                            mean_of(reversed_in_order).value, all.size()}},
                  .note = {"원문을 다 읽은 뒤 번역을 쓴다. 정답 정렬로 셌다",
                           "the source is read whole, then the translation is written; counted on gold alignments"}});
  findings.measured["order-lag"] = {
      .text = {fmt::format("뒤에서부터 읽으면 걸음이 {:+.2f} ({:+.2f} … {:+.2f}) 달라진다", difference.value,
                           difference.low, difference.high),
               fmt::format("reading from the end changes it by {:+.2f} steps ({:+.2f} … {:+.2f})", difference.value,
                           difference.low, difference.high)},
      .intervals = {difference}};
}

/// BLEU of the first and the last part of sentences; other sentences each, so their errors add up.
Interval between_parts(const Statistics& one, const Statistics& other) {
  const Bootstrapped a = bootstrap(std::span(&one, 1))[0], b = bootstrap(std::span(&other, 1))[0];
  const double value = a.score.value - b.score.value, half = std::hypot(a.half_width, b.half_width);
  return {.value = value, .low = value - half, .high = value + half, .n = std::min(one.size(), other.size())};
}

/// Of one clause and like length: a chain of clauses keeps their order, and its length or the number of its verbs must
/// not stand in for order.
constexpr size_t shortest_alike = 4, longest_alike = 9;  // words
bool is_alike(const Phrase& phrase) {
  const auto verbs = std::ranges::count(phrase.words, std::string("verb"), &PhraseWord::role);
  return verbs == 1 && phrase.words.size() >= shortest_alike && phrase.words.size() <= longest_alike;
}

/// Such sentences in thirds by τ, and each model's BLEU on them.
void show_buckets(Laboratory& laboratory, const std::vector<Ordered>& all, Findings& findings) {
  std::vector<Ordered> alike;
  for (const Ordered& one : all)
    if (is_alike(one.phrase)) alike.push_back(one);
  const size_t third = alike.size() / 3;
  NARU_CHECK(third > 0, "word-order: {} sentences of one clause are too few", alike.size());
  ReportTable table{
      .title = {fmt::format("어순이 바뀐 정도에 따른 BLEU (한 절, {}–{}어절)", shortest_alike, longest_alike),
                fmt::format("BLEU by how far the order changes (one clause, {} to {} words)", shortest_alike,
                            longest_alike)},
      .head = {{"τ", "τ"}, {"어절", "words"}, "n"},
      .rows = {},
      .note = {}};
  std::vector<std::vector<Pair>> parts;
  for (size_t part = 0; part < 3; ++part) {
    const auto begin = alike.begin() + static_cast<std::ptrdiff_t>(part * third);
    const std::vector<Ordered> some(begin, part == 2 ? alike.end() : begin + static_cast<std::ptrdiff_t>(third));
    double words = 0;
    std::vector<Phrase> phrases;
    for (const Ordered& one : some) {
      phrases.push_back(one.phrase);
      words += static_cast<double>(one.phrase.words.size()) / static_cast<double>(some.size());
    }
    parts.push_back(pairs_of(phrases));
    table.rows.push_back({fmt::format("{:.2f} … {:.2f}", some.front().tau, some.back().tau), words, some.size()});
  }
  for (const char* name : {"seq2seq", "seq2seq-attention", "transformer-tiny"}) {
    const ModelFolder& folder = laboratory.model(name);
    laboratory.progress(fmt::format("translating with {}", name));
    table.head.emplace_back(name);
    std::vector<Translated> by_part;
    for (size_t part = 0; part < 3; ++part) {
      by_part.push_back(translated(Translator(folder), parts[part], 1));
      table.rows[part].push_back(by_part.back().bleu());
    }
    const Interval lost = between_parts(by_part[2].statistics, by_part[0].statistics);
    findings.measured[fmt::format("order-{}", name)] = {
        .text = {fmt::format("어순이 가장 덜 바뀐 3분의 1과 가장 많이 바뀐 3분의 1의 차: BLEU {:.1f} ({:.1f} … {:.1f})",
                             lost.value, lost.low, lost.high),
                 fmt::format("least reordered third above the most reordered: BLEU {:.1f} ({:.1f} … {:.1f})",
                             lost.value, lost.low, lost.high)},
        .intervals = {lost}};
  }
  findings.show(table);
}

/// English–German pairs of the folder of other people's texts, which users do not have; empty: none.
std::filesystem::path english_german() {
  const char* shared = std::getenv("NARU_SHARED");
  const auto folder = std::filesystem::path(shared ? shared : "") / "data" / "multi30k-en-de";
  return shared && std::filesystem::exists(folder / "train.tsv.gz") ? folder : std::filesystem::path();
}

void show_reversal_of_languages(Laboratory& laboratory, Findings& findings) {
  const auto held_out = pairs_of(laboratory.held_out(laboratory.by_effort(100, 300, 1000)));
  ReportTable table{.title = {"원문 뒤집기 (LSTM, 어텐션 없음)", "source reversal (LSTM, no attention)"},
                    .head = {"", "perplexity", "BLEU"},
                    .rows = {},
                    .note = {}};
  const auto measure = [&](const ModelPair& pair, const std::vector<Pair>& pairs, const std::string& id,
                           const Bilingual& languages) {
    const PairFindings found = compare(laboratory, pair, pairs);
    const auto named = [&](const char* korean, const char* english) {
      return Bilingual(languages.korean + korean, languages.english + english);
    };
    for (auto& row : rows_of(found, named(", 뒤에서부터", ", from the end"), named(", 앞에서부터", ", forward")))
      table.rows.push_back(std::move(row));
    const Interval& change = found.log_perplexity;
    findings.measured[id] = {.text = fmt::format("ln perplexity {:+.3f} ({:+.3f} … {:+.3f}), BLEU {:+.1f}",
                                                 change.value, change.low, change.high, found.bleu.value),
                             .intervals = {change}};
  };
  measure(source_reversal(laboratory), held_out, "order-reversal-ko-en", {"한국어–영어", "Korean–English"});
  if (const auto folder = english_german(); !folder.empty()) {
    ModelPair pair = source_reversal(laboratory);
    pair.name += "-en-de";
    pair.corpus = folder / "train.tsv.gz";
    auto pairs = read_pairs({.paths = {(folder / "dev.tsv").string()}});
    pairs.resize(std::min(pairs.size(), held_out.size()));
    measure(pair, pairs, "order-reversal-en-de", {"영어–독일어", "English–German"});
  }
  findings.show(table);
}

Findings run_word_order(Laboratory& laboratory) {
  Findings findings;
  laboratory.progress("gold alignments");
  const auto many = ordered(laboratory.held_out(laboratory.by_effort(500, 3000, 20000)));
  show_tau(many, findings);
  show_lags(many, findings);
  show_buckets(laboratory, ordered(laboratory.held_out(laboratory.by_effort(600, 2000, 8000))), findings);
  show_reversal_of_languages(laboratory, findings);
  return findings;
}

Claim claim_of_model(const std::string& name) {
  return {
      .id = "order-" + name,
      .section = "1.1",
      .lecture = {"어순을 처리하는 것이 번역의 핵심이다", "handling word order is the core of translation"},
      .paper =
          {"Birch 2008: 어순의 차, 목표 언어의 형태, 언어의 친족 관계가 통계 번역 BLEU의 변이를 75 % 설명한다",
           "Birch 2008: reordering, the target's morphology and relatedness explain 75 % of the variation of BLEU in "
           "statistical translation"},
      .kind = Kind::analogue,
      .rules = {{.text = {name + ": 비슷한 길이의 절에서 어순이 덜 바뀐 문장의 BLEU가 1 넘게 높다",
                          name + ": among clauses of like length those that reorder less have more than 1 BLEU more"},
                 .at_least = 1}}};
}

Claim claim_of_reversal(const std::string& id, bool measurable) {
  Claim claim{.id = id,
              .section = "1.1",
              .lecture = {"강의에 없는, 논문의 기법", "not in the lecture: a trick of the papers"},
              .paper = {"Sutskever 2014 §3.3: 뒤집으면 perplexity 5.8 → 4.7 (영어–프랑스어)",
                        "Sutskever 2014 §3.3: reversal lowers perplexity from 5.8 to 4.7 (English–French)"},
              .kind = measurable ? Kind::analogue : Kind::not_measurable};
  if (measurable)
    claim.rules = {
        {.text = {"뒤에서부터 읽으면 perplexity가 낮다", "reading from the end lowers perplexity"}, .at_most = 0}};
  else
    claim.reason = {"영어–독일어 말뭉치가 없다 (NARU_SHARED의 data/multi30k-en-de)",
                    "no English–German corpus is here (data/multi30k-en-de of NARU_SHARED)"};
  return claim;
}

}  // namespace

Experiment word_order_experiment() {
  return {.name = "word-order",
          .title = {"언어 사이의 어순", "Word order across languages"},
          .question = {"한국어에서 영어로 어순은 얼마나 바뀌고, 그것이 번역을 어렵게 하는가?",
                       "How far does the order change from Korean to English, and does that make translation hard?"},
          .claims = {{.id = "order-tau",
                      .section = "1.1",
                      .lecture = {"한국어는 SOV, 영어는 SVO: 언어마다 어순이 다르다",
                                  "Korean is SOV, English SVO: languages differ in word order"},
                      .paper = {"Birch 2010: 켄달 τ로 어순의 차를 잰다", "Birch 2010 measure it by Kendall's τ"},
                      .kind = Kind::analogue,
                      .rules = {{.text = {"τ의 평균이 0.5를 넘지 않는다", "τ is at most 0.5 in the mean"},
                                 .at_most = 0.5}}},
                     claim_of_model("seq2seq"),
                     claim_of_model("seq2seq-attention"),
                     claim_of_model("transformer-tiny"),
                     {.id = "order-lag",
                      .section = "1.1",
                      .lecture = {"강의에 없는, 논문의 기법", "not in the lecture: a trick of the papers"},
                      .paper = {"Sutskever 2014 §3.3: 뒤집으면 첫 낱말들이 가까워져 학습이 쉬워진다 (영어–프랑스어)",
                                "Sutskever 2014 §3.3: reversed, the first words come close, which eases learning "
                                "(English–French)"},
                      .kind = Kind::analogue,
                      .rules = {{.text = {"뒤에서부터 읽으면 영어 첫 세 어절의 원문이 가깝다",
                                          "reading from the end brings the sources of the first three English words "
                                          "closer"},
                                 .at_most = 0}}},
                     claim_of_reversal("order-reversal-ko-en", true),
                     claim_of_reversal("order-reversal-en-de", !english_german().empty())},
          .run = run_word_order};
}

}  // namespace naru
