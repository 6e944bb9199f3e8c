// The corpus of the golden model folders, and translations of it as a text that shows every difference.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/evaluate/translator.h"

namespace naru {

inline const std::filesystem::path golden = NARU_SOURCE_DIR "/tests/fixtures/golden";

/// The sources of its first pairs.
inline std::vector<std::string> golden_lines(size_t count) {
  std::vector<std::string> lines;
  for (const Pair& pair : read_pairs({.paths = {golden / "corpus.tsv"}})) lines.push_back(pair.source);
  lines.resize(std::min(lines.size(), count));
  return lines;
}

/// With the exact log-probability of each.
inline std::string texts(const std::vector<Translation>& translations) {
  std::string all;
  for (const Translation& translation : translations)
    for (const TranslatedText& text : translation.best) all += fmt::format("{} {}\n", text.text, text.log_probability);
  return all;
}

}  // namespace naru
