#include "naru/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/error.h"
#include "naru/base/threads.h"
#include "naru/metrics/numpy_random.h"

namespace naru {
namespace {

using Values = std::vector<double>;  // [samples]

double mean(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Half the distance between the 2.5 % lowest and highest values.
double half_width(Values values) {
  std::sort(values.begin(), values.end());
  const size_t cut = values.size() / 40;
  return 0.5 * (values[values.size() - cut - 1] - values[cut]);
}

double p_value(const Values& baseline, const Values& system, double difference) {
  Values differences(system.size());
  for (size_t i = 0; i < system.size(); ++i) differences[i] = std::abs(system[i] - baseline[i]);
  const double centre = mean(differences);
  const auto strays = std::count_if(differences.begin(), differences.end(),
                                    [&](double sample) { return sample - centre > difference; });
  // With + 1 the test never rejects more often than its level says, however few the samples.
  return static_cast<double>(strays + 1) / static_cast<double>(system.size() + 1);
}

}  // namespace

std::vector<Values> resampled(std::span<const Statistics> systems, const BootstrapOptions& options) {
  NARU_CHECK(!systems.empty(), "bootstrap: no system");
  if (options.samples < 2) fail("bootstrap: {} samples; at least 2 are needed", options.samples);
  for (const Statistics& system : systems)
    NARU_CHECK(system.size() == systems[0].size() && system.signature() == systems[0].signature(),
               "bootstrap: {} sentences of {} beside {} of {}", system.size(), system.signature(), systems[0].size(),
               systems[0].signature());
  constexpr int64_t block = 64;  // samples whose draws are held at a time
  const int64_t sentences = systems[0].size();
  const int64_t samples = options.samples;
  std::vector<Values> values(systems.size(), Values(static_cast<size_t>(samples)));
  std::vector<int64_t> drawn(static_cast<size_t>(block * sentences));
  NumpyRandom random(options.seed);
  for (int64_t begin = 0; begin < samples; begin += block) {
    const int64_t count = std::min(block, samples - begin);
    for (int64_t i = 0; i < count * sentences; ++i)
      drawn[static_cast<size_t>(i)] = random.below(static_cast<uint64_t>(sentences));
    parallel_for(count, 4, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i)
        for (size_t s = 0; s < systems.size(); ++s)
          values[s][static_cast<size_t>(begin + i)] =
              systems[s].value_of({drawn.data() + i * sentences, static_cast<size_t>(sentences)});
    });
  }
  return values;
}

std::vector<Bootstrapped> bootstrap(std::span<const Statistics> systems, const BootstrapOptions& options) {
  const std::vector<Values> values = resampled(systems, options);
  std::vector<Bootstrapped> results;
  for (size_t s = 0; s < systems.size(); ++s) {
    Bootstrapped result{systems[s].corpus(), mean(values[s]), half_width(values[s]), {}};
    result.score.signature = systems[s].signature(options);
    if (s > 0) result.p_value = p_value(values[0], values[s], std::abs(result.score.value - results[0].score.value));
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace naru
