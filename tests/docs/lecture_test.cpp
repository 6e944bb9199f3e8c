// The two pages that go through the lecture: they have the same sections and commands, three exercises with answers in
// each section, links that lead to headings, and commands that run.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {
namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

/// The lecture's own table of contents.
const Strings section_numbers{"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2",
                              "3.3", "3.4", "3.5", "4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "5.3",
                              "6.1", "6.2", "6.3", "6.4", "7.1", "7.2", "7.3", "8"};

struct Page {
  std::string name;
  Strings levels;  // as exercises of the lecture's three levels are called
};
const Page pages[] = {{"lecture.md", {"basic", "intermediate", "advanced"}},
                      {"lecture.ko.md", {"초급", "중급", "고급"}}};

struct Line {
  std::string text;
  bool fenced = false;
};

std::vector<Line> lines_of(const Page& page) {
  std::istringstream text(read_file(fs::path(NARU_SOURCE_DIR) / "docs" / page.name));
  std::vector<Line> lines;
  bool fenced = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```")) fenced = !fenced;
    lines.push_back({line, fenced});
  }
  EXPECT_FALSE(fenced) << page.name << ": a fence is open at its end";
  return lines;
}

/// What stands after "$ " in fenced blocks.
Strings commands_of(const Page& page) {
  Strings commands;
  for (const Line& line : lines_of(page))
    if (line.fenced && line.text.starts_with("$ ")) commands.push_back(line.text.substr(2));
  return commands;
}

/// Texts of "## 8 Glossary" and "### 1.1 What makes language hard", by number, and the numbers in their order.
struct Sections {
  Strings numbers;
  std::map<std::string, std::string> texts;
};

Sections sections_of(const Page& page) {
  static const std::regex heading("#{2,3} (\\d(?:\\.\\d)?) .*");
  Sections sections;
  for (const Line& line : lines_of(page)) {
    std::smatch found;
    if (!line.fenced && std::regex_match(line.text, found, heading)) sections.numbers.push_back(found[1]);
    if (!sections.numbers.empty()) sections.texts[sections.numbers.back()] += line.text + "\n";
  }
  return sections;
}

Strings split(const std::string& text, const std::string& separator) {
  Strings parts;
  for (size_t begin = 0; begin != text.npos;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    begin = end == text.npos ? end : end + separator.size();
  }
  return parts;
}

/// As GitHub makes it: small letters, a hyphen for each blank, no punctuation.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading.substr(heading.find(' ') + 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ' || c == '-')
      anchor += '-';
    else if (byte >= 0x80 || std::isalnum(byte) || c == '_')
      anchor += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
  }
  return anchor;
}

TEST(Lecture, BothPagesHaveAllSectionsInOrder) {
  for (const Page& page : pages) {
    Strings found = sections_of(page).numbers;
    std::erase_if(found, [](const std::string& number) { return number.size() == 1 && number != "8"; });
    EXPECT_EQ(found, section_numbers) << page.name;
  }
}

TEST(Lecture, BothPagesHaveTheSameCommandsAndDiagrams) {
  const auto told_apart_by_language_only = [](const Page& page) {
    Strings commands;
    for (const std::string& command : commands_of(page))
      commands.push_back(std::regex_replace(command, std::regex(" --lang (en|ko)"), ""));
    return commands;
  };
  const Strings commands = told_apart_by_language_only(pages[0]);
  EXPECT_EQ(commands, told_apart_by_language_only(pages[1]));
  EXPECT_FALSE(commands.empty());
  const Sections english = sections_of(pages[0]), korean = sections_of(pages[1]);
  for (const auto& [number, text] : english.texts)
    EXPECT_EQ(split(text, "```mermaid").size(), split(korean.texts.at(number), "```mermaid").size()) << number;
}

TEST(Lecture, EverySectionHasAnExerciseOfEachLevelWithItsAnswer) {
  for (const Page& page : pages) {
    Sections sections = sections_of(page);
    for (const std::string& number : section_numbers) {
      const std::string place = page.name + ", " + number;
      const Strings parts = split(sections.texts[number], "<details>");
      ASSERT_EQ(parts.size(), 1 + page.levels.size()) << place << ": answers";
      for (size_t level = 0; level < page.levels.size(); ++level) {
        const Strings question = split(parts[level], "</details>"), answer = split(parts[level + 1], "</details>");
        EXPECT_NE(question.back().find("(" + page.levels[level] + ")"), std::string::npos)
            << place << ": no exercise (" << page.levels[level] << ")";
        ASSERT_EQ(answer.size(), 2u) << place;
        EXPECT_GT(split(answer[0], "</summary>").back().size(), 20u) << place << ": an empty answer";
      }
    }
  }
}

TEST(Lecture, LinksWithinAPageLeadToItsHeadings) {
  static const std::regex link("\\]\\(#([^)]+)\\)");
  for (const Page& page : pages) {
    std::set<std::string> anchors;
    for (const Line& line : lines_of(page))
      if (!line.fenced && line.text.starts_with("#")) anchors.insert(anchor_of(line.text));
    int links = 0;
    for (const Line& line : lines_of(page))
      for (auto at = std::sregex_iterator(line.text.begin(), line.text.end(), link); at != std::sregex_iterator();
           ++at) {
        EXPECT_TRUE(anchors.contains((*at)[1])) << page.name << ": no heading has the anchor " << (*at)[1];
        ++links;
      }
    EXPECT_GE(links, std::ssize(section_numbers)) << page.name << ": contents";
  }
}

/// The exit code of a command line, run in a folder of which `bin` holds the `naru` that was built.
int run_in(const fs::path& folder, const std::string& command) {
  const std::string here = "cd '" + folder.string() + "' && PATH=\"$PWD/bin:$PATH\" && ";
  const int status = std::system((here + "{ " + command + "\n} > log 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(LectureSlow, EveryCommandRuns) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "bin");
  fs::create_symlink(NARU_COMMAND, folder / "bin/naru");
  std::set<std::string> run;
  for (const Page& page : pages)
    for (const std::string& command : commands_of(page)) {
      if (!run.insert(command).second) continue;
      EXPECT_EQ(run_in(folder.path(), command), 0) << page.name << ": " << command << "\n" << read_file(folder / "log");
    }
}

}  // namespace
}  // namespace naru
