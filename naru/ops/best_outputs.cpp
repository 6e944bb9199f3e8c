// Of chunk c of a row are kept its largest score m_c, s_c = sum over j of exp(x_j - m_c), and its best scores. Put
// together in the order of chunks, whatever thread made which, they give, with m = max m_c,
//   log-probability of x = x - m - log(sum over c of s_c exp(m_c - m))
#include "naru/ops/best_outputs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "naru/base/profile.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/buffer.h"
#include "naru/ops/cpu/softmax.h"
#include "naru/ops/packed.h"

namespace naru {
namespace {

constexpr int64_t chunk_outputs = 1024, most_rows = 96;

/// What is known of all rows: sums by chunk, because the order in which they are added counts; the best by segment, a
/// run of chunks that one thread takes, because what is largest does not depend on who looks.
struct Partial {
  int64_t chunks, segments, best;
  std::vector<cpu::SumOfExp> sums;  // [rows, chunks]
  std::vector<float> values;        // [rows, segments, best], -inf where a segment has fewer outputs
  std::vector<int32_t> ids;

  Partial(int64_t rows, int64_t chunks, int64_t segments, int64_t best)
      : chunks(chunks),
        segments(segments),
        best(best),
        sums(static_cast<size_t>(rows * chunks)),
        values(static_cast<size_t>(rows * segments * best), -std::numeric_limits<float>::infinity()),
        ids(values.size()) {}

  cpu::RunningBest running(int64_t row, int64_t segment) {
    const auto at = static_cast<size_t>((row * segments + segment) * best);
    return {values.data() + at, ids.data() + at, best};
  }

  /// The best of a row's segments, which are in order of ids.
  void merge(int64_t row, float* log_probabilities, int32_t* into_ids) const {
    const cpu::SumOfExp* const of_row = sums.data() + row * chunks;
    float most = of_row[0].most, sum = 0;
    for (int64_t c = 1; c < chunks; ++c) most = std::max(most, of_row[c].most);
    for (int64_t c = 0; c < chunks; ++c) sum += of_row[c].sum * std::exp(of_row[c].most - most);
    const float shift = std::log(sum);
    std::vector<int64_t> order(static_cast<size_t>(segments * best));
    std::iota(order.begin(), order.end(), row * segments * best);
    std::ranges::stable_sort(order, std::greater{}, [&](int64_t i) { return values[static_cast<size_t>(i)]; });
    for (int64_t i = 0; i < best; ++i) {
      const auto from = static_cast<size_t>(order[static_cast<size_t>(i)]);
      log_probabilities[i] = values[from] - most - shift;
      into_ids[i] = ids[from];
    }
  }
};

}  // namespace

BestOutputs best_outputs(const Tensor& hidden, const Tensor& weight, const Tensor& bias, int64_t count) {
  const Profiled profiled("best_outputs");
  NARU_CHECK(hidden.rank() == 2 && weight.rank() == 2 && hidden.dim(1) == weight.dim(1),
             "best_outputs: hidden {}, weight {}", hidden.shape(), weight.shape());
  const int64_t rows = hidden.dim(0), vocabulary = weight.dim(0);
  NARU_CHECK(0 < count && count <= vocabulary, "best_outputs: {} of {}", count, vocabulary);
  const auto w = packed(weight, PackedAs::transposed, hidden.dtype());
  const int64_t chunk_count = (vocabulary + chunk_outputs - 1) / chunk_outputs;
  const int64_t blocks = (rows + most_rows - 1) / most_rows, segments = std::min<int64_t>(chunk_count, 2 * threads());
  const int64_t block_rows = rows == 0 ? 0 : (rows + blocks - 1) / blocks;
  Partial partial(rows, chunk_count, segments, count);
  parallel_for(blocks * segments, 1, [&](int64_t begin, int64_t end) {
    static thread_local cpu::ThreadBuffer buffer;
    float* const scores = buffer.at_least<float>(block_rows * chunk_outputs);
    for (int64_t task = begin; task < end; ++task) {
      const int64_t segment = task % segments, row = task / segments * block_rows,
                    last = std::min(rows, row + block_rows);
      std::vector<cpu::RunningBest> running;
      for (int64_t r = row; r < last; ++r) running.push_back(partial.running(r, segment));
      for (int64_t c = chunk_count * segment / segments; c < chunk_count * (segment + 1) / segments; ++c) {
        const int64_t first = c * chunk_outputs, outputs = std::min(chunk_outputs, vocabulary - first);
        // As if it were a part of the whole: the product counts columns from there.
        cpu::product_columns(matrix_view(hidden.rows(row, last)), *w, {scores - first, DType::f32, outputs},
                             {first, first + outputs}, {.bias = bias.data()});
        for (int64_t r = row; r < last; ++r)
          partial.sums[static_cast<size_t>(r * chunk_count + c)] =
              cpu::take_best(scores + (r - row) * outputs, outputs, first, running[static_cast<size_t>(r - row)]);
      }
    }
  });
  BestOutputs best{Tensor({rows, count}), Tensor({rows, count}, DType::i32)};
  for (int64_t r = 0; r < rows; ++r)
    partial.merge(r, best.log_probabilities.data() + r * count, best.ids.data<int32_t>() + r * count);
  return best;
}

}  // namespace naru
