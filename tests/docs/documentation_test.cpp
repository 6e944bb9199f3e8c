// The documentation stays true to the tree: the paths that it names exist, it explains every key of a model folder, and
// a fenced block that names a file,
//
//   ```cpp naru/ops/softmax.cpp        ```diff cli/main.cpp
//
// shows lines of that file, in order and unbroken but where a line is "…"; of a diff, the lines without "-".
// Pairs below "$ build/naru phrases …" are what that command prints.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "naru/base/file.h"
#include "naru/data/phrases/phrases.h"
#include "naru/models/hybrid_config.h"
#include "naru/text/sentencepiece_training.h"
#include "naru/train/config.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

Lines lines_of(const fs::path& file) {
  Lines lines;
  std::istringstream text(read_file(file));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found = {NARU_SOURCE_DIR "/CONTRIBUTING.md", NARU_SOURCE_DIR "/README.md",
                                 NARU_SOURCE_DIR "/README.ko.md"};
  for (const auto& entry : fs::directory_iterator(NARU_SOURCE_DIR "/docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  std::erase_if(found, [](const fs::path& page) { return !fs::exists(page); });
  return found;
}

struct Excerpt {
  std::string place, file;
  std::vector<Lines> stretches;  // between the lines "…"
};

std::vector<Excerpt> excerpts_of(const fs::path& page) {
  static const std::regex opening("```(\\w+) ([\\w./-]+)");
  std::vector<Excerpt> excerpts;
  const Lines lines = lines_of(page);
  for (size_t i = 0; i < lines.size(); ++i) {
    std::smatch found;
    if (!std::regex_match(lines[i], found, opening)) continue;
    Excerpt excerpt{page.filename().string() + ":" + std::to_string(i + 1), found[2], {{}}};
    const bool diff = found[1] == "diff";
    for (++i; i < lines.size() && lines[i] != "```"; ++i) {
      const std::string line = diff && !lines[i].empty() ? lines[i].substr(1) : lines[i];
      if (diff && lines[i].starts_with("-")) continue;
      if (lines[i] == "…")
        excerpt.stretches.emplace_back();
      else
        excerpt.stretches.back().push_back(line);
    }
    excerpts.push_back(excerpt);
  }
  return excerpts;
}

TEST(Documentation, ShowsLinesThatAreInTheFilesThatItNames) {
  int checked = 0;
  for (const fs::path& page : pages())
    for (const Excerpt& excerpt : excerpts_of(page)) {
      const fs::path file = fs::path(NARU_SOURCE_DIR) / excerpt.file;
      ASSERT_TRUE(fs::exists(file)) << excerpt.place << ": there is no " << excerpt.file;
      const Lines lines = lines_of(file);
      auto from = lines.begin();
      for (const Lines& stretch : excerpt.stretches) {
        const auto found = std::search(from, lines.end(), stretch.begin(), stretch.end());
        ASSERT_TRUE(found != lines.end() || stretch.empty())
            << excerpt.place << ": " << excerpt.file << " has no longer these lines:\n"
            << testing::PrintToString(stretch);
        from = found + static_cast<int64_t>(stretch.size());
      }
      ++checked;
    }
  EXPECT_GT(checked, 0);
}

TEST(Documentation, NamesPathsThatExist) {
  static const std::regex in_code("`((?:naru|cli|web|tests|docs|examples|scripts|cmake|bench)/[\\w./-]*)`");
  static const std::regex link("\\]\\(([\\w./-]+)\\)");
  for (const fs::path& page : pages()) {
    const std::string text = read_file(page);
    for (auto at = std::sregex_iterator(text.begin(), text.end(), in_code); at != std::sregex_iterator(); ++at)
      EXPECT_TRUE(fs::exists(fs::path(NARU_SOURCE_DIR) / (*at)[1].str()))
          << page.filename() << ": there is no " << (*at)[1];
    for (auto at = std::sregex_iterator(text.begin(), text.end(), link); at != std::sregex_iterator(); ++at)
      EXPECT_TRUE(fs::exists(page.parent_path() / (*at)[1].str())) << page.filename() << ": there is no " << (*at)[1];
  }
}

/// The options of "$ build/naru phrases --split long --pairs 1".
PhraseOptions phrase_options(const std::string& command) {
  static const std::regex option("--(pairs|seed|split) (\\w+)");
  PhraseOptions options;
  for (auto at = std::sregex_iterator(command.begin(), command.end(), option); at != std::sregex_iterator(); ++at) {
    const std::string name = (*at)[1], value = (*at)[2];
    if (name == "pairs") options.pairs = std::stoll(value);
    if (name == "seed") options.seed = std::stoull(value);
    if (name == "split") options.split = phrase_split(value);
  }
  return options;
}

TEST(Documentation, ShowsPhrasesAsTheCommandPrintsThem) {
  int checked = 0;
  for (const fs::path& page : pages()) {
    const Lines lines = lines_of(page);
    for (size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].starts_with("$ build/naru phrases")) continue;
      for (const Phrase& phrase : phrases(phrase_options(lines[i]))) {
        ASSERT_LT(++i, lines.size());
        EXPECT_EQ(lines[i], phrase.korean + '\t' + phrase.english) << page.filename() << ":" << i + 1;
        ++checked;
      }
    }
  }
  EXPECT_GE(checked, 8);
}

/// Each key in the code of a table, whatever stands beside it.
template <class Config>
void expect_keys_in(const std::string& page) {
  Config config;
  for (const Field& field : fields_of(config))
    EXPECT_NE(page.find("`" + field.name + "`"), std::string::npos) << "docs/formats.md: has no key " << field.name;
}

TEST(Documentation, ExplainsEveryKeyOfAModelFolder) {
  const std::string page = read_file(NARU_SOURCE_DIR "/docs/formats.md");
  expect_keys_in<TransformerConfig>(page);
  expect_keys_in<Seq2SeqConfig>(page);
  expect_keys_in<HybridConfig>(page);
  expect_keys_in<TrainConfig>(page);
  expect_keys_in<TokenizerConfig>(page);
}

}  // namespace
}  // namespace naru
