#include "naru/tensor/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "naru/base/file.h"
#include "naru/base/json.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

struct FileType {
  const char* name;
  DType dtype;
  bool half = false;
};
constexpr FileType file_types[] = {{"F32", DType::f32}, {"BF16", DType::bf16}, {"F16", DType::f32, true},
                                   {"I32", DType::i32}, {"I64", DType::i64},   {"I8", DType::i8},
                                   {"U8", DType::u8},   {"BOOL", DType::u8}};

const char* file_name_of(DType dtype) {
  return std::ranges::find_if(file_types, [&](const FileType& type) { return type.dtype == dtype; })->name;
}

float from_half(uint16_t half) {
  const int exponent = (half >> 10) & 31, mantissa = half & 1023;
  const float sign = half & 0x8000 ? -1.f : 1.f;
  if (exponent == 31) return mantissa ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  return sign * std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
}

/// Product of extents, or nothing when it does not fit.
std::optional<int64_t> checked_size(const std::vector<int64_t>& extents) {
  int64_t product = 1;
  for (const int64_t extent : extents)
    if (extent < 0 || __builtin_mul_overflow(product, extent, &product)) return std::nullopt;
  return product;
}

}  // namespace

SafetensorsFile::SafetensorsFile(fs::path path) : path_(std::move(path)) {
  const int descriptor = open(path_.c_str(), O_RDONLY);
  if (descriptor < 0) fail("{}: cannot be opened: {}", path_.string(), std::strerror(errno));
  struct stat status {};
  fstat(descriptor, &status);
  bytes_ = status.st_size;
  const auto length = static_cast<size_t>(bytes_);
  void* mapped = bytes_ > 0 ? mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0) : MAP_FAILED;
  close(descriptor);
  if (mapped == MAP_FAILED) fail("{}: is empty or cannot be mapped; not a safetensors file", path_.string());
  data_ = {static_cast<char*>(mapped), [length](char* data) { munmap(data, length); }};
  read_header();
}

void SafetensorsFile::read_header() {
  const auto bad = [&](const std::string& what) { fail("{}: {}; not a valid safetensors file", path_.string(), what); };
  if (bytes_ < 8) bad(fmt::format("only {} bytes", bytes_));
  uint64_t length = 0;
  std::memcpy(&length, data_.get(), 8);
  constexpr uint64_t most = 100'000'000;
  if (length > most || static_cast<int64_t>(length) > bytes_ - 8)
    bad(fmt::format("header of {} bytes in a file of {}", length, bytes_));
  header_end_ = 8 + static_cast<int64_t>(length);

  constexpr int deepest = 3;
  const Json header = parse_json({data_.get() + 8, data_.get() + header_end_}, deepest);
  if (!header.is_object()) bad("the header is not a JSON object");
  for (const auto& [key, value] : header.items()) {
    if (key == "__metadata__") {
      if (!value.is_object()) bad("__metadata__ is not an object");
      for (const auto& [name, text] : value.items()) {
        if (!text.is_string()) bad("__metadata__ holds something other than text");
        metadata_[name] = text.get<std::string>();
      }
      continue;
    }
    try {
      const auto type_name = value.at("dtype").get<std::string>();
      const auto extents = value.at("shape").get<std::vector<int64_t>>();
      const auto offsets = value.at("data_offsets").get<std::array<int64_t, 2>>();
      const auto* type = std::ranges::find_if(file_types, [&](const FileType& t) { return type_name == t.name; });
      if (type == std::end(file_types))
        bad(fmt::format("'{}' has the dtype {}, which naru does not read", key, type_name));
      const auto size = checked_size(extents);
      if (!size || *size > bytes_ || extents.size() > Shape::max_rank)
        bad(fmt::format("'{}' has an impossible shape", key));
      const int64_t wanted = *size * (type->half ? 2 : size_of(type->dtype));
      if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > bytes_ - header_end_ ||
          offsets[1] - offsets[0] != wanted)
        bad(fmt::format("'{}' lies at bytes {} to {} of {}, but its shape needs {}", key, offsets[0], offsets[1],
                        bytes_ - header_end_, wanted));
      entries_.emplace(key, Entry{type->dtype, type->half, Shape(extents), offsets[0], offsets[1]});
    } catch (const Json::exception&) {
      bad(fmt::format("'{}' lacks a dtype, shape or data_offsets of the right kind", key));
    }
  }
  std::vector<std::pair<int64_t, int64_t>> ranges;
  for (const auto& [key, entry] : entries_) ranges.emplace_back(entry.begin, entry.end);
  std::ranges::sort(ranges);
  for (size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].first < ranges[i - 1].second) bad("two tensors overlap");
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> all;
  for (const auto& [key, entry] : entries_) all.push_back(key);
  std::ranges::stable_sort(all, {}, [&](const std::string& name) { return entries_.at(name).begin; });
  return all;
}

const SafetensorsFile::Entry& SafetensorsFile::entry(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) fail("{}: has no tensor '{}'", path_.string(), name);
  return found->second;
}

