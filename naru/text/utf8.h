#pragma once

#include <cstddef>
#include <string_view>

namespace naru {

/// Bytes of the well-formed character at the start of `text`; 0 when there is none.
size_t utf8_character_length(std::string_view text);

/// Place of the first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF); `npos` when all is well.
size_t first_invalid_utf8(std::string_view text);

}  // namespace naru
