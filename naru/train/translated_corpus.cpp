#include "naru/train/translated_corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/base/log.h"
#include "naru/train/progress.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr const char* made_from_file = "made-from.json";
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

/// How far translating is, now and then in the log and all the time on a terminal.
class TranslatingProgress {
 public:
  explicit TranslatingProgress(int64_t all) : all_(all) {}

  void show(int64_t done, int64_t translated_now) {
    const auto seconds = [](Clock::time_point from) {
      return std::chrono::duration<double>(Clock::now() - from).count();
    };
    const double rate = static_cast<double>(translated_now) / std::max(seconds(begin_), 1e-3);
    const std::string line = fmt::format("translated {} of {} | {} left | {:.1f} lines/s", done, all_,
                                         clock_text(static_cast<double>(all_ - done) / rate), rate);
    constexpr double log_every = 10;
    if (log_is_terminal()) {
      log_progress(line);
    } else if (seconds(last_logged_) > log_every) {
      last_logged_ = Clock::now();
      NARU_LOG(info, "{}", line);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  int64_t all_;
  Clock::time_point begin_ = Clock::now(), last_logged_ = begin_;
};

}  // namespace

TranslatedCorpus::TranslatedCorpus(TranslatedCorpusSpec spec) : spec_(std::move(spec)) {
  SourceReader sources(spec_);
  bool usable = false;
  for (std::string source; sources.next(source); ++sources_) usable |= !source.empty();
  if (!usable)
    fail("{}: holds no line to translate; give at least one",
         spec_.pairs.paths.empty() ? spec_.lines[0] : spec_.pairs.paths[0]);
  const fs::path made_from = spec_.folder / made_from_file;
  if (!fs::exists(made_from) || read_file(made_from) == identity_of(spec_)) return;
  if (!spec_.fresh)
    fail("{}: holds translations by another teacher, of other sources or with other options; --fresh starts over",
         spec_.folder.string());
  fs::remove_all(spec_.folder);
}

bool TranslatedCorpus::whole() const { return fs::exists(spec_.folder / "target.txt"); }

fs::path TranslatedCorpus::chunk(int64_t index) const { return spec_.folder / fmt::format("{:06}.txt", index); }

/// A file that was cut or edited is made again.
bool TranslatedCorpus::holds(const fs::path& path, size_t lines) const {
  if (!fs::exists(path)) return false;
  const std::string text = read_file(path);
  return static_cast<size_t>(std::ranges::count(text, '\n')) == lines;
}

/// What a killed process left behind: chunks beside the whole corpus, half of a file.
void TranslatedCorpus::remove_rests() const {
  std::vector<fs::path> rests;
  for (const auto& entry : fs::directory_iterator(spec_.folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_chunk = name.ends_with(".txt") && name != "source.txt" && name != "target.txt";
    if ((whole() && is_chunk) || !interrupted_write(name).empty()) rests.push_back(entry.path());
  }
  for (const fs::path& path : rests) fs::remove(path);
}

bool TranslatedCorpus::make(const Translate& translate, const std::atomic<bool>& stop) {
  fs::create_directories(spec_.folder);
  remove_rests();
  if (whole()) return true;
  write_file(spec_.folder / made_from_file, identity_of(spec_));
  SourceReader reader(spec_);
  TranslatingProgress progress(sources_);
  int64_t done = 0, now = 0, index = 0;
  for (auto sources = reader.next_chunk(); !sources.empty(); sources = reader.next_chunk(), ++index) {
    done += std::ssize(sources);
    if (holds(chunk(index), sources.size())) continue;
    if (stop) {
      NARU_LOG(info, "stopped: {} of {} lines are translated; the same command goes on from there",
               done - std::ssize(sources), sources_);
      return false;
    }
    if (now == 0) NARU_LOG(info, "translating {} lines, from line {} on", sources_, done - std::ssize(sources) + 1);
    std::string text;
    for (std::string& line : translate(sources)) {
      std::ranges::replace_if(
          line, [](char c) { return c == '\n' || c == '\r'; }, ' ');  // byte pieces can be ones
      text += line + '\n';
    }
    write_file(chunk(index), text);
    now += std::ssize(sources);
    progress.show(done, now);
  }
  log_progress_done();
  join();
  return true;
}

void TranslatedCorpus::join() const {
  const auto each_original = [&](const auto& use) {
    if (!spec_.with_original || spec_.pairs.paths.empty()) return;
    PairReader pairs(spec_.pairs);
    for (Pair pair; pairs.next(pair);) use(pair);
  };
  write_file(spec_.folder / "source.txt", [&](std::ostream& out) {
    SourceReader sources(spec_);
    for (std::string source; sources.next(source);) out << source << '\n';
    each_original([&](const Pair& pair) { out << pair.source << '\n'; });
  });
  write_file(spec_.folder / "target.txt", [&](std::ostream& out) {
    for (int64_t index = 0; fs::exists(chunk(index)); ++index) out << read_file(chunk(index));
    each_original([&](const Pair& pair) { out << pair.target << '\n'; });
  });
  remove_rests();
}

CorpusFiles TranslatedCorpus::files() const {
  std::vector<std::string> paths{(spec_.folder / "source.txt").string(), (spec_.folder / "target.txt").string()};
  if (spec_.pairs.swap) std::ranges::reverse(paths);
  return {.paths = paths, .swap = spec_.pairs.swap, .names = {}};
}

}  // namespace naru
