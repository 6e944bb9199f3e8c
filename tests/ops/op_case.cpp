#include "tests/ops/op_case.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "naru/base/random.h"
#include "naru/base/threads.h"

namespace naru {

std::vector<OpCase>& table() {
  static std::vector<OpCase> rows;
  return rows;
}

bool add_op_cases(std::vector<OpCase> rows) {
  table().insert(table().end(), rows.begin(), rows.end());
  return true;
}
const std::vector<OpCase>& op_cases() { return table(); }
bool has_op_case(std::string_view name) {
  return std::ranges::any_of(table(), [&](const OpCase& row) { return row.name == name; });
}
void PrintTo(const OpCase& row, std::ostream* out) {
  *out << row.name << " (" << row.situation << ")";
  for (const Input& input : row.inputs) *out << ' ' << to_string(input.shape);
}

Doubles random_doubles(uint64_t seed, Shape shape, double low, double high) {
  Doubles numbers(shape);
  Random random(seed);
  for (double& x : numbers.values) x = low + (high - low) * random.uniform();
  return numbers;
}

Offsets random_offsets(uint64_t seed, int64_t count, int64_t longest) {
  Random random(seed);
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < count; ++i)
    lengths.push_back(static_cast<int32_t>(
        i < 2 ? std::min(i, longest) : static_cast<int64_t>(random.below(static_cast<uint64_t>(longest) + 1))));
  return Offsets(lengths);
}

Tensor random_ids(uint64_t seed, int64_t total, int64_t below) {
  Random random(seed);
  Tensor ids({total}, DType::i32);
  for (int32_t& id : ids.values<int32_t>()) id = static_cast<int32_t>(random.below(static_cast<uint64_t>(below)));
  return ids;
}

Tensor to_tensor(const Doubles& numbers, DType dtype, Purpose purpose) {
  Tensor wide(numbers.shape);
  std::ranges::transform(numbers.values, wide.data(), [](double x) { return static_cast<float>(x); });
  return wide.to(dtype, purpose);
}

Doubles to_doubles(const Tensor& tensor) {
  Doubles numbers(tensor.shape());
  if (tensor.dtype() == DType::i32) {
    std::ranges::copy(tensor.values<int32_t>(), numbers.values.begin());
  } else {
    std::ranges::copy(tensor.to(DType::f32).values(), numbers.values.begin());
  }
  return numbers;
}

Doubles times_transposed(const Doubles& x, const Doubles& w) {
  NARU_CHECK(x.columns() == w.columns(), "times_transposed: {} · {}ᵀ", x.shape, w.shape);
  Doubles y({x.rows(), w.rows()});
  const int64_t rows = x.rows(), out = w.rows(), in = x.columns();
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < out; ++j)
      for (int64_t k = 0; k < in; ++k) y[i * out + j] += x[i * in + k] * w[j * in + k];
  return y;
}

Doubles map(const Doubles& x, const std::function<double(double)>& f) {
  Doubles y(x.shape);
  std::ranges::transform(x.values, y.values.begin(), f);
  return y;
}

namespace {

double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double x : values) most = std::max(most, std::abs(x));
  return most;
}

/// Below this magnitude a tensor's error counts absolutely: exact zeros come out of f32 sums as noise.
constexpr double least_magnitude = 0.1;

void expect_near(const Doubles& actual, const Doubles& expected, double tolerance, const std::string& what) {
  ASSERT_EQ(to_string(actual.shape), to_string(expected.shape)) << what;
  const double allowed = tolerance * std::max(least_magnitude, largest(expected.values));
  for (int64_t i = 0; i < actual.size(); ++i)
    ASSERT_LE(std::abs(actual[i] - expected[i]), allowed)  // also fails for NaN
        << what << " at " << i << " of " << to_string(actual.shape) << ": " << actual[i] << ", the twin has "
        << expected[i];
}

