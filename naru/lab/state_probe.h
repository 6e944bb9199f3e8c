// What each state of an encoder remembers: linear probes at every step of reading, in sentences whose words are drawn
// each for itself, so that what a probe reads of one word it cannot have guessed from another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

/// Sentences with the classes of what they say.
struct LabelledSentences {
  std::vector<std::string> lines;
  std::vector<std::vector<int64_t>> answers;  // [fact][sentence]
};

/// 철수는 어제 도서관에서 공부했다 (the lecture's §2.3): the words of each place, and sentences of them.
const std::vector<std::vector<std::string>>& four_words();
LabelledSentences four_word_sentences(int64_t count, uint64_t seed);
/// Of so many day_clauses() each (철수는 친구를 만나고 …): the facts are who, and which clause stands at each place.
LabelledSentences labelled_chains(int64_t count, int64_t clauses, uint64_t seed);

/// How an encoder reads.
struct Reading {
  bool from_end = false;
  bool everything = false;  // each place sees all words
  size_t columns = 0;       // of a row, that had read what came before; 0: all
};
Reading reading_of(const ModelConfig& config);

/// accuracy[layer][fact][word]: read from the row of the layer where that word has just been read.
struct ProbedModel {
  Reading reading;
  std::vector<std::string> layers;
  std::vector<std::vector<std::vector<Interval>>> accuracy;
};
/// `model`: the folder's, or one of the same config that was never trained.
ProbedModel probe_words(const ModelFolder& folder, const Model& model, const LabelledSentences& sentences,
                        const Laboratory& laboratory);
/// Of each fact, from the highest layer's last state alone.
std::vector<Interval> probe_last_state(const ModelFolder& folder, const Model& model,
                                       const LabelledSentences& sentences, const Laboratory& laboratory);

}  // namespace naru
