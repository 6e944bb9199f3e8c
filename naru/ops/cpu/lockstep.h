// Walking the sequences of a ragged batch through time together, without padding: the longest come first, so that those
// still alive at a step are always a prefix.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "naru/base/threads.h"
#include "naru/ops/cpu/product.h"
#include "naru/tensor/ragged.h"

namespace naru::cpu {

/// The sequences index, index + groups, index + 2 groups … of the longest-first order: groups of about equal work, each
/// of which walks on its own thread and never waits for another. If there is one group only, its products are shared
/// between the threads instead. Results do not depend on that, for a row of a product does not depend on its
/// neighbours.
class Lockstep {
 public:
  struct Group {
    int64_t index = 0, groups = 1;
  };
  Lockstep(const Offsets& offsets, Group group, bool reverse);

  int64_t count() const { return static_cast<int64_t>(sequences_.size()); }
  std::span<const int32_t> sequences() const { return sequences_; }
  /// Of the longest sequence.
  int64_t steps() const { return count() == 0 ? 0 : offsets_.length(sequences_[0]); }
  /// For each sequence alive at `step`: its token's row in the batch. Valid until the next call.
  std::span<const int32_t> tokens(int64_t step);
  /// The group is the whole batch: its products may use all threads.
  bool alone() const { return alone_; }

 private:
  Offsets offsets_;
  std::vector<int32_t> sequences_, tokens_;
  bool reverse_, alone_;
};

/// Into how many groups a batch is cut.
int64_t lockstep_groups(int64_t count);

/// Calls body(lockstep) for every group of the batch, on the pool.
template <class Body>
void for_each_group(const Offsets& offsets, bool reverse, const Body& body) {
  const int64_t groups = lockstep_groups(offsets.count());
  parallel_for(groups, 1, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) {
      Lockstep lockstep(offsets, {index, groups}, reverse);
      body(lockstep);
    }
  });
}

/// A matrix that lives no longer than the op.
inline Tensor workspace(int64_t rows, int64_t columns, DType dtype = DType::f32) {
  return Tensor({rows, columns}, dtype, Purpose::workspace);
}
/// Row i of the result is row sequences[i] of `from`; zeros if `from` is empty.
Tensor gather_rows(const Tensor& from, std::span<const int32_t> sequences, int64_t columns, DType dtype);
/// The way back: row i becomes row sequences[i] of `to`.
template <class From, class To>
void scatter_rows(const From* from, std::span<const int32_t> sequences, int64_t columns, To* to) {
  for (const int32_t sequence : sequences) {
    std::transform(from, from + columns, to + sequence * columns, [](From x) { return static_cast<To>(x); });
    from += columns;
  }
}

template <class T>
MatrixView view(const T* data, int64_t rows, int64_t columns, int64_t stride) {
  return {.data = data, .dtype = dtype_of<T>, .rows = rows, .columns = columns, .stride = stride};
}

/// Columns of A·B for one step, on this thread; with `shared`, on all threads.
void step_product(const MatrixView& a, const PackedMatrix& b, const MatrixOut& c, ColumnRange columns,
                  const Epilogue& epilogue, bool shared);

}  // namespace naru::cpu
