#include "naru/lab/explain.h"

#include <algorithm>
#include <cmath>

#include "naru/base/version.h"
#include "naru/evaluate/translator.h"
#include "naru/lab/explained.h"
#include "naru/ops/best_outputs.h"
#include "naru/ops/softmax.h"
#include "naru/text/utf8.h"
#include "naru/text/words.h"

namespace naru {
namespace {

constexpr const char *start_mark = "⟨s⟩", *end_mark = "⏎";
constexpr int64_t shown_best = 5;

bool is_final_punctuation(std::string_view word) {
  for (const std::string_view mark : {".", "?", "!", "…", "。", "！", "？"})
    if (word.starts_with(mark)) return true;
  return false;
}

/// The pieces of a word of the text: the last one that is no punctuation where `wanted` is empty.
std::vector<int64_t> pieces_of_word(const TokenizedText& tokens, std::string& wanted) {
  const std::vector<Span> words = words_of(tokens.text);
  std::vector<std::string> texts;
  for (const Span& word : words)
    texts.push_back(tokens.text.substr(static_cast<size_t>(word.begin), static_cast<size_t>(word.end - word.begin)));
  if (texts.empty() && wanted.empty()) return {0};  // nothing but its end
  auto chosen = std::ranges::find(texts, wanted);
  if (wanted.empty() && !texts.empty()) {
    chosen = texts.end() - 1;
    if (texts.size() > 1 && is_final_punctuation(*chosen)) --chosen;
    wanted = *chosen;
  }
  if (chosen == texts.end())
    fail("--word {}: not a word of '{}'; did you mean {}?", wanted, tokens.text, nearest(wanted, texts));
  const auto word_of_piece = word_of_each(tokens.places, words);
  std::vector<int64_t> pieces;
  for (size_t i = 0; i < word_of_piece.size(); ++i)
    if (word_of_piece[i] == chosen - texts.begin()) pieces.push_back(static_cast<int64_t>(i));
  return pieces;
}

std::vector<WritingStep> writing_steps(const ModelFolder& folder, const Trace& trace, const Explained& explained) {
  const Tensor logs = log_softmax(folder.model->decoder()->output()(trace.find("output")));  // [steps, vocabulary]
  const BestOutputs best = best_columns(logs, std::min(shown_best, logs.dim(1)));
  std::vector<int32_t> ids = folder.target->encode(explained.target);
  ids.push_back(static_cast<int32_t>(folder.model->vocabulary().end));
  std::vector<WritingStep> steps;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    WritingStep step{.reads = explained.read[i],
                     .writes = explained.written[i],
                     .probability = std::exp(static_cast<double>(logs.data()[row * logs.dim(1) + ids[i]])),
                     .best = {}};
    for (int64_t k = row * best.ids.dim(1); k < (row + 1) * best.ids.dim(1); ++k) {
      const int32_t id = best.ids.data<int32_t>()[k];
      const bool ends = id == folder.model->vocabulary().end;
      step.best.emplace_back(ends                         ? end_mark
                             : id < folder.target->size() ? folder.target->piece(id)
                                                          : "–",
                             std::exp(static_cast<double>(best.log_probabilities.data()[k])));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

/// The layer that was asked for, where this model has it; else the encoder's last, or what there is.
std::string layer_of(const Trace& trace, const std::string& wanted) {
  std::string chosen = trace.attention.back().name;
  for (const AttentionMap& map : trace.attention)
    if (map.name.starts_with("encoder")) chosen = map.name;
  for (const AttentionMap& map : trace.attention)
    if (map.name == wanted) chosen = wanted;
  return chosen;
}

void add_attention_of(const ModelFolder& folder, const Trace& trace, const ExplainOptions& options,
                      Explained& explained) {
  if (trace.attention.empty()) return;
  const std::string layer = layer_of(trace, options.layer);
  if (const int64_t heads = attention_map(trace, layer).heads; options.head >= heads)
    fail("--head {}: {} of {} has {} head{}, counted from 0", options.head, layer, folder.path.string(), heads,
         heads == 1 ? "" : "s");
  explained.attention =
      attention_steps(folder.config, folder.model->params(), trace, {.layer = layer, .head = options.head});
  explained.word = options.word;
  explained.rows = pieces_of_word(layer.starts_with("encoder") ? folder.source->encode_places(explained.source)
                                                               : folder.target->encode_places(explained.target),
                                  explained.word);
}

Explained explained_by(const ModelFolder& folder, const Trace& trace, const std::string& target,
                       const ExplainOptions& options) {
  Explained explained{.source = options.source, .target = target};
  explained.source_pieces = folder.source->pieces(options.source);
  explained.source_pieces.emplace_back(end_mark);
  explained.written = folder.target->pieces(target);
  explained.read = explained.written;
  explained.read.insert(explained.read.begin(), start_mark);
  explained.written.emplace_back(end_mark);
  explained.recurrent = recurrent_steps(folder.config, folder.model->params(), trace);
  add_attention_of(folder, trace, options, explained);
  explained.writing = writing_steps(folder, trace, explained);
  return explained;
}

/// Error: what the model cannot read, or follow.
void check_length(const ModelFolder& folder, const char* option, size_t pieces) {
  const int64_t longest = folder.model->decoder()->longest();
  if (static_cast<int64_t>(pieces) >= longest)
    fail("{}: is {} pieces long, but {} knows {} positions; shorten it", option, pieces, folder.path.string(), longest);
}

/// The sentence and what it becomes, and the trace of both.
std::pair<std::string, Trace> followed(const ModelFolder& folder, const ExplainOptions& options) {
  const Translator translator(folder);
  check_length(folder, "--source", folder.source->encode(options.source).size());
  std::string target = options.target;
  if (target.empty()) target = translator.translate({options.source}, {})[0].best[0].text;
  check_length(folder, "--target", folder.target->encode(target).size());
  return {target, translator.trace(options.source, target)};
}

/// Error: no model has it.
void check_layer(const std::string& layer, std::span<const std::pair<std::string, Trace>> traces) {
  std::vector<std::string> known;
  for (const auto& [target, trace] : traces)
    for (const AttentionMap& map : trace.attention) known.push_back(map.name);
  if (layer.empty() || std::ranges::find(known, layer) != known.end()) return;
  if (known.empty()) fail("--layer {}: this model has no attention; leave it out", layer);
  fail("--layer {}: no attention of that name; did you mean {}?", layer, nearest(layer, known));
}

/// Of a folder, however its path was written.
std::string name_of(const ModelFolder& folder) {
  const auto path = folder.path.lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

/// What the models made of the sentence, before each is looked into.
Json side_by_side(std::span<const ModelFolder> models, std::span<const std::pair<std::string, Trace>> traces,
                  const ExplainOptions& options) {
  ReportTable table{.title = options.source, .head = {{"모델", "model"}, {"번역", "translation"}}, .rows = {}};
  for (size_t i = 0; i < models.size(); ++i) table.rows.push_back({name_of(models[i]), traces[i].first});
  Findings findings;
  findings.show(table);
  return {{"name", "side-by-side"},
          {"title", to_json(Bilingual("나란히", "Side by side"))},
          {"question", options.source},
          {"blocks", findings.blocks}};
}

}  // namespace

Json explain(std::span<const ModelFolder> models, const ExplainOptions& options, bool korean) {
  if (options.source.find_first_not_of(" \t") == std::string::npos) fail("--source: is empty; give it a sentence");
  for (const auto& [option, text] : {std::pair("--source", options.source), std::pair("--target", options.target)})
    if (first_invalid_utf8(text) != std::string_view::npos) fail("{}: is not UTF-8; set the terminal to it", option);
  std::vector<std::pair<std::string, Trace>> traces;
  for (const ModelFolder& model : models) traces.push_back(followed(model, options));
  check_layer(options.layer, traces);
  Json document{{"kind", "explain"},
                {"title", to_json(Bilingual("한 문장의 계산", "One sentence, computed"))},
                {"created_by", fmt::format("naru {}", version())},
                {"language", korean ? "ko" : "en"},
                {"experiments", Json::array()},
                {"claims", Json::array()}};
  if (models.size() > 1) document["experiments"].push_back(side_by_side(models, traces, options));
  for (size_t i = 0; i < models.size(); ++i) {
    const Explained explained = explained_by(models[i], traces[i].second, traces[i].first, options);
    const std::string name = fmt::format("model-{}", i + 1);
    document["experiments"].push_back({{"name", name},
                                       {"title", name_of(models[i])},
                                       {"question", options.source},
                                       {"blocks", explained_blocks(explained, name)},
                                       {"numbers", explained_numbers(explained)}});
  }
  return document;
}

}  // namespace naru
