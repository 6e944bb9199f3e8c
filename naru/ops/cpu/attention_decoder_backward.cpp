// The way back through attention_decoder: the walk gives the gradients of all sums (gates, queries, combinations) and
// of the keys; then every weight, y and the values get theirs by products over all tokens.
#include <algorithm>
#include <type_traits>

#include "naru/ops/cpu/attention_decoder.h"
#include "naru/ops/cpu/elementwise.h"
#include "naru/ops/packed.h"

namespace naru::cpu {
namespace {

/// What all groups share, and what they fill: one row per target token unless said otherwise.
template <class T>
struct DecoderBack {
  const DecoderRun& run;
  const DecoderArrived& arrived;
  const DecoderGradients& to;
  std::vector<CellLayer<T>> layers;
  std::vector<Tensor> before;                          // h before each token, of each cell that needs it on the way
  std::shared_ptr<const PackedMatrix> query, combine;  // null if there is no such weight
  Tensor score;                                        // [width] f32, or empty
  Tensor queries, d_queries;                           // [total, width] f32
  Tensor d_contexts;                                   // [total, value width] f32
  Tensor d_combined;                                   // [total, attentional] f32: gradient of the sums under tanh
  Tensor d_energies;                                   // laid out as the attention
  Tensor d_scores;                                     // [count, width] f32: each sequence's share
  Tensor d_keys;                                       // [source total, width] f32

  DecoderBack(const DecoderRun& run, const DecoderArrived& arrived, const DecoderGradients& to);
  /// The states that ask: s_i in luong's order, s_{i-1} in bahdanau's.
  Tensor asking() const { return run.luong() ? run.outputs.back() : before_of(run.outputs.size() - 1); }
  Tensor before_of(size_t cell) const {
    if (before[cell]) return before[cell];
    if (run.before && cell + 1 == run.outputs.size()) return run.before;
    return states_before(run.targets, false, run.outputs[cell], run.initial_of(cell).h);
  }
  void add_weight_gradients() const;
  void add_cell_gradients() const;
  void add_attention_gradients() const;
  void give_values_and_keys() const;
};

std::shared_ptr<const PackedMatrix> packed_back(const Tensor& weight, DType operand) {
  if (!weight) return nullptr;
  return packed_part(weight, {.rows = weight.dim(0), .columns = weight.dim(1)}, Packing::back, operand);
}

template <class T>
DecoderBack<T>::DecoderBack(const DecoderRun& run, const DecoderArrived& arrived, const DecoderGradients& to)
    : run(run), arrived(arrived), to(to), before(run.outputs.size()) {
  const int64_t total = run.targets.total(), width = run.width();
  const bool gated_states = run.options.cell == Cell::gru || run.options.cell == Cell::gru_2014;
  for (size_t i = 0; i < run.outputs.size(); ++i) {
    layers.push_back(cell_layer<T>(run, i));
    layers.back().pack_back();
    if (!gated_states) continue;
    before[i] = before_of(i);
    layers.back().state_before = before[i].data<T>();
  }
  query = packed_back(run.weights.query, dtype_of<T>);
  combine = packed_back(run.weights.combine, dtype_of<T>);
  queries = workspace(total, width);
  if (query) {
    product(matrix_view(asking()), transposed_view(run.weights.query),
            {.data = queries.data(), .dtype = DType::f32, .stride = width});
  } else {
    const Tensor states = asking();
    std::transform(states.data<T>(), states.data<T>() + states.size(), queries.data(),
                   [](T x) { return static_cast<float>(x); });
  }
  d_queries = workspace(total, width);
  d_contexts = workspace(total, run.value_width());
  if (run.luong()) d_combined = workspace(total, run.attentional.dim(1));
  d_energies = workspace(run.attention.dim(0), 1);
  d_keys = to.keys;
  if (!run.weights.score) return;
  score = run.weights.score.to(DType::f32, Purpose::workspace);
  d_scores = Tensor::zeros({run.targets.count(), width}, DType::f32, Purpose::workspace);
  if (!d_keys) d_keys = Tensor::zeros(run.memory.keys.shape(), DType::f32, Purpose::workspace);
}

/// A group's way back.
template <class T>
class DecoderWalkBack {
 public:
  DecoderWalkBack(DecoderBack<T>& back, Lockstep& lockstep) : back_(back), run_(back.run), lockstep_(lockstep) {
    const int64_t count = lockstep.count(), hidden = run_.hidden(), fed = run_.fed_width();
    const auto& last = back.arrived.last;
    for (size_t i = 0; i < back.layers.size(); ++i) {
      const auto& d_initial = back.to.initial.cells[i];
      walks_.emplace_back(back.layers[i], lockstep, last.cells[i], d_initial.h || d_initial.c);
    }
    d_lower_ = workspace(count, hidden);
    d_asking_ = workspace(count, hidden);
    d_fed_ = workspace(count, fed);
    if (!run_.luong()) return;
    const int64_t width = run_.attentional.dim(1);
    const Tensor d_last = gather_rows(last.attentional, lockstep.sequences(), width, dtype_of<T>);
    d_fed_ = d_last.to(DType::f32, Purpose::workspace);
    d_combined_ = workspace(count, width);
    d_joined_ = workspace(count, run_.value_width() + hidden);
  }

