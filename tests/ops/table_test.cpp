// No op can be forgotten: whatever the library records on a tape has a row in the table, and one among the timed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The names in calls of `record("name", …` in all of the library.
std::set<std::string> recorded_names() {
  static const std::regex call("[^a-z_]record\\(\\s*\"([a-z_0-9]+)\"");
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(NARU_SOURCE_DIR "/naru")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string source = text_of(entry.path());
    for (std::sregex_iterator match(source.begin(), source.end(), call), end; match != end; ++match)
      names.insert((*match)[1]);
  }
  return names;
}

TEST(OpTable, HasARowForEveryOpOfTheLibrary) {
  const std::set<std::string> names = recorded_names();
  EXPECT_TRUE(names.contains("softmax"));
  for (const std::string& name : names) EXPECT_TRUE(has_op_case(name)) << name << " has no row in the table";
}

TEST(OpBenchmark, TimesEveryOpOfTheLibrary) {
  const std::string rows = text_of(NARU_SOURCE_DIR "/bench/ops_bench.cpp");
  const std::set<std::string> parts_of_others{"recomputed", "regroup"};  // a wrapper; of recurrent_layer
  for (const std::string& name : recorded_names())
    EXPECT_TRUE(parts_of_others.contains(name) || rows.find("\"" + name) != std::string::npos) << name;
}

}  // namespace
}  // namespace naru
