#include "naru/data/piece_distributions.h"

#include <cmath>
#include <cstring>

#include "naru/base/error.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view magic = "naruDIS1";
constexpr float probability_steps = 65535;

/// Calls `use` with a number of the type that ids are written as.
template <class Use>
void with_ids(const SoftRowFormat& format, const Use& use) {
  format.wide ? use(uint32_t{}) : use(uint16_t{});
}

int64_t rows_of(const TokenPair& pair) { return std::ssize(pair.target) + 1; }

}  // namespace

void SoftRowFormat::append(std::string& out, const SoftTargets& soft, int64_t row) const {
  const auto write = [&](auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  const int32_t* ids = soft.ids.data<int32_t>() + row * best;
  const float* probabilities = soft.probabilities.data() + row * best;
  with_ids(*this, [&](auto id) {
    for (int64_t i = 0; i < best; ++i) write(static_cast<decltype(id)>(ids[i]));
  });
  for (int64_t i = 0; i < best; ++i)
    write(static_cast<uint16_t>(std::lround(static_cast<double>(probabilities[i] * probability_steps))));
}

void SoftRowFormat::read(const char* bytes, const SoftTargets& soft, int64_t row) const {
  const auto next = [&](auto value) {
    std::memcpy(&value, bytes, sizeof value);
    bytes += sizeof value;
    return value;
  };
  int32_t* ids = soft.ids.data<int32_t>() + row * best;
  float* probabilities = soft.probabilities.data() + row * best;
  with_ids(*this, [&](auto id) {
    for (int64_t i = 0; i < best; ++i) ids[i] = static_cast<int32_t>(next(id));
  });
  for (int64_t i = 0; i < best; ++i) probabilities[i] = static_cast<float>(next(uint16_t{})) / probability_steps;
}

PieceDistributions::Writer::Writer(std::ostream& out, SoftRowFormat format) : file_(out, magic), format_(format) {}

void PieceDistributions::Writer::finish() { file_.finish({{"best", format_.best}, {"wide", format_.wide}}); }

PieceDistributions::PieceDistributions(const fs::path& path) : file_(path, magic) {
  try {
    format_ = {.best = file_.header().at("best").get<int64_t>(), .wide = file_.header().at("wide").get<bool>()};
  } catch (const Json::exception&) {
    file_.refuse("the header");
  }
  if (format_.best < 1 || format_.best > SoftTargets::most) file_.refuse("the header");
}

void PieceDistributions::read_block(int64_t block, std::span<TokenPair> pairs) const {
  if (block >= blocks()) file_.refuse(BlockFile::name_of(block));
  std::string_view left = file_.block(block);
  for (TokenPair& pair : pairs) {
    const auto bytes = static_cast<size_t>(rows_of(pair) * format_.bytes());
    if (left.size() < bytes) file_.refuse(BlockFile::name_of(block));
    pair.soft = left.substr(0, bytes);
    left.remove_prefix(bytes);
  }
  if (!left.empty()) file_.refuse(BlockFile::name_of(block));
}

SoftTargets PieceDistributions::of(std::span<const TokenPair> pairs) const {
  int64_t rows = 0;
  for (const TokenPair& pair : pairs) rows += rows_of(pair);
  const SoftTargets soft{Tensor({rows, format_.best}, DType::i32), Tensor({rows, format_.best}, DType::f32)};
  int64_t row = 0;
  for (const TokenPair& pair : pairs)
    for (size_t at = 0; at < pair.soft.size(); at += static_cast<size_t>(format_.bytes()))
      format_.read(pair.soft.data() + at, soft, row++);
  NARU_CHECK(row == rows, "distributions of {} tokens, not of {}", row, rows);
  return soft;
}

}  // namespace naru
