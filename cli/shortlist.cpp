// Writes which target pieces each source piece becomes into a model folder.
#include "naru/evaluate/make_shortlist.h"
#include "naru/evaluate/model_folder.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct ShortlistOptions : ShortlistConfig {
  std::string model;
  std::vector<std::string> train;
  bool swap = false;

  void fields(auto&& field) {
    field("model", model, "model folder, which the shortlist is written into", required(folder_path()));
    field("train", train, "pairs to align: one .tsv or two line-aligned files", required(file_path()));
    field("swap", swap, "the second column (or file) is the source");
    ShortlistConfig::fields(field);
  }
};

int make_shortlist(const ShortlistOptions& options) {
  ModelFolder folder = ModelFolder::open(options.model);
  if (options.swap && folder.reverse) folder.turn();
  const Shortlist list =
      naru::make_shortlist({options.train, options.swap, {}}, *folder.source, *folder.target, options);
  list.save(folder.shortlist_path());
  fmt::print("{}: the {} most frequent of {} pieces for every sentence, {:.0f} for a source piece\n",
             folder.shortlist_path().string(), list.first, list.frequent.size(),
             static_cast<double>(list.pieces.size()) / static_cast<double>(folder.source->size()));
  return 0;
}

}  // namespace

Command shortlist_command() {
  return make_command("shortlist", "align a corpus, for translating with fewer pieces to choose from", make_shortlist);
}

}  // namespace naru::cli
