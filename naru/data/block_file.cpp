#include "naru/data/block_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "naru/base/error.h"
#include "naru/base/file.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

template <class T>
T at(std::string_view bytes, uint64_t place) {
  T value;
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

template <class T>
void write_raw(std::ostream& out, const T& value) {
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

MappedFile::MappedFile(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail("{}: cannot be read: {}", path.string(), std::strerror(errno));
  const off_t size = lseek(descriptor, 0, SEEK_END);
  void* address =
      size > 0 ? mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_SHARED, descriptor, 0) : MAP_FAILED;
  close(descriptor);
  if (address == MAP_FAILED)
    fail("{}: is empty or cannot be mapped; delete it, naru makes it again from the corpus", path.string());
  bytes_ = {static_cast<const char*>(address), static_cast<size_t>(size)};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

void MappedFile::let_go() const { madvise(const_cast<char*>(bytes_.data()), bytes_.size(), MADV_DONTNEED); }

BlockFileWriter::BlockFileWriter(std::ostream& out, std::string_view magic) : out_(out), place_(magic.size()) {
  out_ << magic;
}

void BlockFileWriter::add(std::string_view block) {
  places_.push_back(place_);
  write_raw(out_, crc32(block));
  out_ << block;
  place_ += sizeof(uint32_t) + block.size();
}

void BlockFileWriter::finish(const Json& header) {
  places_.push_back(place_);
  const std::string_view index(reinterpret_cast<const char*>(places_.data()), places_.size() * sizeof places_[0]);
  const std::string text = json_text(header);
  out_ << index << text;
  write_raw(out_, BlockFileTrailer{place_, place_ + index.size(), crc32(text, crc32(index)), 0});
}

BlockFile::BlockFile(fs::path path, std::string_view magic) : path_(std::move(path)), file_(path_) {
  const std::string_view bytes = file_.bytes();
  if (bytes.size() < sizeof(BlockFileTrailer) || !bytes.starts_with(magic)) refuse("the beginning");
  const uint64_t tail = bytes.size() - sizeof(BlockFileTrailer);
  const auto trailer = at<BlockFileTrailer>(bytes, tail);
  if (trailer.index > trailer.header || trailer.header > tail || (trailer.header - trailer.index) % 8 != 0 ||
      trailer.header - trailer.index < 16 || crc32(bytes.substr(trailer.index, tail - trailer.index)) != trailer.crc)
    refuse("the end");
  index_ = trailer.index;
  blocks_ = static_cast<int64_t>((trailer.header - trailer.index) / 8) - 1;
  header_ = parse_json(bytes.substr(trailer.header, tail - trailer.header));
  if (!header_.is_object()) refuse("the header");
}

std::string_view BlockFile::block(int64_t index) const {
  NARU_CHECK(index >= 0 && index < blocks_, "{}: block {} of {}", path_.string(), index, blocks_);
  const std::string_view bytes = file_.bytes();
  const uint64_t place = index_ + static_cast<uint64_t>(index) * 8;
  const auto begin = at<uint64_t>(bytes, place), end = at<uint64_t>(bytes, place + 8);
  if (end > index_ || begin > end || end - begin < 4) refuse(name_of(index));
  const std::string_view payload = bytes.substr(begin + 4, end - begin - 4);
  if (crc32(payload) != at<uint32_t>(bytes, begin)) refuse(name_of(index));
  return payload;
}

std::string BlockFile::name_of(int64_t block) { return fmt::format("block {}", block); }

void BlockFile::refuse(const std::string& what) const {
  fail("{}: {} is damaged; delete the file, naru makes it again from the corpus", path_.string(), what);
}

}  // namespace naru
