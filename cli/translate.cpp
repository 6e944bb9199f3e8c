// Lines in, translations out, in order.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include "naru/base/json.h"
#include "naru/base/log.h"
#include "naru/evaluate/line_feed.h"
#include "naru/evaluate/simultaneous.h"
#include "naru/text/lines.h"

#include "cli/command.h"
#include "cli/number_watch.h"
#include "cli/paths.h"

namespace naru::cli {
namespace {

struct TranslateOptions : TranslationOptions {
  std::vector<std::string> model;
  std::string input = "-", output = "-", alignment_file, confidence_file, prefix, policy = "whole";
  double abstain = 0;
  OpeningOptions opening;
  bool swap = false, scores = false, spoken = false, numbers = false;

  void fields(auto&& field) {
    field("model", model,
          "model folder; of several the mean of their probabilities decides, over one target vocabulary",
          required(folder_path()));
    field("input", input, "lines to translate; - is standard input", file_path());
    field("output", output, "where translations go; - is standard output", file_path());
    field("swap", swap, "from the second column's language to the first's; a model trained with --both knows that");
    search.fields(field);
    opening.fields(field);
    field("nbest", search.nbest, "translations given for each line, best first", between(1, 1000));
    field("prefix", prefix, "a file whose lines the translations must begin with", file_path());
    field("alignments", alignment_file, "a file for word alignments (Moses pairs, one line each)", file_path());
    field("policy", policy,
          "when words are written while the source still comes: whole (when the sentence has ended), wait-K (K words "
          "behind), agreement (what the last two translations have in common; agreement-N), chunk-N");
    field("stream", spoken, "reads standard input word by word, and writes each word as soon as the policy allows");
    field("scores", scores,
          "before each translation its score and log-probability, tab-separated; behind it, where the folder has a "
          "calibration (naru calibrate), its confidence and why it is flagged, or -");
    field("confidence", confidence_file,
          "a file for what is thought of each translation, JSON lines: confidence, suspicion, flag, each word's "
          "confidence",
          file_path());
    field("abstain", abstain, "an empty line instead of a translation whose confidence is below this", between(0, 1));
    field("check-numbers", numbers,
          "warn of each translation whose numbers are not the source's, 만 and 억 against million and billion (Korean "
          "and English)");
    field("fallback", fallback,
          "write flagged lines once more: wider beam, no repetitions, usual length; kept if less suspicious");
  }
};

/// A file, or standard output.
class Output {
 public:
  explicit Output(const std::string& path) : path_(path == "-" ? "standard output" : path) {
    if (path == "-") return;
    file_.emplace(path);
    if (!*file_) fail("{}: cannot be written", path);
  }
  std::ostream& stream() { return file_ ? *file_ : std::cout; }
  void flush() {
    stream().flush();
    if (!stream()) fail("{}: could not be written whole; is the disk full?", path_);
  }

