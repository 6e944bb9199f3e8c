// Models that write one text together: the mean of their probabilities decides (Sutskever et al. 2014, section 3.6).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "naru/generate/search.h"
#include "naru/ops/best_outputs.h"

namespace naru {

/// What one model has to say of next ids.
struct Voice {
  Tensor hidden;  // [rows, d]
  const Linear& output;
};

/// log of the mean over voices of softmax(hidden Wᵀ + bias): [rows, vocabulary]. A row depends on that row only.
Tensor log_probabilities_of(std::span<const Voice> voices);
/// The `count` largest of each row of it. The scores of all rows are never held at once.
BestOutputs best_of(std::span<const Voice> voices, int64_t count);

/// The states of all members while their sentences are at work. One member alone is that model, bit for bit.
class Ensemble {
 public:
  /// The members must outlive it. Error: they write other numbers of pieces.
  explicit Ensemble(std::span<const EnsembleMember> members);

  const Ragged& source() const { return members_[0].source; }
  const Linear& output() const { return members_[0].decoder.output(); }
  /// Most tokens that every member takes.
  int64_t longest() const;
  /// Sequences [first, last) of the sources join those at work; `written` is what stands there already. The new rows
  /// are those of the sequences `rows`, which may repeat.
  void enter(int64_t first, int64_t last, const Ragged& written, std::span<const int32_t> rows);
  /// Row i goes on from what row rows[i] was, with one more id.
  void go_on(std::span<const int32_t> rows, const Ragged& tokens);
  /// Nothing is at work any more.
  void clear();
  /// Of all rows at work.
  std::span<const Voice> voices() const { return voices_; }

 private:
  std::span<const EnsembleMember> members_;
  std::vector<std::unique_ptr<State>> states_;
  std::vector<Voice> voices_;
};

}  // namespace naru
