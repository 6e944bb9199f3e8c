#include "naru/evaluate/translator.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/evaluate/golden_lines.h"

namespace naru {
namespace {

struct Callers : ::testing::TestWithParam<std::pair<const char*, const char*>> {};  // folder, precision
INSTANTIATE_TEST_SUITE_P(Golden, Callers,
                         ::testing::Values(std::pair{"transformer-tiny", "f32"}, std::pair{"transformer-tiny", "int8"},
                                           std::pair{"seq2seq-attention", "f32"},
                                           std::pair{"seq2seq-attention", "int8"},
                                           std::pair{"transformer-tiny", "bf16"},
                                           std::pair{"transformer-tiny", "int4"}),
                         [](const auto& info) {
                           std::string name = fmt::format("{}_{}", info.param.first, info.param.second);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

/// Each begins at another line, so that they are at different places at any time.
TEST_P(Callers, AtTheSameTimeShareOneModelAndGetWhatOneAloneGets) {
  const ModelFolder folder = ModelFolder::open(golden / GetParam().first, GetParam().second);
  const Translator translator(folder);
  const auto translated = [&](size_t first) {
    std::vector<std::string> lines = golden_lines(24);
    std::ranges::rotate(lines, lines.begin() + static_cast<std::ptrdiff_t>(first % lines.size()));
    return texts(translator.translate(lines, {.search = {.beam = 2, .batch_tokens = 100}}));
  };
  std::vector<std::future<std::string>> callers;
  for (size_t i = 0; i < 64; ++i) callers.push_back(std::async(std::launch::async, translated, i));
  std::vector<std::string> together;
  for (auto& caller : callers) together.push_back(caller.get());
  for (size_t i = 0; i < callers.size(); ++i) EXPECT_EQ(together[i], translated(i)) << "caller " << i;
}

}  // namespace
}  // namespace naru
