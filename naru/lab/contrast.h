// Contrastive scoring (Sennrich 2017; Linzen et al. 2016): of two translations that differ in one thing a model prefers
// the one to which it gives the higher probability. Nothing else that it might write wrong comes between.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "naru/evaluate/evaluation.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

struct Contrast {
  std::string source, right, wrong;
};

/// Log-probabilities of pairs.
using PairScorer = std::function<std::vector<double>(const std::vector<Pair>&)>;
/// A model's, with rests between batches.
PairScorer scorer_of(const ModelFolder& folder, const Laboratory& laboratory);
/// Whether the right one of each is preferred; a tie is none.
std::vector<bool> prefers_right(const PairScorer& score, const std::vector<Contrast>& contrasts);

/// What a model writes for each line, greedily, with rests between batches.
std::vector<std::string> write_greedily(const ModelFolder& folder, const Laboratory& laboratory,
                                        const std::vector<std::string>& lines);

/// The share of hits in each group, by the group's number.
std::map<int64_t, Interval> share_by_group(const std::vector<int64_t>& groups, const std::vector<bool>& hits);
/// The share of hits among all for which `of` holds; of no trial: any.
Interval share_where(const std::vector<bool>& hits, const std::function<bool(size_t)>& of);

/// Of a model that learned too little to be judged: the value stands, the interval is open.
Interval judged_if(bool learned, const Interval& measured);

/// "83 % (78–88)"; of no trial "–".
std::string percent(const Interval& share);

/// English words in lower case without punctuation: "The bank." → the, bank.
std::vector<std::string> plain_words(const std::string& text);
/// Whether these words ("ginkgo nuts") stand in the text one after the other.
bool says(const std::string& text, const std::string& words);

}  // namespace naru
