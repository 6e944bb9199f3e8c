// Attention: y_i = Σ_j softmax_j(scale · q_i · k_j) v_j, for each head, over the keys that the pattern lets i see.
// Kept for backward: the inputs, y, and for each row and head the logarithm of the sum of exponentials; weights and the
// mask of dropout are computed again. The arithmetic is in cpu/attention.cpp and cpu/attention_backward.cpp.
#include "naru/ops/attention.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/attention.h"
#include "naru/ops/dispatch.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace {

constexpr const char* op_name = "attention";

/// What both kinds of keys have in common.
cpu::AttentionProblem describe(const Columns& queries, const Offsets& query_offsets, const AttentionOptions& options) {
  check_columns(op_name, "queries", queries, query_offsets.total(), queries.count);
  cpu::AttentionProblem problem;
  problem.count = query_offsets.count();
  problem.heads = options.heads;
  problem.kv_heads = options.kv_heads == 0 ? options.heads : options.kv_heads;
  NARU_CHECK(problem.heads > 0 && queries.count > 0 && queries.count % problem.heads == 0 &&
                 problem.heads % problem.kv_heads == 0,
             "attention: {} query columns for {} heads over {} heads of keys", queries.count, problem.heads,
             problem.kv_heads);
  problem.head_d = queries.count / problem.heads;
  problem.dtype = queries.tensor.dtype();
  problem.scale = options.scale.value_or(1 / std::sqrt(static_cast<float>(problem.head_d)));
  problem.pattern = options.pattern;
  problem.queries = rows_of<const void*>(queries.tensor, queries.first);
  problem.query_begins = query_offsets.begins().data();
  if (Tape* tape = Tape::current(); tape && tape->dropout() && options.dropout > 0) {
    NARU_CHECK(options.dropout < 1, "attention: dropout is {}, need less than 1", options.dropout);
    problem.dropout = {options.dropout, tape->next_random_key(), query_offsets.token_keys().data()};
  }
  return problem;
}

void describe_keys(cpu::AttentionProblem& problem, const KeyValueRows& rows) {
  const auto& [keys, values, offsets] = rows;
  const int64_t width = problem.kv_heads * problem.head_d;
  check_columns(op_name, "keys", keys, offsets.total(), width);
  check_columns(op_name, "values", values, offsets.total(), width);
  NARU_CHECK(offsets.count() == problem.count, "attention: {} sequences of queries, {} of keys", problem.count,
             offsets.count());
  NARU_CHECK(keys.tensor.dtype() == problem.dtype && values.tensor.dtype() == problem.dtype,
             "attention: queries are {}, keys {}, values {}", name(problem.dtype), name(keys.tensor.dtype()),
             name(values.tensor.dtype()));
  problem.keys = rows_of<const void*>(keys.tensor, keys.first);
  problem.values = rows_of<const void*>(values.tensor, values.first);
  problem.key_begins = offsets.begins().data();
}

void describe_keys(cpu::AttentionProblem& problem, const KeyValueBlocks& blocks) {
  NARU_CHECK(blocks.count() == problem.count, "attention: {} sequences of queries, {} in the cache", problem.count,
             blocks.count());
  NARU_CHECK(blocks.layout.heads == problem.kv_heads && blocks.layout.head_d == problem.head_d,
             "attention: the cache holds {} heads of {}, the queries need {} of {}", blocks.layout.heads,
             blocks.layout.head_d, problem.kv_heads, problem.head_d);
  problem.blocks = &blocks;
}

void check_lengths(cpu::AttentionProblem& problem) {
  for (int64_t i = 0; i < problem.count; ++i) {
    problem.longest_keys = std::max(problem.longest_keys, problem.key_length(i));
    NARU_CHECK(!problem.pattern.positional() || problem.query_length(i) <= problem.key_length(i),
               "attention: sequence {} has {} queries but {} keys, and the pattern needs their positions", i,
               problem.query_length(i), problem.key_length(i));
  }
}

/// Kernels go from a sequence's first query to its last and never back.
void check_reach(const cpu::AttentionProblem& problem) {
  if (!problem.pattern.reach) return;
  const std::vector<int32_t>& reach = *problem.pattern.reach;
  NARU_CHECK(std::ssize(reach) == problem.query_begins[problem.count], "attention: {} limits for {} queries",
             reach.size(), problem.query_begins[problem.count]);
  for (int64_t i = 0; i < problem.count; ++i) {
    const auto begin = reach.begin() + problem.query_begins[i], end = reach.begin() + problem.query_begins[i + 1];
    NARU_CHECK(begin == end || (*begin >= 1 && std::is_sorted(begin, end)),
               "attention: the limits of sequence {} must begin with at least 1 and not fall", i);
  }
}

Tensor workspace_of(int64_t bytes_per_thread) {
  return Tensor({bytes_per_thread * threads()}, DType::u8, Purpose::workspace);
}
std::byte* memory_of(const Tensor& workspace) { return static_cast<std::byte*>(workspace.raw()); }

void fill_map(const cpu::AttentionProblem& problem, const Tensor& log_sums, const Tensor& workspace,
              AttentionMap& map) {
  map.heads = problem.heads;
  map.sequences.clear(), map.queries.clear(), map.keys.clear();
  std::vector<float*> weights;
  for (int64_t i = 0; i < problem.count; ++i) {
    map.queries.push_back(problem.query_length(i));
    map.keys.push_back(problem.key_length(i));
    map.sequences.emplace_back(static_cast<size_t>(problem.heads * map.queries.back() * map.keys.back()));
  }
  for (auto& sequence : map.sequences) weights.push_back(sequence.data());
  NARU_DISPATCH(log_sums, attention_weights, problem, log_sums.data(), weights.data(), memory_of(workspace));
}

