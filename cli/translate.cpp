// Lines in, translations out, in order.
#include <fstream>
#include <iostream>
#include <optional>

#include "naru/evaluate/line_feed.h"
#include "naru/evaluate/translator.h"
#include "naru/text/lines.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct TranslateOptions : TranslationOptions {
  std::string model, input = "-", output = "-", alignment_file, prefix, precision = "f32";
  bool swap = false, scores = false;

  void fields(auto&& field) {
    field("model", model, "model folder", required());
    field("input", input, "lines to translate; - is standard input");
    field("output", output, "where translations go; - is standard output");
    field("swap", swap, "from the second column's language to the first's; a model trained with --both knows that");
    TranslationOptions::fields(field);
    field("precision", precision, "what weights are stored as", one_of({"f32"}));
    field("prefix", prefix, "a file whose lines the translations must begin with");
    field("alignments", alignment_file, "a file for word alignments (Moses pairs, one line each)");
    field("scores", scores, "before each translation its score and log-probability, tab-separated");
  }
};

/// A file, or standard output.
class Output {
 public:
  explicit Output(const std::string& path) {
    if (path == "-") return;
    file_.emplace(path);
    if (!*file_) fail("{}: cannot be written", path);
  }
  std::ostream& stream() { return file_ ? *file_ : std::cout; }

 private:
  std::optional<std::ofstream> file_;
};

int translate(const TranslateOptions& options) {
  ModelFolder folder = ModelFolder::open(options.model);
  if (options.swap) folder.turn();
  TranslationOptions search = options;
  search.alignments = !options.alignment_file.empty();
  LineFeed lines(options.input);
  std::optional<LineReader> prefixes;
  if (!options.prefix.empty()) prefixes.emplace(options.prefix);
  Output output(options.output);
  std::optional<Output> alignments;
  if (search.alignments) alignments.emplace(options.alignment_file);

  const auto next = [&](size_t most) {
    output.stream().flush();  // what is translated is seen before the next line is waited for
    Translator::Window window{lines.next(most), {}};
    for (std::string prefix; prefixes && window.prefixes.size() < window.lines.size();) {
      if (!prefixes->next(prefix)) fail("{}: ends before {} does", options.prefix, options.input);
      window.prefixes.push_back(prefix);
    }
    return window;
  };
  const auto emit = [&](const Translation& translation) {
    for (const TranslatedText& text : translation.best) {
      if (options.scores) output.stream() << fmt::format("{:.4f}\t{:.4f}\t", text.score, text.log_probability);
      output.stream() << text.text << '\n';
    }
    if (!alignments) return;
    std::string pairs;
    for (const auto& [source, target] : translation.alignment)
      pairs += fmt::format("{}{}-{}", pairs.empty() ? "" : " ", source, target);
    alignments->stream() << pairs << '\n';
  };
  Translator(folder).stream(next, emit, search);
  output.stream().flush();
  if (!output.stream()) fail("{}: could not be written whole; is the disk full?", options.output);
  return 0;
}

}  // namespace

Command translate_command() { return make_command("translate", "translate lines", translate); }

}  // namespace naru::cli
