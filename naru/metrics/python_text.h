// What Python's str.split, str.rstrip and str.lower do: sacreBLEU's numbers stand on them, so ours do too.
// Invalid UTF-8 is read as U+FFFD, one per bad byte sequence; commands refuse it before it gets here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace naru::python {

/// str.isspace: Unicode's white space, and the ASCII separators U+001C … U+001F.
bool is_space(char32_t character);

/// Code points of UTF-8 text.
std::u32string code_points(std::string_view text);
/// UTF-8 of code points.
std::string utf8(std::u32string_view characters);

/// str.split(): the runs of characters between white space. The views point into `text`.
std::vector<std::string_view> split(std::string_view text);

/// str.rstrip(): `text` without the white space at its end.
std::string_view strip_right(std::string_view text);

/// str.lower(): full Unicode lower-casing, independent of the locale, with the final sigma.
std::string lower(std::string_view text);

/// str.replace(from, to).
std::string replace(std::string text, std::string_view from, std::string_view to);

}  // namespace naru::python
