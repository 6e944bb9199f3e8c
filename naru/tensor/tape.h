// The gradient tape. While one lives on this thread, ops record how to go back; none alive = inference, no dropout.
//
//   Tape tape({.seed = 7, .step = 12});
//   Tensor loss = …;            // ops on tensors that want gradients
//   tape.backward(loss);        // gradients add up in the parameters' variables
//
// Tapes nest: the innermost one records (naru/ops/recompute.h).
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "naru/base/profile.h"
#include "naru/tensor/tensor.h"

namespace naru {

using Gradients = std::vector<Tensor>;

/// The gradient side of a tensor; shared by all handles on it, and by row views.
struct Variable {
  Shape shape;
  Tensor gradient;          // same shape as the tensor; empty until something arrives
  bool started = false;     // false: what `gradient` holds is of an earlier step and will be overwritten
  bool persistent = false;  // a parameter: the gradient's memory stays
};

/// Makes `tensor` (and every handle copied from it later) want a gradient. Parameters do so with `persistent`.
void want_gradient(Tensor& tensor, bool persistent = false);

/// The gradient that arrived at `tensor` (for a row view: at its rows); the empty tensor if none did.
Tensor gradient_of(const Tensor& tensor);

/// Where a backward pass adds to the gradient of `tensor` in place. `add` false: the memory holds no value yet, write.
/// Saves the copy that returning a gradient would cost; return the empty tensor for that input then.
struct GradientTarget {
  Tensor tensor;  // shaped like the tensor asked for; empty if it wants no gradient
  bool add = false;
};
GradientTarget gradient_target(const Tensor& tensor);
/// Adds `gradient` to what arrived at `tensor` so far.
void add_gradient(const Tensor& tensor, Tensor gradient);

struct TapeOptions {
  uint64_t seed = 0;  // with `step`: the only source of dropout noise
  uint64_t step = 0;
  bool dropout = true;           // false: gradients without noise (gradient checks)
  bool recompute = false;        // what naru/ops/recompute.h is given runs twice instead of being kept
  DType precision = DType::f32;  // what naru/ops/precision.h stores its argument as
};

class Tape {
 public:
  explicit Tape(TapeOptions options = {});
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// The innermost tape alive on this thread, or null.
  static Tape* current();

  /// Goes back from `loss` (one number) whose gradient is `scale`; what the entries kept is freed on the way.
  void backward(const Tensor& loss, float scale = 1);
  /// Goes back from tensors with given gradients.
  void backward(const std::vector<Tensor>& outputs, const Gradients& gradients);

  /// `done` hears of each parameter during the backward pass when no entry that is left on this tape adds to its
  /// gradient.
  void on_complete(std::function<void(const Variable&)> done) { complete_ = std::move(done); }

  bool dropout() const { return options_.dropout; }
  /// Key of the next random op: from (seed, step, ordinal of the op on the tape).
  uint64_t next_random_key();
  uint64_t ordinal() const { return ordinal_; }
  /// A tape that runs a stretch again continues from the ordinal at which the stretch began.
  void set_ordinal(uint64_t ordinal) { ordinal_ = ordinal; }
  const TapeOptions& options() const { return options_; }
  /// Names of the ops recorded, in order (tests).
  std::vector<std::string_view> recorded() const;

  using Backward = std::function<Gradients(const Gradients& output_gradients)>;
  void add(std::string_view name, const std::vector<Tensor*>& outputs, const std::vector<Tensor>& inputs,
           Backward backward);

 private:
  struct Entry {
    std::string_view name;
    std::vector<std::shared_ptr<Variable>> outputs;
    std::vector<Tensor> inputs;  // without numbers: the closure keeps those it needs
    Backward backward;
  };
  void run_back();
  void count_uses();
  void note_done(const std::vector<Tensor>& inputs);

  TapeOptions options_;
  uint64_t ordinal_ = 0;
  std::vector<Entry> entries_;
  std::function<void(const Variable&)> complete_;
  std::unordered_map<const Variable*, int64_t> uses_;  // of parameters, by entries that are left
  Tape* outer_;
};

/// True when a tape lives and one of the inputs wants a gradient: the op must keep what backward needs.
bool recording(std::initializer_list<const Tensor*> inputs);

/// Returns `y`, after storing `backward` if a tape lives and some input wants a gradient. `backward` maps dy to one
/// gradient per input, each shaped like its input, or empty for "none" or "already added through gradient_target".
template <class F>
Tensor record(std::string_view name, Tensor y, const std::vector<Tensor>& inputs, F backward) {
  Tape* tape = Tape::current();
  if (!tape) return y;
  tape->add(name, {&y}, inputs, [backward = std::move(backward)](const Gradients& dys) { return backward(dys[0]); });
  return y;
}

/// The same for ops with several outputs; the gradient of an output that nothing used is the empty tensor.
template <class F>
std::vector<Tensor> record(std::string_view name, std::vector<Tensor> ys, const std::vector<Tensor>& inputs,
                           F backward) {
  Tape* tape = Tape::current();
  if (!tape) return ys;
  std::vector<Tensor*> outputs;
  for (Tensor& y : ys) outputs.push_back(&y);
  tape->add(name, outputs, inputs, std::move(backward));
  return ys;
}

}  // namespace naru
