// Translates while the speaker still speaks: hears a sentence word by word, and writes words as soon as the policy
// allows. What was written is never taken back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "naru/evaluate/translator.h"
#include "naru/generate/policy.h"

namespace naru {

/// What stands between white space.
std::vector<std::string> spoken_words(const std::string& text);

/// One sentence after the other; a thread has its own. The folder must outlive it. `whole` and `chunk` translate as
/// `Translator` does; `wait` and `agreement` write greedily.
class Interpreter {
 public:
  /// Error: the model cannot follow the policy, or the options do not go with one.
  Interpreter(const ModelFolder& folder, const Policy& policy, const TranslationOptions& options);
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  /// The next word of the source, complete; the words that are written now. `hear_last`: the sentence ends with it, or,
  /// where it is empty, with the word before.
  std::vector<std::string> hear(const std::string& word);
  std::vector<std::string> hear_last(const std::string& word);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace naru
