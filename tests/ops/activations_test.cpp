#include "naru/ops/activations.h"

#include "tests/ops/activation_twin.h"
#include "tests/ops/op_case.h"

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

}  // namespace
}  // namespace naru
