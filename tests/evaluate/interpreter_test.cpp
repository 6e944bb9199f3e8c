// What was written stays, and depends on nothing that is heard later.
#include "naru/evaluate/interpreter.h"

#include <gtest/gtest.h>

#include <sstream>

#include "naru/evaluate/simultaneous.h"

#include "tests/evaluate/golden_lines.h"

namespace naru {
namespace {

constexpr const char* policies[] = {"whole", "wait-1", "wait-3", "agreement", "agreement-3", "chunk-2"};

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// A golden model; with `wait_k` its weights under an encoder that reads forward only.
ModelFolder model_of(const std::string& name, const std::string& wait_k = "none") {
  ModelFolder folder = ModelFolder::open(golden / name);
  if (wait_k == "none") return folder;
  set_option(folder.config, "wait_k", wait_k);
  folder.model = build(folder.config, Params(SafetensorsFile(golden / name / "model.safetensors")));
  return folder;
}

TEST(Interpreter, WhatIsWrittenBeforeAWordIsTheSameWhateverComesAfterIt) {
  const auto lines = golden_lines(6);
  for (const char* wait_k : {"none", "random"}) {
    const ModelFolder folder = model_of("transformer-tiny", wait_k);
    for (const char* policy : policies) {
      Interpreter one(folder, policy_of(policy), {}), other(folder, policy_of(policy), {});
      for (size_t i = 0; i + 1 < lines.size(); ++i) {
        const auto words = words_in(lines[i]);
        std::vector<std::string> ends{words.back(), words_in(lines[i + 1])[0]};
        for (size_t j = 0; j + 1 < words.size(); ++j)
          EXPECT_EQ(one.hear(words[j]), other.hear(words[j])) << policy << ", word " << j << " of " << lines[i];
        one.hear_last(ends[0]);
        other.hear(ends[1]);
        other.hear_last(ends[0]);
      }
    }
  }
}

TEST(Interpreter, WaitKHearsKWordsFirstAndWritesOneForEachFurtherOne) {
  const ModelFolder folder = model_of("transformer-tiny", "random");
  TranslationOptions options;
  for (const Interpretation& one : interpret(folder, golden_lines(20), policy_of("wait-2"), options))
    for (size_t t = 0; t < one.heard.size(); ++t)
      EXPECT_GE(one.heard[t], std::min<int64_t>(2 + static_cast<int64_t>(t), one.source_words)) << one.text;
}

TEST(Interpreter, AWholeSentenceIsTranslatedAsTheTranslatorDoes) {
  const ModelFolder folder = model_of("transformer-tiny");
  const auto lines = golden_lines(8);
  const auto expected = Translator(folder).translate(lines, {});
  const auto found = interpret(folder, lines, policy_of("whole"), {});
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(words_in(found[i].text), words_in(expected[i].best[0].text));
    for (const int32_t heard : found[i].heard) EXPECT_EQ(heard, found[i].source_words);
  }
}

/// The last hypothesis of agreement is greedy and begins with all that was written.
TEST(Interpreter, WithAWaitLongerThanTheSentenceOrAgreementOfManyIsGreedySearch) {
  const ModelFolder folder = model_of("transformer-tiny");
  const auto lines = golden_lines(8);
  TranslationOptions greedy;
  greedy.search.beam = 1;
  const auto expected = Translator(folder).translate(lines, greedy);
  for (const char* policy : {"wait-100", "agreement-100"}) {
    const auto found = interpret(folder, lines, policy_of(policy), greedy);
    for (size_t i = 0; i < lines.size(); ++i)
      EXPECT_EQ(words_in(found[i].text), words_in(expected[i].best[0].text)) << policy;
  }
}

/// At its maximum length a translation loses the word that has no room, and ends in none that is cut.
TEST(Interpreter, AMaximumLengthLeavesWholeWords) {
  const auto lines = golden_lines(8);
  for (const char* wait_k : {"none", "random"}) {
    const ModelFolder folder = model_of("transformer-tiny", wait_k);
    for (const char* policy : {"wait-1", "wait-3", "agreement-100"}) {
      const auto whole = interpret(folder, lines, policy_of(policy), {});
      for (const int64_t longest : {1, 2, 3, 4, 5, 6, 7}) {
        TranslationOptions options;
        options.search.max_length = longest;
        const auto cut = interpret(folder, lines, policy_of(policy), options);
        for (size_t i = 0; i < lines.size(); ++i) {
          const auto words = words_in(cut[i].text), all = words_in(whole[i].text);
          ASSERT_LE(words.size(), all.size());
          EXPECT_TRUE(std::equal(words.begin(), words.end(), all.begin()))
              << policy << ", " << longest << " pieces: " << cut[i].text << " of " << whole[i].text;
        }
      }
    }
  }
}

TEST(Interpreter, TextAsItComesGivesTheSameInAnyPieces) {
  const ModelFolder folder = model_of("transformer-tiny");
  const auto lines = golden_lines(3);
  const std::string text = lines[0] + "\n\n" + lines[1] + " \n" + lines[2];
  for (const size_t size : {size_t{1}, size_t{7}, text.size()}) {
    Interpreter interpreter(folder, policy_of("wait-1"), {});
    std::string written;
    size_t at = 0;
    interpret(
        interpreter,
        [&] {
          const std::string more = text.substr(std::min(at, text.size()), size);
          at += size;
          return more;
        },
        [&](const std::string& now) { written += now; });
    EXPECT_EQ(std::ranges::count(written, '\n'), 4);
    static std::string first;
    if (first.empty()) first = written;
    EXPECT_EQ(written, first) << size;
  }
}

TEST(Interpreter, RefusesToWaitWithAModelThatDoesNotLookBack) {
  const ModelFolder folder = model_of("seq2seq");
  EXPECT_THROW(Interpreter(folder, policy_of("wait-3"), {}), Error);
  EXPECT_NO_THROW(interpret(folder, golden_lines(2), policy_of("agreement"), {}));
  EXPECT_NO_THROW(interpret(model_of("seq2seq-attention"), golden_lines(2), policy_of("wait-2"), {}));
}

TEST(Policy, RefusesWhatItDoesNotKnow) {
  for (const char* name : {"wait-0", "wait", "wait--1", "wait-3x", "agreement-1", "chunk-0", "often", "", "wait-99999"})
    EXPECT_THROW(policy_of(name), Error) << name;
  EXPECT_EQ(policy_of("agreement").number, 2);
  EXPECT_EQ(policy_of("chunk-5").number, 5);
}

}  // namespace
}  // namespace naru
