// Activations, layer norm, softmax with cross entropy, positions.
#include <algorithm>

#include "naru/lab/torch/case_tensors.h"
#include "naru/nn/positions.h"
#include "naru/ops/activations.h"
#include "naru/ops/norm.h"
#include "naru/ops/output_loss.h"
#include "naru/ops/softmax.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

Tensor filled(const Shape& shape, float number) {
  Tensor x(shape);
  std::ranges::fill(x.values(), number);
  return x;
}

Tensor identity(int64_t n) {
  Tensor matrix = Tensor::zeros({n, n});
  for (int64_t i = 0; i < n; ++i) matrix.data()[i * n + i] = 1;
  return matrix;
}

}  // namespace

void compute_activations(CaseTensors& tensors) {
  for (const Activation activation : {Activation::relu, Activation::gelu, Activation::gelu_erf, Activation::silu,
                                      Activation::tanh, Activation::sigmoid}) {
    const std::string in_torch = activation == Activation::gelu ? "gelu_tanh" : std::string(name(activation));
    Tensor x = tensors["in.x"].clone();
    want_gradient(x);
    Tape tape;
    const Tensor y = activate(x, activation);
    tensors.compare("out." + in_torch, y);
    tape.backward({y}, {filled(x.shape(), 1)});
    tensors.compare("deriv." + in_torch, gradient_of(x));
  }
}

void compute_layer_norm(CaseTensors& tensors) {
  const Tensor x = tensors.variable("in.x"), weight = tensors.variable("w.weight"), bias = tensors.variable("w.bias");
  Tape tape;
  const Tensor y = layer_norm(x, weight, bias, 1e-5f);
  tensors.compare("out.y", y);
  tensors.compare("out.y_eps12", layer_norm(x, weight, bias, 1e-12f));
  tape.backward({y}, {tensors["in.c"]});
  tensors.compare_gradients();
}

/// The losses are those of an output layer whose weight is the identity.
void compute_softmax(CaseTensors& tensors) {
  const Tensor x = tensors["in.x"], wide = tensors["in.target"];
  tensors.compare("out.softmax", softmax(x));
  tensors.compare("out.log_softmax", log_softmax(x));
  Tensor targets({wide.size()}, DType::i32);
  std::ranges::copy(wide.values<int64_t>(), targets.data<int32_t>());
  const auto counted =
      static_cast<float>(std::ranges::count_if(targets.values<int32_t>(), [](int32_t target) { return target >= 0; }));
  struct Loss {
    std::string name;
    OutputLossOptions options;
  };
  for (const auto& [name, options] : {Loss{"loss_mean", {.scale = 1 / counted}},
                                      {"loss_sum", {}},
                                      {"loss_smooth_0.1", {.smoothing = 0.1f, .scale = 1 / counted}},
                                      {"loss_smooth_0.3", {.smoothing = 0.3f, .scale = 1 / counted}}}) {
    Tensor hidden = x.clone();
    want_gradient(hidden);
    Tape tape;
    const OutputLossResult result = output_loss(hidden, identity(x.dim(1)), {}, targets, options);
    tensors.compare("out." + name, result.loss);
    tape.backward(result.loss);
    tensors.compare("grad_" + name + ".in.x", gradient_of(hidden));
  }
}

void compute_positions(CaseTensors& tensors) {
  const Tensor vaswani = tensors["out.vaswani"], marian = tensors["out.marian"];
  tensors.compare("out.vaswani", sinusoids(vaswani.dim(0), vaswani.dim(1), SinusoidLayout::interleaved));
  tensors.compare("out.marian", sinusoids(marian.dim(0), marian.dim(1), SinusoidLayout::halves));
}

}  // namespace naru