Tensor SafetensorsFile::tensor(const std::string& name, Purpose purpose) const {
  const Entry& stored = entry(name);
  Tensor made(stored.shape, stored.dtype, purpose);
  const char* from = data_.get() + header_end_ + stored.begin;
  if (stored.half) {
    for (int64_t i = 0; i < made.size(); ++i) {
      uint16_t half = 0;
      std::memcpy(&half, from + 2 * i, 2);
      made.data()[i] = from_half(half);
    }
  } else if (made.bytes() > 0) {
    std::memcpy(made.raw(), from, static_cast<size_t>(made.bytes()));
  }
  give_back_pages(from, stored.end - stored.begin);
  return made;
}

std::optional<Tensor> SafetensorsFile::in_place(std::span<const std::string> names, const Shape& each) const {
  int64_t end = entry(names[0]).begin;
  char* const from = data_.get() + header_end_ + end;
  if (reinterpret_cast<uintptr_t>(from) % alignof(float) != 0) return std::nullopt;
  for (const std::string& name : names) {
    const Entry& stored = entry(name);
    if (stored.dtype != DType::f32 || stored.half || stored.shape != each || stored.begin != end) return std::nullopt;
    end = stored.end;
  }
  const int64_t bytes = end - entry(names[0]).begin;
  return Tensor(std::make_shared<Storage>(data_, reinterpret_cast<std::byte*>(from), bytes),
                each.with_rows(each[0] * static_cast<int64_t>(names.size())), DType::f32);
}

NamedTensors SafetensorsFile::tensors(Purpose purpose) const {
  NamedTensors all;
  for (const auto& [key, stored] : entries_) all.emplace(key, tensor(key, purpose));
  return all;
}

namespace {

using Metadata = std::map<std::string, std::string>;

using Ordered = std::vector<const TensorSources::value_type*>;

/// As they stand in a file.
Ordered in_order(const TensorSources& tensors) {
  Ordered all;
  for (const auto& tensor : tensors) all.push_back(&tensor);
  std::ranges::stable_sort(all, {}, [](const auto* tensor) { return tensor->second.place; });
  return all;
}

std::string header_of(const Ordered& tensors, const Metadata& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  int64_t offset = 0;
  for (const auto* named : tensors) {
    const auto& [key, tensor] = *named;
    const auto extents = tensor.shape.extents();
    const int64_t end = offset + tensor.shape.size() * size_of(tensor.dtype);
    header[key] = {{"dtype", file_name_of(tensor.dtype)},
                   {"shape", std::vector<int64_t>(extents.begin(), extents.end())},
                   {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the numbers begin 8-byte aligned
  return text;
}

void put_header(std::ostream& out, const std::string& header) {
  const uint64_t length = header.size();
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out << header;
}

std::string_view bytes_of(const Tensor& tensor) {
  return {static_cast<const char*>(tensor.raw()), static_cast<size_t>(tensor.bytes())};
}

uint32_t checksum(const std::string& name, const Tensor& tensor, uint32_t crc) {
  return crc32(bytes_of(tensor), crc32(name, crc));
}

uint32_t checksum(const Metadata& metadata, uint32_t crc) {
  for (const auto& [key, value] : metadata) crc = crc32(key + "=" + value + "\n", crc);
  return crc;
}

}  // namespace

TensorSources sources_of(const NamedTensors& tensors) { return {tensors.begin(), tensors.end()}; }

void write_safetensors(const fs::path& path, const NamedTensors& tensors, const Metadata& metadata) {
  const TensorSources sources = sources_of(tensors);
  write_file(path, [&](std::ostream& out) {
    put_header(out, header_of(in_order(sources), metadata));
    for (const auto& [name, tensor] : tensors) out << bytes_of(tensor);
  });
}

void write_checked_safetensors(const fs::path& path, const TensorSources& tensors, Metadata metadata) {
  metadata.erase("crc32");
  const Metadata checked = metadata;
  metadata["crc32"] = "00000000";  // known when all is written
  const Ordered ordered = in_order(tensors);
  const std::string header = header_of(ordered, metadata), place = R"("crc32":")";
  write_file(path, [&](std::ostream& out) {
    put_header(out, header);
    uint32_t crc = 0;
    for (const auto* named : ordered) {
      const auto& [name, source] = *named;
      const Tensor tensor = source.make();
      crc = checksum(name, tensor, crc);
      out << bytes_of(tensor);
    }
    out.seekp(static_cast<std::streamoff>(sizeof(uint64_t) + header.find(place) + place.size()));
    out << fmt::format("{:08x}", checksum(checked, crc));
  });
}

uint32_t checksum(const SafetensorsFile& file, const Metadata& metadata) {
  uint32_t crc = 0;
  for (const std::string& name : file.names()) crc = checksum(name, file.tensor(name, Purpose::workspace), crc);
  return checksum(metadata, crc);
}

}  // namespace naru
