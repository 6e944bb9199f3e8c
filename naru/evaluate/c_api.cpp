#include "naru/evaluate/c_api.h"

#include <cstring>
#include <memory>

#include "naru/evaluate/translator.h"

struct naru_translator {
  naru::ModelFolder folder;
  naru::Translator translator{folder};

  explicit naru_translator(naru::ModelFolder opened) : folder(std::move(opened)) {}
};

namespace {

/// A copy that `naru_free` frees. std::bad_alloc: no memory.
char* copy_of(const std::string& text) {
  auto copy = std::make_unique<char[]>(text.size() + 1);
  std::memcpy(copy.get(), text.c_str(), text.size() + 1);
  return copy.release();
}

/// The body's result; where it throws, `failed`, and the message in `error`.
template <class Result, class Body>
Result guarded(char** error, Result failed, const Body& body) noexcept {
  if (error) *error = nullptr;
  try {
    return body();
  } catch (const std::exception& thrown) {
    try {
      if (error) *error = copy_of(thrown.what());
    } catch (const std::bad_alloc&) {  // then without a message
    }
    return failed;
  }
}

}  // namespace

naru_translator* naru_open(const char* folder, const char* precision, char** error) {
  return guarded<naru_translator*>(error, nullptr, [&] {
    if (!folder || !precision) naru::fail("naru_open: needs a folder and a precision");
    return new naru_translator(naru::ModelFolder::open(folder, precision));
  });
}

int naru_translate(const naru_translator* translator, const char* const* lines, size_t count, int beam,
                   char** translations, char** error) {
  return guarded(error, -1, [&] {
    if (beam < 1) naru::fail("beam is {}, must be at least 1", beam);
    const std::vector<std::string> texts(lines, lines + count);
    const auto results = translator->translator.translate(texts, {.search = {.beam = beam}});
    std::vector<std::unique_ptr<char[]>> copies;
    for (const naru::Translation& result : results) copies.emplace_back(copy_of(result.best[0].text));
    for (size_t i = 0; i < count; ++i) translations[i] = copies[i].release();
    return 0;
  });
}

void naru_free(char* text) { delete[] text; }
void naru_close(naru_translator* translator) { delete translator; }
