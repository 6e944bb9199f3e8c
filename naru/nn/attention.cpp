#include "naru/nn/attention.h"

namespace naru {
namespace {

/// Glorot's bound for each projection by itself, also where several stand in one block.
Linear fused(Scope scope, const std::vector<std::string>& parts, int64_t out_each, int64_t in) {
  return Linear(scope.rows(parts, "weight", {out_each, in}, xavier_uniform()),
                scope.rows(parts, "bias", {out_each}, zeros()));
}

AttentionOptions attention_options(const AttentionConfig& config, AttentionPattern pattern, AttentionMap* map) {
  return {.heads = config.heads,
          .kv_heads = config.kv_heads,
          .pattern = pattern,
          .scale = std::nullopt,
          .dropout = static_cast<float>(config.dropout),
          .map = map};
}

/// Where weights are rounded, what is remembered is too: attention over it reads more than it computes.
KeyValueLayout layout(const AttentionConfig& config, const Linear& projection) {
  return {.heads = config.kv_heads ? config.kv_heads : config.heads,
          .head_d = config.head_d(),
          .dtype = projection.weight.dtype() == DType::f32 ? DType::f32 : DType::bf16};
}

}  // namespace

SelfAttention::SelfAttention(Scope scope, const AttentionConfig& config)
    : config_(config), out_(scope / "out_proj", config.inner(), config.width) {
  if (config.kv_width() == config.inner()) {
    projections_.push_back(fused(scope, {"q_proj", "k_proj", "v_proj"}, config.inner(), config.width));
  } else {  // grouped heads: keys and values are narrower than queries
    projections_.emplace_back(scope / "q_proj", config.width, config.inner());
    projections_.push_back(fused(scope, {"k_proj", "v_proj"}, config.kv_width(), config.width));
  }
}

SelfAttention::Projected SelfAttention::project(const Tensor& x) const {
  const int64_t inner = config_.inner(), kv = config_.kv_width();
  const Tensor first = projections_[0](x);  // [total, 3 inner] or [total, inner]
  if (projections_.size() == 1) return {{first, 0, inner}, {first, inner, kv}, {first, 2 * inner, kv}};
  const Tensor second = projections_[1](x);  // [total, 2 kv]
  return {first, {second, 0, kv}, {second, kv, kv}};
}

Tensor SelfAttention::operator()(const Tensor& x, const Offsets& offsets, AttentionPattern pattern,
                                 AttentionMap* map) const {
  const Projected p = project(x);
  return out_(
      attention(p.queries, offsets, KeyValueRows{p.keys, p.values, offsets}, attention_options(config_, pattern, map)));
}

Tensor SelfAttention::append(const Tensor& x, const Offsets& offsets, KeyValueCache& cache, AttentionMap* map) const {
  if (Tape::current()) return (*this)(x, offsets, {.causal = true}, map);  // the whole sequences, in one call
  const Projected p = project(x);
  cache.append(p.keys, p.values, offsets);
  return out_(attention(p.queries, offsets, cache.blocks(), attention_options(config_, {.causal = true}, map)));
}

KeyValueCache SelfAttention::memory(int64_t count) const {
  return KeyValueCache(count, layout(config_, projections_.back()));
}

CrossAttention::CrossAttention(Scope scope, const AttentionConfig& config)
    : config_(config),
      query_(scope / "q_proj", config.width, config.inner()),
      key_value_(fused(scope, {"k_proj", "v_proj"}, config.kv_width(), config.width)),
      out_(scope / "out_proj", config.inner(), config.width) {}

CrossMemory CrossAttention::remember(const Tensor& source, const Offsets& offsets) const {
  const int64_t kv = config_.kv_width();
  const Tensor both = key_value_(source);  // [source total, 2 kv]
  const Columns keys(both, 0, kv), values(both, kv, kv);
  if (Tape::current()) return {KeyValueRows{keys, values, offsets}, std::nullopt, nullptr};
  KeyValueCache cache(offsets.count(), layout(config_, key_value_));
  cache.append(keys, values, offsets);
  return {std::nullopt, std::move(cache), nullptr};
}

void CrossAttention::extend(CrossMemory& memory, const Tensor& source, const Offsets& offsets) const {
  NARU_CHECK(memory.cache, "cross-attention: on a tape a source comes as a whole");
  const int64_t kv = config_.kv_width();
  const Tensor both = key_value_(source);  // [more total, 2 kv]
  memory.cache->append({both, 0, kv}, {both, kv, kv}, offsets);
}

Tensor CrossAttention::operator()(const Tensor& x, const Offsets& offsets, CrossMemory& memory,
                                  AttentionMap* map) const {
  const Tensor queries = query_(x);
  const AttentionOptions options = attention_options(config_, {.reach = memory.reach}, map);
  return out_(memory.rows ? attention(queries, offsets, *memory.rows, options)
                          : attention(queries, offsets, memory.cache->blocks(), options));
}

}  // namespace naru
