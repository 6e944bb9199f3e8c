#include "naru/lab/contenders.h"

#include <algorithm>

#include "naru/base/error.h"
#include "naru/base/file.h"

namespace naru {

const std::vector<Contender>& contenders() {
  // Small batches: in minutes, many steps teach more than the few that would keep two cores a little busier.
  static const std::vector<Contender> all = [] {
    std::vector<Contender> three{{"seq2seq", {"width=256", "layers=1", "dropout=0", "learning_rate=4e-3"}},
                                 {"seq2seq-attention", {"width=256", "dropout=0", "learning_rate=3e-3"}},
                                 {"transformer-tiny", {"dropout=0", "learning_rate=3e-3"}}};
    for (Contender& one : three)
      for (const char* shared :
           {"vocabulary=2000", "batch_tokens=512", "label_smoothing=0.05", "warmup=100", "validate_every=400"})
        one.settings.emplace_back(shared);
    return three;
  }();
  return all;
}

const Contender& contender(const std::string& preset) {
  const auto found = std::ranges::find(contenders(), preset, &Contender::preset);
  NARU_CHECK(found != contenders().end(), "{}: not one of the three", preset);
  return *found;
}

std::string tsv(const std::vector<Phrase>& phrases) {
  std::string text;
  for (const Phrase& phrase : phrases) text += phrase.korean + "\t" + phrase.english + "\n";
  return text;
}

void write_embedded_corpus(const std::filesystem::path& folder, int64_t pairs, uint64_t seed) {
  std::filesystem::create_directories(folder);
  write_file(folder / "train.tsv",
             tsv(phrases({.pairs = pairs, .seed = seed, .split = PhraseSplit::train, .lecture_senses = true})));
  write_file(folder / "dev.tsv", tsv(phrases({.pairs = 300, .seed = seed, .split = PhraseSplit::dev})));
}

}  // namespace naru
