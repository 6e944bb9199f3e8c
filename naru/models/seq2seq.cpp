#include "naru/models/seq2seq.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "naru/ops/activations.h"
#include "naru/ops/concat.h"
#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"
#include "naru/ops/maxout.h"
#include "naru/ops/precision.h"

namespace naru {
namespace {

const Seq2SeqConfig& checked(const Seq2SeqConfig& c) {
  if (c.tied_output && c.embedding > 0 && c.embedding != c.width)
    fail("tied_output: needs embedding={} to equal width={}", c.embedding, c.width);
  if (c.attention == "dot" && c.bidirectional)
    fail(
        "attention=dot: the source's rows are twice as wide as the decoder's state; use general or "
        "bidirectional=false");
  if (c.attention == "none" && c.maxout)
    fail("attention=none: maxout is the readout of a decoder that attends; set maxout=false, or an attention");
  if (c.attention != "none" && c.context_input)
    fail("context_input: is for a decoder that does not attend; set context_input=false, or attention=none");
  if (c.attention_order == "luong" && c.maxout)
    fail("attention_order=luong: maxout is the readout of Bahdanau's order; set maxout=false, or the order bahdanau");
  check(c.vocabulary);
  return c;
}

/// Rows of a state, some of which stand for zeros by not being there.
Tensor rows_of(const Tensor& x, const Tensor& rows) { return x ? gather(x, rows) : Tensor(); }

/// The rows of a (or `a_count` of zeros) and then those of b. For f32 off the tape.
Tensor stacked(const Tensor& a, int64_t a_count, const Tensor& b, int64_t b_count) {
  if (!a && !b) return {};
  const int64_t width = (a ? a : b).dim(1);
  Tensor both = Tensor::zeros({a_count + b_count, width});
  if (a) std::memcpy(both.data(), a.data(), static_cast<size_t>(a.bytes()));
  if (b) std::memcpy(both.data() + a_count * width, b.data(), static_cast<size_t>(b.bytes()));
  return both;
}

/// Without the sources that no sequence looks at any more.
AttentionMemory still_read(const AttentionMemory& memory) {
  const auto count = static_cast<size_t>(memory.offsets.count());
  std::vector<int32_t> number(count, -1), lengths, tokens;
  for (const int32_t source : memory.of) number[static_cast<size_t>(source)] = 0;
  for (size_t source = 0; source < count; ++source) {
    if (number[source] < 0) continue;
    number[source] = static_cast<int32_t>(lengths.size());
    const auto begin = memory.offsets.begins()[source], end = memory.offsets.begins()[source + 1];
    lengths.push_back(end - begin);
    for (int32_t token = begin; token < end; ++token) tokens.push_back(token);
  }
  if (lengths.size() == count) return memory;
  AttentionMemory left;
  const Tensor index = Tensor::from(tokens, {static_cast<int64_t>(tokens.size())});
  left.values = gather(memory.values, index);
  left.keys = memory.keys.raw() == memory.values.raw() ? left.values : gather(memory.keys, index);
  left.offsets = Offsets(std::move(lengths));
  for (const int32_t source : memory.of) left.of.push_back(number[static_cast<size_t>(source)]);
  return left;
}

/// Row i of x beside each token of sequence i.
Tensor repeated(const Tensor& x, const Offsets& offsets) {
  Tensor rows({offsets.total()}, DType::i32);
  for (int64_t i = 0; i < offsets.count(); ++i)
    std::fill(rows.data<int32_t>() + offsets.begin(i), rows.data<int32_t>() + offsets.end(i), static_cast<int32_t>(i));
  return gather(x, rows);
}

Tensor constant(const Tensor& x) { return x ? x.detached() : x; }

}  // namespace

struct Seq2Seq::Memory final : State {
  int64_t count = 0;
  AttentionDecoderState state;
  AttentionMemory source;            // with attention
  Tensor context;                    // [count, width], with context_input
  std::vector<RecurrentState> read;  // of each layer of an encoder that can read on

