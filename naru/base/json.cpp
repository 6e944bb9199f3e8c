#include "naru/base/json.h"

namespace naru {

Json parse_json(std::string_view text, int deepest) {
  return Json::parse(
      text, [deepest](int depth, Json::parse_event_t, const Json&) { return depth <= deepest; }, false);
}

std::string json_text(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace naru
