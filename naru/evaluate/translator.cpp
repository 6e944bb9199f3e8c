#include "naru/evaluate/translator.h"

#include <algorithm>

#include "naru/base/threads.h"
#include "naru/evaluate/source_attention.h"
#include "naru/text/source_tags.h"
#include "naru/text/words.h"

namespace naru {

struct Translator::Line {
  std::vector<int32_t> ids, prefix;
  std::vector<std::vector<int32_t>> others;  // the source in the ids of each other model
  TokenizedText source;                      // with places, when alignments are wanted
  std::vector<int32_t> written;              // the best translation
  Translation* result;
};

Translator::Translator(const Model& model, const Tokenizer& source, const Tokenizer& target)
    : model_(model), source_(source), target_(target) {
  if (!model.decoder()) fail("this model only reads; it cannot translate");
  const VocabularyConfig& config = model.vocabulary();
  vocabulary_ = {.start = static_cast<int32_t>(config.start), .end = static_cast<int32_t>(config.end), .forbidden = {}};
  for (const int64_t id : {config.padding, static_cast<int64_t>(target.special().unknown)})
    if (id >= 0 && id != config.end) vocabulary_.forbidden.push_back(static_cast<int32_t>(id));
  std::ranges::copy(tag_ids(target), std::back_inserter(vocabulary_.forbidden));
  // Ids that the model has but the tokenizer does not (rounded-up vocabularies).
  for (int64_t id = target.size(); id < config.target; ++id) vocabulary_.forbidden.push_back(static_cast<int32_t>(id));
}

Translator::Translator(std::span<const ModelFolder> ensemble) : Translator(ensemble[0]) {
  for (const ModelFolder& other : ensemble.subspan(1)) {
    if (!other.model->decoder()) fail("{}: only reads; it cannot translate", other.path.string());
    check_same_target(ensemble[0], other);
    if (shortlist_ || other.shortlist) fail("--shortlist: is one model's; leave it out for several");
    others_.push_back({*other.model, *other.source});
  }
}

std::vector<Translation> Translator::translate(const std::vector<std::string>& texts, const TranslationOptions& options,
                                               const std::vector<std::string>& prefixes) const {
  std::vector<Translation> results(texts.size());
  std::vector<Line> lines;
  for (size_t i = 0; i < texts.size(); ++i) {
    Line line{.ids = source_.encode(texts[i]),
              .prefix = {},
              .others = {},
              .source = {},
              .written = {},
              .result = &results[i]};
    if (line.ids.empty()) {
      results[i].best.resize(static_cast<size_t>(options.search.nbest));
      continue;
    }
    line.ids.push_back(vocabulary_.end);
    for (const Other& other : others_) {
      line.others.push_back(other.source.encode(texts[i]));
      line.others.back().push_back(static_cast<int32_t>(other.model.vocabulary().end));
    }
    if (options.alignments) line.source = source_.encode_places(texts[i]);
    if (!prefixes.empty()) line.prefix = target_.encode(prefixes[i]);
    lines.push_back(std::move(line));
  }
  // Similar lengths together: their translations end at about the same step.
  std::ranges::stable_sort(lines, {}, [](const Line& line) { return line.ids.size(); });
  write(lines, options);
  if (options.alignments) align(lines);
  if (options.judgements) judge(texts, results);
  if (options.fallback) write_flagged_again(texts, results, options, prefixes);
  return results;
}

/// Of many lines each thread writes some from beginning to end, and none waits for another at every step.
void Translator::write(std::vector<Line>& lines, const TranslationOptions& options) const {
  constexpr int64_t enough = 64;  // lines for a thread, of which there are several batches then
  const int64_t parts = std::clamp<int64_t>(std::ssize(lines) / enough, 1, threads());
  TranslationOptions of_part = options;
  of_part.search.batch_tokens = std::max<int64_t>(1, options.search.batch_tokens / parts);
  parallel_for(parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      std::vector<Line*> some;
      for (int64_t i = part; i < std::ssize(lines); i += parts) some.push_back(&lines[static_cast<size_t>(i)]);
      write(some, of_part);
    }
  });
}

