#include "naru/train/source_tag_pieces.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>

#include "naru/base/error.h"
#include "naru/base/log.h"
#include "naru/text/korean/speech_level.h"
#include "naru/text/source_tags.h"

namespace naru {
namespace {

/// "50 % plain, 14 % intimate, 18 % polite, 18 % formal"; empty where hardly a text ends in Korean of any level.
std::string speech_levels_in(const TextSample& sample) {
  std::array<int64_t, 4> counts{};
  for (const std::string& text : sample.sentences())
    if (const auto level = speech_level_of(text)) ++counts[static_cast<size_t>(*level)];
  const auto share = [&](int64_t count) { return 100 * count / std::max<int64_t>(1, std::ssize(sample.sentences())); };
  if (share(std::reduce(counts.begin(), counts.end())) < 1) return "";
  std::vector<std::string> shares;
  for (size_t i = 0; i < counts.size(); ++i)
    shares.push_back(fmt::format("{} % {}", share(counts[i]), formality_names()[i]));
  return fmt::format("{}", fmt::join(shares, ", "));
}

}  // namespace

std::vector<std::string> source_tag_pieces(const Survey& found, const WantedTags& wanted) {
  std::vector<std::string> pieces;
  if (wanted.both) pieces = direction_tag_pieces();
  if (!wanted.formality) return pieces;
  const size_t directions = pieces.size();
  const auto learn = [&](const TextSample& written, Way way) {
    const std::string levels = speech_levels_in(written);
    if (levels.empty()) return;
    NARU_LOG(info, "formality: {} of the {} column", levels, way == Way::to_second ? "target" : "source");
    std::ranges::move(level_tag_pieces(way), std::back_inserter(pieces));
  };
  learn(found.target, Way::to_second);
  if (wanted.both) learn(found.source, Way::to_first);
  if (pieces.size() == directions)
    fail(
        "--set formality=true: the targets do not end as Korean sentences do, and no other language has speech "
        "levels; leave it out, or train towards the first column with --swap");
  return pieces;
}

}  // namespace naru
