#include "naru/lab/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <regex>
#include <string>

#include "naru/base/error.h"
#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

/// What stands between the tags of the data element.
std::string data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"naru-data\">";
  const size_t begin = page.find(open) + open.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

std::string sample() { return read_file(NARU_SOURCE_DIR "/web/sample.json"); }

struct Report : ::testing::Test {
  std::string written(std::string_view json) {
    write_report(folder_ / "report.html", json);
    return read_file(folder_ / "report.html");
  }
  TemporaryFolder folder_;
};

TEST_F(Report, HoldsItsDataSuchThatNoTextCanEndTheElement) {
  const nlohmann::json data = {{"title", "나루 </script><script>alert(1)</script> <!-- & \" '"}};
  const std::string element = data_of(written(data.dump()));
  EXPECT_EQ(element.find('<'), element.npos);
  EXPECT_EQ(nlohmann::json::parse(element), data);
}

TEST_F(Report, NeedsNoOtherFileAndNoAddress) {
  const std::string page = written(sample());
  const std::string code = page.substr(0, page.rfind("<!--"));  // after it: the notices, which name addresses
  EXPECT_FALSE(std::regex_search(code, std::regex(R"((src|href)\s*=\s*["']?(https?:|//|\./|/))")));
  EXPECT_FALSE(std::regex_search(code, std::regex(R"(@import|url\(["']?(https?:|//)|fetch\(|XMLHttpRequest)")));
  EXPECT_EQ(count(code, "<link"), 0u);
  EXPECT_EQ(count(code, "default-src 'none'"), 1u);
}

TEST_F(Report, CarriesTheNoticesOfWhatItContains) {
  const std::string page = written(sample());
  EXPECT_NE(page.find("Observable, Inc."), page.npos);
  EXPECT_NE(page.find("Jason Miller"), page.npos);
}

TEST_F(Report, HoldsALaboratorysDocumentAsItIs) {
  const std::string document = read_file(NARU_SOURCE_DIR "/web/claims-sample.json");
  EXPECT_EQ(nlohmann::json::parse(data_of(written(document))), nlohmann::json::parse(document));
}

TEST_F(Report, IsSmallWithoutItsData) { EXPECT_LT(written("{}").size(), 400'000u); }

TEST_F(Report, RefusesWhatIsNotJsonAndLeavesTheOldFile) {
  written("{}");
  EXPECT_THROW(written("{\"title\": "), CheckFailure);
  EXPECT_THROW(written("{\"title\": \"\xff\"}"), CheckFailure);
  EXPECT_EQ(data_of(read_file(folder_ / "report.html")), "{}");
}

/// The page as a browser shows it.
struct ReportInBrowserSlow : Report {
  void SetUp() override {
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"})
      if (std::system(("command -v " + std::string(name) + " > /dev/null").c_str()) == 0) browser_ = name;
    if (browser_.empty()) GTEST_SKIP() << "needs Chromium to show the page: apt-get install chromium";
  }

  std::string shown(std::string_view json, const std::string& choice) {
    written(json);
    const std::string command =
        "timeout 60 " + browser_ +
        " --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --virtual-time-budget=5000 --user-data-dir='" +
        (folder_ / "profile").string() + "' --dump-dom 'file://" + (folder_ / "report.html").string() + "#" + choice +
        "' 2> /dev/null";
    FILE* out = popen(command.c_str(), "r");
    std::string dom;
    char buffer[4096];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, out)) > 0;) dom.append(buffer, n);
    EXPECT_EQ(pclose(out), 0) << command;
    return dom.substr(dom.find("<main"));
  }
  std::string browser_;
};

TEST_F(ReportInBrowserSlow, ShowsARowForEachModelAndForTheBaseline) {
  const std::string dom = shown(sample(), "lang=en");
  EXPECT_EQ(count(dom, "data-row=\"model\""), 3u);
  EXPECT_EQ(count(dom, "data-row=\"baseline\""), 1u);
  EXPECT_NE(dom.find("Learning curves"), dom.npos);
}

TEST_F(ReportInBrowserSlow, DrawsThreeChartsAndAnAttentionMap) {
  EXPECT_EQ(count(shown(sample(), "lang=ko"), "class=\"drawing\"><svg"), 4u);
}

TEST_F(ReportInBrowserSlow, SaysInBothLanguagesThatALectureSenseIsNotStandardKorean) {
  const std::string dom = shown(sample(), "lang=en");
  EXPECT_EQ(count(dom, "표준 한국어가 아닙니다"), 2u);
  EXPECT_EQ(count(dom, "not standard Korean"), 2u);
}

TEST_F(ReportInBrowserSlow, LeavesOutSectionsWithoutData) {
  auto data = nlohmann::json::parse(sample());
  for (auto& model : data["models"]) model.erase("attention");
  data.erase("lecture");
  const std::string dom = shown(data.dump(), "lang=en");
  EXPECT_EQ(count(dom, "<section"), 3u);
}

/// web/test/laboratory.browser.mjs says what must work; NARU_PICTURES=FOLDER keeps pictures of the page there.
TEST_F(ReportInBrowserSlow, WorksAsALaboratorysReport) {
  written(read_file(NARU_SOURCE_DIR "/web/claims-sample.json"));
  const std::string command = "NARU_BROWSER=" + browser_ + " NARU_REPORT='file://" +
                              (folder_ / "report.html").string() +
                              "' timeout 300 node --test " NARU_SOURCE_DIR "/web/test/laboratory.browser.mjs";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

TEST_F(ReportInBrowserSlow, SaysWhatIsMissingFromUnusableData) {
  EXPECT_NE(shown("{}", "").find("missing title, created_by, settings, models, conclusion"), std::string::npos);
}

}  // namespace
}  // namespace naru
