// Training batches without end: epochs, each in another order, read ahead on a thread of its own.
//
// An epoch is a permutation of the corpus's blocks, cut into windows of about `window` batches. Within a window pairs
// of similar length form a batch, and the batches come in random order. All of it is a function of (seed, epoch,
// window), so a position is four numbers, going there costs one window, and memory is bounded by the window.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "naru/data/batch.h"
#include "naru/data/piece_distributions.h"
#include "naru/data/token_corpus.h"

namespace naru {

struct BatchConfig {
  int64_t batch_tokens = 4096;  // target tokens, end of sentence included; a longer sentence is a batch alone
  int64_t window = 100;         // batches that are made together
  int64_t read_ahead = 16;      // batches that may wait
  uint64_t seed = 1;
  SentenceMarks marks;
};

/// Where the next batch lies: what a checkpoint keeps.
struct BatchPosition {
  int64_t epoch = 0, window = 0, batch = 0;
  int64_t pairs = 0;  // of this epoch, already taken
  bool operator==(const BatchPosition&) const = default;
};

class BatchStream {
 public:
  /// The corpus must outlive the stream. Error: a position that this corpus does not have.
  BatchStream(const TokenCorpus& corpus, const BatchConfig& config, const BatchPosition& from = {});
  ~BatchStream();
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;

  /// The next batch; waits for it where it is not read yet. Error: the corpus's file is damaged.
  Batch next();
  /// After the batches that `next` gave, whatever was read ahead. With the last batch of an epoch the next one begins.
  const BatchPosition& position() const { return position_; }
  /// The next batch is then the one that followed when `position` was this. Error: as in the constructor.
  void seek(const BatchPosition& position);
  /// From here on batches come with these distributions of the corpus's pieces, which must outlive the stream.
  void soften(const PieceDistributions& distributions);

  /// Windows in an epoch.
  int64_t windows() const { return windows_; }

 private:
  struct Prepared {
    std::vector<TokenPair> pairs;
    BatchPosition after;
  };
  void read(const std::stop_token& stop, BatchPosition at);
  void stop_reading();
  bool offer(const std::stop_token& stop, Prepared batch);
  void read_block(int64_t block, std::vector<TokenPair>& pairs) const;
  std::vector<std::vector<TokenPair>> window(int64_t epoch, int64_t index) const;

  const TokenCorpus& corpus_;
  const PieceDistributions* distributions_ = nullptr;
  BatchConfig config_;
  int64_t windows_;
  BatchPosition position_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Prepared> waiting_;
  std::exception_ptr failure_;
  std::jthread reader_;
};

}  // namespace naru