bool is_always_f32(Role role) { return role == Role::stream || role == Role::parameter; }
bool is_parameter(Role role) { return role == Role::weight || role == Role::parameter; }
/// What activations and weights are stored as. bf16 activations under f32 weights: mixed precision in training.
struct Storage {
  DType activations, weights;
};
constexpr Storage all_f32{DType::f32, DType::f32};
std::string name_of(const Storage& storage) {
  return fmt::format("{} under weights of {}", name(storage.activations), name(storage.weights));
}
bool is_float(const Tensor& tensor) { return tensor.dtype() == DType::f32 || tensor.dtype() == DType::bf16; }

/// One row in one storage: the inputs, and what the op and the twin make of them. Where the op has a bf16 form
/// both forms get the very same numbers, so that the twin's slopes serve both.
class Trial {
 public:
  Trial(const OpCase& row, const Storage& storage) : row_(row) {
    for (size_t i = 0; i < row.inputs.size(); ++i) {
      const Input& input = row.inputs[i];
      const Tensor wide = to_tensor(random_doubles(mix(17, i), input.shape, input.low, input.high));
      const bool f32 = is_always_f32(input.role) || !row.bf16;
      const DType dtype = input.role == Role::weight ? storage.weights : storage.activations;
      inputs_.push_back(f32 ? wide : wide.to(DType::bf16).to(dtype));
      doubles_.push_back(to_doubles(inputs_.back()));
    }
  }

  struct Result {
    std::vector<Doubles> outputs, gradients;
  };
  /// The op on a tape of its own, `times` times over; backward from all outputs, or from the one asked for.
  Result op(int times = 1, int64_t only_output = -1) {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const bool parameter = is_parameter(row_.inputs[i].role);
      want_gradient(inputs_[i], parameter);
      // What an earlier step left in a parameter's gradient must not come through.
      if (parameter) std::ranges::fill(inputs_[i].variable()->gradient.values(), NAN);
    }
    Result result;
    Tape tape(row_.tape);
    std::vector<Tensor> outputs;
    Gradients cotangents;
    for (int time = 0; time < times; ++time) {
      tape.set_ordinal(0);
      const std::vector<Tensor> ys = row_.op(inputs_);
      for (size_t i = 0; i < ys.size(); ++i) {
        if (time == 0) result.outputs.push_back(to_doubles(ys[i]));
        if (!is_float(ys[i]) || (only_output >= 0 && static_cast<size_t>(only_output) != i)) continue;
        outputs.push_back(ys[i]);
        cotangents.push_back(to_tensor(cotangent(i, ys[i].shape()), ys[i].dtype()));
      }
    }
    recorded_.clear();
    for (const std::string_view name : tape.recorded()) recorded_.emplace_back(name);
    tape.backward(outputs, cotangents);
    for (Tensor& input : inputs_) {
      const Tensor gradient = gradient_of(input);
      result.gradients.push_back(gradient ? to_doubles(gradient) : Doubles(input.shape()));
      input.set_variable(nullptr);
    }
    return result;
  }
  std::vector<Doubles> op_without_tape() {
    std::vector<Doubles> outputs;
    for (const Tensor& y : row_.op(inputs_)) outputs.push_back(to_doubles(y));
    return outputs;
  }
  std::vector<Doubles> twin() const { return row_.twin(doubles_); }
  const std::vector<std::string>& recorded() const { return recorded_; }

  /// d (outputs · cotangents) / d inputs[i] by central differences of the twin: number by number where the row is
  /// small, else along a few random directions.
  Doubles slopes(size_t i, int64_t only_output) const {
    const bool small = is_small();
    Doubles result(small ? doubles_[i].shape : Shape{large_directions});
    parallel_for(result.size(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; ++n) result[n] = slope(i, direction(i, n), only_output);
    });
    return result;
  }
  /// The same of a gradient.
  Doubles along_directions(size_t i, const Doubles& gradient) const {
    if (is_small()) return gradient;
    Doubles result({large_directions});
    for (int64_t n = 0; n < large_directions; ++n) {
      const Doubles steps = direction(i, n);
      for (int64_t j = 0; j < gradient.size(); ++j) result[n] += steps[j] * gradient[j];
    }
    return result;
  }

 private:
  /// Rounded to bf16, so that both storage types have the very same one.
  Doubles cotangent(size_t output, Shape shape) const {
    if (row_.is_loss) return random_doubles(0, shape, 1, 1);
    return to_doubles(to_tensor(random_doubles(mix(99, output), shape), DType::bf16));
  }
  static constexpr int64_t large_directions = 4;
  bool is_small() const {
    int64_t numbers = 0;
    for (const Doubles& input : doubles_) numbers += input.size();
    return numbers <= 1000;
  }
  Doubles direction(size_t i, int64_t n) const {
    if (!is_small()) return random_doubles(mix(5, static_cast<uint64_t>(n)), doubles_[i].shape);
    Doubles one(doubles_[i].shape);
    one[n] = 1;
    return one;
  }
  double slope(size_t i, const Doubles& direction, int64_t only_output) const {
    constexpr double step = 1e-6;
    return (contracted(i, direction, step, only_output) - contracted(i, direction, -step, only_output)) / (2 * step);
  }
  double contracted(size_t i, const Doubles& direction, double step, int64_t only_output) const {
    DoubleInputs moved = doubles_;
    for (int64_t j = 0; j < direction.size(); ++j) moved[i][j] += step * direction[j];
    const std::vector<Doubles> ys = row_.twin(moved);
    double sum = 0;
    for (size_t k = 0; k < ys.size(); ++k) {
      if (only_output >= 0 && static_cast<size_t>(only_output) != k) continue;
      const Doubles weights = cotangent(k, ys[k].shape);
      for (int64_t j = 0; j < weights.size(); ++j) sum += weights[j] * ys[k][j];
    }
    return sum;
  }

  const OpCase& row_;
  Inputs inputs_;
  DoubleInputs doubles_;
  std::vector<std::string> recorded_;
};