struct Result {
  Tensor y;         // [query_total, heads · head_d]
  Tensor log_sums;  // [query_total, heads], or empty
};

enum class Keep : bool { nothing, log_sums };

Result run(const cpu::AttentionProblem& problem, Keep keep, AttentionMap* map) {
  const int64_t total = problem.query_begins[problem.count];
  Result result;
  result.y = Tensor({total, problem.heads * problem.head_d}, problem.dtype);
  if (keep == Keep::log_sums || map) result.log_sums = Tensor({total, problem.heads});
  const Tensor workspace = workspace_of(cpu::attention_workspace(problem));
  NARU_DISPATCH(result.y, attention, problem, result.y.raw(), result.log_sums ? result.log_sums.data() : nullptr,
                memory_of(workspace));
  if (map) fill_map(problem, result.log_sums, workspace, *map);
  return result;
}

/// The gradients of three column slices: slices of one tensor that do not overlap share one gradient.
class SliceGradients {
 public:
  explicit SliceGradients(std::array<const Columns*, 3> slices) {
    for (size_t i = 0; i < slices.size(); ++i) {
      size_t slot = 0;
      while (slot < tensors_.size() && !fits(*slices[i], slot)) ++slot;
      if (slot == tensors_.size()) {
        tensors_.push_back(slices[i]->tensor);
        taken_.emplace_back();
      }
      taken_[slot].push_back({slices[i]->first, slices[i]->first + slices[i]->count});
      slot_[i] = slot;
      first_[i] = slices[i]->first;
    }
  }
  /// The distinct tensors: the inputs that the op records.
  const std::vector<Tensor>& tensors() const { return tensors_; }
  /// One gradient for each; columns that no slice covers are 0.
  Gradients make() const {
    Gradients gradients;
    for (size_t slot = 0; slot < tensors_.size(); ++slot) {
      int64_t covered = 0;
      for (const KeyRange& range : taken_[slot]) covered += range.last - range.first;
      const Tensor& x = tensors_[slot];
      gradients.push_back(covered == x.dim(1) ? Tensor::like(x) : Tensor::zeros(x.shape(), x.dtype()));
    }
    return gradients;
  }
  /// Where the i-th slice lies in them.
  HeadRows<void*> rows(const Gradients& gradients, size_t i) const {
    return rows_of<void*>(gradients[slot_[i]], first_[i]);
  }

 private:
  bool fits(const Columns& slice, size_t slot) const {
    const Tensor& x = tensors_[slot];
    const bool same =
        x.raw() == slice.tensor.raw() && x.variable() == slice.tensor.variable() && x.shape() == slice.tensor.shape();
    return same && std::ranges::none_of(taken_[slot], [&](const KeyRange& range) {
             return slice.first < range.last && range.first < slice.first + slice.count;
           });
  }

  std::vector<Tensor> tensors_;
  std::vector<std::vector<KeyRange>> taken_;  // columns, for each tensor
  std::array<size_t, 3> slot_{};
  std::array<int64_t, 3> first_{};
};

}  // namespace

Tensor attention(const Columns& queries, const Offsets& query_offsets, const KeyValueRows& keys_values,
                 const AttentionOptions& options) {
  const Profiled profiled(op_name);
  cpu::AttentionProblem problem = describe(queries, query_offsets, options);
  describe_keys(problem, keys_values);
  check_lengths(problem);
  check_reach(problem);
  const bool keep = recording({&queries.tensor, &keys_values.keys.tensor, &keys_values.values.tensor});
  const auto [y, log_sums] = run(problem, keep ? Keep::log_sums : Keep::nothing, options.map);

  const SliceGradients slices({&queries, &keys_values.keys, &keys_values.values});
  // The problem points into the inputs and offsets, which the closure keeps alive.
  return record(op_name, y, slices.tensors(),
                [=, y = y, log_sums = log_sums, query_offsets = query_offsets,
                 key_offsets = keys_values.offsets](const Tensor& dy) -> Gradients {
                  Gradients gradients = slices.make();
                  const Tensor workspace = workspace_of(cpu::attention_backward_workspace(problem));
                  NARU_DISPATCH(y, attention_backward, problem,
                                {.output = y.raw(),
                                 .output_gradient = dy.raw(),
                                 .log_sums = log_sums.data(),
                                 .queries = slices.rows(gradients, 0),
                                 .keys = slices.rows(gradients, 1),
                                 .values = slices.rows(gradients, 2)},
                                memory_of(workspace));
                  return gradients;
                });
}

Tensor attention(const Columns& queries, const Offsets& query_offsets, const KeyValueBlocks& keys_values,
                 const AttentionOptions& options) {
  const Profiled profiled("attention cached");
  NARU_CHECK(!recording({&queries.tensor}),
             "attention: a cache gives no gradients; use the call's own keys and values");
  cpu::AttentionProblem problem = describe(queries, query_offsets, options);
  describe_keys(problem, keys_values);
  check_lengths(problem);
  check_reach(problem);
  return run(problem, Keep::nothing, options.map).y;
}

}  // namespace naru
