#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

namespace naru {

/// Some hundred different Korean sentences: enough for a vocabulary that is made in a fraction of a second.
inline std::vector<std::string> small_korean_text() {
  const std::vector<std::string> subjects{"나는", "그는", "철수는", "영희는", "선생님은", "학생이", "친구가", "우리는"};
  const std::vector<std::string> places{"학교에", "은행에", "도서관에", "서울에", "시장에", "공원에", "집에", "바다에"};
  const std::vector<std::string> verbs{"간다.", "갔다.", "가고 싶다.", "온다.", "왔다.", "있다.", "있었다.", "없다."};
  std::vector<std::string> sentences;
  for (const auto& subject : subjects)
    for (const auto& place : places)
      for (const auto& verb : verbs) sentences.push_back(fmt::format("{} {} {}", subject, place, verb));
  return sentences;
}

/// The same for English, line by line.
inline std::vector<std::string> small_english_text() {
  const std::vector<std::string> subjects{"I",           "he",        "Cheolsu",  "Younghee",
                                          "the teacher", "a student", "a friend", "we"};
  const std::vector<std::string> places{"school",     "the bank", "the library", "Seoul",
                                        "the market", "the park", "home",        "the sea"};
  const std::vector<std::string> verbs{"go to",   "went to", "want to go to", "come to",
                                       "came to", "am at",   "was at",        "am not at"};
  std::vector<std::string> sentences;
  for (const auto& subject : subjects)
    for (const auto& place : places)
      for (const auto& verb : verbs) sentences.push_back(fmt::format("{} {} {}.", subject, verb, place));
  return sentences;
}

}  // namespace naru