  void run() {
    for (int64_t time = lockstep_.steps() - 1; time >= 0; --time) step(time, lockstep_.tokens(time));
    const DecoderGradients& to = back_.to;
    for (size_t i = 0; i < walks_.size(); ++i) walks_[i].finish(to.initial.cells[i]);
    if (to.initial.attentional)
      scatter_rows(d_fed_.data(), lockstep_.sequences(), d_fed_.dim(1), to.initial.attentional.data<T>());
  }

 private:
  void step(int64_t time, std::span<const int32_t> tokens) {
    if (run_.luong()) {
      combine_back(tokens);
      attend_back(tokens);
      step_cells(time, tokens, run_.fed_width() > 0 ? d_fed_.data() : nullptr);
    } else {
      step_cells(time, tokens, d_fed_.data());
      const int64_t width = run_.value_width();
      each_row(tokens, [&](int64_t i, int64_t token) {
        float* d_context = back_.d_contexts.data() + token * width;
        std::copy_n(d_fed_.data() + i * width, width, d_context);
        add(back_.arrived.contexts, token, d_context);
      });
      attend_back(tokens);
    }
  }

  template <class Body>
  void each_row(std::span<const int32_t> tokens, const Body& body) {
    for (size_t i = 0; i < tokens.size(); ++i) body(static_cast<int64_t>(i), tokens[i]);
  }
  /// to += row `token` of what arrived, if something did.
  void add(const Tensor& arrived, int64_t token, float* to) {
    if (!arrived) return;
    const int64_t columns = arrived.dim(1);
    const T* from = arrived.data<T>() + token * columns;
    for (int64_t j = 0; j < columns; ++j) to[j] += static_cast<float>(from[j]);
  }

  /// d_a → gradients of the context and of the topmost state.
  void combine_back(std::span<const int32_t> tokens) {
    const int64_t width = d_combined_.dim(1), value_width = run_.value_width(), hidden = run_.hidden();
    each_row(tokens, [&](int64_t i, int64_t token) {
      float *d_a = d_fed_.data() + i * width, *d_sum = d_combined_.data() + i * width;
      add(back_.arrived.attentional, token, d_a);
      const T* a = run_.attentional.data<T>() + token * width;
      for (int64_t j = 0; j < width; ++j) d_sum[j] = d_a[j] * (1 - static_cast<float>(a[j]) * static_cast<float>(a[j]));
      std::copy_n(d_sum, width, back_.d_combined.data() + token * width);
      std::fill_n(d_a, width, 0.0f);  // without input feeding, nothing comes from the step before
    });
    const auto rows = static_cast<int64_t>(tokens.size());
    const int64_t joined = d_joined_.dim(1);
    step_product(view(d_combined_.data(), rows, width, width), *back_.combine,
                 {.data = d_joined_.data(), .dtype = DType::f32, .stride = joined}, {0, joined}, {}, lockstep_.alone());
    each_row(tokens, [&](int64_t i, int64_t token) {
      float* d_context = back_.d_contexts.data() + token * value_width;
      std::copy_n(d_joined_.data() + i * joined, value_width, d_context);
      add(back_.arrived.contexts, token, d_context);
      const float* from = d_joined_.data() + i * joined + value_width;
      float* d_state = walks_.back().d_state() + i * hidden;
      for (int64_t j = 0; j < hidden; ++j) d_state[j] += from[j];
    });
  }

