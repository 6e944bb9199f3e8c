#include "naru/data/token_corpus.h"

#include <stdexcept>

#include "naru/base/error.h"
#include "naru/base/log.h"
#include "naru/data/token_corpus_writer.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

/// Reads LEB128 numbers of a block whose CRC held; still never beyond its end.
class NumberReader {
 public:
  explicit NumberReader(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return at_ == bytes_.size(); }
  uint32_t next() {
    uint32_t value = 0;
    for (int shift = 0; shift < 35 && at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      value |= static_cast<uint32_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw std::out_of_range("number");
  }
  void ids(std::vector<int32_t>& out, uint32_t count) {
    if (count > bytes_.size() - at_) throw std::out_of_range("ids");
    out.reserve(count);
    for (uint32_t i = 0; i < count; ++i) out.push_back(static_cast<int32_t>(next()));
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace

TokenCorpus TokenCorpus::open_or_make(const fs::path& path, const CorpusFiles& files, const Tokenizer& source,
                                      const Tokenizer& target, const TokenCorpusConfig& config) {
  const std::string identity = token_file::identity_of(files, source, target, config);
  if (fs::exists(path)) {
    try {
      TokenCorpus found = open(path);
      if (found.identity() == identity) return found;
    } catch (const Error& error) {
      NARU_LOG(warning, "{}; making it again", error.what());
    }
  }
  token_file::write(path, identity, files, source, target, config);
  return open(path);
}

bool TokenCorpus::made_from_other(const fs::path& path, const CorpusFiles& files, const Tokenizer& source,
                                  const Tokenizer& target, const TokenCorpusConfig& config) {
  const std::string identity = token_file::identity_of(files, source, target, config);
  try {
    return open(path).identity() != identity;
  } catch (const Error&) {
    return false;  // missing or damaged: made again
  }
}

TokenCorpus TokenCorpus::open(const fs::path& path) { return TokenCorpus(BlockFile(path, token_file::magic)); }

TokenCorpus::TokenCorpus(BlockFile file) : file_(std::move(file)) {
  try {
    identity_ = file_.header().at("identity").get<std::string>();
    counts_ = token_file::counts_from(file_.header().at("counts"));
  } catch (const Json::exception&) {
    file_.refuse("the header");
  }
}

void TokenCorpus::read_block(int64_t block, std::vector<TokenPair>& pairs) const {
  const std::string_view payload = file_.block(block);
  try {
    for (NumberReader numbers(payload); !numbers.done();) {
      const uint32_t source = numbers.next(), target = numbers.next();
      TokenPair& pair = pairs.emplace_back();
      numbers.ids(pair.source, source);
      numbers.ids(pair.target, target);
    }
  } catch (const std::out_of_range&) {
    file_.refuse(BlockFile::name_of(block));
  }
}

}  // namespace naru