/// Compares number by number; along directions, errors may add up to what `gradient` as a whole allows.
void expect_gradient(const Trial& trial, size_t i, const Doubles& gradient, const Doubles& slopes, double tolerance) {
  double length = 0;
  for (const double g : gradient.values) length += g * g;
  const Doubles along = trial.along_directions(i, gradient);
  const bool is_whole = along.size() == gradient.size();
  const double magnitude = is_whole ? largest(slopes.values) : std::sqrt(length);
  const double allowed = tolerance * std::max(least_magnitude, magnitude);
  ASSERT_EQ(to_string(along.shape), to_string(slopes.shape)) << "gradient of input " << i;
  for (int64_t n = 0; n < along.size(); ++n)
    ASSERT_LE(std::abs(along[n] - slopes[n]), allowed)  // also fails for NaN
        << "gradient of input " << i << ' ' << to_string(gradient.shape) << (is_whole ? " at " : " along direction ")
        << n << ": " << along[n] << ", the twin has " << slopes[n];
}

/// Instruction sets to run on: the machine's best (0), then the lesser ones that it has too. Restores on destruction.
class InstructionSets {
 public:
  static std::vector<int64_t> all() {
    std::vector<int64_t> sets = {0};
    const int64_t supported = hwy::SupportedTargets();
    for (const int64_t set : {HWY_AVX2, HWY_SSE4})
      if ((supported & set) != 0 && (supported & (set - 1)) != 0) sets.push_back(set);
    return sets;
  }
  explicit InstructionSets(int64_t only) { hwy::SetSupportedTargetsForTest(only); }
  ~InstructionSets() { hwy::SetSupportedTargetsForTest(0); }
};