 private:
  std::string path_;
  std::optional<std::ofstream> file_;
};

/// Writing over a file that is read would lose it, and two results in one file would lose both.
void check_files(const TranslateOptions& options) {
  namespace fs = std::filesystem;
  if (options.input == "-" && options.prefix == "-") fail("--prefix -: standard input is --input's; give a file");
  for (const std::string& written : {options.output, options.alignment_file, options.confidence_file})
    for (const std::string& read : {options.input, options.prefix})
      if (fs::exists(written) && fs::exists(read) && same_file(written, read))
        fail("{}: would be written over while it is read; name another file", written);
  const std::string& alignments = options.alignment_file;
  if (!alignments.empty() && (alignments == options.output || same_file(options.output, alignments)))
    fail("--alignments {}: translations go there; name another file", options.alignment_file);
  const std::string& confidences = options.confidence_file;
  for (const std::string& other : {options.output, alignments})
    if (!confidences.empty() && (confidences == other || same_file(confidences, other)))
      fail("--confidence {}: other results go there; name another file", confidences);
}

/// Whatever shows or needs what is thought of a translation; `--scores` shows it where there is something to show.
void open_calibration(std::span<ModelFolder> folders, const TranslateOptions& options) {
  const bool needed = !options.confidence_file.empty() || options.abstain > 0 || options.fallback;
  if (folders.size() > 1) {
    if (needed) fail("--confidence, --abstain, --fallback: are calibrated for one model; name one --model");
  } else if (needed || (options.scores && std::filesystem::exists(folders[0].calibration_path()))) {
    folders[0].open_calibration();
  }
}

std::string confidence_line(const TranslatedText& text) {
  if (!text.judgement) return "{}";
  const Judgement& judgement = *text.judgement;
  Json line{{"confidence", judgement.confidence}, {"suspicion", judgement.suspicion}, {"flag", nullptr}};
  if (!judgement.flag.empty()) line["flag"] = judgement.flag;
  line["words"] = Json::array();
  for (const auto& [word, confidence] : judgement.words) line["words"].push_back({word, confidence});
  return json_text(line);
}

/// Of a translation, where lines are judged.
std::string confidence_columns(const TranslatedText& text) {
  if (!text.judgement) return "\t-\t-";
  const std::string& flag = text.judgement->flag;
  return fmt::format("\t{:.4f}\t{}", text.judgement->confidence, flag.empty() ? "-" : flag);
}

std::string alignment_line(const Translation& translation) {
  std::string pairs;
  for (const auto& [source, target] : translation.alignment)
    pairs += fmt::format("{}{}-{}", pairs.empty() ? "" : " ", source, target);
  return pairs;
}

/// What belongs to whole sentences, and what writes with more than the one next word in mind.
void check_simultaneous(const TranslateOptions& options) {
  const std::string with = options.spoken ? "--stream" : "--policy " + options.policy;
  const auto refuse = [&](const char* option, bool given) {
    if (given) fail("{}: does not go with {}, which writes one translation word by word; leave one out", option, with);
  };
  refuse("--nbest", options.search.nbest > 1);
  refuse("--sample", options.search.sampling.sample);
  refuse("--prefix", !options.prefix.empty());
  refuse("--alignments", !options.alignment_file.empty());
  refuse("--scores", options.scores);
  refuse("--confidence", !options.confidence_file.empty());
  refuse("--abstain", options.abstain > 0);
  refuse("--fallback", options.fallback);
  refuse("--shortlist", options.opening.shortlist);
  refuse("--check-numbers", options.numbers);
  if (options.model.size() > 1)
    fail("{}: is followed by one model, but --model names {}; name one", with, options.model.size());
  if (options.spoken && options.input != "-")
    fail("--stream: reads standard input; leave --input {} out", options.input);
}

/// Word by word: from standard input as it comes, or from whole lines as if they were spoken.
int translate_simultaneously(const TranslateOptions& options, const ModelFolder& folder, const Policy& policy) {
  Output output(options.output);
  if (options.spoken) {
    Interpreter interpreter(folder, policy, options);
    const auto next = [] {
      char characters[4096];
      const ssize_t got = read(STDIN_FILENO, characters, sizeof characters);
      return std::string(characters, static_cast<size_t>(std::max<ssize_t>(got, 0)));
    };
    interpret(interpreter, next, [&](const std::string& text) {
      output.stream() << text;
      output.flush();
    });
    return 0;
  }
  LineFeed feed(options.input);
  constexpr size_t most_lines = 256;
  for (std::vector<std::string> lines = feed.next(most_lines); !lines.empty(); lines = feed.next(most_lines)) {
    for (const Interpretation& one : interpret(folder, lines, policy, options)) output.stream() << one.text << '\n';
    output.flush();
  }
  return 0;
}

std::vector<ModelFolder> opened(const TranslateOptions& options) {
  std::vector<ModelFolder> folders = open_folders(options.model, options.opening.precision);
  for (ModelFolder& folder : folders) {
    if (options.swap) folder.turn();
    folder.speak(options.opening.formality);
    if (options.opening.shortlist) folder.open_shortlist();
  }
  return folders;
}

int translate(const TranslateOptions& options) {
  const Policy policy = policy_of(options.policy);
  check_files(options);
  check(options.search);
  const bool simultaneously = !policy.whole() || options.spoken;
  if (simultaneously) check_simultaneous(options);
  std::vector<ModelFolder> folders = opened(options);
  if (simultaneously) return translate_simultaneously(options, folders[0], policy);
  TranslationOptions search = options;
  search.alignments = !options.alignment_file.empty();
  open_calibration(folders, options);
  search.judgements = folders[0].calibration != nullptr;
  const Translator translator(folders);
  LineFeed lines(options.input);
  std::optional<LineReader> prefixes;
  if (!options.prefix.empty()) prefixes.emplace(options.prefix);
  Output output(options.output);
  std::optional<Output> alignments;
  if (search.alignments) alignments.emplace(options.alignment_file);
  std::optional<Output> confidences;
  if (!options.confidence_file.empty()) confidences.emplace(options.confidence_file);
  int64_t line = 0, abstained = 0;
  std::optional<NumberWatch> numbers;
  if (options.numbers) numbers.emplace();

  const auto next = [&](size_t most) {
    output.flush();  // what is translated is seen before the next line is waited for
    if (alignments) alignments->flush();
    if (confidences) confidences->flush();
    Translator::Window window{lines.next(most), {}};
    if (numbers) numbers->expect(window.lines);
    for (std::string prefix; prefixes && window.prefixes.size() < window.lines.size();) {
      if (!prefixes->next(prefix))
        fail("{}:{}: the file ends here, but {} has more lines; give a prefix, or an empty line, for each",
             prefixes->name(), prefixes->line() + 1, options.input == "-" ? standard_input_name : options.input);
      window.prefixes.push_back(prefix);
    }
    return window;
  };
  const auto emit = [&](const Translation& translation) {
    ++line;
    if (numbers) numbers->see(translation);
    for (const TranslatedText& text : translation.best) {
      const bool unsure = text.judgement && text.judgement->confidence < options.abstain;
      if (unsure) NARU_LOG(warning, "line {}: left empty, confidence {:.2f}", line, text.judgement->confidence);
      abstained += unsure;
      if (options.scores) output.stream() << fmt::format("{:.4f}\t{:.4f}\t", text.score, text.log_probability);
      if (!unsure) output.stream() << text.text;
      if (options.scores && search.judgements) output.stream() << confidence_columns(text);
      output.stream() << '\n';
      if (confidences) confidences->stream() << confidence_line(text) << '\n';
    }
    if (alignments) alignments->stream() << alignment_line(translation) << '\n';
  };
  translator.stream(next, emit, search);
  if (std::string more; prefixes && prefixes->next(more))
    fail("{}: more prefixes than lines to translate; give one for each", prefixes->place());
  output.flush();
  if (alignments) alignments->flush();
  if (confidences) confidences->flush();
  if (numbers) numbers->summarize();
  if (options.abstain > 0) NARU_LOG(info, "{} of {} lines: a translation left empty", abstained, line);
  return 0;
}

}  // namespace

Command translate_command() { return make_command("translate", "translate lines", translate); }

}  // namespace naru::cli
