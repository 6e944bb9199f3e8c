#include "naru/nn/positions.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "naru/ops/dropout.h"
#include "naru/ops/embedding.h"

namespace naru {

Tensor sinusoids(int64_t positions, int64_t width, SinusoidLayout layout) {
  Tensor table({positions, width});
  for (int64_t position = 0; position < positions; ++position) {
    float* row = table.data() + position * width;
    for (int64_t i = 0; 2 * i < width; ++i) {
      const double angle =
          static_cast<double>(position) / std::pow(10000.0, 2.0 * static_cast<double>(i) / static_cast<double>(width));
      const bool interleaved = layout == SinusoidLayout::interleaved;
      const int64_t sine = interleaved ? 2 * i : i, cosine = interleaved ? 2 * i + 1 : (width + 1) / 2 + i;
      row[sine] = static_cast<float>(std::sin(angle));
      if (cosine < width) row[cosine] = static_cast<float>(std::cos(angle));
    }
  }
  return table;
}

struct Positions::Computed {
  std::mutex mutex;
  Tensor table;
};

Positions::Positions(Scope scope, const std::string& kind, int64_t width, int64_t maximum)
    : learned_(kind == "learned"),
      none_(kind == "none"),
      layout_(kind == "halves" ? SinusoidLayout::halves : SinusoidLayout::interleaved),
      width_(width),
      computed_(std::make_shared<Computed>()) {
  if (learned_) weight_ = scope.table("weight", {maximum, width}, normal(0.02));
}

Tensor Positions::table_for(int64_t longest) const {
  const std::scoped_lock lock(computed_->mutex);
  Tensor& table = computed_->table;
  if (!table || table.dim(0) < longest) table = sinusoids(std::max<int64_t>(2 * longest, 256), width_, layout_);
  return table;
}

Tensor Positions::operator()(const Tensor& x, const Offsets& offsets, std::span<const int32_t> first) const {
  if (none_) return x;
  Tensor ids({offsets.total()}, DType::i32);
  int32_t last = -1;
  for (int64_t i = 0; i < offsets.count(); ++i) {
    int32_t position = first.empty() ? 0 : first[static_cast<size_t>(i)];
    for (int64_t token = offsets.begin(i); token < offsets.end(i); ++token) ids.data<int32_t>()[token] = position++;
    last = std::max(last, position - 1);
  }
  if (learned_ && last >= weight_.dim(0))
    fail("a sequence reaches position {}, but the model has learned only {}; split long lines", last + 1,
         weight_.dim(0));
  return add_dropped(x, embedding(learned_ ? weight_ : table_for(last + 1), ids));
}

}  // namespace naru
