// `--config FILE`: what a TOML file can say for a command, and what is said of one that is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naru/base/file.h"

#include "tests/cli/process.h"
#include "tests/temporary_folder.h"

namespace naru {
namespace {
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct ConfigFile : ::testing::Test {
  ConfigFile() {
    write_file(folder_ / "same", "a b c d\n");
    paths_ =
        "reference = [\"" + (folder_ / "same").string() + "\"]\nhypothesis = \"" + (folder_ / "same").string() + "\"\n";
  }
  /// `naru metrics` with the file and more arguments.
  ProcessResult metrics(const std::string& toml, const std::vector<std::string>& more = {}) const {
    write_file(folder_ / "run.toml", toml);
    std::vector<std::string> arguments{"metrics", "--config", path_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_naru(arguments);
  }
  std::string refused(const std::string& toml) const {
    const ProcessResult result = metrics(toml);
    EXPECT_EQ(result.exit_code, 2) << toml;
    return result.error;
  }
  TemporaryFolder folder_;
  std::string path_ = (folder_ / "run.toml").string(), paths_;
};

TEST_F(ConfigFile, GivesTextsNumbersFlagsAndListsOverSeveralLines) {
  const ProcessResult result =
      metrics(paths_ + "# what is measured\nmetric = [\n  \"bleu\",\n  \"chrf\",\n]\njson = true\n");
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("\"chrf\""));
  EXPECT_THAT(metrics(paths_ + "json = false\nthreads = 1\n").out, HasSubstr("BLEU"));
}

TEST_F(ConfigFile, IsOverruledByTheCommandLine) {
  const ProcessResult result = metrics(paths_ + "metric = [\"bleu\", \"chrf\"]\njson = true\n", {"--metric", "ter"});
  EXPECT_THAT(result.out, HasSubstr("\"ter\""));
  EXPECT_EQ(result.out.find("bleu"), std::string::npos) << result.out;
}

TEST_F(ConfigFile, ThatIsWrongIsRefusedWithItsPlace) {
  EXPECT_THAT(refused("metric = = 3\n"), StartsWith(path_ + ":1: "));
  EXPECT_EQ(refused(paths_ + "metrik = \"bleu\"\n"),
            path_ + ":3: naru metrics has no option 'metrik'; did you mean metric?\n");
  EXPECT_EQ(refused("[metric]\n"), path_ + ":1: a value must be a text, a number, true or false, or a list of them\n");
  EXPECT_EQ(refused("metric = []\n"), path_ + ":1: an empty list; leave the key out, or give it values\n");
  EXPECT_THAT(refused(paths_ + "metric = \"blue\"\n"), HasSubstr("--metric: 'blue' is not one of"));
  EXPECT_THAT(run_naru({"metrics", "--config", "nowhere.toml"}).error, StartsWith("nowhere.toml: cannot be read"));
  EXPECT_EQ(run_naru({"metrics", "--config"}).error, "--config: needs a file\n");
}

}  // namespace
}  // namespace naru
