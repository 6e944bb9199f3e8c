#include "naru/models/seq2seq.h"

#include <utility>

#include "naru/ops/concat.h"
#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"
#include "naru/ops/precision.h"

namespace naru {
namespace {

const Seq2SeqConfig& checked(const Seq2SeqConfig& c) {
  check(c);
  return c;
}

/// Width of the source's rows.
int64_t value_width(const Seq2SeqConfig& c) { return c.bidirectional ? 2 * c.width : c.width; }

Tensor table(Scope root, const Seq2SeqConfig& c, const char* name, int64_t size) {
  return (root / (c.vocabulary.shared ? "shared_embedding" : name))
      .table("weight", {size, c.embedding_width()}, uniform(0.1));
}

std::array<Tensor, 2> tables(Scope root, const Seq2SeqConfig& c) {
  return {table(root, c, "source_embedding", c.vocabulary.source),
          table(root, c, "target_embedding", c.vocabulary.target)};
}

}  // namespace

struct Seq2Seq::Memory final : State {
  std::unique_ptr<State> written;
  std::vector<RecurrentState> read;  // of each layer of an encoder that can read on
  void detach() override {
    written->detach();
    for (RecurrentState& layer : read)
      for (Tensor* x : {&layer.h, &layer.c})
        if (*x) *x = x->detached();
  }
};

std::vector<Seq2Seq::EncoderLayer> Seq2Seq::encoder_layers(Scope scope, const Seq2SeqConfig& c) {
  std::vector<EncoderLayer> layers;
  for (int64_t i = 0; i < c.encoder_layers; ++i) {
    const int64_t in = i == 0 ? c.embedding_width() : value_width(c);
    const std::string suffix = fmt::format("_l{}", i);
    const RecurrentShape shape{cell_of(c.cell), in, c.width, c.forget_bias};
    EncoderLayer layer{recurrent_weights(scope, shape, suffix), std::nullopt};
    if (c.bidirectional) layer.backward = recurrent_weights(scope, shape, suffix + "_reverse");
    layers.push_back(std::move(layer));
  }
  return layers;
}

Seq2Seq::Seq2Seq(const Seq2SeqConfig& config, Params params)
    : Model(std::move(params)),
      config_(checked(config)),
      cell_(cell_of(config.cell)),
      tables_(tables(Scope(params_), config)),
      encoder_(encoder_layers(Scope(params_) / "encoder", config)),
      decoder_(Scope(params_), config, tables_[1], value_width(config)) {}

/// One row per source token; each layer goes on from its last state, if there is one.
Tensor Seq2Seq::encode(const Ragged& source, std::vector<RecurrentState>& last, Trace* trace) const {
  const Offsets& offsets = source.offsets;
  const std::vector<RecurrentState> before = std::exchange(last, {});
  Tensor x = to_precision(embedding(tables_[0], source.values));  // [total, embedding]
  note(trace, "encoder", 0, x);
  for (const EncoderLayer& layer : encoder_) {
    const RecurrentState first = before.empty() ? RecurrentState() : before[last.size()];
    x = dropout(x, {static_cast<float>(config_.dropout), offsets});
    const bool reverse = config_.reverse_source && !layer.backward;
    const RecurrentResult forward =
        recurrent_layer(x, offsets, first, layer.forward, {.cell = cell_, .reverse = reverse});
    if (!layer.backward) {
      x = forward.outputs;
      last.push_back(forward.last);
      note(trace, "encoder", last.size(), x);
      continue;
    }
    // The state that read the source from its end is the one that saw the first word last (Bahdanau et al., A.2.2).
    const RecurrentResult backward = recurrent_layer(x, offsets, {}, *layer.backward, {.cell = cell_, .reverse = true});
    x = concat_columns({forward.outputs, backward.outputs});  // [total, 2 width]
    last.push_back(backward.last);
    note(trace, "encoder", last.size(), x);
  }
  return x;
}

std::unique_ptr<State> Seq2Seq::start(const Ragged& source, Trace* trace) const {
  std::vector<RecurrentState> last;
  const Tensor rows = encode(source, last, trace);  // [total, values]
  if (trace) trace->hidden.emplace_back("source", rows);
  auto memory = std::make_unique<Memory>();
  memory->written = decoder_.start(rows, source.offsets, last);
  if (extends()) memory->read = std::move(last);
  return memory;
}

void Seq2Seq::extend(State& state, const Ragged& more) const {
  auto& memory = static_cast<Memory&>(state);
  NARU_CHECK(extends(), "seq2seq: only a plain encoder that reads forward can read on");
  NARU_CHECK(more.count() == count(state), "seq2seq: {} sources go on in a state of {}", more.count(), count(state));
  const Tensor rows = encode(more, memory.read, nullptr);  // [total, values]
  memory.written = decoder_.start(rows, more.offsets, memory.read);
}

Tensor Seq2Seq::append(State& state, const Ragged& tokens, Trace* trace) const {
  return decoder_.append(*static_cast<Memory&>(state).written, tokens, trace);
}

void Seq2Seq::reorder(State& state, std::span<const int32_t> rows) const {
  auto& memory = static_cast<Memory&>(state);
  decoder_.reorder(*memory.written, rows);
  const Tensor index = Tensor::from(rows, {static_cast<int64_t>(rows.size())});
  for (RecurrentState& layer : memory.read) layer = {rows_of(layer.h, index), rows_of(layer.c, index)};
}

void Seq2Seq::join(State& into, std::unique_ptr<State> more) const {
  auto &memory = static_cast<Memory&>(into), &joining = static_cast<Memory&>(*more);
  const int64_t a = count(memory), b = count(joining);
  for (size_t i = 0; i < memory.read.size(); ++i) {
    RecurrentState &layer = memory.read[i], &other = joining.read[i];
    layer = {stacked(layer.h, a, other.h, b), stacked(layer.c, a, other.c, b)};
  }
  decoder_.join(*memory.written, std::move(joining.written));
}

int64_t Seq2Seq::count(const State& state) const { return decoder_.count(*static_cast<const Memory&>(state).written); }

std::pair<double, double> Seq2Seq::matrix_flops_per_token() const {
  auto [source, target] = decoder_.products_per_token();
  for (const EncoderLayer& layer : encoder_)
    source += products(layer.forward) + (layer.backward ? products(*layer.backward) : 0);
  return {2 * source, 2 * target};
}

std::vector<ModelPart> Seq2Seq::parts() const {
  std::vector<ModelPart> parts;
  const auto add = [&](const char* name, std::string formula, std::string_view prefix) {
    add_part(parts, params_, {name, std::move(formula)}, {prefix});
  };
  const int64_t embedding = config_.embedding_width();
  add("shared embedding", fmt::format("{} × {}", config_.vocabulary.target, embedding), "shared_embedding.");
  add("source embedding", fmt::format("{} × {}", config_.vocabulary.source, embedding), "source_embedding.");
  add("target embedding", fmt::format("{} × {}", config_.vocabulary.target, embedding), "target_embedding.");
  add("encoder",
      fmt::format("{} {}layers of {}", config_.encoder_layers, config_.bidirectional ? "× 2 " : "",
                  gates_formula(config_)),
      "encoder.");
  for (ModelPart& part : decoder_.parts(params_)) parts.push_back(std::move(part));
  return parts;
}

}  // namespace naru
