#pragma once

#include <string>
#include <vector>

#include "naru/data/pairs.h"

namespace naru {

struct WantedTags {
  bool both = false, formality = false;
};
/// The tags that a new vocabulary of sources gets: of the directions, and of the speech levels of each column that is
/// written and ends as Korean sentences do. Error: levels are wanted, and there is no such column.
std::vector<std::string> source_tag_pieces(const Survey& found, const WantedTags& wanted);

}  // namespace naru
