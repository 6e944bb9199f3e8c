#include "cli/profile_table.h"

#include <array>
#include <numeric>

#include "naru/base/log.h"
#include "naru/base/profile.h"
#include "naru/ops/cpu/measure.h"

namespace naru::cli {
namespace {

double per_cent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

}  // namespace

void log_profile() {
  const auto rows = profile();
  set_profiling(false);
  const std::array rates{cpu::measure_product_rate(DType::f32), cpu::measure_product_rate(DType::bf16),
                         cpu::measure_int8_rate()};  // by Multiplied
  ProfileRow whole;
  for (const ProfileRow& row : rows) {
    whole.seconds += row.seconds, whole.product_seconds += row.product_seconds;
    for (size_t kind = 0; kind < multiplied_kinds; ++kind) whole.operations[kind] += row.operations[kind];
  }
  const auto floor = [&](const ProfileRow& row) {
    double seconds = 0;
    for (size_t kind = 0; kind < multiplied_kinds; ++kind) seconds += row.operations[kind] / rates[kind];
    return seconds;
  };
  NARU_LOG(info, "{:<28} {:>7} {:>9} {:>7} {:>11} {:>8} {:>8}", "profile", "calls", "seconds", "share", "in products",
           "GFLOP/s", "of best");
  for (const ProfileRow& row : rows) {
    if (row.calls == 0) continue;
    const std::string start = fmt::format("{:<28} {:>7} {:>9.3f} {:>5.1f} %", row.name, row.calls, row.seconds,
                                          per_cent(row.seconds, whole.seconds));
    const double operations = std::accumulate(row.operations.begin(), row.operations.end(), 0.0);
    if (operations == 0) {
      NARU_LOG(info, "{}", start);
    } else {
      NARU_LOG(info, "{} {:>9.0f} % {:>8.0f} {:>6.0f} %", start, per_cent(row.product_seconds, row.seconds),
               operations / row.product_seconds / 1e9, per_cent(floor(row), row.product_seconds));
    }
  }
  NARU_LOG(
      info,
      "products take {:.0f} % of {:.3f} s, at {:.0f} % of the packed product's rate here ({:.0f} GFLOP/s f32, {:.0f} "
      "bf16, {:.0f} int8): {:.0f} % of that rate over the whole time",
      per_cent(whole.product_seconds, whole.seconds), whole.seconds, per_cent(floor(whole), whole.product_seconds),
      rates[0] / 1e9, rates[1] / 1e9, rates[2] / 1e9, per_cent(floor(whole), whole.seconds));
}

}  // namespace naru::cli