  /// Rows of d_contexts → d_queries, and from there to the state that asked.
  void attend_back(std::span<const int32_t> tokens) {
    const auto rows = static_cast<int64_t>(tokens.size());
    const int64_t width = run_.width(), hidden = run_.hidden();
    parallel_for(rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        attend_one(lockstep_.sequences()[static_cast<size_t>(i)], tokens[static_cast<size_t>(i)]);
    });
    Tensor& d_rows = back_.query ? d_queries_ : d_asking_;
    if (!d_rows) d_rows = workspace(lockstep_.count(), width);
    each_row(tokens, [&](int64_t i, int64_t token) {
      std::copy_n(back_.d_queries.data() + token * width, width, d_rows.data() + i * width);
    });
    if (back_.query)
      step_product(view(d_queries_.data(), rows, width, width), *back_.query,
                   {.data = d_asking_.data(), .dtype = DType::f32, .stride = hidden}, {0, hidden}, {},
                   lockstep_.alone());
    each_row(tokens, [&](int64_t i, int64_t token) {
      float *d_state = walks_.back().d_state() + i * hidden, *from = d_asking_.data() + i * hidden;
      add(back_.arrived.before, token, from);
      for (int64_t j = 0; j < hidden; ++j) d_state[j] += from[j];
    });
  }

  void attend_one(int64_t sequence, int64_t token) {
    const int64_t width = run_.width(), row = attention_row(run_, sequence, token);
    const int64_t source = run_.memory.offsets.begin(run_.source_of(sequence));
    float* d_query = back_.d_queries.data() + token * width;
    std::fill_n(d_query, width, 0.0f);
    attend_backward(source_of<T>(run_, sequence, back_.score.data()), back_.queries.data() + token * width,
                    run_.attention.data() + row, back_.d_contexts.data() + token * run_.value_width(),
                    {.d_query = d_query,
                     .d_energies = back_.d_energies.data() + row,
                     .d_keys = back_.score ? back_.d_keys.data() + source * width : nullptr,
                     .d_score = back_.score ? back_.d_scores.data() + sequence * width : nullptr});
  }

  void step_cells(int64_t time, std::span<const int32_t> tokens, float* d_fed) {
    for (size_t i = walks_.size(); i-- > 0;) {
      const Tensor d_states = i + 1 == walks_.size() ? back_.arrived.states : Tensor();
      walks_[i].step(time, tokens, d_states.data<T>(), i == 0 ? d_fed : d_lower_.data());
      if (i == 0) return;
      const auto rows = static_cast<int64_t>(tokens.size());
      if (const Drop& dropped = run_.drops[i - 1])
        drop(d_lower_.data(), d_lower_.data(), rows, run_.hidden(), step_mask(dropped, tokens, keys_));
      float* d_state = walks_[i - 1].d_state();
      for (int64_t j = 0; j < rows * run_.hidden(); ++j) d_state[j] += d_lower_.data()[j];
    }
  }

