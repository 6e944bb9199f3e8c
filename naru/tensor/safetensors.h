// The safetensors file format (Hugging Face): 8 bytes of header length, a JSON header, the numbers.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "naru/tensor/tensor.h"

namespace naru {

/// Tensors by name.
using NamedTensors = std::map<std::string, Tensor>;

/// An opened file. The header is checked completely (sizes, offsets, overlaps, dtypes, nesting) before any use;
/// the numbers are mapped, not read.
class SafetensorsFile {
 public:
  /// Error: names the file and what is wrong with it.
  explicit SafetensorsFile(std::filesystem::path path);
  SafetensorsFile(SafetensorsFile&&) = default;

  const std::filesystem::path& path() const { return path_; }
  /// In the file's order.
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return entries_.contains(name); }
  Shape shape(const std::string& name) const { return entry(name).shape; }
  DType dtype(const std::string& name) const { return entry(name).dtype; }
  /// A copy of one tensor (BOOL comes as u8; F16 as f32; F64 is refused). The file's pages that it was read from are
  /// given back, so that nothing stays in memory twice. Error: no such name.
  Tensor tensor(const std::string& name, Purpose purpose = Purpose::weights) const;
  /// The numbers where they lie in the file, which stays mapped: f32 tensors of one shape, one behind the other, as
  /// rows of one tensor. Written in place they change in this process only. Nothing: they are not f32 at a float's
  /// alignment, have another shape, or do not lie so.
  std::optional<Tensor> in_place(std::span<const std::string> names, const Shape& each) const;
  NamedTensors tensors(Purpose purpose = Purpose::weights) const;
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  struct Entry {
    DType dtype;
    bool half;  // IEEE f16 in the file
    Shape shape;
    int64_t begin, end;  // bytes from the end of the header
  };
  const Entry& entry(const std::string& name) const;
  void read_header();

  std::filesystem::path path_;
  std::shared_ptr<char> data_;  // mapped as long as a tensor lies in it
  int64_t bytes_ = 0, header_end_ = 0;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> metadata_;
};

/// Writes the file whole or not at all. Equal tensors and metadata give equal bytes.
void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                       const std::map<std::string, std::string>& metadata = {});

/// A tensor that need not be in memory until it is written.
struct TensorSource {
  TensorSource(const Tensor& tensor)  // NOLINT: one that is there is a source too
      : shape(tensor.shape()), dtype(tensor.dtype()), make([=] { return tensor; }) {}
  TensorSource(const Shape& shape, DType dtype, std::function<Tensor()> make)
      : shape(shape), dtype(dtype), make(std::move(make)) {}

  Shape shape;
  DType dtype;
  std::function<Tensor()> make;
  int64_t place = 0;  // in a file tensors stand in the order of (place, name)
};
using TensorSources = std::map<std::string, TensorSource>;
TensorSources sources_of(const NamedTensors& tensors);

/// Makes and writes one after the other, in order, and puts their checksum into the metadata as "crc32".
void write_checked_safetensors(const std::filesystem::path& path, const TensorSources& tensors,
                               std::map<std::string, std::string> metadata);

/// CRC-32 over names and numbers in the file's order and metadata (but for "crc32"): a flipped bit in any of them is
/// noticed.
uint32_t checksum(const SafetensorsFile& file, const std::map<std::string, std::string>& metadata);

}  // namespace naru