class EveryOp : public testing::TestWithParam<OpCase> {
 protected:
  double tolerance(const Storage& storage) const {
    return storage.activations == DType::bf16 ? GetParam().bf16_tolerance : GetParam().tolerance;
  }
  /// A gradient in bf16 is rounded itself and made from outputs that were rounded.
  double gradient_tolerance(const Storage& storage) const {
    return storage.activations == DType::bf16 ? 2 * GetParam().bf16_tolerance : GetParam().tolerance;
  }
  std::vector<Storage> storages() const {
    std::vector<Storage> all{all_f32};
    if (!GetParam().bf16) return all;
    all.push_back({DType::bf16, DType::bf16});
    const bool weighs = std::ranges::any_of(GetParam().inputs, [](const Input& x) { return x.role == Role::weight; });
    if (weighs) all.push_back({DType::bf16, DType::f32});
    return all;
  }
};

TEST_P(EveryOp, EqualsItsTwinInDouble) {
  for (const Storage& storage : storages())
    for (const int64_t set : InstructionSets::all()) {
      const InstructionSets only(set);
      Trial trial(GetParam(), storage);
      const auto expected = trial.twin();
      std::vector<std::vector<Doubles>> results = {trial.op().outputs};
      if (!GetParam().tape.dropout) results.push_back(trial.op_without_tape());
      for (const auto& actual : results) {
        ASSERT_EQ(actual.size(), expected.size());
        for (size_t i = 0; i < actual.size(); ++i)
          expect_near(actual[i], expected[i], tolerance(storage), fmt::format("output {} in {}", i, name_of(storage)));
      }
    }
}

TEST_P(EveryOp, HasTheGradientOfItsTwin) {
  const Trial reference(GetParam(), all_f32);
  const auto outputs = static_cast<int64_t>(reference.twin().size());
  for (int64_t output = -1; output < (outputs > 1 ? outputs : 0); ++output)
    for (size_t i = 0; i < GetParam().inputs.size(); ++i) {
      const Doubles slopes = reference.slopes(i, output);
      for (const Storage& storage : storages())
        for (const int64_t set : InstructionSets::all()) {
          const InstructionSets only(set);
          Trial trial(GetParam(), storage);
          expect_gradient(trial, i, trial.op(1, output).gradients[i], slopes, gradient_tolerance(storage));
        }
    }
}

TEST_P(EveryOp, AddsItsGradientToWhatArrivedBefore) {
  Trial trial(GetParam(), all_f32);
  const auto once = trial.op().gradients, twice = trial.op(2).gradients;
  for (size_t i = 0; i < once.size(); ++i)
    expect_near(twice[i], map(once[i], [](double x) { return 2 * x; }), 1e-5, "gradient of input " + std::to_string(i));
}

TEST_P(EveryOp, GivesTheSameBitsForEveryNumberOfThreads) {
  const int before = threads();
  for (const Storage& storage : storages()) {
    Trial trial(GetParam(), storage);
    set_threads(1);
    const auto one = trial.op();
    set_threads(3);
    const auto three = trial.op();
    for (size_t i = 0; i < one.outputs.size(); ++i) EXPECT_EQ(one.outputs[i].values, three.outputs[i].values);
    for (size_t i = 0; i < one.gradients.size(); ++i) EXPECT_EQ(one.gradients[i].values, three.gradients[i].values);
  }
  set_threads(before);
}

TEST_P(EveryOp, RecordsItselfUnderItsName) {
  Trial trial(GetParam(), all_f32);
  trial.op();
  EXPECT_NE(std::ranges::find(trial.recorded(), GetParam().name), trial.recorded().end());
  for (const std::string& name : trial.recorded()) EXPECT_TRUE(has_op_case(name)) << name << " has no row in the table";
}

std::string test_name(const testing::TestParamInfo<OpCase>& info) {
  std::string text = info.param.name + "_" + info.param.situation;
  for (char& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return text;
}
INSTANTIATE_TEST_SUITE_P(Table, EveryOp, testing::ValuesIn(op_cases()), test_name);

}  // namespace
}  // namespace naru
