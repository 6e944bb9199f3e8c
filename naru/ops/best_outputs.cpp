// Of chunk c of a row are kept its largest score m_c, s_c = sum over j of exp(x_j - m_c), and its best scores. Put
// together in the order of chunks, whatever thread made which, they give, with m = max m_c,
//   log-probability of x = x - m - log(sum over c of s_c exp(m_c - m))
#include "naru/ops/best_outputs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/left_side.h"
#include "naru/ops/cpu/softmax.h"
#include "naru/ops/packed.h"

namespace naru {
namespace {

constexpr int64_t chunk_outputs = 1024, most_rows = 96;

int64_t chunks_of(int64_t outputs) { return (outputs + chunk_outputs - 1) / chunk_outputs; }

/// Rows that are computed together, and what they choose from.
struct Block {
  int64_t first_row, last_row;
  const cpu::PackedMatrix& weight;
  const float* bias;
  int64_t outputs;
  std::span<const int32_t> ids;  // of the outputs; empty: their numbers
};

/// What is known of all rows: sums by chunk, because the order in which they are added counts; the best by segment, a
/// run of chunks that one thread takes, because what is largest does not depend on who looks.
struct Partial {
  int64_t chunks, segments, best;
  std::vector<cpu::SumOfExp> sums;  // [rows, chunks]
  std::vector<float> values;        // [rows, segments, best], -inf where a segment has fewer outputs
  std::vector<int32_t> places;      // among the row's outputs
  std::vector<int32_t> taken;       // [rows, segments]: how many of them went into the result

  Partial(int64_t rows, int64_t chunks, int64_t segments, int64_t best)
      : chunks(chunks),
        segments(segments),
        best(best),
        sums(static_cast<size_t>(rows * chunks)),
        values(static_cast<size_t>(rows * segments * best), -std::numeric_limits<float>::infinity()),
        places(values.size()),
        taken(static_cast<size_t>(rows * segments)) {}

  cpu::RunningBest running(int64_t row, int64_t segment) {
    const auto at = static_cast<size_t>((row * segments + segment) * best);
    return {values.data() + at, places.data() + at, best};
  }

  /// The best of a row's segments, which are in order of ids.
  void merge(int64_t row, const Block& block, float* log_probabilities, int32_t* ids) {
    const cpu::SumOfExp* const of_row = sums.data() + row * chunks;
    float most = of_row[0].most, sum = 0;
    for (int64_t c = 1; c < chunks_of(block.outputs); ++c) most = std::max(most, of_row[c].most);
    for (int64_t c = 0; c < chunks_of(block.outputs); ++c) sum += of_row[c].sum * std::exp(of_row[c].most - most);
    const float shift = std::log(sum);
    for (int64_t i = 0; i < std::min(best, block.outputs); ++i) {
      const size_t from = take_largest(row);
      log_probabilities[i] = values[from] - most - shift;
      ids[i] = block.ids.empty() ? places[from] : block.ids[static_cast<size_t>(places[from])];
    }
    std::fill(log_probabilities + std::min(best, block.outputs), log_probabilities + best,
              -std::numeric_limits<float>::infinity());
    std::fill(ids + std::min(best, block.outputs), ids + best, -1);
  }

 private:
  /// Of what the row's segments have left, each of which is in falling order; of equals the earlier segment's.
  size_t take_largest(int64_t row) {
    int32_t* const next = taken.data() + row * segments;
    int64_t from = -1;
    for (int64_t segment = 0; segment < segments; ++segment) {
      const int64_t at = (row * segments + segment) * best + next[segment];
      if (next[segment] < best && (from < 0 || values[static_cast<size_t>(at)] > values[static_cast<size_t>(from)]))
        from = at;
    }
    ++next[(from - row * segments * best) / best];
    return static_cast<size_t>(from);
  }
};

/// What a segment of a block's outputs says of its rows. `scores` has room for a chunk of each.
void look_at(const cpu::LeftSide& hidden, const Block& block, int64_t segment, float* scores, Partial& partial) {
  const int64_t chunks = chunks_of(block.outputs);
  const cpu::LeftSide rows = hidden.part(block.first_row, block.last_row);
  std::vector<cpu::RunningBest> running;
  for (int64_t r = block.first_row; r < block.last_row; ++r) running.push_back(partial.running(r, segment));
  for (int64_t c = chunks * segment / partial.segments; c < chunks * (segment + 1) / partial.segments; ++c) {
    const int64_t first = c * chunk_outputs, outputs = std::min(chunk_outputs, block.outputs - first);
    // As if it were a part of the whole: the product counts columns from there.
    cpu::product_columns(rows, block.weight, {scores - first, DType::f32, outputs}, {first, first + outputs},
                         {.bias = block.bias});
    for (int64_t r = block.first_row; r < block.last_row; ++r, scores += outputs)
      partial.sums[static_cast<size_t>(r * partial.chunks + c)] =
          cpu::take_best(scores, outputs, first, running[static_cast<size_t>(r - block.first_row)]);
    scores -= (block.last_row - block.first_row) * outputs;
  }
}

BestOutputs best_of(const Tensor& hidden, std::span<const Block> blocks, int64_t count) {
  const int64_t rows = hidden.dim(0);
  BestOutputs best{Tensor({rows, count}), Tensor({rows, count}, DType::i32)};
  if (blocks.empty()) return best;
  int64_t most_outputs = 0, block_rows = 0;
  for (const Block& block : blocks) {
    most_outputs = std::max(most_outputs, block.outputs);
    block_rows = std::max(block_rows, block.last_row - block.first_row);
  }
  const int64_t chunks = chunks_of(most_outputs), segments = std::min<int64_t>(chunks, 2 * threads());
  Partial partial(rows, chunks, segments, count);
  static thread_local cpu::ThreadBuffer memory;
  const cpu::LeftSide left = cpu::left_side(matrix_view(hidden), blocks[0].weight, memory);
  parallel_for(std::ssize(blocks) * segments, 1, [&](int64_t begin, int64_t end) {
    static thread_local cpu::ThreadBuffer buffer;
    float* const scores = buffer.at_least<float>(block_rows * chunk_outputs);
    for (int64_t task = begin; task < end; ++task)
      look_at(left, blocks[static_cast<size_t>(task / segments)], task % segments, scores, partial);
  });
  parallel_for(std::ssize(blocks), 1, [&](int64_t begin, int64_t end) {
    for (const Block& block : blocks.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)))
      for (int64_t r = block.first_row; r < block.last_row; ++r)
        partial.merge(r, block, best.log_probabilities.data() + r * count, best.ids.data<int32_t>() + r * count);
  });
  return best;
}

