// A teacher's distributions of every target piece of a corpus, computed once and kept on disk.
#pragma once

#include <atomic>
#include <filesystem>
#include <vector>

#include "naru/data/token_corpus.h"
#include "naru/evaluate/model_folder.h"
#include "naru/train/chunk_folder.h"
#include "naru/train/teacher.h"

namespace naru {

struct StoredDistributionsSpec {
  std::filesystem::path folder;
  const Teaching& teaching;
  const TokenizerPair& tokenizers;  // the student's, that the corpus was encoded with
  SentenceMarks marks;              // that batches have
  bool fresh = false;               // distributions of something else are thrown away
};

class StoredDistributions {
 public:
  /// What `spec` names and the corpus must outlive it. Error: the folder holds distributions of something else.
  StoredDistributions(const StoredDistributionsSpec& spec, const TokenCorpus& corpus);
  /// Computes what is not there yet, a chunk of pairs at a time; the bytes at the end do not depend on kills in
  /// between. False: `stop` was set before all was there. Error: the student has other vocabularies than the teacher.
  bool make(const std::atomic<bool>& stop);
  /// What PieceDistributions reads, once it is made.
  std::filesystem::path file() const;

 private:
  void join() const;

  StoredDistributionsSpec spec_;
  const TokenCorpus& corpus_;
  ChunkFolder folder_;
};

}  // namespace naru
