// chrF (Popović 2015) and chrF++ (Popović 2017, with words), as sacreBLEU computes them.
// F_β = (1 + β²) P R / (β² P + R): P and R are the shares of the hypothesis's and of the reference's n-grams that
// match, averaged over character orders 1 … 6 and word orders 1 … word_order; the corpus sums counts, not scores.
#pragma once

#include "naru/metrics/metric.h"

namespace naru {

struct ChrfOptions {
  int char_order = 6;
  int word_order = 0;  ///< 2 is chrF++
  int beta = 2;        ///< recall counts beta² times as much as precision
  bool lowercase = false;
  bool whitespace = false;     ///< white space counts as a character
  bool eps_smoothing = false;  ///< average F over all orders, as chrF++.py does, not P and R over those that occur
};

/// Per sentence the reference with the best score counts.
Metric chrf(const ChrfOptions& options = {});

}  // namespace naru
