#include "naru/lab/alignment_error.h"

#include <algorithm>

namespace naru {
namespace {

double share_or(int64_t part, int64_t whole, double otherwise) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : otherwise;
}

}  // namespace

void AlignmentCounts::add(const WordLinks& links, std::span<const AlignmentLink> gold) {
  found += std::ssize(links);
  sure += std::ranges::count_if(gold, &AlignmentLink::sure);
  for (const auto& [source, target] : links) {
    const auto link = std::ranges::find_if(
        gold, [&](const AlignmentLink& one) { return one.source == source && one.target == target; });
    if (link == gold.end()) continue;
    ++found_possible;
    found_sure += link->sure;
  }
}

double AlignmentCounts::precision() const { return share_or(found_possible, found, 0); }

double AlignmentCounts::recall() const { return share_or(found_sure, sure, 0); }

double AlignmentCounts::error_rate() const { return 1 - share_or(found_sure + found_possible, found + sure, 0); }

}  // namespace naru
