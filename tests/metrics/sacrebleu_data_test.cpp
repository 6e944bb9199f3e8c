// Every case that sacreBLEU itself has scored for us: score, parts, sentence scores and signature.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>

#include "naru/base/file.h"
#include "naru/metrics/bleu.h"
#include "naru/metrics/chrf.h"
#include "naru/metrics/ter.h"

#include "tests/shared_folder.h"

namespace naru {
namespace {
using nlohmann::json;

Lines lines(const std::filesystem::path& path) {
  std::istringstream file(read_file(path));
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Metric metric(const json& test, bool for_sentences) {
  const json& options = test["options"];
  if (test["metric"] == "bleu")
    return bleu({.tokenization = tokenization(options.value("tokenize", "13a")),
                 .lowercase = options.value("lowercase", false),
                 .smoothing = smoothing(options.value("smooth_method", "exp")),
                 .effective_order = for_sentences});
  if (test["metric"] == "chrf") return chrf({.word_order = options.value("word_order", 0)});
  return ter({.normalized = options.value("normalized", false),
              .asian_support = options.value("asian_support", false),
              .case_sensitive = options.value("case_sensitive", false)});
}

void expect_close(double ours, double theirs, const std::string& what) {
  EXPECT_LE(std::abs(ours - theirs), 1e-9 * std::abs(theirs)) << what << ": " << ours << ", sacreBLEU " << theirs;
}

void expect_parts(const Score& score, const json& test, const std::string& name) {
  const std::pair<const char*, const char*> names[] = {{"precisions", "precisions"},
                                                       {"counts", "counts"},
                                                       {"totals", "totals"},
                                                       {"brevity_penalty", "brevity_penalty"},
                                                       {"sys_len", "hypothesis_length"},
                                                       {"ref_len", "reference_length"},
                                                       {"num_edits", "edits"},
                                                       {"ref_length", "reference_length"}};
  for (const auto& [theirs, ours] : names) {
    if (!test.contains(theirs)) continue;
    const json values = test[theirs].is_array() ? test[theirs] : json::array({test[theirs]});
    ASSERT_EQ(score.part(ours).size(), values.size()) << name;
    for (size_t i = 0; i < values.size(); ++i) expect_close(score.part(ours)[i], values[i], name + " " + theirs);
  }
}

std::string without_version(const std::string& signature) { return signature.substr(0, signature.rfind('|')); }

TEST(SacreBleuData, EveryReferenceCaseIsEqual) {
  const auto shared = shared_folder();
  if (!shared) GTEST_SKIP() << "no shared folder; set NARU_SHARED";
  const auto folder = *shared / "fixtures" / "metrics";
  const json cases = json::parse(read_file(folder / "cases.json"));
  ASSERT_GT(cases.size(), 0u);
  for (const json& test : cases) {
    const std::string name = test["name"];
    const Lines hypotheses = lines(folder / test["hypothesis"]);
    std::vector<Lines> references;
    for (const json& file : test["references"]) references.push_back(lines(folder / file));

    const Score corpus = score_corpus(metric(test, false), hypotheses, references);
    expect_close(corpus.value, test["score"], name);
    EXPECT_EQ(without_version(corpus.signature), without_version(test["signature"]));
    expect_parts(corpus, test, name);

    const Statistics sentences(metric(test, true), hypotheses, references);
    const json& scores = test["first_20_sentence_scores"];
    for (size_t i = 0; i < scores.size(); ++i)
      expect_close(sentences.sentence(static_cast<int64_t>(i)).value, scores[i],
                   name + " sentence " + std::to_string(i));
  }
}

}  // namespace
}  // namespace naru
