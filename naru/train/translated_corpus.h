// A teacher's translations of a corpus, on disk: `source.txt` and `target.txt`, once all are there.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "naru/data/pairs.h"
#include "naru/train/chunk_folder.h"

namespace naru {

/// What is to be translated, and what its translations depend on.
struct TranslatedCorpusSpec {
  std::filesystem::path folder;
  CorpusFiles pairs;               // of which the sources are translated; may have no paths
  std::vector<std::string> lines;  // files of more sources
  bool with_original = false;      // the pairs themselves stand behind all translations
  bool fresh = false;              // translations of something else are thrown away
  std::string teacher;             // and how it translates, as one line
};

class TranslatedCorpus {
 public:
  using Translate = std::function<std::vector<std::string>(const std::vector<std::string>&)>;

  /// Reads all sources once. Error: a bad line, with file and line; no source at all; `folder` holds translations that
  /// were made from something else.
  explicit TranslatedCorpus(TranslatedCorpusSpec spec);
  bool whole() const { return folder_.whole(); }
  /// Translates what is not translated yet. False: `stop` was set before all was. The folder is made.
  bool make(const Translate& translate, const std::atomic<bool>& stop);
  /// The pairs, once whole; of a swapped corpus the columns are swapped as well.
  CorpusFiles files() const;

 private:
  void join() const;

  TranslatedCorpusSpec spec_;
  ChunkFolder folder_;
  int64_t sources_ = 0;
};

}  // namespace naru
