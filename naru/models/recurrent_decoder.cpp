#include "naru/models/recurrent_decoder.h"

#include <algorithm>
#include <numeric>

#include "naru/ops/activations.h"
#include "naru/ops/concat.h"
#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"
#include "naru/ops/maxout.h"
#include "naru/ops/precision.h"

namespace naru {
namespace {

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

void note_first_states(Trace& trace, const std::vector<RecurrentState>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].h) trace.hidden.emplace_back(fmt::format("decoder.{}.first", i + 1), cells[i].h);
    if (cells[i].c) trace.hidden.emplace_back(fmt::format("decoder.{}.first_c", i + 1), cells[i].c);
  }
}

}  // namespace

void check(const Seq2SeqConfig& c) {
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
}

struct RecurrentDecoder::Memory final : State {
  int64_t count = 0;
  AttentionDecoderState state;
  AttentionMemory source;  // with attention
  Tensor context;          // [count, width], with context_input

  void detach() override {
    for (RecurrentState& cell : state.cells) cell = {constant(cell.h), constant(cell.c)};
    state.attentional = constant(state.attentional);
    source.values = constant(source.values);
    source.keys = constant(source.keys);
    context = constant(context);
  }
  /// Which source each sequence looks at.
  std::vector<int32_t> looks_at() const {
    if (!source.of.empty() || count == 0) return source.of;
    std::vector<int32_t> all(static_cast<size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
};

RecurrentDecoder::RecurrentDecoder(Scope root, const Seq2SeqConfig& config, const Tensor& table, int64_t values)
    : config_(config), cell_(cell_of(config.cell)), values_(values), table_(table) {
  const int64_t width = config.width, embedding = config.embedding_width();
  int64_t fed = 0;  // what the lowest cell reads beside the embedding
  if (attends()) fed = attends_first() ? values : config.input_feeding ? width : 0;
  if (config.context_input) fed = width;
  for (int64_t i = 0; i < config.decoder_layers; ++i) {
    const RecurrentShape shape{cell_, i == 0 ? embedding + fed : width, width, config.forget_bias};
    cells_.cells.push_back(recurrent_weights(root / "decoder", shape, fmt::format("_l{}", i)));
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
                       (scope / "context").param("weight", {rows, values}, xavier_uniform())};
  }
  const Scope output = root / "output";
  const Tensor weight =
      config.tied_output ? table : output.table("weight", {config.vocabulary.target, width}, xavier_uniform());
  output_ = Linear(weight, output.param("bias", {config.vocabulary.target}, zeros()));
}

void RecurrentDecoder::add_attention(Scope scope) {
  const int64_t width = config_.width;
  if (config_.attention == "additive") {
    cells_.query = (scope / "query").param("weight", {width, width}, xavier_uniform());
    cells_.score = (scope / "score").param("weight", {width}, uniform(0.1));
    key_ = Linear(scope / "key", values_, width);
  } else if (config_.attention == "general") {
    key_ = Linear((scope / "key").param("weight", {width, values_}, xavier_uniform()), {});
  }
  if (attends_first()) return;
  cells_.combine = (scope / "combine").param("weight", {width, values_ + width}, xavier_uniform());
  cells_.combine_bias = (scope / "combine").param("bias", {width}, zeros());
}

Tensor RecurrentDecoder::drop(const Tensor& x, const Offsets& offsets) const {
  return dropout(x, {static_cast<float>(config_.dropout), offsets});
}

/// Of the decoder's layers; zeros after an encoder that ends in no state.
std::vector<RecurrentState> RecurrentDecoder::first_states(const std::vector<RecurrentState>& last) const {
  std::vector<RecurrentState> first;
  for (size_t i = 0; i < cells_.cells.size(); ++i) {
    RecurrentState state = last.empty() ? RecurrentState() : last[std::min(i, last.size() - 1)];
    if (!bridge_.empty()) {
      state.h = bridge_[i].h(state.h, {Activation::tanh});
      if (state.c) state.c = (*bridge_[i].c)(state.c, {Activation::tanh});
    }
    first.push_back(std::move(state));
  }
  return first;
}

std::unique_ptr<State> RecurrentDecoder::start(const Tensor& rows, const Offsets& offsets,
                                               const std::vector<RecurrentState>& last) const {
  auto memory = std::make_unique<Memory>();
  memory->count = offsets.count();
  memory->state.cells = first_states(last);
  if (config_.context_input) memory->context = last.back().h;
  if (attends()) memory->source = {rows, config_.attention == "dot" ? rows : key_(rows), offsets, {}};
  return memory;
}

Tensor RecurrentDecoder::append(State& state, const Ragged& tokens, Trace* trace) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(tokens.count() == memory.count, "recurrent decoder: {} sequences appended to a state of {}",
             tokens.count(), memory.count);
  if (trace) note_first_states(*trace, memory.state.cells);
  const Tensor x = drop(to_precision(embedding(table_, tokens.values)), tokens.offsets);  // [total, embedding]
  const Tensor hidden =
      attends() ? append_attending(memory, x, tokens.offsets, trace) : append_plain(memory, x, tokens.offsets, trace);
  return drop(hidden, tokens.offsets);
}

Tensor RecurrentDecoder::append_plain(Memory& memory, Tensor x, const Offsets& offsets, Trace* trace) const {
  if (memory.context) x = concat_columns({x, repeated(memory.context, offsets)});
  note(trace, "decoder", 0, x);
  for (size_t i = 0; i < cells_.cells.size(); ++i) {
    const RecurrentResult result = recurrent_layer(i == 0 ? x : drop(x, offsets), offsets, memory.state.cells[i],
                                                   cells_.cells[i], {.cell = cell_});
    x = result.outputs;
    note(trace, "decoder", i + 1, x);
    memory.state.cells[i] = result.last;
  }
  return x;
}

