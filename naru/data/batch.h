#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "naru/data/token_corpus.h"
#include "naru/tensor/ragged.h"
#include "naru/tensor/soft_targets.h"

namespace naru {

/// What stands around the pieces of a sentence; a model's VocabularyConfig knows them.
struct SentenceMarks {
  int32_t source_end = 0, target_end = 0;
  int32_t start = 0;  // what the decoder reads first
};

/// Pairs that are trained on together; nothing is padded.
struct Batch {
  Ragged source;                   // ids, each sequence closed by end of sentence: [source tokens]
  Ragged target_in;                // ids: the start mark, then the target: [target tokens]
  Tensor target_out;               // ids, i32: the target, then end of sentence: [target tokens]
  SoftTargets soft;                // besides target_out: [target tokens, best]; none without a teacher
  std::vector<int32_t> sentences;  // each pair's number in the global batch, which dropout counts by

  int64_t count() const { return source.count(); }
  int64_t source_tokens() const { return source.total(); }
  int64_t target_tokens() const { return target_in.total(); }
};

/// The pairs in the given order as one batch.
Batch make_batch(std::span<const TokenPair> pairs, const SentenceMarks& marks);

/// Parts in order, none with more than `most_tokens` source or target tokens (a longer pair is a part alone). A pair
/// keeps its number, so that what is computed on the parts adds up to what the whole would give.
std::vector<Batch> split(const Batch& batch, int64_t most_tokens);

/// The `index`-th of `count` parts of about equally many target tokens, in order; pairs keep their numbers. May be
/// empty.
Batch share_of(const Batch& batch, int64_t index, int64_t count);

/// All pairs (of a development set) in batches of at most `batch_tokens` source or target tokens, longest together.
std::vector<Batch> batches_of(std::span<const TokenPair> pairs, int64_t batch_tokens, const SentenceMarks& marks);

}  // namespace naru
