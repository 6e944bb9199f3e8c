// `--check-numbers` while lines are translated.
#pragma once

#include <deque>

#include "naru/base/log.h"
#include "naru/evaluate/translator.h"
#include "naru/text/quantity.h"

namespace naru::cli {

/// Warns of translations with other numbers than their sources.
class NumberWatch {
 public:
  void expect(const std::vector<std::string>& lines) { sources_.insert(sources_.end(), lines.begin(), lines.end()); }
  /// Of the first line that is still expected.
  void see(const Translation& translation) {
    for (const TranslatedText& text : translation.best) {
      const QuantityComparison found = compare_quantities(sources_.front(), text.text);
      check_.count(found);
      if (!found.agrees()) NARU_LOG(warning, "line {}: numbers: {}", line_, describe(found));
    }
    sources_.pop_front();
    ++line_;
  }
  void summarize() const {
    NARU_LOG(info, "{} of {} translations with numbers have other ones than the source", check_.disagreeing,
             check_.with_numbers);
  }

 private:
  std::deque<std::string> sources_;
  int64_t line_ = 1;
  NumberCheck check_;
};

}  // namespace naru::cli
