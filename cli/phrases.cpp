// naru phrases: the embedded Korean–English corpus, pair by pair, with gold alignments and annotations.
#include "naru/data/phrases/phrases.h"

#include <iostream>

#include "naru/base/file.h"
#include "naru/base/log.h"

#include "cli/command.h"
#include "cli/paths.h"

namespace naru::cli {
namespace {

struct PhrasesOptions {
  int64_t pairs = 0, seed = 1;
  std::string split = "train", alignments, annotations;
  bool lexicon = false, lecture_senses = false;

  void fields(auto&& field) {
    field("pairs", pairs, "how many pairs; --split lecture has 17 and prints them all by default", at_least(1));
    field("seed", seed, "seed of the draw; the same seed gives the same pairs", at_least(0));
    field("split", split, "which sentences; the splits share none, whatever the seed",
          one_of({"train", "dev", "test", "compose", "long", "lecture"}));
    field("alignments", alignments, "file for gold word alignments, one line per pair: 0-1 sure, 0p1 possible",
          file_path());
    field("annotations", annotations, "file for roles, distances and homonyms, one JSON object per pair", file_path());
    field("lexicon", lexicon, "print the lexicon instead: lemma, class, English and forms as TSV");
    field("lecture-senses", lecture_senses,
          "also 강가 은행 as “river bank”: the lecture's illustration, not standard Korean (강의의 예시이며 표준어가 "
          "아님)");
  }
};

/// Calls `write` with the file, or with nothing when no file was asked for.
template <class Write>
void with_file(const std::string& path, Write&& write) {
  if (path.empty()) return write(nullptr);
  write_file(path, [&](std::ostream& out) { write(&out); });
}

int run(const PhrasesOptions& options) {
  if (options.lexicon) {
    std::cout << phrase_lexicon(options.lecture_senses);
    return 0;
  }
  const PhraseSplit split = phrase_split(options.split);
  if (options.pairs == 0 && split != PhraseSplit::lecture)
    fail("--pairs: say how many pairs to print, e.g. --pairs 1000");
  if (!options.alignments.empty() && !options.annotations.empty() && same_file(options.alignments, options.annotations))
    fail("--annotations {}: alignments go there; name another file", options.annotations);
  const int64_t pairs = options.pairs == 0 ? lecture_sentences : options.pairs;
  if (options.lecture_senses || split == PhraseSplit::lecture) NARU_LOG(info, "{}", lecture_sense_caption);
  with_file(options.alignments, [&](std::ostream* alignments) {
    with_file(options.annotations, [&](std::ostream* annotations) {
      each_phrase({pairs, static_cast<uint64_t>(options.seed), split, options.lecture_senses},
                  [&](const Phrase& phrase) {
                    std::cout << phrase.korean << '\t' << phrase.english << '\n';
                    if (alignments) *alignments << alignment_line(phrase) << '\n';
                    if (annotations) *annotations << annotation_line(phrase) << '\n';
                  });
    });
  });
  return 0;
}

}  // namespace

Command phrases_command() {
  return make_command<PhrasesOptions>("phrases", "the embedded Korean–English corpus: pairs, alignments, annotations",
                                      run);
}

}  // namespace naru::cli
