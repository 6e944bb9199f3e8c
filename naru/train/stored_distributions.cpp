#include "naru/train/stored_distributions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/data/piece_distributions.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr const char* whole_file = "distributions.bin";
constexpr int64_t blocks_per_chunk = 16;  // 512 pairs are computed again after a kill, at most
constexpr int64_t tokens_at_once = 4096;  // that the teacher reads or writes
constexpr int64_t narrow_pieces = int64_t{1} << 16;

std::string identity_of(const StoredDistributionsSpec& spec, const TokenCorpus& corpus) {
  return json_text(
             Json{{"corpus", corpus.identity()}, {"teacher", spec.teaching.teacher}, {"best", spec.teaching.best}}) +
         "\n";
}

/// So many whole blocks of distributions.
bool has_blocks(const fs::path& path, int64_t blocks) {
  if (!fs::exists(path)) return false;
  try {
    const PieceDistributions found(path);
    for (int64_t i = 0; i < found.blocks(); ++i) found.block(i);
    return found.blocks() == blocks;
  } catch (const Error&) {
    return false;
  }
}

/// Walks over a corpus and makes chunks of a teacher's distributions.
class DistributionMaker {
 public:
  DistributionMaker(const StoredDistributionsSpec& spec, const TokenCorpus& corpus) : spec_(spec), corpus_(corpus) {}

  /// Reads the next chunk's pairs, and says how many they are.
  int64_t next() {
    pairs_.clear();
    tokens_.clear();
    for (; blocks() < blocks_per_chunk && block_ < corpus_.blocks(); ++block_) {
      const size_t before = pairs_.size();
      corpus_.read_block(block_, pairs_);
      int64_t& tokens = tokens_.emplace_back(0);
      for (size_t i = before; i < pairs_.size(); ++i) tokens += std::ssize(pairs_[i].target) + 1;
    }
    corpus_.let_go();
    return std::ssize(pairs_);
  }
  int64_t blocks() const { return std::ssize(tokens_); }

  std::string make() {
    if (!teacher_) {
      teacher_.emplace(spec_.teaching.open());
      teacher_->check_student(spec_.tokenizers);
    }
    const SoftRowFormat format{.best = std::min(spec_.teaching.best, teacher_->pieces()),
                               .wide = teacher_->pieces() > narrow_pieces};
    const std::string rows = rows_of(format);
    std::ostringstream out;
    PieceDistributions::Writer writer(out, format);
    size_t at = 0;
    for (const int64_t tokens : tokens_) {
      const auto bytes = static_cast<size_t>(tokens * format.bytes());
      writer.add(std::string_view(rows).substr(at, bytes));
      at += bytes;
    }
    writer.finish();
    return out.str();
  }

 private:
  /// Of all the chunk's target tokens.
  std::string rows_of(const SoftRowFormat& format) const {
    std::string rows;
    for (const Batch& batch : split(make_batch(pairs_, spec_.marks), tokens_at_once)) {
      const SoftTargets soft = (*teacher_)(batch, format.best);
      for (int64_t row = 0; row < batch.target_tokens(); ++row) format.append(rows, soft, row);
    }
    return rows;
  }

  const StoredDistributionsSpec& spec_;
  const TokenCorpus& corpus_;
  std::optional<Teacher> teacher_;
  int64_t block_ = 0;             // of the corpus: the next to read
  std::vector<TokenPair> pairs_;  // of this chunk
  std::vector<int64_t> tokens_;   // of each of its blocks, on the target side
};

}  // namespace

StoredDistributions::StoredDistributions(const StoredDistributionsSpec& spec, const TokenCorpus& corpus)
    : spec_(spec), corpus_(corpus), folder_({spec.folder, ".bin", {whole_file}}, identity_of(spec, corpus)) {
  if (!folder_.is_of_other()) return;
  if (!spec.fresh)
    fail(
        "{}: holds distributions by another teacher, of other pairs or with another --teacher-best; --fresh starts "
        "over",
        spec.folder.string());
  fs::remove_all(spec.folder);
}

fs::path StoredDistributions::file() const { return folder_.file(whole_file); }

bool StoredDistributions::make(const std::atomic<bool>& stop) {
  DistributionMaker maker(spec_, corpus_);
  const ChunkedWork work{.doing = "storing the teacher's distributions of",
                         .done = "stored",
                         .units = "pairs",
                         .all = corpus_.counts().pairs,
                         .next = [&] { return maker.next(); },
                         .holds = [&](const fs::path& path) { return has_blocks(path, maker.blocks()); },
                         .make = [&] { return maker.make(); }};
  return folder_.make(
      work, [this] { join(); }, stop);
}

void StoredDistributions::join() const {
  write_file(file(), [&](std::ostream& out) {
    std::optional<PieceDistributions::Writer> writer;
    for (const fs::path& path : folder_.chunks()) {
      const PieceDistributions chunk(path);
      if (!writer) writer.emplace(out, chunk.format());
      for (int64_t i = 0; i < chunk.blocks(); ++i) writer->add(chunk.block(i));
    }
    writer->finish();
  });
}

}  // namespace naru
