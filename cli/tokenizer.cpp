// naru tokenizer: SentencePiece models from text; text to pieces or ids and back.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/text/lines.h"
#include "naru/text/sentencepiece.h"
#include "naru/text/sentencepiece_training.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct TokenizerTrainOptions : TokenizerConfig {
  std::vector<std::string> input, symbols;
  std::string out;
  int64_t vocabulary = 8000, column = 0, seed = 1;
  bool no_byte_fallback = false;

  void fields(auto&& field) {
    field("input", input, "text files, a sentence a line; .gz is read as is, - is standard input",
          required(file_path()));
    field("vocab-size", vocabulary, "pieces at most", at_least(1));
    field("out", out, "writes OUT.model and OUT.vocab", required());
    field("column", column, "of tab-separated files: the column to read; 0 = whole lines", at_least(0));
    field("kind", kind, "how pieces are found", one_of({"unigram", "bpe"}));
    field("normalization", normalization, "what happens to text before pieces are found",
          one_of({"nmt_nfkc", "nfkc", "identity"}));
    field("character-coverage", character_coverage, "share of the text's characters that get pieces of their own",
          between(0.98, 1));
    field("no-byte-fallback", no_byte_fallback, "characters without a piece become unknown, not bytes");
    field("symbols", symbols, "pieces that are never split");
    field("sample", sample, "sentences, drawn from the whole text, that the vocabulary is made from", at_least(1));
    field("seed", seed, "seed of the drawing", at_least(0));
  }
};

/// Column `column` (from 1) of a line.
std::string_view column_of(const LineReader& reader, std::string_view line, int64_t column) {
  for (int64_t i = 1; i < column; ++i) {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos)
      fail("{}: expected at least {} tab-separated columns, found {}", reader.place(), column, i);
    line.remove_prefix(tab + 1);
  }
  return line.substr(0, line.find('\t'));
}

int train_tokenizer(const TokenizerTrainOptions& options) {
  TextSample sample(options.sample, static_cast<uint64_t>(options.seed));
  for (const std::string& file : options.input) {
    LineReader reader(file);
    for (std::string line; reader.next(line);)
      sample.add(options.column == 0 ? line : column_of(reader, line, options.column));
  }
  if (const auto warning = vocabulary_warning(options.vocabulary, sample.counts())) NARU_LOG(warning, "{}", *warning);
  TokenizerConfig config = options;
  config.byte_fallback = !options.no_byte_fallback;
  const SentencePieceTokenizer tokenizer(
      train_sentencepiece(sample.sentences(), options.vocabulary, config, {.symbols = options.symbols, .tags = {}}));
  write_file(options.out + ".model", tokenizer.bytes());
  write_file(options.out + ".vocab", [&](std::ostream& out) {
    for (int32_t id = 0; id < tokenizer.size(); ++id)
      out << fmt::format("{}\t{}\n", tokenizer.piece(id), tokenizer.score(id));
  });
  NARU_LOG(info, "{}.model: {} pieces from {} sentences", options.out, tokenizer.size(), sample.counts().lines);
  return 0;
}

struct CodeOptions {
  std::string model, input = "-";
  bool ids = false;

  void fields(auto&& field) {
    field("model", model, "SentencePiece model", required(file_path()));
    field("input", input, "text file; - is standard input", file_path());
    field("ids", ids, "ids, not pieces");
  }
};

/// Answers line by line; whoever waits at the other end of a pipe gets each answer at once.
void for_each_line(const std::string& file, const std::function<std::string(const LineReader&, std::string&)>& answer) {
  const bool live = is_read_once(file);
  LineReader reader(file);
  for (std::string line; reader.next(line);) {
    fmt::print("{}\n", answer(reader, line));
    if (live) std::fflush(stdout);
  }
}

int encode(const CodeOptions& options) {
  const auto tokenizer = SentencePieceTokenizer::open(options.model);
  for_each_line(options.input, [&](const LineReader&, std::string& line) {
    return options.ids ? fmt::format("{}", fmt::join(tokenizer->encode(line), " "))
                       : fmt::format("{}", fmt::join(tokenizer->pieces(line), " "));
  });
  return 0;
}

std::vector<std::string> words_between_spaces(const std::string& line) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin < line.size();) {
    const size_t end = std::min(line.find(' ', begin), line.size());
    if (end > begin) words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

int32_t parse_id(const std::string& word, const LineReader& reader, int64_t size) {
  int32_t id = -1;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (error != std::errc{} || end != word.data() + word.size() || id < 0 || id >= size)
    fail("{}: '{}' is not an id of this vocabulary (0 to {})", reader.place(), word, size - 1);
  return id;
}

int decode(const CodeOptions& options) {
  const auto tokenizer = SentencePieceTokenizer::open(options.model);
  for_each_line(options.input, [&](const LineReader& reader, std::string& line) {
    const std::vector<std::string> words = words_between_spaces(line);
    if (!options.ids) return tokenizer->join(words);
    std::vector<int32_t> ids;
    for (const std::string& word : words) ids.push_back(parse_id(word, reader, tokenizer->size()));
    return tokenizer->decode(ids);
  });
  return 0;
}

}  // namespace

Command tokenizer_train_command() {
  return make_command("tokenizer train", "make a SentencePiece model from text", train_tokenizer);
}
Command tokenizer_encode_command() { return make_command("tokenizer encode", "text to pieces or ids", encode); }
Command tokenizer_decode_command() { return make_command("tokenizer decode", "pieces or ids to text", decode); }

}  // namespace naru::cli
