#include "naru/ops/cpu/attention_decoder.h"

#include <algorithm>

#include "naru/ops/packed.h"

namespace naru::cpu {

template <class T>
Source<T> source_of(const DecoderRun& run, int64_t sequence, const float* score) {
  const Offsets& offsets = run.memory.offsets;
  const int64_t index = run.source_of(sequence), begin = offsets.begin(index);
  return {.length = offsets.length(index),
          .width = run.width(),
          .value_width = run.value_width(),
          .keys = run.memory.keys.data<T>() + begin * run.width(),
          .values = run.memory.values.data<T>() + begin * run.value_width(),
          .score = score};
}

template <class T>
CellLayer<T> cell_layer(const DecoderRun& run, size_t index) {
  CellLayer<T> layer;
  layer.cell = run.options.cell;
  layer.hidden = run.hidden();
  layer.weights = run.weights.cells[index];
  layer.has_projection = index == 0;
  layer.first_column = index == 0 ? run.y.dim(1) : 0;
  layer.input_width = index == 0 ? run.fed_width() : run.hidden();
  layer.keep = run.keep;
  layer.gates = run.gates[index].data<T>();
  layer.carry_before = run.carry_before[index].data();
  layer.outputs = run.outputs[index].data<T>();
  return layer;
}

int64_t attention_row(const DecoderRun& run, int64_t sequence, int64_t token) {
  const int64_t row = token - run.targets.begin(sequence);
  return run.attention_begins[static_cast<size_t>(sequence)] + row * run.memory.offsets.length(run.source_of(sequence));
}

DropoutMask step_mask(const Drop& drop, std::span<const int32_t> tokens, std::vector<uint32_t>& keys) {
  DropoutMask mask = drop.mask();
  keys.clear();
  for (const int32_t token : tokens) keys.push_back(mask.token_keys[token]);
  mask.token_keys = keys.data();
  return mask;
}

namespace {

/// What all groups share.
template <class T>
struct Decoder {
  const DecoderRun& run;
  std::vector<CellLayer<T>> layers;
  std::shared_ptr<const PackedMatrix> query, combine;  // null if there is no such weight
  Tensor score;                                        // [width] f32, or empty

  explicit Decoder(const DecoderRun& run) : run(run) {
    for (size_t i = 0; i < run.weights.cells.size(); ++i) {
      layers.push_back(cell_layer<T>(run, i));
      layers.back().pack_forward();
    }
    query = packed(run.weights.query);
    combine = packed(run.weights.combine);
    if (run.weights.score) score = run.weights.score.to(DType::f32, Purpose::workspace);
  }
  static std::shared_ptr<const PackedMatrix> packed(const Tensor& weight) {
    if (!weight) return nullptr;
    return packed_part(weight, {.rows = weight.dim(0), .columns = weight.dim(1)}, Packing::forward, dtype_of<T>);
  }
};

/// A group's way forward.
template <class T>
class DecoderWalk {
 public:
  DecoderWalk(const Decoder<T>& decoder, Lockstep& lockstep)
      : decoder_(decoder), run_(decoder.run), lockstep_(lockstep) {
    const int64_t count = lockstep.count(), hidden = run_.hidden();
    for (size_t i = 0; i < decoder.layers.size(); ++i)
      walks_.emplace_back(decoder.layers[i], lockstep, run_.initial_of(i));
    query_ = workspace(count, run_.width());
    context_ = workspace(count, run_.value_width(), dtype_of<T>);
    dropped_ = workspace(count, hidden, dtype_of<T>);
    if (!run_.luong()) return;
    joined_ = workspace(count, run_.value_width() + hidden, dtype_of<T>);
    attentional_ = gather_rows(run_.initial.attentional, lockstep.sequences(), run_.attentional.dim(1), dtype_of<T>);
  }

  void run(const AttentionDecoderState& last) {
    for (int64_t time = 0; time < lockstep_.steps(); ++time) step(lockstep_.tokens(time));
    for (size_t i = 0; i < walks_.size(); ++i) walks_[i].finish(last.cells[i]);
    if (run_.luong())
      scatter_rows(attentional_.data<T>(), lockstep_.sequences(), attentional_.dim(1), last.attentional.data<T>());
  }

