// How sure is a score, and is a difference more than chance? Bootstrap resampling (Koehn 2004): the test set is drawn
// again and again from its own sentences, with repeats, and every system is scored on the same draws.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "naru/metrics/metric.h"

namespace naru {

/// A system's score with its uncertainty.
struct Bootstrapped {
  Score score;            ///< of the whole corpus; the signature names samples and seed
  double mean = 0;        ///< of the resamples' scores
  double half_width = 0;  ///< of the interval that holds 95 % of them
  /// Share of resamples in which the difference to the baseline strays from its mean by more than the difference
  /// itself: small means that the difference is no chance. Not there for the baseline.
  std::optional<double> p_value;
};

/// The first system is the baseline of the paired test; one system alone gets its interval. All must be statistics of
/// one metric over the same sentences. The same draws as sacreBLEU's at the same seed. Error: fewer than 2 samples.
std::vector<Bootstrapped> bootstrap(std::span<const Statistics> systems, const BootstrapOptions& options = {});

/// The scores of every system on the same resamples, [systems][samples]; systems as above.
std::vector<std::vector<double>> resampled(std::span<const Statistics> systems, const BootstrapOptions& options = {});

}  // namespace naru
