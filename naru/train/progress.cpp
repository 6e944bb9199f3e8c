#include "naru/train/progress.h"

#include <fmt/core.h>

#include <cmath>

#include "naru/base/log.h"

namespace naru {
namespace {

constexpr double redraw_every = 0.1, log_every = 10;  // seconds

double since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::max(0.0, seconds));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void Progress::show(const Now& now) {
  // Means over about the last fifty steps, so that the line is calm enough to read.
  const double fresh = 1.0 / static_cast<double>(std::min<int64_t>(++shown_, 50));
  loss_ += fresh * (now.loss - loss_);
  nll_ += fresh * (now.nll - nll_);
  if (now.step_seconds > 0) rate_ += fresh * (static_cast<double>(now.target_tokens) / now.step_seconds - rate_);
  if (log_is_terminal()) {
    if (since(last_drawn_) < redraw_every) return;
    last_drawn_ = std::chrono::steady_clock::now();
    log_progress(line(now));
  } else {
    if (since(last_logged_) < log_every) return;
    last_logged_ = std::chrono::steady_clock::now();
    NARU_LOG(info, "{}", line(now));
  }
}

std::string Progress::line(const Now& now) const {
  std::string text = name_.empty() ? "" : fmt::format("{:<18} ", name_);
  text += fmt::format("step {} epoch {} | ", now.step, now.epoch);
  if (now.share_done > 0.001)
    text += fmt::format("{} left | ", clock_text(now.active_seconds * (1 - now.share_done) / now.share_done));
  // The learning rate is the last that 80 columns hold.
  return text + fmt::format("loss {:.3f} ppl {:.1f} | {:.0f} tok/s | lr {:.2g} | {}", loss_, std::exp(nll_), rate_,
                            now.learning_rate, clock_text(now.active_seconds));
}

}  // namespace naru
