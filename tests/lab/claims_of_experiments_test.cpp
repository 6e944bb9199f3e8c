#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "naru/lab/claims.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

const Experiment& experiment(const std::string& name) {
  const std::vector<std::string> names{name};
  return *chosen_experiments(names, Effort::full)[0];
}

/// What an experiment says of its claims in the classroom, by id.
std::map<std::string, std::string> verdicts_of(const std::string& name) {
  const TemporaryFolder folder;
  const std::atomic<bool> stop = false;
  Laboratory laboratory({.out = folder / "out", .effort = Effort::classroom}, stop, [](const std::string&) {});
  const Experiment& one = experiment(name);
  const Findings findings = one.run(laboratory);
  std::map<std::string, std::string> verdicts;
  for (const Claim& claim : one.claims) verdicts[claim.id] = claim_json(one, claim, findings)["verdict"];
  return verdicts;
}

TEST(Claims, HaveAnIdOfTheirOwnAndAReasonWhereNothingIsMeasured) {
  std::set<std::string> ids;
  for (const Experiment& one : experiments())
    for (const Claim& claim : one.claims) {
      EXPECT_TRUE(ids.insert(claim.id).second) << claim.id;
      EXPECT_EQ(claim.rules.empty(), !claim.reason.empty()) << claim.id;
      for (const Bilingual& text : {claim.lecture, claim.paper}) EXPECT_FALSE(text.korean.empty()) << claim.id;
      if (claim.rules.empty()) {
        EXPECT_NE(claim.reason.korean, claim.reason.english) << claim.id;
      }
    }
}

TEST(PapersExperiment, CountsTheWordsOfTheLecturesSentences) {
  const auto verdicts = verdicts_of("papers");
  EXPECT_EQ(verdicts.at("four-words"), "does not hold");
  EXPECT_EQ(verdicts.at("bleu-plain"), "not measured");
}

TEST(MemoryExperiment, AgreesWithTheFormulasAndNotWithTheTable) {
  const auto verdicts = verdicts_of("memory");
  EXPECT_EQ(verdicts.at("hidden-states"), "holds if");
  EXPECT_EQ(verdicts.at("memory-example"), "holds");
  EXPECT_EQ(verdicts.at("memory-table"), "does not hold");
  EXPECT_EQ(verdicts.at("attention-matrix-order"), "does not hold");
}

}  // namespace
}  // namespace naru
