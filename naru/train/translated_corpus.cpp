#include "naru/train/translated_corpus.h"

#include <algorithm>
#include <optional>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr size_t chunk_lines = 512;  // so much work is lost by a kill, at most

/// All sources in order: those of the pairs, then the lines.
class SourceReader {
 public:
  explicit SourceReader(const TranslatedCorpusSpec& spec) : lines_(spec.lines) {
    if (!spec.pairs.paths.empty()) pairs_.emplace(spec.pairs);
  }

  bool next(std::string& source) {
    if (Pair pair; pairs_ && pairs_->next(pair)) {
      source = std::move(pair.source);
      return true;
    }
    pairs_.reset();
    while (!reader_ || !reader_->next(source)) {
      if (file_ == lines_.size()) return false;
      reader_.emplace(lines_[file_++]);
    }
    return true;
  }

  std::vector<std::string> next_chunk() {
    std::vector<std::string> sources;
    for (std::string source; sources.size() < chunk_lines && next(source);) sources.push_back(source);
    return sources;
  }

 private:
  const std::vector<std::string>& lines_;
  std::optional<PairReader> pairs_;
  std::optional<LineReader> reader_;
  size_t file_ = 0;
};

Json fingerprints(const std::vector<std::string>& paths) {
  Json all = Json::array();
  for (const std::string& path : paths) {
    const FileFingerprint found = fingerprint_of(path);
    all.push_back({found.bytes, found.crc});
  }
  return all;
}

std::string identity_of(const TranslatedCorpusSpec& spec) {
  return json_text(Json{{"pairs", fingerprints(spec.pairs.paths)},
                        {"swap", spec.pairs.swap},
                        {"lines", fingerprints(spec.lines)},
                        {"with_original", spec.with_original},
                        {"teacher", spec.teacher}}) +
         "\n";
}

bool has_lines(const fs::path& path, size_t lines) {
  return fs::exists(path) && static_cast<size_t>(std::ranges::count(read_file(path), '\n')) == lines;
}

}  // namespace

TranslatedCorpus::TranslatedCorpus(TranslatedCorpusSpec spec)
    : spec_(std::move(spec)), folder_({spec_.folder, ".txt", {"source.txt", "target.txt"}}, identity_of(spec_)) {
  SourceReader sources(spec_);
  bool usable = false;
  for (std::string source; sources.next(source); ++sources_) usable |= !source.empty();
  if (!usable)
    fail("{}: holds no line to translate; give at least one",
         spec_.pairs.paths.empty() ? spec_.lines[0] : spec_.pairs.paths[0]);
  if (!folder_.is_of_other()) return;
  if (!spec_.fresh)
    fail("{}: holds translations by another teacher, of other sources or with other options; --fresh starts over",
         spec_.folder.string());
  fs::remove_all(spec_.folder);
}

bool TranslatedCorpus::make(const Translate& translate, const std::atomic<bool>& stop) {
  SourceReader reader(spec_);
  std::vector<std::string> sources;
  const ChunkedWork work{.doing = "translating",
                         .done = "translated",
                         .units = "lines",
                         .all = sources_,
                         .next = [&] { return std::ssize(sources = reader.next_chunk()); },
                         .holds = [&](const fs::path& path) { return has_lines(path, sources.size()); },
                         .make =
                             [&] {
                               std::string text;
                               for (std::string& line : translate(sources)) {
                                 const auto breaks = [](char c) { return c == '\n' || c == '\r'; };
                                 std::ranges::replace_if(line, breaks, ' ');  // byte pieces can be ones
                                 text += line + '\n';
                               }
                               return text;
                             }};
  return folder_.make(
      work, [this] { join(); }, stop);
}

void TranslatedCorpus::join() const {
  const auto each_original = [&](const auto& use) {
    if (!spec_.with_original || spec_.pairs.paths.empty()) return;
    PairReader pairs(spec_.pairs);
    for (Pair pair; pairs.next(pair);) use(pair);
  };
  write_file(folder_.file("source.txt"), [&](std::ostream& out) {
    SourceReader sources(spec_);
    for (std::string source; sources.next(source);) out << source << '\n';
    each_original([&](const Pair& pair) { out << pair.source << '\n'; });
  });
  write_file(folder_.file("target.txt"), [&](std::ostream& out) {
    for (const fs::path& chunk : folder_.chunks()) out << read_file(chunk);
    each_original([&](const Pair& pair) { out << pair.target << '\n'; });
  });
}

CorpusFiles TranslatedCorpus::files() const {
  std::vector<std::string> paths{folder_.file("source.txt").string(), folder_.file("target.txt").string()};
  if (spec_.pairs.swap) std::ranges::reverse(paths);
  return {.paths = paths, .swap = spec_.pairs.swap, .names = {}};
}

}  // namespace naru
