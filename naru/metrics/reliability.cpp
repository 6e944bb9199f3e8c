#include "naru/metrics/reliability.h"

#include <algorithm>
#include <cmath>

#include "naru/base/error.h"

namespace naru {

std::vector<ReliabilityBin> reliability(std::span<const Judged> answers, int64_t bins) {
  std::vector<ReliabilityBin> table(static_cast<size_t>(bins));
  for (size_t i = 0; i < table.size(); ++i) {
    table[i].low = static_cast<double>(i) / static_cast<double>(bins);
    table[i].high = static_cast<double>(i + 1) / static_cast<double>(bins);
  }
  for (const auto& [confidence, right] : answers) {
    NARU_CHECK(confidence >= 0 && confidence <= 1, "reliability: a confidence of {}", confidence);
    const auto at = static_cast<int64_t>(confidence * static_cast<double>(bins));
    ReliabilityBin& bin = table[static_cast<size_t>(std::min(at, bins - 1))];
    ++bin.count;
    bin.confidence += confidence;
    bin.accuracy += right;
  }
  for (ReliabilityBin& bin : table) {
    if (bin.count == 0) continue;
    bin.confidence /= static_cast<double>(bin.count);
    bin.accuracy /= static_cast<double>(bin.count);
  }
  return table;
}

double expected_calibration_error(std::span<const ReliabilityBin> bins) {
  double sum = 0, total = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.accuracy - bin.confidence);
    total += static_cast<double>(bin.count);
  }
  return total > 0 ? sum / total : 0;
}

}  // namespace naru
