// The op table: one row per op and situation, used twice: the op equals a naive twin in double; its gradient equals
// central differences of that twin. (`bench/ops_bench` times ops at the sizes of training.) A test file adds rows:
//
//   const bool added = add_op_cases({{
//       .name = "softmax", .situation = "rows", .inputs = {{{3, 5}}},
//       .op = [](const Inputs& x) { return softmax(x[0]); },
//       .twin = [](const DoubleInputs& x) { return softmax_twin(x[0]); }}});
//
// and op_case.cpp runs every row in f32 and bf16, on several instruction sets and thread counts. What is not
// differentiable (offsets, ids, options) is captured by `op` and `twin`.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "naru/tensor/ragged.h"
#include "naru/tensor/tape.h"
#include "naru/tensor/tensor.h"

namespace naru {

/// What the twins compute with: contiguous doubles, row-major.
struct Doubles {
  Shape shape;
  std::vector<double> values;

  Doubles() = default;
  explicit Doubles(Shape shape) : shape(shape), values(static_cast<size_t>(shape.size())) {}

  int64_t size() const { return static_cast<int64_t>(values.size()); }
  int64_t columns() const { return shape.rank() == 0 ? 1 : shape[-1]; }
  int64_t rows() const { return columns() == 0 ? 0 : size() / columns(); }
  double& operator[](int64_t i) { return values[static_cast<size_t>(i)]; }
  double operator[](int64_t i) const { return values[static_cast<size_t>(i)]; }
  double& operator()(int64_t row, int64_t column) { return (*this)[row * columns() + column]; }
  double operator()(int64_t row, int64_t column) const { return (*this)[row * columns() + column]; }
};

/// One value or several: an op's outputs.
template <class T>
struct OneOrMore : std::vector<T> {
  OneOrMore(T one) : std::vector<T>{std::move(one)} {}                 // NOLINT: implicit on purpose
  OneOrMore(std::vector<T> more) : std::vector<T>(std::move(more)) {}  // NOLINT
};

using Inputs = std::vector<Tensor>;
using DoubleInputs = std::vector<Doubles>;

enum class Role : uint8_t {
  activation,  // stored f32 or bf16
  stream,      // the residual stream: always f32
  weight,      // a parameter (its gradient is f32 and stays), stored f32 or bf16
  parameter,   // a parameter that is always f32: biases, norms
};

/// One differentiable input, uniform in [low, high).
struct Input {
  Shape shape;
  Role role = Role::activation;
  double low = -1, high = 1;
};

struct OpCase {
  std::string name;       // as the op records itself on the tape
  std::string situation;  // what this row is about; with `name` unique
  std::vector<Input> inputs;
  std::function<OneOrMore<Tensor>(const Inputs&)> op;
  std::function<OneOrMore<Doubles>(const DoubleInputs&)> twin;
  bool bf16 = true;                       // false: the op has no bf16 form
  TapeOptions tape = {.dropout = false};  // with dropout, the twin must drop what the op drops
  bool is_loss = false;                   // goes back from its one output with gradient 1 only
  double tolerance = 1e-5;                // of the largest magnitude in the tensor
  double bf16_tolerance = 0x1p-8;         // the same in bf16; twice as much for gradients
};
void PrintTo(const OpCase& row, std::ostream* out);

/// Adds rows to the table; the result only serves to call it in a static initialiser.
bool add_op_cases(std::vector<OpCase> rows);
const std::vector<OpCase>& op_cases();
/// True when the table has a row for ops that record themselves as `name`.
bool has_op_case(std::string_view name);

/// Values uniform in [low, high), the same for every call with equal arguments.
Doubles random_doubles(uint64_t seed, Shape shape, double low = -1, double high = 1);
/// Lengths in [0, longest], the first 0 and the second 1 where there are that many.
Offsets random_offsets(uint64_t seed, int64_t count, int64_t longest);
/// Ids in [0, below).
Tensor random_ids(uint64_t seed, int64_t total, int64_t below);

Tensor to_tensor(const Doubles& numbers, DType dtype = DType::f32, Purpose purpose = Purpose::activations);
/// Of f32, bf16 or i32 numbers.
Doubles to_doubles(const Tensor& tensor);

/// x · wᵀ for x [rows, in], w [out, in].
Doubles times_transposed(const Doubles& x, const Doubles& w);
/// f(x) for every number.
Doubles map(const Doubles& x, const std::function<double(double)>& f);

}  // namespace naru
