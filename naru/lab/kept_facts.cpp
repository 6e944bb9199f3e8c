#include "naru/lab/kept_facts.h"

#include "naru/lab/contrast.h"

namespace naru {

KeptFacts kept_facts(Laboratory& laboratory, const char* model, const std::vector<ChainSentence>& sentences) {
  std::vector<std::string> lines;
  for (const ChainSentence& one : sentences) lines.push_back(one.korean);
  KeptFacts result;
  for (const int64_t seed : laboratory.seeds()) {
    const ModelFolder& folder = laboratory.model(model, seed);
    laboratory.progress(fmt::format("{}: chains of clauses", model));
    const std::vector<std::string> written = write_greedily(folder, laboratory, lines);
    for (size_t i = 0; i < sentences.size(); ++i)
      for (size_t fact = 1; fact < sentences[i].facts.size(); ++fact) {
        result.clauses.push_back(std::ssize(sentences[i].facts) - 1);
        result.place.push_back(static_cast<int64_t>(fact) - 1);
        result.kept.push_back(says(written[i], sentences[i].facts[fact]));
      }
  }
  return result;
}

Interval lost_facts(const KeptFacts& facts) {
  const auto few = share_where(facts.kept, [&](size_t i) { return facts.clauses[i] <= few_facts; });
  const auto many = share_where(facts.kept, [&](size_t i) { return facts.clauses[i] >= most_facts - 1; });
  return judged_if(few.value >= 0.75, difference(few, many));
}

}  // namespace naru
