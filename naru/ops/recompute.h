// Memory for time (Chen et al. 2016, "Training deep nets with sublinear memory cost"): a stretch of a model that keeps
// nothing for its backward pass and runs a second time instead.
#pragma once

#include <functional>
#include <utility>

#include "naru/tensor/tensor.h"

namespace naru {

namespace detail {
/// Whether a tape with `recompute` lives and x wants a gradient.
bool recomputes(const Tensor& x);
Tensor run_and_forget(const Tensor& x, std::function<Tensor(const Tensor& x)> stretch);
}  // namespace detail

/// stretch(x), any shapes. On a tape with `recompute`, only x and the result stay in memory until the backward pass,
/// which runs `stretch` again, its dropout the same; whatever it refers to must live until then. Gradients of x and of
/// all else that it reads are those of a plain call, bit for bit. Elsewhere it costs nothing.
template <class Stretch>
Tensor recomputed(const Tensor& x, Stretch&& stretch) {
  if (!detail::recomputes(x)) return stretch(x);
  return detail::run_and_forget(x, std::forward<Stretch>(stretch));
}

}  // namespace naru
