// The glossary has every term of the lecture, in both languages, and every place and command that it names exists.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "naru/base/file.h"
#include "naru/lab/experiment.h"

#include "tests/shared_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;

struct Entry {
  std::string term, meaning, formula, identifier, file, command;
};

/// Of "| a | b |": a, b.
std::vector<std::string> cells(const std::string& row) {
  std::vector<std::string> found;
  std::istringstream text(row.substr(1));
  for (std::string cell; std::getline(text, cell, '|');) found.push_back(cell.substr(1, cell.size() - 2));
  return found;
}

std::string between(const std::string& text, const std::string& open, const std::string& close) {
  const size_t begin = text.find(open);
  if (begin == text.npos) return "";
  const size_t end = text.find(close, begin + open.size());
  return text.substr(begin + open.size(), end - begin - open.size());
}

/// "**Key**" of the English page, "**키** (Key)" of the Korean one: by the English term.
std::vector<Entry> glossary(const std::string& page) {
  std::vector<Entry> entries;
  std::istringstream text(read_file(fs::path(NARU_SOURCE_DIR) / "docs" / page));
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("| **")) continue;
    const std::vector<std::string> cell = cells(line);
    EXPECT_EQ(cell.size(), 5u) << line;
    const bool korean = page.ends_with(".ko.md");
    std::string term = between(cell[0], "**", "**");
    if (korean) term = cell[0].substr(cell[0].find("** (") + 4), term.pop_back();
    entries.push_back({term, cell[1], cell[2], between(cell[3], "[`", "`]"), between(cell[3], "](../", ")"),
                       between(cell[4], "`naru ", "`")});
  }
  return entries;
}

constexpr const char* pages[] = {"glossary.md", "glossary.ko.md"};

TEST(Glossary, EveryPlaceInTheCodeExistsAndNamesWhatItIsSaidTo) {
  for (const char* page : pages)
    for (const Entry& entry : glossary(page)) {
      const fs::path file = fs::path(NARU_SOURCE_DIR) / entry.file;
      ASSERT_TRUE(fs::is_regular_file(file)) << page << ": " << entry.term << ": " << entry.file;
      EXPECT_NE(read_file(file).find(entry.identifier), std::string::npos)
          << page << ": " << entry.term << ": no " << entry.identifier << " in " << entry.file;
      EXPECT_FALSE(entry.meaning.empty()) << entry.term;
      EXPECT_TRUE(entry.formula.starts_with("$") && entry.formula.ends_with("$")) << entry.term;
    }
}

TEST(Glossary, EveryCommandExists) {
  for (const char* page : pages)
    for (const Entry& entry : glossary(page)) {
      std::istringstream words(entry.command);
      std::string command, name;
      words >> command >> name;
      if (command == "claims") {
        EXPECT_TRUE(std::ranges::any_of(experiments(), [&](const Experiment& one) { return one.name == name; }))
            << page << ": " << entry.term << ": " << entry.command;
      } else {
        const fs::path source = fs::path(NARU_SOURCE_DIR) / "cli" / (command + ".cpp");
        EXPECT_TRUE(fs::exists(source)) << page << ": " << entry.term << ": " << entry.command;
      }
    }
}

TEST(Glossary, BothLanguagesHaveTheSameTermsFormulasAndPlaces) {
  const std::vector<Entry> english = glossary(pages[0]), korean = glossary(pages[1]);
  ASSERT_EQ(english.size(), korean.size());
  for (size_t i = 0; i < english.size(); ++i) {
    EXPECT_EQ(english[i].term, korean[i].term);
    EXPECT_EQ(english[i].formula, korean[i].formula) << english[i].term;
    EXPECT_EQ(english[i].file, korean[i].file) << english[i].term;
    EXPECT_EQ(english[i].command, korean[i].command) << english[i].term;
  }
}

TEST(GlossaryData, HasEveryTermOfTheLecture) {
  const auto shared = shared_folder();
  if (!shared) GTEST_SKIP() << "the lecture is not here; set NARU_SHARED to the folder that holds mission/";
  std::set<std::string> wanted;
  std::istringstream text(read_file(*shared / "mission" / "transformer-vs-seq2seq.ko.md"));
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("| 영문 용어"))
      inside = true;
    else if (!line.starts_with("|"))
      inside = false;
    else if (inside && !line.starts_with("|--"))
      wanted.insert(cells(line)[0]);
  }
  EXPECT_EQ(wanted.size(), 81u);
  std::set<std::string> had;
  for (const Entry& entry : glossary(pages[0])) had.insert(entry.term);
  EXPECT_EQ(wanted, had);
}

}  // namespace
}  // namespace naru
