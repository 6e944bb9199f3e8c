// Which head of an encoder attends from a word to the word that it belongs to: the lecture's subject–verb, object–verb,
// modifier–noun and recipient–verb (§3.5), and a homonym's cue (§3.3), by the grammar's own annotations. As Voita et
// al. 2019 ("Analyzing Multi-Head Self-Attention", §5.2) count it: how often the largest weight (the sentence's end
// left out) falls on that word, against always guessing the word at the most frequent distance.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"
#include "naru/ops/attention_map.h"

namespace naru {

enum class Relation { subject_verb, object_verb, modifier_noun, recipient_verb, homonym_cue };
inline constexpr std::array relations{Relation::subject_verb, Relation::object_verb, Relation::modifier_noun,
                                      Relation::recipient_verb, Relation::homonym_cue};

/// Two words of a sentence that belong together.
struct RelatedWords {
  Relation relation;
  int dependent, head;
  bool operator==(const RelatedWords&) const = default;
};
/// The main clause's subject and its verb; an object and the next verb behind it; a modifier and the word behind it; a
/// recipient and the next verb, where no relative clause could come between; a homonym and its cue.
std::vector<RelatedWords> relations_of(const Phrase& phrase);

/// From word a: the mean over its pieces' rows; to word b: the sum over its pieces' columns (Clark et al. 2019, §4).
/// Pieces without a word (-1, and the end of sentence) are left out. → [words][words]
std::vector<std::vector<double>> word_attention(const AttentionMap& map, int64_t head,
                                                std::span<const int32_t> word_of_piece, size_t words);

/// One of the encoder's heads, read in one direction.
struct DirectedHead {
  std::string layer;
  int64_t head = 0;
  bool backward = false;  // from the head word to its dependent

  std::string name() const;
};

/// What every head did on every pair of one relation.
struct RelationFindings {
  std::vector<DirectedHead> heads;
  std::vector<std::vector<bool>> found;  // [head][pair]
  std::vector<int> distances;            // [pair]: head word - dependent, in words

  int64_t pairs() const { return static_cast<int64_t>(distances.size()); }
  int64_t hits(size_t head, int64_t begin, int64_t end) const;
};
/// For each of `relations`.
using HeadFindings = std::vector<RelationFindings>;
/// Adds the pairs of one sentence by its encoder's maps. `word_of_piece`: of the source's pieces.
void add_sentence(HeadFindings& findings, const Phrase& phrase, std::span<const AttentionMap> maps,
                  std::span<const int32_t> word_of_piece);

/// The head and the distance that do best on the first half of the pairs, measured on the second.
struct BestHead {
  DirectedHead head;
  int distance = 0;
  int64_t hits = 0, hits_by_distance = 0, pairs = 0;
};
/// There must be at least two pairs.
BestHead best_head(const RelationFindings& findings);

}  // namespace naru