 private:
  void step(std::span<const int32_t> tokens) {
    if (run_.luong()) {
      step_cells(tokens, attentional_.data<T>());
      attend_all(tokens);
      combine(tokens);
    } else {
      attend_all(tokens);
      step_cells(tokens, context_.data<T>());
    }
  }

  void step_cells(std::span<const int32_t> tokens, const T* input) {
    for (size_t i = 0; i < walks_.size(); ++i) {
      walks_[i].step(tokens, input);
      input = walks_[i].state();
      if (i + 1 == walks_.size() || !run_.drops[i]) continue;
      drop(input, dropped_.data<T>(), static_cast<int64_t>(tokens.size()), run_.hidden(),
           step_mask(run_.drops[i], tokens, keys_));
      input = dropped_.data<T>();
    }
  }

  /// The state of the topmost cell → contexts.
  void attend_all(std::span<const int32_t> tokens) {
    const auto rows = static_cast<int64_t>(tokens.size());
    const int64_t hidden = run_.hidden(), width = run_.width(), value_width = run_.value_width();
    const T* state = walks_.back().state();
    if (decoder_.query) {
      step_product(view(state, rows, hidden, hidden), *decoder_.query,
                   {.data = query_.data(), .dtype = DType::f32, .stride = width}, {0, width}, {}, lockstep_.alone());
    } else {
      std::transform(state, state + rows * hidden, query_.data(), [](T x) { return static_cast<float>(x); });
    }
    parallel_for(rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t token = tokens[static_cast<size_t>(i)];
        T* context = context_.data<T>() + i * value_width;
        attend_one(lockstep_.sequences()[static_cast<size_t>(i)], token, query_.data() + i * width, context);
        std::copy_n(context, value_width, run_.contexts.data<T>() + token * value_width);
      }
    });
  }

  void attend_one(int64_t sequence, int64_t token, const float* query, T* context) const {
    const auto source = source_of<T>(run_, sequence, decoder_.score.data());
    if (run_.attention)
      return attend(source, query, run_.attention.data() + attention_row(run_, sequence, token), context);
    static thread_local std::vector<float> weights;
    weights.resize(static_cast<size_t>(source.length));
    attend(source, query, weights.data(), context);
  }

  /// a = tanh(W_c [c; s] + b_c)
  void combine(std::span<const int32_t> tokens) {
    const auto rows = static_cast<int64_t>(tokens.size());
    const int64_t hidden = run_.hidden(), value_width = run_.value_width(), width = attentional_.dim(1);
    T* joined = joined_.data<T>();
    for (int64_t i = 0; i < rows; ++i, joined += joined_.dim(1)) {
      std::copy_n(context_.data<T>() + i * value_width, value_width, joined);
      std::copy_n(walks_.back().state() + i * hidden, hidden, joined + value_width);
    }
    step_product(view(joined_.data<T>(), rows, joined_.dim(1), joined_.dim(1)), *decoder_.combine,
                 {.data = attentional_.data<T>(), .dtype = dtype_of<T>, .stride = width}, {0, width},
                 {.bias = run_.weights.combine_bias.data(), .activation = Activation::tanh}, lockstep_.alone());
    scatter_rows(attentional_.data<T>(), tokens, width, run_.attentional.data<T>());
  }

  const Decoder<T>& decoder_;
  const DecoderRun& run_;
  Lockstep& lockstep_;
  std::vector<CellWalk<T>> walks_;
  Tensor query_, context_, joined_, attentional_, dropped_;  // [count, …]
  std::vector<uint32_t> keys_;
};

}  // namespace

template <class T>
void decoder_forward(const DecoderRun& run, const AttentionDecoderState& last) {
  const Decoder<T> decoder(run);
  project_inputs(decoder.layers[0], matrix_view(run.y));
  for_each_group(run.targets, false, [&](Lockstep& lockstep) { DecoderWalk<T>(decoder, lockstep).run(last); });
}

template Source<float> source_of(const DecoderRun&, int64_t, const float*);
template Source<bf16> source_of(const DecoderRun&, int64_t, const float*);
template CellLayer<float> cell_layer(const DecoderRun&, size_t);
template CellLayer<bf16> cell_layer(const DecoderRun&, size_t);
template void decoder_forward<float>(const DecoderRun&, const AttentionDecoderState&);
template void decoder_forward<bf16>(const DecoderRun&, const AttentionDecoderState&);

}  // namespace naru::cpu
