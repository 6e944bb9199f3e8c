// A vocabulary that others made, with the ids that it must give.
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>

#include "naru/base/file.h"
#include "naru/text/sentencepiece.h"

#include "tests/shared_folder.h"

namespace naru {
namespace {

TEST(LlamaVocabularyData, GivesTheIdsOfTheReference) {
  const auto shared = shared_folder();
  if (!shared) GTEST_SKIP() << "no shared folder; set NARU_SHARED";
  const auto folder = *shared / "data" / "vocabularies";
  const auto tokenizer = SentencePieceTokenizer::open(folder / "llama2_tokenizer.model");
  EXPECT_EQ(tokenizer->special().begin, 1);
  EXPECT_EQ(tokenizer->special().end, 2);

  const std::string separator = "\n__ggml_vocab_test__\n", inputs = read_file(folder / "ggml-vocab-llama-spm.gguf.inp");
  std::istringstream outputs(read_file(folder / "ggml-vocab-llama-spm.gguf.out"));
  int cases = 0;
  for (size_t begin = 0; begin < inputs.size(); ++cases) {
    const size_t end = std::min(inputs.find(separator, begin), inputs.size());
    std::string line;
    std::getline(outputs, line);
    std::istringstream numbers(line);
    const std::vector<int32_t> expected{std::istream_iterator<int32_t>(numbers), {}};
    EXPECT_EQ(tokenizer->encode(inputs.substr(begin, end - begin)), expected) << inputs.substr(begin, end - begin);
    begin = end + separator.size();
  }
  EXPECT_EQ(cases, 46);
}

}  // namespace
}  // namespace naru
