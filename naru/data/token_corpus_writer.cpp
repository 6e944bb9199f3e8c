#include "naru/data/token_corpus_writer.h"

#include <fmt/format.h>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/text/korean/speech_level.h"

namespace naru {
namespace token_file {
namespace {

constexpr size_t pairs_per_block = 32;
constexpr size_t pairs_per_read = 4096;

void append_number(std::string& out, uint32_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

/// Writes blocks as they fill up.
class PairWriter {
 public:
  explicit PairWriter(std::ostream& out) : file_(out, magic) {}

  void add(const TokenPair& pair) {
    for (const auto* side : {&pair.source, &pair.target}) append_number(block_, static_cast<uint32_t>(side->size()));
    for (const auto* side : {&pair.source, &pair.target})
      for (const int32_t id : *side) append_number(block_, static_cast<uint32_t>(id));
    if (++pairs_ == pairs_per_block) flush();
  }

  void finish(const Json& header) {
    if (pairs_ > 0) flush();
    file_.finish(header);
  }

 private:
  void flush() {
    file_.add(block_);
    block_.clear();
    pairs_ = 0;
  }

  BlockFileWriter file_;
  std::string block_;
  size_t pairs_ = 0;
};

/// Gives pairs out in random order, holding no more than its bytes: a corpus that fits is shuffled whole.
class ShuffleBuffer {
 public:
  ShuffleBuffer(PairWriter& out, int64_t bytes, uint64_t seed) : out_(out), most_(bytes), random_(seed) {}

  void add(TokenPair pair) {
    bytes_ += bytes_of(pair);
    pairs_.push_back(std::move(pair));
    while (bytes_ > most_) give_one();
  }
  void finish() {
    while (!pairs_.empty()) give_one();
  }

 private:
  static int64_t bytes_of(const TokenPair& pair) {
    return static_cast<int64_t>(2 * sizeof pair.source + (pair.source.size() + pair.target.size()) * sizeof(int32_t));
  }
  void give_one() {
    std::swap(pairs_[random_.below(pairs_.size())], pairs_.back());
    out_.add(pairs_.back());
    bytes_ -= bytes_of(pairs_.back());
    pairs_.pop_back();
  }

  PairWriter& out_;
  int64_t most_, bytes_ = 0;
  Random random_;
  std::vector<TokenPair> pairs_;
};

/// Counts a pair, and passes it on where it can be trained on.
class Intake {
 public:
  Intake(ShuffleBuffer& out, CorpusCounts& counts, const TokenCorpusConfig& config)
      : out_(out), counts_(counts), config_(config), random_(config.seed) {}

  /// `text`: what the pair's ids are of.
  void add(TokenPair pair, const Pair& text) {
    if (pair.source.empty() || pair.target.empty()) {
      counts_.empty += config_.both ? 2 : 1;
      return;
    }
    TokenPair reverse{.source = pair.target, .target = pair.source};
    tag(pair, config_.both ? config_.forward_tag : -1, level_tag(config_.forward_levels, text.target));
    add_one(std::move(pair));
    if (!config_.both) return;
    tag(reverse, config_.reverse_tag, level_tag(config_.reverse_levels, text.source));
    add_one(std::move(reverse));
  }

 private:
  /// -1: none. The draw is made for every target that has a level.
  int32_t level_tag(const std::optional<LevelTags>& tags, const std::string& target) {
    const auto level = tags ? speech_level_of(target) : std::nullopt;
    if (!level || random_.uniform() < config_.level_dropout) return -1;
    return tags->at(static_cast<size_t>(*level));
  }
  static void tag(TokenPair& pair, int32_t direction, int32_t level) {
    for (const int32_t id : {direction, level})
      if (id >= 0) pair.source.insert(pair.source.begin(), id);
  }
  void add_one(TokenPair pair) {
    const auto source = static_cast<int64_t>(pair.source.size()), target = static_cast<int64_t>(pair.target.size());
    if (std::max(source, target) > config_.max_length) {
      ++counts_.too_long;
      return;
    }
    ++counts_.pairs;
    counts_.source_tokens += source + 1;
    counts_.target_tokens += target + 1;
    out_.add(std::move(pair));
  }

  ShuffleBuffer& out_;
  CorpusCounts& counts_;
  const TokenCorpusConfig& config_;
  Random random_;
};

Json json_of(const CorpusCounts& counts) {
  return {{"lines", counts.lines},
          {"pairs", counts.pairs},
          {"empty", counts.empty},
          {"too_long", counts.too_long},
          {"source_tokens", counts.source_tokens},
          {"target_tokens", counts.target_tokens}};
}

}  // namespace

CorpusCounts counts_from(const Json& json) {
  return {.lines = json.at("lines"),
          .pairs = json.at("pairs"),
          .empty = json.at("empty"),
          .too_long = json.at("too_long"),
          .source_tokens = json.at("source_tokens"),
          .target_tokens = json.at("target_tokens")};
}

std::string identity_of(const CorpusFiles& files, const Tokenizer& source, const Tokenizer& target,
                        const TokenCorpusConfig& config) {
  // Older model folders hold this text with its keys in alphabetical order.
  Json made_from{{"both", {config.both, config.forward_tag, config.reverse_tag}},
                 {"files", Json::array()},
                 {"max_length", config.max_length},
                 {"seed", config.seed},
                 {"shuffle_megabytes", config.shuffle_megabytes},
                 {"swap", files.swap},
                 {"tokenizers", {source.fingerprint(), target.fingerprint()}}};
  if (config.forward_levels || config.reverse_levels)
    made_from["levels"] = {config.forward_levels.value_or(LevelTags{}), config.reverse_levels.value_or(LevelTags{}),
                           config.level_dropout};
  for (const std::string& path : files.paths) {
    const FileFingerprint found = fingerprint_of(path);
    made_from["files"].push_back({found.bytes, found.crc});
  }
  return json_text(made_from);
}

void write(const std::filesystem::path& path, const std::string& identity, const CorpusFiles& files,
           const Tokenizer& source, const Tokenizer& target, const TokenCorpusConfig& config) {
  write_file(path, [&](std::ostream& out) {
    CorpusCounts counts;
    PairReader reader(files);
    PairWriter blocks(out);
    ShuffleBuffer shuffle(blocks, config.shuffle_megabytes << 20, config.seed);
    Intake intake(shuffle, counts, config);
    std::vector<Pair> pairs(pairs_per_read);
    for (size_t got = pairs_per_read; out && got == pairs_per_read;) {
      for (got = 0; got < pairs_per_read && reader.next(pairs[got]);) ++got;
      std::vector<TokenPair> tokens = encode_pairs(std::span(pairs).first(got), source, target);
      for (size_t i = 0; i < got; ++i) intake.add(std::move(tokens[i]), pairs[i]);
    }
    counts.lines = reader.line();
    if (counts.pairs == 0)
      fail("{}: the corpus ends without a usable pair: {}", reader.place(), summary(counts, config.max_length));
    shuffle.finish();
    blocks.finish({{"identity", identity}, {"counts", json_of(counts)}});
  });
}

}  // namespace token_file

std::string summary(const CorpusCounts& counts, int64_t max_length) {
  std::string text = fmt::format("{} lines: {} pairs", counts.lines, counts.pairs);
  std::string left_out;
  if (counts.empty > 0) left_out += fmt::format("{} with an empty side", counts.empty);
  if (counts.too_long > 0)
    left_out += fmt::format("{}{} of more than {} pieces", left_out.empty() ? "" : ", ", counts.too_long, max_length);
  return left_out.empty() ? text : text + "; left out: " + left_out;
}

std::vector<TokenPair> encode_pairs(std::span<const Pair> pairs, const Tokenizer& source, const Tokenizer& target) {
  std::vector<TokenPair> encoded(pairs.size());
  parallel_for(static_cast<int64_t>(pairs.size()), 64, [&](int64_t begin, int64_t end) {
    for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i)
      encoded[i] = {.source = source.encode(pairs[i].source), .target = target.encode(pairs[i].target)};
  });
  return encoded;
}

}  // namespace naru
