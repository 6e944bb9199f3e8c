#include "naru/ops/activations.h"

#include <gtest/gtest.h>

#include "tests/fixture.h"
#include "tests/ops/activation_twin.h"
#include "tests/ops/op_case.h"
#include "tests/tensors_near.h"

namespace naru {
namespace {

constexpr Activation activations[] = {Activation::relu, Activation::gelu, Activation::gelu_erf,
                                      Activation::silu, Activation::tanh, Activation::sigmoid};

std::vector<OpCase> rows() {
  std::vector<OpCase> rows;
  for (const Activation activation : activations)
    for (const Shape& shape : {Shape{0}, Shape{5, 3}, Shape{3, 2, 16}, Shape{40, 1001}})
      rows.push_back({.name = std::string(name(activation)),
                      .situation = to_string(shape),
                      .inputs = {{.shape = shape, .low = -1.5, .high = 1.5}},
                      .op = [activation](const Inputs& x) { return activate(x[0], activation); },
                      .twin =
                          [activation](const DoubleInputs& x) {
                            return map(x[0], [activation](double v) { return activation_twin(activation, v); });
                          }});
  return rows;
}

const bool added = add_op_cases(rows());

TEST(Activations, EqualTorch) {
  const SafetensorsFile file = torch_fixture("activations");
  for (const Activation activation : activations) {
    const std::string in_torch = activation == Activation::gelu ? "gelu_tanh" : std::string(name(activation));
    Tensor x = file.tensor("in.x"), ones = Tensor::like(x);
    std::ranges::fill(ones.values(), 1.0f);
    want_gradient(x);
    Tape tape;
    const Tensor y = activate(x, activation);
    tape.backward({y}, {ones});
    EXPECT_TENSORS_NEAR(y, file.tensor("out." + in_torch), 1e-5) << in_torch;
    EXPECT_TENSORS_NEAR(gradient_of(x), file.tensor("deriv." + in_torch), 1e-5) << in_torch;
  }
}

}  // namespace
}  // namespace naru
