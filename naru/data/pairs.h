// Parallel corpora as text: one .tsv (source, tab, target) or two line-aligned files; plain, gzip or standard input.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "naru/text/lines.h"
#include "naru/text/sample.h"

namespace naru {

struct Pair {
  std::string source, target;
  bool operator==(const Pair&) const = default;
};

/// Where a corpus lies.
struct CorpusFiles {
  std::vector<std::string> paths;
  bool swap = false;                    // the second column (or file) is the source
  std::vector<std::string> names = {};  // what messages call the files; empty = their paths
};

/// Streams the pairs of a corpus, every line checked.
class PairReader {
 public:
  /// Error: not one or two files, or one that cannot be opened.
  explicit PairReader(const CorpusFiles& files);
  /// Error, with file and line: not exactly one tab; one of two files ends first; what LineReader refuses.
  bool next(Pair& pair);
  /// Lines read so far.
  int64_t line() const { return readers_[0].line(); }
  /// "corpus.tsv:1042"
  std::string place() const { return readers_[0].place(); }

 private:
  bool next_columns(Pair& pair);
  bool next_lines(Pair& pair);

  std::vector<LineReader> readers_;
  bool swap_;
  std::string line_;
};

/// All pairs of a development or test set, empty sides kept so that line n is pair n. Error: also when there is none.
std::vector<Pair> read_pairs(const CorpusFiles& files);

/// What one pass over a corpus tells, before anything is made from it.
struct Survey {
  int64_t lines = 0, usable = 0;
  TextSample source, target;  // of the usable pairs: what vocabularies are made from
};
/// Reads a corpus once and checks every line. Error: what PairReader refuses; no pair without an empty side.
Survey survey(const CorpusFiles& files, int64_t most_sampled = 100'000, uint64_t seed = 1);

/// A training corpus is read more than once: what can be read only once (standard input, a pipe) is copied into
/// `folder`, uncompressed, as corpus-1.txt or corpus-2.txt and `suffix`. Messages keep the old names.
CorpusFiles keep_streams(const CorpusFiles& files, const std::filesystem::path& folder, const std::string& suffix = "");
/// The same files again, nothing read: the copies are those that an earlier `keep_streams` left in `folder`, also when
/// a resumed training has no standard input any more. Error: there is no copy.
CorpusFiles kept_streams(const CorpusFiles& files, const std::filesystem::path& folder, const std::string& suffix = "");
/// True when `keep_streams` would copy something. Error: a file is missing.
bool has_streams(const CorpusFiles& files);

}  // namespace naru
