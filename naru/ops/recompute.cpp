#include "naru/ops/recompute.h"

#include "naru/tensor/tape.h"

namespace naru::detail {

bool recomputes(const Tensor& x) {
  const Tape* const tape = Tape::current();
  return tape && tape->options().recompute && x.wants_gradient();
}

Tensor run_and_forget(const Tensor& x, std::function<Tensor(const Tensor& x)> stretch) {
  Tape* const tape = Tape::current();
  TapeOptions options = tape->options();
  options.recompute = false;  // what a stretch of a stretch keeps lives only as long as its backward pass
  const uint64_t first = tape->ordinal();
  Tensor y;
  {
    Tape forgotten(options);
    forgotten.set_ordinal(first);
    y = stretch(x).detached();
    tape->set_ordinal(forgotten.ordinal());
  }
  return record("recomputed", y, {x}, [=, stretch = std::move(stretch)](const Tensor& dy) -> Gradients {
    Tape again(options);
    again.set_ordinal(first);
    const Tensor same = stretch(x);
    again.backward({same}, {dy});
    return {Tensor()};  // that of x has arrived at x
  });
}

}  // namespace naru::detail
