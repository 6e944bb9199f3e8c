#include "naru/data/token_corpus.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "naru/base/error.h"
#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/data/token_corpus_writer.h"

namespace naru {
namespace fs = std::filesystem;
using token_file::Trailer;

namespace {

template <class T>
T at(std::string_view bytes, uint64_t place) {
  T value;
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

std::string_view map_file(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail("{}: cannot be read: {}", path.string(), std::strerror(errno));
  const off_t size = lseek(descriptor, 0, SEEK_END);
  void* address =
      size > 0 ? mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_SHARED, descriptor, 0) : MAP_FAILED;
  close(descriptor);
  if (address == MAP_FAILED)
    fail("{}: is empty or cannot be mapped; delete it, naru makes it again from the corpus", path.string());
  return {static_cast<const char*>(address), static_cast<size_t>(size)};
}

[[noreturn]] void damaged(const fs::path& path, const std::string& what) {
  fail("{}: {} is damaged; delete the file, naru makes it again from the corpus", path.string(), what);
}

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

TokenCorpus TokenCorpus::open(const fs::path& path) {
  TokenCorpus corpus;
  corpus.path_ = path;
  corpus.bytes_ = map_file(path);
  const std::string_view bytes = corpus.bytes_;
  if (bytes.size() < sizeof(Trailer) || !bytes.starts_with(token_file::magic)) damaged(path, "the beginning");
  const uint64_t tail = bytes.size() - sizeof(Trailer);
  const auto trailer = at<Trailer>(bytes, tail);
  if (trailer.index > trailer.header || trailer.header > tail || (trailer.header - trailer.index) % 8 != 0 ||
      trailer.header - trailer.index < 16 || crc32(bytes.substr(trailer.index, tail - trailer.index)) != trailer.crc)
    damaged(path, "the end");
  corpus.index_ = trailer.index;
  corpus.blocks_ = static_cast<int64_t>((trailer.header - trailer.index) / 8) - 1;
  try {
    const auto header = parse_json(bytes.substr(trailer.header, tail - trailer.header));
    corpus.identity_ = header.at("identity").get<std::string>();
    corpus.counts_ = token_file::counts_from(header.at("counts"));
  } catch (const Json::exception&) {
    damaged(path, "the header");
  }
  return corpus;
}

TokenCorpus::TokenCorpus(TokenCorpus&& other) noexcept
    : path_(std::move(other.path_)),
      identity_(std::move(other.identity_)),
      counts_(other.counts_),
      blocks_(other.blocks_),
      bytes_(std::exchange(other.bytes_, {})),
      index_(other.index_) {}

TokenCorpus::~TokenCorpus() {
  if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

void TokenCorpus::read_block(int64_t block, std::vector<TokenPair>& pairs) const {
  NARU_CHECK(block >= 0 && block < blocks_, "corpus: block {} of {}", block, blocks_);
  const auto name = [&] { return fmt::format("block {}", block); };
  const uint64_t place = index_ + static_cast<uint64_t>(block) * 8;
  const auto begin = at<uint64_t>(bytes_, place), end = at<uint64_t>(bytes_, place + 8);
  if (end > index_ || begin > end || end - begin < 4) damaged(path_, name());
  const std::string_view payload = bytes_.substr(begin + 4, end - begin - 4);
  if (crc32(payload) != at<uint32_t>(bytes_, begin)) damaged(path_, name());
  try {
    for (NumberReader numbers(payload); !numbers.done();) {
      const uint32_t source = numbers.next(), target = numbers.next();
      TokenPair& pair = pairs.emplace_back();
      numbers.ids(pair.source, source);
      numbers.ids(pair.target, target);
    }
  } catch (const std::out_of_range&) {
    damaged(path_, name());
  }
}

void TokenCorpus::let_go() const { madvise(const_cast<char*>(bytes_.data()), bytes_.size(), MADV_DONTNEED); }

}  // namespace naru
