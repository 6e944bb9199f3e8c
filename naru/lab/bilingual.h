#pragma once

#include <string>
#include <utility>

#include "naru/base/json.h"

namespace naru {

/// A text of the report in both languages.
struct Bilingual {
  std::string korean, english;

  Bilingual() = default;
  Bilingual(std::string in_korean, std::string in_english)
      : korean(std::move(in_korean)), english(std::move(in_english)) {}
  /// One that is the same in both: a name, a number, a formula.
  Bilingual(std::string same) : korean(same), english(std::move(same)) {}
  Bilingual(const char* same) : Bilingual(std::string(same)) {}

  bool empty() const { return english.empty(); }
};

/// `Text` of web/src/schema.ts.
inline Json to_json(const Bilingual& text) {
  if (text.korean == text.english) return text.english;
  return {{"ko", text.korean}, {"en", text.english}};
}

}  // namespace naru
