#include "naru/data/pairs.h"

#include <algorithm>

#include "naru/base/error.h"
#include "naru/base/file.h"

namespace naru {
namespace {

std::string name_of(const CorpusFiles& files, size_t i) {
  if (i < files.names.size()) return files.names[i];
  return files.paths[i] == "-" ? standard_input_name : files.paths[i];
}

/// Before anything is read: what one file takes from standard input, the other cannot.
void check(const CorpusFiles& files) {
  if (files.paths.empty() || files.paths.size() > 2)
    fail("a corpus is one .tsv or two line-aligned files; {} were given", files.paths.size());
  if (files.paths.size() == 2 && files.paths[0] == "-" && files.paths[1] == "-")
    fail("standard input can be one of the two files only");
}

/// Two tables given where two line-aligned files were meant is a mistake worth its own words.
void refuse_two_tables(const Pair& pair, const std::vector<LineReader>& readers) {
  if (std::ranges::count(pair.source, '\t') == 1 && std::ranges::count(pair.target, '\t') == 1)
    fail("{} and {}: both have two columns, but two files must be one language each; join them into one .tsv",
         readers[0].place(), readers[1].place());
}

std::filesystem::path copy_of(size_t i, const std::filesystem::path& folder, const std::string& suffix) {
  return folder / ("corpus-" + std::to_string(i + 1) + ".txt" + suffix);
}

int64_t lines_in_all(LineReader& reader) {
  for (std::string line; reader.next(line);) continue;
  return reader.line();
}

}  // namespace

PairReader::PairReader(const CorpusFiles& files) : swap_(files.swap) {
  check(files);
  for (size_t i = 0; i < files.paths.size(); ++i) readers_.emplace_back(files.paths[i], name_of(files, i));
}

bool PairReader::next(Pair& pair) {
  if (!(readers_.size() == 1 ? next_columns(pair) : next_lines(pair))) return false;
  if (swap_) std::swap(pair.source, pair.target);
  return true;
}

bool PairReader::next_columns(Pair& pair) {
  if (!readers_[0].next(line_)) return false;
  const auto tabs = std::ranges::count(line_, '\t');
  if (tabs != 1) fail("{}: expected 2 tab-separated columns, found {}", place(), tabs + 1);
  const size_t tab = line_.find('\t');
  pair.source.assign(line_, 0, tab);
  pair.target.assign(line_, tab + 1);
  return true;
}

bool PairReader::next_lines(Pair& pair) {
  const bool first = readers_[0].next(pair.source), second = readers_[1].next(pair.target);
  if (first != second) {
    LineReader &ended = readers_[first ? 1 : 0], &other = readers_[first ? 0 : 1];
    fail("{}:{}: the file ends here, but {} has {} lines; the two must have the same lines", ended.name(),
         ended.line() + 1, other.name(), lines_in_all(other));
  }
  if (first && line() == 1) refuse_two_tables(pair, readers_);
  return first;
}

std::vector<Pair> read_pairs(const CorpusFiles& files) {
  PairReader reader(files);
  std::vector<Pair> pairs;
  for (Pair pair; reader.next(pair);) pairs.push_back(pair);
  if (pairs.empty()) fail("{}: the file is empty; give at least one pair", name_of(files, 0));
  return pairs;
}

Survey survey(const CorpusFiles& files, int64_t most_sampled, uint64_t seed) {
  PairReader reader(files);
  Survey found{.source = TextSample(most_sampled, seed), .target = TextSample(most_sampled, seed)};
  for (Pair pair; reader.next(pair); ++found.lines) {
    if (pair.source.empty() || pair.target.empty()) continue;
    ++found.usable;
    found.source.add(pair.source);
    found.target.add(pair.target);
  }
  if (found.usable == 0)
    fail("{}: the corpus ends without a usable pair: {} of {} have an empty side", reader.place(), found.lines,
         found.lines);
  return found;
}

bool has_streams(const CorpusFiles& files) { return std::ranges::any_of(files.paths, is_read_once); }

CorpusFiles keep_streams(const CorpusFiles& files, const std::filesystem::path& folder, const std::string& suffix) {
  check(files);
  for (size_t i = 0; i < files.paths.size(); ++i) {
    if (!is_read_once(files.paths[i])) continue;
    write_file(copy_of(i, folder, suffix), [&](std::ostream& out) {
      LineReader reader(files.paths[i], name_of(files, i));
      for (std::string line; out && reader.next(line);) out << line << '\n';
    });
  }
  return kept_streams(files, folder, suffix);
}

CorpusFiles kept_streams(const CorpusFiles& files, const std::filesystem::path& folder, const std::string& suffix) {
  CorpusFiles kept{.paths = files.paths, .swap = files.swap, .names = {}};
  for (size_t i = 0; i < files.paths.size(); ++i) {
    kept.names.push_back(name_of(files, i));
    if (!is_read_once(files.paths[i])) continue;
    kept.paths[i] = copy_of(i, folder, suffix).string();
    if (!std::filesystem::exists(kept.paths[i]))
      fail("{}: the copy of {} is missing; start over with --fresh", kept.paths[i], kept.names[i]);
  }
  return kept;
}

}  // namespace naru
