// What was counted while profiling was on, as a table in the log: --profile.
#pragma once

namespace naru::cli {

/// One line for each op, forward and backward apart, and what all matrix products together reached of the rate that
/// they can have here, which is measured now (a second).
void log_profile();

}  // namespace naru::cli