/// Appends rows [first, last) that have the block's outputs, in blocks alike.
void cut_rows(const Block& whole, std::vector<Block>& into) {
  const int64_t rows = whole.last_row - whole.first_row, blocks = (rows + most_rows - 1) / most_rows;
  for (int64_t i = 0; i < blocks; ++i) {
    into.push_back(whole);
    into.back().first_row += rows * i / blocks;
    into.back().last_row = whole.first_row + rows * (i + 1) / blocks;
  }
}

/// A multiple of what a product computes side by side, so that products of few sizes serve all: the last id again.
std::vector<int32_t> filled_up(std::vector<int32_t> ids) {
  const auto panel = static_cast<size_t>(cpu::product_panel());
  ids.resize((ids.size() + panel - 1) / panel * panel, ids.back());
  return ids;
}

}  // namespace

BestOutputs best_outputs(const Tensor& hidden, const Tensor& weight, const Tensor& bias, int64_t count) {
  const Profiled profiled("best_outputs");
  NARU_CHECK(hidden.rank() == 2 && weight.rank() == 2 && hidden.dim(1) == weight.dim(1),
             "best_outputs: hidden {}, weight {}", hidden.shape(), weight.shape());
  const int64_t vocabulary = weight.dim(0);
  NARU_CHECK(0 < count && count <= vocabulary, "best_outputs: {} of {}", count, vocabulary);
  const auto w = packed(weight, PackedAs::transposed, hidden.dtype());
  std::vector<Block> blocks;
  cut_rows({0, hidden.dim(0), *w, bias.data(), vocabulary, {}}, blocks);
  return best_of(hidden, blocks, count);
}

BestOutputs best_columns(const Tensor& x, int64_t count) {
  const Profiled profiled("best_columns");
  NARU_CHECK(x.rank() == 2 && 0 < count && count <= x.dim(1), "best_columns: {} of {}", count, x.shape());
  const int64_t rows = x.dim(0), columns = x.dim(1);
  BestOutputs best{Tensor({rows, count}), Tensor({rows, count}, DType::i32)};
  parallel_for(rows, 1, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      cpu::RunningBest running{best.log_probabilities.data() + r * count, best.ids.data<int32_t>() + r * count, count};
      cpu::take_best(x.data() + r * columns, columns, 0, running);
    }
  });
  return best;
}

ChosenOutputs::ChosenOutputs(const Tensor& weight, const Tensor& bias, std::vector<int32_t> chosen)
    : ids(std::move(chosen)) {
  const Profiled profiled("choose_outputs");
  NARU_CHECK(!ids.empty() && ids[0] >= 0 && ids.back() < weight.dim(0) &&
                 std::ranges::is_sorted(ids, std::ranges::less_equal{}),
             "choose_outputs: {} ids of a weight {}", ids.size(), weight.shape());
  this->weight = packed_rows(weight, filled_up(ids));
  if (bias)
    for (const int32_t id : filled_up(ids)) this->bias.push_back(bias.data()[id]);
}

BestOutputs best_outputs(const Tensor& hidden, std::span<const ChoosingRows> choosing, int64_t count) {
  const Profiled profiled("best_outputs");
  std::vector<Block> blocks;
  int64_t row = 0;
  for (const auto& [rows, outputs] : choosing) {
    NARU_CHECK(hidden.rank() == 2 && hidden.dim(1) == outputs.weight.inner(), "best_outputs: hidden {}, width {}",
               hidden.shape(), outputs.weight.inner());
    const float* const bias = outputs.bias.empty() ? nullptr : outputs.bias.data();
    cut_rows({row, row + rows, outputs.weight, bias, std::ssize(outputs.ids), outputs.ids}, blocks);
    row += rows;
  }
  NARU_CHECK(row == hidden.dim(0) && count > 0, "best_outputs: {} of {} rows choose", row, hidden.dim(0));
  return best_of(hidden, blocks, count);
}

}  // namespace naru
