#include "naru/evaluate/simultaneous.h"

#include <algorithm>
#include <cctype>

#include "naru/base/threads.h"
#include "naru/metrics/lagging.h"
#include "naru/text/lines.h"
#include "naru/text/utf8.h"

namespace naru {
namespace {

Interpretation interpret(Interpreter& interpreter, const std::string& line) {
  const std::vector<std::string> words = spoken_words(line);
  Interpretation result{.text = {}, .heard = {}, .source_words = std::ssize(words)};
  for (size_t i = 0; i < words.size(); ++i)
    for (const std::string& word :
         i + 1 == words.size() ? interpreter.hear_last(words[i]) : interpreter.hear(words[i])) {
      result.text += (result.text.empty() ? "" : " ") + word;
      result.heard.push_back(static_cast<int32_t>(i) + 1);
    }
  return result;
}

}  // namespace

std::vector<Interpretation> interpret(const ModelFolder& folder, const std::vector<std::string>& lines,
                                      const Policy& policy, const TranslationOptions& options) {
  std::vector<Interpretation> results(lines.size());
  parallel_for(threads(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      Interpreter interpreter(folder, policy, options);
      for (auto i = static_cast<size_t>(part); i < lines.size(); i += static_cast<size_t>(threads()))
        results[i] = interpret(interpreter, lines[i]);
    }
  });
  return results;
}

void interpret(Interpreter& interpreter, const std::function<std::string()>& next,
               const std::function<void(const std::string&)>& write) {
  std::string word;
  int64_t line = 1;
  bool heard = false, written = false;  // of the line
  const auto hear = [&](bool last) {
    if (word.empty() && !(last && heard)) return;
    if (first_invalid_utf8(word) != std::string::npos)
      fail("{}:{}: a word is not UTF-8; convert the text, e.g. with iconv -f CP949 -t UTF-8", standard_input_name,
           line);
    for (const std::string& now : last ? interpreter.hear_last(word) : interpreter.hear(word)) {
      write((written ? " " : "") + now);
      written = true;
    }
    heard = true;
    word.clear();
  };
  for (std::string more = next(); !more.empty(); more = next())
    for (const char c : more) {
      if (!std::isspace(static_cast<unsigned char>(c))) {
        word += c;
        continue;
      }
      hear(c == '\n');
      if (c != '\n') continue;
      write("\n");
      heard = written = false;
      ++line;
    }
  if (word.empty() && !heard) return;
  hear(true);
  write("\n");
}

Lagging lagging_of(const std::vector<Interpretation>& interpretations, const std::vector<Pair>& pairs) {
  Lagging sum;
  int64_t count = 0;
  for (size_t i = 0; i < interpretations.size(); ++i) {
    const Interpretation& one = interpretations[i];
    if (one.source_words == 0) continue;
    const int64_t written = std::ssize(one.heard), reference = std::ssize(spoken_words(pairs[i].target));
    sum.average += average_lagging(one.heard, one.source_words, written);
    sum.length_adaptive += average_lagging(one.heard, one.source_words, std::max(written, reference));
    ++count;
  }
  const auto lines = static_cast<double>(std::max<int64_t>(count, 1));
  return {sum.average / lines, sum.length_adaptive / lines};
}

}  // namespace naru
