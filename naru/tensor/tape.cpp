#include "naru/tensor/tape.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "naru/base/random.h"
#include "naru/base/threads.h"

namespace naru {
namespace {

thread_local Tape* innermost_tape = nullptr;

/// Rows of the gradient of the whole variable that belong to this view (all of them for a tensor that is no view).
Tensor rows_of_gradient(const Tensor& view, const Tensor& gradient) {
  if (gradient.size() == view.size()) return gradient;
  const int64_t row_size = view.size() / std::max<int64_t>(view.dim(0), 1);
  return gradient.rows(view.offset() / row_size, view.offset() / row_size + view.dim(0));
}

/// A gradient handed on by reference (both inputs of a sum get the same dy) must not be written to.
void own_numbers(Variable& variable) {
  if (!variable.persistent && variable.gradient.is_shared()) variable.gradient = variable.gradient.clone();
}

void add_in_place(const Tensor& into, const Tensor& more) {
  NARU_CHECK(into.size() == more.size() && into.dtype() == more.dtype(), "gradient: {} {} added to {} {}", more.shape(),
             name(more.dtype()), into.shape(), name(into.dtype()));
  constexpr int64_t grain = 1 << 15;
  parallel_for(into.size(), grain, [&](int64_t begin, int64_t end) {
    const auto add = [&](auto* to, const auto* from) {
      using T = std::remove_pointer_t<decltype(to)>;
      for (int64_t i = begin; i < end; ++i) to[i] = T(static_cast<float>(to[i]) + static_cast<float>(from[i]));
    };
    into.dtype() == DType::f32 ? add(into.data(), more.data()) : add(into.data<bf16>(), more.data<bf16>());
  });
}

}  // namespace

void want_gradient(Tensor& tensor, bool persistent) {
  auto variable = std::make_shared<Variable>();
  variable->shape = tensor.shape();
  variable->persistent = persistent;
  tensor.set_variable(std::move(variable));
}

Tensor gradient_of(const Tensor& tensor) {
  const auto& variable = tensor.variable();
  if (!variable || !variable->started) return {};
  return rows_of_gradient(tensor, variable->gradient);
}

GradientTarget gradient_target(const Tensor& tensor) {
  const auto& variable = tensor.variable();
  if (!variable) return {};
  if (variable->started) own_numbers(*variable);
  if (!variable->gradient)
    variable->gradient = variable->persistent ? Tensor(variable->shape, DType::f32, Purpose::gradients)
                                              : Tensor(variable->shape, tensor.dtype());
  const Tensor rows = rows_of_gradient(tensor, variable->gradient);
  const bool whole = rows.size() == variable->gradient.size();
  if (!variable->started && !whole)
    std::memset(variable->gradient.raw(), 0, static_cast<size_t>(variable->gradient.bytes()));
  const bool add = variable->started || !whole;
  variable->started = true;
  return {rows, add};
}

void add_gradient(const Tensor& tensor, Tensor gradient) {  // NOLINT: the caller gives it away
  const auto& variable = tensor.variable();
  if (!variable || !gradient) return;
  NARU_CHECK(gradient.shape() == tensor.shape(), "gradient: {} for a tensor of {}", gradient.shape(), tensor.shape());
  if (!variable->started && !variable->persistent) {
    variable->gradient = gradient.detached();
    variable->started = true;
    return;
  }
  const auto [target, add] = gradient_target(tensor);
  if (add) {
    add_in_place(target, gradient);
  } else {
    NARU_CHECK(target.dtype() == gradient.dtype(), "gradient: {} for a {} variable", name(gradient.dtype()),
               name(target.dtype()));
    std::memcpy(target.raw(), gradient.raw(), static_cast<size_t>(gradient.bytes()));
  }
}

Tape::Tape(TapeOptions options) : options_(options), outer_(innermost_tape) { innermost_tape = this; }
Tape::~Tape() { innermost_tape = outer_; }
Tape* Tape::current() { return innermost_tape; }

uint64_t Tape::next_random_key() { return mix(mix(options_.seed, options_.step), ordinal_++); }

std::vector<std::string_view> Tape::recorded() const {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

bool recording(std::initializer_list<const Tensor*> inputs) {
  return innermost_tape && std::ranges::any_of(inputs, [](const Tensor* input) { return input->wants_gradient(); });
}

void Tape::add(std::string_view name, const std::vector<Tensor*>& outputs, const std::vector<Tensor>& inputs,
               Backward backward) {
  if (std::ranges::none_of(inputs, &Tensor::wants_gradient)) return;
  Entry entry{name, {}, {}, std::move(backward)};
  for (Tensor* output : outputs) {
    want_gradient(*output);
    entry.outputs.push_back(output->variable());
  }
  for (const Tensor& input : inputs) entry.inputs.push_back(input.without_numbers());
  entries_.push_back(std::move(entry));
}

void Tape::backward(const Tensor& loss, float scale) {
  NARU_CHECK(loss.size() == 1, "backward: the loss is {}, need one number", loss.shape());
  Tensor one(loss.shape());
  one.data()[0] = scale;
  backward({loss}, {one});
}

void Tape::backward(const std::vector<Tensor>& outputs, const Gradients& gradients) {
  for (size_t i = 0; i < outputs.size(); ++i) add_gradient(outputs[i], gradients[i]);
  run_back();
}

void Tape::count_uses() {
  uses_.clear();
  for (const Entry& entry : entries_)
    for (const Tensor& input : entry.inputs)
      if (input.variable() && input.variable()->persistent) ++uses_[input.variable().get()];
}

void Tape::note_done(const std::vector<Tensor>& inputs) {
  for (const Tensor& input : inputs)
    if (const auto& variable = input.variable(); variable && variable->persistent && --uses_[variable.get()] == 0)
      complete_(*variable);
}

void Tape::run_back() {
  if (complete_) count_uses();
  // Ops that run inside a backward pass must not be recorded behind the entry that is being worked off.
  struct Pause {
    Tape* const tape = std::exchange(innermost_tape, nullptr);
    ~Pause() { innermost_tape = tape; }
  } const pause;
  while (!entries_.empty()) {
    Entry entry = std::move(entries_.back());
    entries_.pop_back();
    Gradients arrived;
    bool any = false;
    for (const auto& output : entry.outputs) {
      arrived.push_back(output->started ? output->gradient : Tensor());
      any |= output->started;
    }
    if (any) {
      const Profiled profiled(entry.name, " backward");
      const Gradients results = entry.backward(arrived);
      NARU_CHECK(results.size() == entry.inputs.size(), "{}: backward gave {} gradients for {} inputs", entry.name,
                 results.size(), entry.inputs.size());
      for (size_t i = 0; i < results.size(); ++i) add_gradient(entry.inputs[i], results[i]);
    }
    if (complete_) note_done(entry.inputs);
  }
}

}  // namespace naru
