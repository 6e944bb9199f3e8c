#include "naru/evaluate/interpreter.h"

#include <limits>
#include <sstream>
#include <variant>

#include "naru/evaluate/policy_writers.h"

namespace naru {

std::vector<std::string> spoken_words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

struct Interpreter::Parts {
  Translator translator;
  Policy policy;
  TranslationOptions options;
  Speaker speaker;
  std::variant<std::monostate, WaitWriter, AgreementWriter> writer;
  std::string heard, chunk;      // of the sentence; of the chunk
  int64_t words = 0;             // of the chunk
  size_t read = 0, written = 0;  // pieces of the source; words of the target

  std::vector<std::string> hear(const std::string& word, bool last);
  std::vector<std::string> hear_chunk(const std::string& word, bool last);
  std::vector<int32_t> pieces(const std::string& word, bool last);
};

/// The pieces that the word adds to those of the words before it.
std::vector<int32_t> Interpreter::Parts::pieces(const std::string& word, bool last) {
  heard += (heard.empty() || word.empty() ? "" : " ") + word;
  std::vector<int32_t> ids = speaker.source.encode(heard);
  ids.erase(ids.begin(), ids.begin() + static_cast<int64_t>(std::min(read, ids.size())));
  read += ids.size();
  if (last) ids.push_back(speaker.vocabulary.end);
  return ids;
}

std::vector<std::string> Interpreter::Parts::hear_chunk(const std::string& word, bool last) {
  chunk += (chunk.empty() || word.empty() ? "" : " ") + word;
  if (++words < policy.number && !last) return {};
  std::vector<std::string> now = spoken_words(translator.translate({chunk}, options)[0].best[0].text);
  chunk.clear();
  words = 0;
  return now;
}

std::vector<std::string> Interpreter::Parts::hear(const std::string& word, bool last) {
  if (policy.kind == Policy::Kind::whole || policy.kind == Policy::Kind::chunk) return hear_chunk(word, last);
  if (std::holds_alternative<std::monostate>(writer)) {
    if (policy.kind == Policy::Kind::wait) {
      writer.emplace<WaitWriter>(speaker, policy.number);
    } else {
      writer.emplace<AgreementWriter>(speaker, policy.number);
    }
  }
  const std::vector<int32_t> more = pieces(word, last);
  const std::vector<int32_t>& ids = policy.kind == Policy::Kind::wait
                                        ? std::get<WaitWriter>(writer).hear(more, last)
                                        : std::get<AgreementWriter>(writer).hear(more, last);
  std::vector<std::string> now = spoken_words(speaker.target.decode(ids));
  const size_t before = std::min(written, now.size());
  written = now.size();
  now.erase(now.begin(), now.begin() + static_cast<int64_t>(before));
  if (last) {
    writer.emplace<std::monostate>();
    heard.clear();
    read = written = 0;
  }
  return now;
}

Interpreter::Interpreter(const ModelFolder& folder, const Policy& policy, const TranslationOptions& options) {
  Translator translator(folder);
  const Decoder& decoder = *folder.model->decoder();
  if (policy.kind == Policy::Kind::wait && !decoder.looks_back())
    fail(
        "--policy wait-{}: {} has read its source before it writes and cannot look at more of it later; take "
        "agreement, or a model with attention",
        policy.number, folder.path.string());
  const SearchVocabulary vocabulary = translator.vocabulary();
  parts_ = std::make_unique<Parts>(Parts{
      std::move(translator),
      policy,
      options,
      Speaker{decoder, *folder.source, *folder.target, vocabulary, WordBeginnings(*folder.target), options.search},
      {},
      {},
      {}});
  if (policy.whole()) parts_->policy.number = std::numeric_limits<int64_t>::max();
}

Interpreter::~Interpreter() = default;

std::vector<std::string> Interpreter::hear(const std::string& word) { return parts_->hear(word, false); }
std::vector<std::string> Interpreter::hear_last(const std::string& word) { return parts_->hear(word, true); }

}  // namespace naru
