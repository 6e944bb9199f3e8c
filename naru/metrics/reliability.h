// How far confidences are from what they claim: of the answers given with confidence 0.8, eight in ten should be right.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace naru {

/// An answer's confidence in [0, 1], and whether it was right.
struct Judged {
  double confidence = 0;
  bool right = false;
};

/// Answers whose confidences lie in [low, high), the last bin's in [low, 1].
struct ReliabilityBin {
  double low = 0, high = 0;
  int64_t count = 0;
  double confidence = 0, accuracy = 0;  // means; 0 where there are none
};

/// Bins of equal width.
std::vector<ReliabilityBin> reliability(std::span<const Judged> answers, int64_t bins = 10);

/// Σ count / total · |accuracy − confidence| (Naeini et al. 2015); 0 of no answers.
double expected_calibration_error(std::span<const ReliabilityBin> bins);

}  // namespace naru
