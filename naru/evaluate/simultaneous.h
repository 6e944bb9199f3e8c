// Whole lines as if they were spoken: what was written when, and how far it lags.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/evaluate/interpreter.h"

namespace naru {

struct Interpretation {
  std::string text;
  std::vector<int32_t> heard;  // for each target word the source words that were heard when it was written
  int64_t source_words = 0;
};

/// One for each line, words being what stands between white space.
std::vector<Interpretation> interpret(const ModelFolder& folder, const std::vector<std::string>& lines,
                                      const Policy& policy, const TranslationOptions& options);

/// Text as it comes: a word is complete at white space (ASCII), a sentence at the end of its line. `next` waits for the
/// next characters, and gives none at the end; `write` gets what is written at once. Error: invalid UTF-8.
void interpret(Interpreter& interpreter, const std::function<std::string()>& next,
               const std::function<void(const std::string&)>& write);

/// Means over the lines that have words (metrics/lagging.h).
struct Lagging {
  double average = 0, length_adaptive = 0;  // AL, LAAL
};
Lagging lagging_of(const std::vector<Interpretation>& interpretations, const std::vector<Pair>& pairs);

}  // namespace naru