  DecoderBack<T>& back_;
  const DecoderRun& run_;
  Lockstep& lockstep_;
  std::vector<CellWalkBack<T>> walks_;
  Tensor d_lower_, d_asking_, d_queries_, d_fed_, d_combined_, d_joined_;  // [count, …] f32
  std::vector<uint32_t> keys_;
};

template <class T>
void DecoderBack<T>::add_cell_gradients() const {
  const int64_t total = run.targets.total();
  for (size_t i = 0; i < layers.size(); ++i) {
    CellLayer<T> layer = layers[i];
    const Tensor states = before_of(i);
    layer.state_before = states.data<T>();
    add_hidden_gradients(layer, total);
    add_input_bias_gradient(layer, total);
    const GradientTarget target = gradient_target(layer.weights.weight_ih);
    if (i == 0) {
      add_input_gradients(layer, matrix_view(run.y), 0, target);
      if (run.fed_width() == 0) continue;
      const Tensor fed =
          run.luong() ? states_before(run.targets, false, run.attentional, run.initial.attentional) : run.contexts;
      add_input_gradients(layer, matrix_view(fed), run.y.dim(1), target);
    } else if (const Drop& dropped = run.drops[i - 1]) {
      const Tensor lower(run.outputs[i - 1].shape(), dtype_of<T>, Purpose::workspace);
      drop(run.outputs[i - 1].data<T>(), lower.data<T>(), total, run.hidden(), dropped.mask());
      add_input_gradients(layer, matrix_view(lower), 0, target);
    } else {
      add_input_gradients(layer, matrix_view(run.outputs[i - 1]), 0, target);
    }
  }
}

/// As products want it beside an operand of type T.
template <class T>
Tensor rounded(const Tensor& sums) {
  if constexpr (std::is_same_v<T, float>) {
    return sums;
  } else {
    const Tensor stored(sums.shape(), dtype_of<T>, Purpose::workspace);
    convert(sums.data(), stored.data<T>(), sums.size());
    return stored;
  }
}

/// dW (+)= dyᵀ · x, from column `first` of dW on.
void add_product(const Tensor& dy, const Tensor& x, const GradientTarget& target, int64_t first = 0) {
  const int64_t stride = target.tensor.dim(1);
  product(transposed_view(dy), matrix_view(x),
          {.data = target.tensor.data() + first, .dtype = DType::f32, .stride = stride}, {.add = target.add});
}

template <class T>
void DecoderBack<T>::add_attention_gradients() const {
  if (const GradientTarget target = gradient_target(run.weights.query); target.tensor)
    add_product(rounded<T>(d_queries), asking(), target);
  if (const GradientTarget target = gradient_target(run.weights.score); target.tensor)
    column_sums(d_scores.data(), d_scores.dim(0), d_scores.dim(1), d_scores.dim(1), target.tensor.data(), target.add);
  if (const GradientTarget target = gradient_target(run.weights.combine); target.tensor) {
    const Tensor d_sums = rounded<T>(d_combined);
    add_product(d_sums, run.contexts, target);
    add_product(d_sums, run.outputs.back(), target, run.value_width());
  }
  if (const GradientTarget target = gradient_target(run.weights.combine_bias); target.tensor)
    column_sums(d_combined.data(), d_combined.dim(0), d_combined.dim(1), d_combined.dim(1), target.tensor.data(),
                target.add);
}

/// d_values = αᵀ · d_contexts, and under the dot product d_keys = d_eᵀ · queries: one product per sequence.
template <class T>
void DecoderBack<T>::give_values_and_keys() const {
  const auto give = [&](const Tensor& weights, const Tensor& rows, const Tensor& into) {
    parallel_for(run.targets.count(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t tokens = run.targets.length(i), sources = run.memory.offsets.length(i), columns = rows.dim(1);
        const MatrixView a{.data = weights.data() + run.attention_begins[static_cast<size_t>(i)],
                           .dtype = DType::f32,
                           .rows = sources,
                           .columns = tokens,
                           .stride = sources,
                           .transposed = true};
        float* c = into.data() + run.memory.offsets.begin(i) * columns;
        product(a, view(rows.data() + run.targets.begin(i) * columns, tokens, columns, columns),
                {.data = c, .dtype = DType::f32, .stride = columns});
      }
    });
  };
  if (to.values) give(run.attention, d_contexts, to.values);
  if (to.keys && !score) give(d_energies, queries, to.keys);
}

}  // namespace

template <class T>
void decoder_backward(const DecoderRun& run, const DecoderArrived& arrived, const DecoderGradients& to) {
  DecoderBack<T> back(run, arrived, to);
  for_each_group(run.targets, false, [&](Lockstep& lockstep) { DecoderWalkBack<T>(back, lockstep).run(); });
  back.add_cell_gradients();
  back.add_attention_gradients();
  back.give_values_and_keys();
  if (to.y) unproject_inputs(back.layers[0], to.y.dim(0), to.y.dim(1), matrix_out(to.y));
}

template void decoder_backward<float>(const DecoderRun&, const DecoderArrived&, const DecoderGradients&);
template void decoder_backward<bf16>(const DecoderRun&, const DecoderArrived&, const DecoderGradients&);

}  // namespace naru::cpu