/// Attention weights, f32: for each sequence [tokens, source tokens], one after the other.
AttentionMap RecurrentDecoder::looks(const Memory& memory, const Tensor& weights, const Offsets& offsets) const {
  AttentionMap map;
  map.name = "attention";
  const auto looks_at = memory.looks_at();
  const float* next = weights.data();
  for (int64_t i = 0; i < memory.count; ++i) {
    const int64_t queries = offsets.length(i), keys = memory.source.offsets.length(looks_at[static_cast<size_t>(i)]);
    map.sequences.emplace_back(next, next + queries * keys);
    map.queries.push_back(queries);
    map.keys.push_back(keys);
    next += queries * keys;
  }
  return map;
}

/// [y; c], or [y; a] of the step before, or y: what the lowest cell read of each token. For a trace, off the tape.
Tensor RecurrentDecoder::read_by_lowest(const Tensor& x, const AttentionDecoderResult& result,
                                        const Tensor& attentional_before, const Offsets& offsets) const {
  if (attends_first()) return concat_columns({x, result.contexts});
  if (!config_.input_feeding) return x;
  return concat_columns({x, rows_before(result.attentional, offsets, attentional_before)});
}

Tensor RecurrentDecoder::append_attending(Memory& memory, const Tensor& x, const Offsets& offsets, Trace* trace) const {
  const AttentionDecoderOptions options{.cell = cell_,
                                        .order = attends_first() ? AttentionOrder::bahdanau : AttentionOrder::luong,
                                        .input_feeding = config_.input_feeding,
                                        .dropout = static_cast<float>(config_.dropout),
                                        .weights = trace != nullptr};
  const AttentionDecoderResult result = attention_decoder({x, offsets}, memory.source, memory.state, cells_, options);
  if (trace) {
    note(trace, "decoder", 0, read_by_lowest(x, result, memory.state.attentional, offsets));
    note(trace, "decoder", cells_.cells.size(), result.states);
    trace->attention.push_back(looks(memory, result.weights, offsets));
  }
  memory.state = result.last;
  if (!readout_) return result.attentional;
  const Tensor sum = add_dropped(add_dropped(linear(result.before, readout_->state), linear(x, readout_->embedding)),
                                 linear(result.contexts, readout_->context));
  return config_.maxout ? maxout(sum) : tanh(sum);
}

void RecurrentDecoder::reorder(State& state, std::span<const int32_t> rows) const {
  auto& memory = static_cast<Memory&>(state);
  const auto looks_at = memory.looks_at();
  const Tensor index = Tensor::from(rows, {static_cast<int64_t>(rows.size())});
  for (RecurrentState& cell : memory.state.cells) cell = {rows_of(cell.h, index), rows_of(cell.c, index)};
  memory.state.attentional = rows_of(memory.state.attentional, index);
  memory.context = rows_of(memory.context, index);
  memory.source.of.clear();
  if (attends())
    for (const int32_t row : rows) memory.source.of.push_back(looks_at.at(static_cast<size_t>(row)));
  memory.count = static_cast<int64_t>(rows.size());
}

void RecurrentDecoder::join(State& into, std::unique_ptr<State> more) const {
  auto &memory = static_cast<Memory&>(into), &joining = static_cast<Memory&>(*more);
  const int64_t a = memory.count, b = joining.count;
  for (size_t i = 0; i < memory.state.cells.size(); ++i) {
    RecurrentState &cell = memory.state.cells[i], &other = joining.state.cells[i];
    cell = {stacked(cell.h, a, other.h, b), stacked(cell.c, a, other.c, b)};
  }
  memory.state.attentional = stacked(memory.state.attentional, a, joining.state.attentional, b);
  memory.context = stacked(memory.context, a, joining.context, b);
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

int64_t RecurrentDecoder::count(const State& state) const { return static_cast<const Memory&>(state).count; }

double products(const RecurrentWeights& weights) {
  return static_cast<double>(weights.weight_ih.size() + weights.weight_hh.size());
}

std::string gates_formula(const Seq2SeqConfig& c) {
  return fmt::format("{} × (d·(in + d) + 2 d), d = {}", gate_count(cell_of(c.cell)), c.width);
}

std::pair<double, double> RecurrentDecoder::products_per_token() const {
  const auto matrix = [](const Tensor& weight) { return weight.rank() == 2 ? static_cast<double>(weight.size()) : 0; };
  double target = matrix(cells_.query) + matrix(cells_.combine) + matrix(output_.weight);
  for (const RecurrentWeights& weights : cells_.cells) target += products(weights);
  if (readout_) target += matrix(readout_->state) + matrix(readout_->embedding) + matrix(readout_->context);
  return {matrix(key_.weight), target};
}

std::vector<ModelPart> RecurrentDecoder::parts(const Params& params) const {
  std::vector<ModelPart> parts;
  const auto add = [&](const char* name, std::string formula, std::string_view prefix) {
    add_part(parts, params, {name, std::move(formula)}, {prefix});
  };
  add("bridge", fmt::format("{} × (d² + d) for each state", config_.decoder_layers), "bridge.");
  add("decoder", fmt::format("{} layers of {}", config_.decoder_layers, gates_formula(config_)), "decoder.");
  add("attention", config_.attention + ", order of " + config_.attention_order, "attention.");
  add("readout", fmt::format("{} × (d + embedding + values)", config_.maxout ? "2 d" : "d"), "readout.");
  add("output", fmt::format("{} × (d + 1)", config_.vocabulary.target), "output.");
  return parts;
}

}  // namespace naru
