#include "naru/lab/state_probe.h"

#include <algorithm>

#include "naru/base/error.h"
#include "naru/lab/day_clauses.h"
#include "naru/lab/encoder_rows.h"
#include "naru/lab/linear_probe.h"
#include "naru/text/korean/particle.h"

namespace naru {
namespace {

struct ReadSentences {
  std::vector<std::vector<int32_t>> ids;
  std::vector<std::vector<Span>> words;
};
ReadSentences read_all(const ModelFolder& folder, const LabelledSentences& sentences, const Laboratory& laboratory) {
  laboratory.rest();
  ReadSentences read;
  for (const std::string& line : sentences.lines) {
    ReadLine one = read_line(folder, line);
    read.ids.push_back(std::move(one.ids));
    read.words.push_back(std::move(one.words));
  }
  return read;
}

/// Of each sentence the row at which a word has just been read.
std::vector<std::vector<double>> rows_at(const LayerRows& layer, const ReadSentences& read, size_t word,
                                         const Reading& reading) {
  std::vector<std::vector<double>> rows;
  for (size_t i = 0; i < read.ids.size(); ++i) {
    const Span& pieces = read.words[i][word];
    const int32_t piece = reading.from_end ? pieces.begin : pieces.end - 1;
    rows.push_back(layer.lines[i][static_cast<size_t>(piece)]);
    if (reading.columns > 0) rows.back().resize(std::min(rows.back().size(), reading.columns));
  }
  return rows;
}

}  // namespace

const std::vector<std::vector<std::string>>& four_words() {
  static const std::vector<std::vector<std::string>> all = [] {
    std::vector<std::vector<std::string>> words(4);
    for (const NamedPerson& person : named_people()) words[0].push_back(attach(person.korean, Particle::topic));
    words[1] = {"어제", "그저께", "어젯밤에", "어제저녁에", "지난주에", "작년에"};
    words[2] = {"도서관에서", "교실에서", "카페에서", "집에서", "공원에서", "사무실에서"};
    words[3] = {"공부했다", "쉬었다", "일했다", "청소했다", "운동했다", "요리했다"};
    return words;
  }();
  return all;
}

LabelledSentences four_word_sentences(int64_t count, uint64_t seed) {
  Random random(seed);
  LabelledSentences made{{}, std::vector<std::vector<int64_t>>(4)};
  for (int64_t i = 0; i < count; ++i) {
    std::string& line = made.lines.emplace_back();
    for (size_t fact = 0; fact < 4; ++fact) {
      const std::vector<std::string>& words = four_words()[fact];
      const uint64_t chosen = random.below(words.size());
      made.answers[fact].push_back(static_cast<int64_t>(chosen));
      line += (fact == 0 ? "" : " ") + words[chosen];
    }
  }
  return made;
}

Reading reading_of(const ModelConfig& config) {
  const auto* recurrent = std::get_if<Seq2SeqConfig>(&config);
  if (!recurrent) return {.everything = true};
  if (recurrent->bidirectional) return {.columns = static_cast<size_t>(recurrent->width)};  // its forward half
  return {.from_end = recurrent->reverse_source};
}

ProbedModel probe_words(const ModelFolder& folder, const Model& model, const LabelledSentences& sentences,
                        const Laboratory& laboratory) {
  const ReadSentences read = read_all(folder, sentences, laboratory);
  ProbedModel probed{reading_of(folder.config), {}, {}};
  const size_t words = read.words[0].size();
  for (const LayerRows& layer : encoder_rows(model, read.ids)) {
    probed.layers.push_back(layer.name);
    std::vector<std::vector<Interval>> by_fact(sentences.answers.size());
    for (size_t word = 0; word < words; ++word) {
      laboratory.rest();
      const std::vector<Interval> all = probe({rows_at(layer, read, word, probed.reading), sentences.answers});
      for (size_t fact = 0; fact < all.size(); ++fact) by_fact[fact].push_back(all[fact]);
    }
    probed.accuracy.push_back(std::move(by_fact));
  }
  return probed;
}

LabelledSentences labelled_chains(int64_t count, int64_t clauses, uint64_t seed) {
  Random random(seed);
  LabelledSentences made{{}, std::vector<std::vector<int64_t>>(static_cast<size_t>(clauses) + 1)};
  const auto number = [](const auto& table, const std::string& wanted, auto name) {
    const auto found = std::ranges::find_if(table, [&](const auto& one) { return wanted == name(one); });
    NARU_CHECK(found != table.end(), "{}: in no table", wanted);
    return static_cast<int64_t>(found - table.begin());
  };
  for (int64_t i = 0; i < count; ++i) {
    const ChainSentence chain = chain_sentence(clauses, random);
    made.lines.push_back(chain.korean);
    for (size_t fact = 0; fact < chain.facts.size(); ++fact)
      made.answers[fact].push_back(
          fact == 0 ? number(named_people(), chain.facts[fact], [](const NamedPerson& one) { return one.english; })
                    : number(day_clauses(), chain.facts[fact], [](const DayClause& one) { return one.fact; }));
  }
  return made;
}

std::vector<Interval> probe_last_state(const ModelFolder& folder, const Model& model,
                                       const LabelledSentences& sentences, const Laboratory& laboratory) {
  const ReadSentences read = read_all(folder, sentences, laboratory);
  const Reading reading = reading_of(folder.config);
  const size_t last = reading.from_end ? 0 : read.words[0].size() - 1;
  return probe({rows_at(encoder_rows(model, read.ids).back(), read, last, reading), sentences.answers});
}

}  // namespace naru
