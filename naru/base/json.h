// JSON text in and out. The reader and the writer are compiled here once: in every file that calls nlohmann's own they
// cost seconds.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace naru {

/// Objects keep the order in which their keys came.
using Json = nlohmann::ordered_json;

/// A discarded value (`is_discarded`, neither object nor array) where the text is not JSON. Parts nested deeper than
/// `deepest` are left out.
Json parse_json(std::string_view text, int deepest = 100);
/// In one line, or with `indent` spaces a level. Bytes that are not UTF-8 become U+FFFD.
std::string json_text(const Json& value, int indent = -1);

}  // namespace naru