void Translator::write(const std::vector<Line*>& lines, const TranslationOptions& options) const {
  std::vector<std::vector<std::vector<int32_t>>> sources(1 + others_.size());  // of each model
  SearchBounds bounds;
  for (const Line* line : lines) {
    sources[0].push_back(line->ids);
    for (size_t other = 0; other < others_.size(); ++other) sources[other + 1].push_back(line->others[other]);
    bounds.prefixes.push_back(line->prefix);
    if (shortlist_) bounds.candidates.push_back(candidates(*line, options.search));
  }
  std::vector<EnsembleMember> members{{*model_.decoder(), Ragged::from(sources[0])}};
  for (size_t other = 0; other < others_.size(); ++other)
    members.push_back({*others_[other].model.decoder(), Ragged::from(sources[other + 1])});
  auto found = search(members, vocabulary_, options.search, bounds);
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const Hypothesis& hypothesis : found[i])
      lines[i]->result->best.push_back({.text = target_.decode(hypothesis.ids),
                                        .score = hypothesis.score,
                                        .log_probability = hypothesis.log_probability,
                                        .tokens = static_cast<int64_t>(hypothesis.ids.size()),
                                        .ids = hypothesis.ids});
    lines[i]->written = std::move(found[i][0].ids);
  }
}

/// So many that 2 · beam ways on are left at each step, whatever is forbidden or would repeat.
std::vector<int32_t> Translator::candidates(const Line& line, const SearchOptions& options) const {
  std::vector<int32_t> always{vocabulary_.end};
  if (const int32_t unknown = target_.special().unknown; unknown >= 0) always.push_back(unknown);
  int64_t least = 2 * options.beam + std::ssize(vocabulary_.forbidden);
  if (options.no_repeat_ngram > 0) least += options.longest(std::ssize(line.ids)) + std::ssize(line.prefix);
  return shortlist_->candidates(line.ids, always, least);
}

void Translator::stream(const std::function<Window(size_t most)>& next,
                        const std::function<void(const Translation&)>& emit, const TranslationOptions& options) const {
  // A window of several batches, so that sorting by length has something to sort.
  const auto most = static_cast<size_t>(std::max<int64_t>(options.search.batch_tokens, 16));
  for (Window window = next(most); !window.lines.empty(); window = next(most))
    for (const Translation& translation : translate(window.lines, options, window.prefixes)) emit(translation);
}

Trace Translator::trace(const std::string& line, const std::string& translation) const {
  std::vector<int32_t> target{vocabulary_.start};
  for (const int32_t id : target_.encode(translation)) target.push_back(id);
  Trace trace;
  std::vector<int32_t> source = source_.encode(line);
  source.push_back(vocabulary_.end);
  const auto state = model_.decoder()->start(Ragged::from({source}), &trace);
  const Tensor output = model_.decoder()->append(*state, Ragged::from({target}), &trace);
  trace.hidden.emplace_back("output", output);
  return trace;
}

void Translator::align(const std::vector<Line>& lines) const {
  constexpr int64_t most_tokens = 512;  // all the attention of a batch lies in memory
  for (size_t first = 0, last = 0; first < lines.size(); first = last) {
    std::vector<std::vector<int32_t>> sources, read;
    for (int64_t tokens = 0; last < lines.size() && (last == first || tokens < most_tokens); ++last) {
      sources.push_back(lines[last].ids);
      read.push_back({vocabulary_.start});
      read.back().insert(read.back().end(), lines[last].written.begin(), lines[last].written.end());
      read.back().pop_back();  // nothing is written after the last
      tokens += std::ssize(sources.back());
    }
    Trace trace;
    const auto state = model_.decoder()->start(Ragged::from(sources));
    model_.decoder()->append(*state, Ragged::from(read), &trace);
    for (size_t i = first; i < last; ++i)
      lines[i].result->alignment = align(lines[i], source_attention(trace, i - first));
  }
}

std::vector<std::pair<int32_t, int32_t>> Translator::align(const Line& line,
                                                           std::vector<std::vector<double>> looks) const {
  if (looks.empty()) fail("--alignments: this model has no attention to read them from; leave them out");
  const std::vector<int32_t>& ids = line.written;
  const TokenizedText target = target_.decode_places(ids);
  const auto source_words = word_of_each(line.source.places, words_of(line.source.text));
  auto target_words = word_of_each(target.places, words_of(target.text));
  // Row q of the attention belongs to the piece that is written after the q-th read one: piece q itself.
  for (size_t piece = 0; piece < target_words.size(); ++piece)
    if (ids[piece] == vocabulary_.end) target_words[piece] = -1;
  return word_links(std::move(looks), source_words, target_words);
}

}  // namespace naru
