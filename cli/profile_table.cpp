#include "cli/profile_table.h"

#include <algorithm>

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
  const double f32 = cpu::measure_product_rate(DType::f32), bf16 = cpu::measure_product_rate(DType::bf16);
  ProfileRow whole;
  for (const ProfileRow& row : rows) {
    whole.seconds += row.seconds, whole.product_seconds += row.product_seconds;
    whole.f32_flops += row.f32_flops, whole.bf16_flops += row.bf16_flops;
  }
  const auto floor = [&](const ProfileRow& row) { return row.f32_flops / f32 + row.bf16_flops / bf16; };
  NARU_LOG(info, "{:<28} {:>7} {:>9} {:>7} {:>11} {:>8} {:>8}", "profile", "calls", "seconds", "share", "in products",
           "GFLOP/s", "of best");
  for (const ProfileRow& row : rows) {
    if (row.calls == 0) continue;
    const std::string start = fmt::format("{:<28} {:>7} {:>9.3f} {:>5.1f} %", row.name, row.calls, row.seconds,
                                          per_cent(row.seconds, whole.seconds));
    const double flops = row.f32_flops + row.bf16_flops;
    if (flops == 0) {
      NARU_LOG(info, "{}", start);
    } else {
      NARU_LOG(info, "{} {:>9.0f} % {:>8.0f} {:>6.0f} %", start, per_cent(row.product_seconds, row.seconds),
               flops / row.product_seconds / 1e9, per_cent(floor(row), row.product_seconds));
    }
  }
  NARU_LOG(
      info,
      "products take {:.0f} % of {:.3f} s, at {:.0f} % of the packed product's rate here ({:.0f} GFLOP/s f32, {:.0f} "
      "bf16): {:.0f} % of that rate over the whole time",
      per_cent(whole.product_seconds, whole.seconds), whole.seconds, per_cent(floor(whole), whole.product_seconds),
      f32 / 1e9, bf16 / 1e9, per_cent(floor(whole), whole.seconds));
}

}  // namespace naru::cli
