#include "naru/lab/head_relations.h"

#include <algorithm>
#include <map>

#include "naru/base/error.h"

namespace naru {
namespace {

bool has_relative_clause(const Phrase& phrase) {
  return std::ranges::any_of(phrase.combinations, [](const std::string& one) { return one.ends_with(" relative"); });
}

/// The next verb behind a word, or -1.
int verb_behind(const Phrase& phrase, int word) {
  for (int i = word + 1; i < static_cast<int>(phrase.words.size()); ++i)
    if (phrase.words[static_cast<size_t>(i)].role == "verb") return i;
  return -1;
}

/// Where the verb is said with an auxiliary (배우고 있다), the word that bears its meaning.
int bearing_verb(const Phrase& phrase) {
  for (int i = phrase.verb; i >= 0; --i)
    if (phrase.words[static_cast<size_t>(i)].role == "verb") return i;
  return -1;
}

size_t largest(const std::vector<double>& row) {
  return static_cast<size_t>(std::ranges::max_element(row) - row.begin());
}

}  // namespace

std::vector<RelatedWords> relations_of(const Phrase& phrase) {
  std::vector<RelatedWords> related;
  const auto add = [&](Relation relation, int dependent, int head) {
    if (dependent >= 0 && head >= 0) related.push_back({relation, dependent, head});
  };
  add(Relation::subject_verb, phrase.subject, bearing_verb(phrase));
  const bool nested = has_relative_clause(phrase);
  const auto count = static_cast<int>(phrase.words.size());
  for (int i = 0; i < count; ++i) {
    const std::string& role = phrase.words[static_cast<size_t>(i)].role;
    if (role == "object") add(Relation::object_verb, i, verb_behind(phrase, i));
    if (role == "modifier") add(Relation::modifier_noun, i, i + 1 < count ? i + 1 : -1);
    if (role == "recipient" && !nested) add(Relation::recipient_verb, i, verb_behind(phrase, i));
  }
  for (const Homonym& homonym : phrase.homonyms) add(Relation::homonym_cue, homonym.word, homonym.cue);
  return related;
}

std::vector<std::vector<double>> word_attention(const AttentionMap& map, int64_t head,
                                                std::span<const int32_t> word_of_piece, size_t words) {
  const auto keys = static_cast<size_t>(map.keys.at(0)), queries = static_cast<size_t>(map.queries.at(0));
  const float* weights = map.sequences.at(0).data() + static_cast<size_t>(head) * queries * keys;
  std::vector<std::vector<double>> between(words, std::vector<double>(words));
  std::vector<double> pieces(words);
  for (size_t query = 0; query < word_of_piece.size(); ++query) {
    if (word_of_piece[query] < 0) continue;
    const auto from = static_cast<size_t>(word_of_piece[query]);
    ++pieces[from];
    for (size_t key = 0; key < word_of_piece.size(); ++key)
      if (word_of_piece[key] >= 0)
        between[from][static_cast<size_t>(word_of_piece[key])] += static_cast<double>(weights[query * keys + key]);
  }
  for (size_t from = 0; from < words; ++from)
    for (double& weight : between[from]) weight /= std::max(pieces[from], 1.0);
  return between;
}

std::string DirectedHead::name() const { return fmt::format("{}, head {}{}", layer, head, backward ? " (←)" : " (→)"); }

int64_t RelationFindings::hits(size_t head, int64_t begin, int64_t end) const {
  return std::count(found[head].begin() + begin, found[head].begin() + end, true);
}

void add_sentence(HeadFindings& findings, const Phrase& phrase, std::span<const AttentionMap> maps,
                  std::span<const int32_t> word_of_piece) {
  findings.resize(relations.size());
  const std::vector<RelatedWords> related = relations_of(phrase);
  for (const RelatedWords& pair : related)
    findings[static_cast<size_t>(pair.relation)].distances.push_back(pair.head - pair.dependent);
  size_t place = 0;  // of a directed head among all
  for (const AttentionMap& map : maps) {
    if (!map.name.starts_with("encoder")) continue;
    for (int64_t head = 0; head < map.heads; ++head) {
      const auto between = word_attention(map, head, word_of_piece, phrase.words.size());
      for (const bool backward : {false, true}) {
        for (RelationFindings& one : findings)
          if (one.heads.size() == place) {
            one.heads.push_back({map.name, head, backward});
            one.found.emplace_back();
          }
        for (const RelatedWords& pair : related) {
          const int from = backward ? pair.head : pair.dependent, to = backward ? pair.dependent : pair.head;
          findings[static_cast<size_t>(pair.relation)].found[place].push_back(
              largest(between[static_cast<size_t>(from)]) == static_cast<size_t>(to));
        }
        ++place;
      }
    }
  }
}

BestHead best_head(const RelationFindings& findings) {
  const int64_t pairs = findings.pairs(), half = pairs / 2;
  NARU_CHECK(half > 0 && !findings.heads.empty(), "heads: {} pairs are too few to choose a head by", pairs);
  size_t chosen = 0;
  for (size_t head = 1; head < findings.heads.size(); ++head)
    if (findings.hits(head, 0, half) > findings.hits(chosen, 0, half)) chosen = head;
  std::map<int, int64_t> often;
  for (int64_t pair = 0; pair < half; ++pair) ++often[findings.distances[static_cast<size_t>(pair)]];
  const auto distance = std::ranges::max_element(often, {}, &std::pair<const int, int64_t>::second)->first;
  return {.head = findings.heads[chosen],
          .distance = distance,
          .hits = findings.hits(chosen, half, pairs),
          .hits_by_distance = std::count(findings.distances.begin() + half, findings.distances.end(), distance),
          .pairs = pairs - half};
}

}  // namespace naru
