#include "naru/metrics/lagging.h"

namespace naru {

double average_lagging(std::span<const int32_t> heard, int64_t source_words, int64_t target_words) {
  if (heard.empty()) return static_cast<double>(source_words);
  const double step = static_cast<double>(source_words) / static_cast<double>(target_words);  // 1 / γ
  double sum = 0;
  int64_t words = 0;
  for (const int32_t g : heard) {
    sum += g - static_cast<double>(words++) * step;
    if (g >= source_words) break;
  }
  return sum / static_cast<double>(words);
}

}  // namespace naru