  void detach() override {
    for (RecurrentState& cell : state.cells) cell = {constant(cell.h), constant(cell.c)};
    state.attentional = constant(state.attentional);
    source.values = constant(source.values);
    source.keys = constant(source.keys);
    context = constant(context);
    for (RecurrentState& layer : read) layer = {constant(layer.h), constant(layer.c)};
  }
  /// Which source each sequence looks at.
  std::vector<int32_t> looks_at() const {
    if (!source.of.empty() || count == 0) return source.of;
    std::vector<int32_t> all(static_cast<size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
};

Seq2Seq::Seq2Seq(const Seq2SeqConfig& config, Params params)
    : Model(std::move(params)), config_(checked(config)), cell_(cell_of(config.cell)) {
  const Scope root(params_);
  const int64_t width = config.width, embedding = embedding_width();
  const auto table = [&](const char* name, int64_t size) {
    return (root / (config.vocabulary.shared ? "shared_embedding" : name))
        .table("weight", {size, embedding}, uniform(0.1));
  };
  source_embedding_ = table("source_embedding", config.vocabulary.source);
  target_embedding_ = table("target_embedding", config.vocabulary.target);
  for (int64_t i = 0; i < config.encoder_layers; ++i) {
    const int64_t in = i == 0 ? embedding : value_width();
    const std::string suffix = fmt::format("_l{}", i);
    const RecurrentShape shape{cell_, in, width, config.forget_bias};
    EncoderLayer layer{recurrent_weights(root / "encoder", shape, suffix), std::nullopt};
    if (config.bidirectional) layer.backward = recurrent_weights(root / "encoder", shape, suffix + "_reverse");
    encoder_.push_back(std::move(layer));
  }
  int64_t fed = 0;  // what the lowest cell reads beside the embedding
  if (attends()) fed = attends_first() ? value_width() : config.input_feeding ? width : 0;
  if (config.context_input) fed = width;
  for (int64_t i = 0; i < config.decoder_layers; ++i) {
    const RecurrentShape shape{cell_, i == 0 ? embedding + fed : width, width, config.forget_bias};
    decoder_.cells.push_back(recurrent_weights(root / "decoder", shape, fmt::format("_l{}", i)));
    if (!config.bridge) continue;
    const Scope scope = root / "bridge" / std::to_string(i);
    bridge_.push_back({Linear(scope / "h", width, width), std::nullopt});
    if (cell_ == Cell::lstm) bridge_.back().c = Linear(scope / "c", width, width);
  }
  if (attends()) add_attention(root / "attention");
  if (attends() && attends_first()) {
    const Scope scope = root / "readout";
    const int64_t rows = config.maxout ? 2 * width : width;
    readout_ = Readout{(scope / "state").param("weight", {rows, width}, xavier_uniform()),
                       (scope / "embedding").param("weight", {rows, embedding}, xavier_uniform()),
                       (scope / "context").param("weight", {rows, value_width()}, xavier_uniform())};
  }
  const Scope output = root / "output";
  const Tensor weight = config.tied_output
                            ? target_embedding_
                            : output.table("weight", {config.vocabulary.target, width}, xavier_uniform());
  output_ = Linear(weight, output.param("bias", {config.vocabulary.target}, zeros()));
}

void Seq2Seq::add_attention(Scope scope) {
  const int64_t width = config_.width, values = value_width();
  if (config_.attention == "additive") {
    decoder_.query = (scope / "query").param("weight", {width, width}, xavier_uniform());
    decoder_.score = (scope / "score").param("weight", {width}, uniform(0.1));
    key_ = Linear(scope / "key", values, width);
  } else if (config_.attention == "general") {
    key_ = Linear((scope / "key").param("weight", {width, values}, xavier_uniform()), {});
  }
  if (attends_first()) return;
  decoder_.combine = (scope / "combine").param("weight", {width, values + width}, xavier_uniform());
  decoder_.combine_bias = (scope / "combine").param("bias", {width}, zeros());
}

Tensor Seq2Seq::drop(const Tensor& x, const Offsets& offsets) const {
  return dropout(x, {static_cast<float>(config_.dropout), offsets});
}

/// One row per source token; each layer goes on from its last state, if there is one.
Tensor Seq2Seq::encode(const Ragged& source, std::vector<RecurrentState>& last) const {
  const Offsets& offsets = source.offsets;
  const std::vector<RecurrentState> before = std::exchange(last, {});
  Tensor x = to_precision(embedding(source_embedding_, source.values));  // [total, embedding]
  for (const EncoderLayer& layer : encoder_) {
    const RecurrentState first = before.empty() ? RecurrentState{} : before[last.size()];
    x = drop(x, offsets);
    const bool reverse = config_.reverse_source && !layer.backward;
    const RecurrentResult forward =
        recurrent_layer(x, offsets, first, layer.forward, {.cell = cell_, .reverse = reverse});
    if (!layer.backward) {
      x = forward.outputs;
      last.push_back(forward.last);
      continue;
    }
    // The state that read the source from its end is the one that saw the first word last (Bahdanau et al., A.2.2).
    const RecurrentResult backward = recurrent_layer(x, offsets, {}, *layer.backward, {.cell = cell_, .reverse = true});
    x = concat_columns({forward.outputs, backward.outputs});  // [total, 2 width]
    last.push_back(backward.last);
  }
  return x;
}

std::vector<RecurrentState> Seq2Seq::first_states(const std::vector<RecurrentState>& last) const {
  std::vector<RecurrentState> first;
  for (size_t i = 0; i < decoder_.cells.size(); ++i) {
    RecurrentState state = last[std::min(i, last.size() - 1)];
    if (!bridge_.empty()) {
      state.h = bridge_[i].h(state.h, {Activation::tanh});
      if (state.c) state.c = (*bridge_[i].c)(state.c, {Activation::tanh});
    }
    first.push_back(std::move(state));
  }
  return first;
}

std::unique_ptr<State> Seq2Seq::start(const Ragged& source, Trace*) const {
  std::vector<RecurrentState> last;
  const Tensor rows = encode(source, last);  // [total, values]
  auto memory = std::make_unique<Memory>();
  memory->count = source.count();
  memory->state.cells = first_states(last);
  if (config_.context_input) memory->context = last.back().h;
  if (attends()) memory->source = {rows, config_.attention == "dot" ? rows : key_(rows), source.offsets, {}};
  if (extends()) memory->read = std::move(last);
  return memory;
}

void Seq2Seq::extend(State& state, const Ragged& more) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(extends(), "seq2seq: only a plain encoder that reads forward can read on");
  NARU_CHECK(more.count() == memory.count, "seq2seq: {} sources go on in a state of {}", more.count(), memory.count);
  encode(more, memory.read);
  memory.state.cells = first_states(memory.read);
  if (config_.context_input) memory.context = memory.read.back().h;
}

Tensor Seq2Seq::append(State& state, const Ragged& tokens, Trace* trace) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(tokens.count() == memory.count, "seq2seq: {} sequences appended to a state of {}", tokens.count(),
             memory.count);
  const Tensor x =
      drop(to_precision(embedding(target_embedding_, tokens.values)), tokens.offsets);  // [total, embedding]
  const Tensor hidden =
      attends() ? append_attending(memory, x, tokens.offsets, trace) : append_plain(memory, x, tokens.offsets);
  return drop(hidden, tokens.offsets);
}

Tensor Seq2Seq::append_plain(Memory& memory, Tensor x, const Offsets& offsets) const {
  if (memory.context) x = concat_columns({x, repeated(memory.context, offsets)});
  for (size_t i = 0; i < decoder_.cells.size(); ++i) {
    const RecurrentResult result = recurrent_layer(i == 0 ? x : drop(x, offsets), offsets, memory.state.cells[i],
                                                   decoder_.cells[i], {.cell = cell_});
    x = result.outputs;
    memory.state.cells[i] = result.last;
  }
  return x;
}

Tensor Seq2Seq::append_attending(Memory& memory, const Tensor& x, const Offsets& offsets, Trace* trace) const {
  const AttentionDecoderOptions options{.cell = cell_,
                                        .order = attends_first() ? AttentionOrder::bahdanau : AttentionOrder::luong,
                                        .input_feeding = config_.input_feeding,
                                        .dropout = static_cast<float>(config_.dropout),
                                        .weights = trace != nullptr};
  const AttentionDecoderResult result = attention_decoder({x, offsets}, memory.source, memory.state, decoder_, options);
  memory.state = result.last;
  if (trace) {
    AttentionMap map;
    map.name = "attention";
    const auto looks_at = memory.looks_at();
    const float* weights = result.weights.data();
    for (int64_t i = 0; i < memory.count; ++i) {
      const int64_t queries = offsets.length(i), keys = memory.source.offsets.length(looks_at[static_cast<size_t>(i)]);
      map.sequences.emplace_back(weights, weights + queries * keys);
      map.queries.push_back(queries);
      map.keys.push_back(keys);
      weights += queries * keys;
    }
    trace->attention.push_back(std::move(map));
  }
  if (!readout_) return result.attentional;
  const Tensor sum = add_dropped(add_dropped(linear(result.before, readout_->state), linear(x, readout_->embedding)),
                                 linear(result.contexts, readout_->context));
  return config_.maxout ? maxout(sum) : tanh(sum);
}

void Seq2Seq::reorder(State& state, std::span<const int32_t> rows) const {
  auto& memory = static_cast<Memory&>(state);
  const auto looks_at = memory.looks_at();
  const Tensor index = Tensor::from(rows, {static_cast<int64_t>(rows.size())});
  for (RecurrentState& cell : memory.state.cells) cell = {rows_of(cell.h, index), rows_of(cell.c, index)};
  memory.state.attentional = rows_of(memory.state.attentional, index);
  memory.context = rows_of(memory.context, index);
  for (RecurrentState& layer : memory.read) layer = {rows_of(layer.h, index), rows_of(layer.c, index)};
  memory.source.of.clear();
  if (attends())
    for (const int32_t row : rows) memory.source.of.push_back(looks_at.at(static_cast<size_t>(row)));
  memory.count = static_cast<int64_t>(rows.size());
}

void Seq2Seq::join(State& into, std::unique_ptr<State> more) const {
  auto &memory = static_cast<Memory&>(into), &joining = static_cast<Memory&>(*more);
  const int64_t a = memory.count, b = joining.count;
  for (size_t i = 0; i < memory.state.cells.size(); ++i) {
    RecurrentState &cell = memory.state.cells[i], &other = joining.state.cells[i];
    cell = {stacked(cell.h, a, other.h, b), stacked(cell.c, a, other.c, b)};
  }
  memory.state.attentional = stacked(memory.state.attentional, a, joining.state.attentional, b);
  memory.context = stacked(memory.context, a, joining.context, b);
  for (size_t i = 0; i < memory.read.size(); ++i) {
    RecurrentState &layer = memory.read[i], &other = joining.read[i];
    layer = {stacked(layer.h, a, other.h, b), stacked(layer.c, a, other.c, b)};
  }
  if (attends()) {
    memory.source.of = memory.looks_at();
    AttentionMemory source = still_read(memory.source);
    const auto sources = static_cast<int32_t>(source.offsets.count());
    for (const int32_t i : joining.looks_at()) source.of.push_back(sources + i);
    const int64_t tokens = source.offsets.total(), more_tokens = joining.source.offsets.total();
    const bool same = config_.attention == "dot";
    source.values = stacked(source.values, tokens, joining.source.values, more_tokens);
    source.keys = same ? source.values : stacked(source.keys, tokens, joining.source.keys, more_tokens);
    std::vector<int32_t> lengths = source.offsets.lengths();
    for (const int32_t length : joining.source.offsets.lengths()) lengths.push_back(length);
    source.offsets = Offsets(std::move(lengths));
    memory.source = std::move(source);
  }
  memory.count += b;
}

int64_t Seq2Seq::count(const State& state) const { return static_cast<const Memory&>(state).count; }

std::pair<double, double> Seq2Seq::matrix_flops_per_token() const {
  const auto matrix = [](const Tensor& weight) { return weight.rank() == 2 ? static_cast<double>(weight.size()) : 0; };
  const auto cell = [&](const RecurrentWeights& weights) {
    return matrix(weights.weight_ih) + matrix(weights.weight_hh);
  };
  double source = matrix(key_.weight),
         target = matrix(decoder_.query) + matrix(decoder_.combine) + matrix(output_.weight);
  for (const EncoderLayer& layer : encoder_)
    source += cell(layer.forward) + (layer.backward ? cell(*layer.backward) : 0);
  for (const RecurrentWeights& weights : decoder_.cells) target += cell(weights);
  if (readout_) target += matrix(readout_->state) + matrix(readout_->embedding) + matrix(readout_->context);
  return {2 * source, 2 * target};
}

std::vector<ModelPart> Seq2Seq::parts() const {
  std::vector<ModelPart> parts;
  const auto add = [&](const char* name, std::string formula, std::string_view prefix) {
    if (const int64_t count = params_.parameter_count(prefix); count > 0)
      parts.push_back({name, std::move(formula), count});
  };
  const int64_t embedding = embedding_width();
  const std::string gates = fmt::format("{} × (d·(in + d) + 2 d), d = {}", gate_count(cell_), config_.width);
  add("shared embedding", fmt::format("{} × {}", config_.vocabulary.target, embedding), "shared_embedding.");
  add("source embedding", fmt::format("{} × {}", config_.vocabulary.source, embedding), "source_embedding.");
  add("target embedding", fmt::format("{} × {}", config_.vocabulary.target, embedding), "target_embedding.");
  add("encoder", fmt::format("{} {}layers of {}", config_.encoder_layers, config_.bidirectional ? "× 2 " : "", gates),
      "encoder.");
  add("bridge", fmt::format("{} × (d² + d) for each state", config_.decoder_layers), "bridge.");
  add("decoder", fmt::format("{} layers of {}", config_.decoder_layers, gates), "decoder.");
  add("attention", config_.attention + ", order of " + config_.attention_order, "attention.");
  add("readout", fmt::format("{} × (d + embedding + values)", config_.maxout ? "2 d" : "d"), "readout.");
  add("output", fmt::format("{} × (d + 1)", config_.vocabulary.target), "output.");
  return parts;
}

}  // namespace naru
