// The three translators of the lecture, in widths that two cores train in minutes, and the corpus that they learn.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"

namespace naru {

struct Contender {
  std::string preset;
  std::vector<std::string> settings;
};
const std::vector<Contender>& contenders();
/// Error: none of that preset.
const Contender& contender(const std::string& preset);

/// Korean, tab, English, a line each.
std::string tsv(const std::vector<Phrase>& phrases);
/// Writes `train.tsv` with so many pairs and `dev.tsv` into the folder. The training pairs have the lecture's 강가 은행
/// among them: it can be asked only of a model that was taught it.
void write_embedded_corpus(const std::filesystem::path& folder, int64_t pairs, uint64_t seed);

}  // namespace naru
