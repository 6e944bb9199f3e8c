// What `naru translate` promises of many lines.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "naru/base/random.h"

#include "tests/cli/small_run.h"

namespace naru {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

struct TranslateManySlow : ::testing::Test {
  static void SetUpTestSuite() {
    runs_ = new SmallRuns;
    for (const char* preset : {"transformer-tiny", "seq2seq", "seq2seq-attention"}) {
      const ProcessResult trained = runs_->train(preset, {"learning_rate=0.01", "--max-steps", "60"}, preset);
      ASSERT_EQ(trained.exit_code, 0) << trained.error;
    }
  }
  static void TearDownTestSuite() { delete runs_; }
  static SmallRuns& runs() { return *runs_; }

  static std::vector<std::string> sources(int count) {
    std::vector<std::string> lines;
    for (const std::string& line : lines_of(small_table(count, 9))) lines.push_back(line.substr(0, line.find('\t')));
    return lines;
  }

 private:
  static inline SmallRuns* runs_ = nullptr;
};

/// Batches of 1, about 7 and about 64 lines, one thread and two, and the lines in another order.
TEST_F(TranslateManySlow, TenThousandLinesGiveTheSameBytesInAnyBatchesOrderAndThreads) {
  const std::vector<std::string> lines = sources(10000);
  std::vector<size_t> order(lines.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [](size_t i) { return mix(i); });
  std::vector<std::string> shuffled;
  for (const size_t i : order) shuffled.push_back(lines[i]);

  for (const char* model : {"transformer-tiny", "seq2seq", "seq2seq-attention"})
    for (const char* precision : {"f32", "bf16", "int8", "int4"})
      for (const char* beam : {"1", "4"}) {
        const auto translated = [&](const std::vector<std::string>& input, const char* batch_tokens,
                                    const char* threads) {
          const ProcessResult result =
              run_naru({"translate", "--model", runs().path(model), "--precision", precision, "--beam", beam,
                        "--batch-tokens", batch_tokens, "--threads", threads, "--scores"},
                       joined(input));
          EXPECT_EQ(result.exit_code, 0) << result.error;
          return lines_of(result.out);
        };
        const std::vector<std::string> alone = translated(lines, "1", "1");
        ASSERT_EQ(alone.size(), lines.size());
        for (const auto& [batch_tokens, threads] : {std::pair{"56", "1"}, {"500", "1"}, {"500", "2"}})
          EXPECT_TRUE(translated(lines, batch_tokens, threads) == alone)
              << model << ", " << precision << ", beam " << beam << ", " << batch_tokens << " tokens, " << threads;
        const std::vector<std::string> other = translated(shuffled, "500", "2");
        ASSERT_EQ(other.size(), lines.size());
        size_t different = 0;
        for (size_t i = 0; i < order.size(); ++i) different += other[i] != alone[order[i]];
        EXPECT_EQ(different, 0) << model << ", " << precision << ", beam " << beam << ", in another order";
      }
}

TEST_F(TranslateManySlow, AMillionLinesTakeNoMoreMemoryThanAHundredThousand) {
  const std::string some = joined(sources(10000));
  const auto peak = [&](int times) {
    std::ofstream lines(runs() / "lines");  // not in this process, whose memory its child would count as its own
    for (int i = 0; i < times; ++i) lines << some;
    lines.close();
    const ProcessResult result =
        run_naru({"translate", "--model", runs().path("transformer-tiny"), "--precision", "int8", "--beam", "1",
                  "--max-length", "4", "--input", runs().path("lines"), "--output", runs().path("out")});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    std::ifstream out(runs() / "out");
    EXPECT_EQ(std::count(std::istreambuf_iterator<char>(out), {}, '\n'), 10000 * times);
    return result.peak_bytes;
  };
  const int64_t warm = peak(10);
  EXPECT_LE(peak(100), warm + (2 << 20)) << "after " << warm;
}

}  // namespace
}  // namespace naru
