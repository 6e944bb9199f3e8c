#include "naru/nn/params.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <ranges>
#include <utility>

#include "naru/ops/cpu/panel_weights.h"

namespace naru {
namespace {

/// FNV-1a, so that a weight's numbers follow from its name.
uint64_t hash(std::string_view text) {
  uint64_t value = 0xcbf29ce484222325u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

void fill_uniform(std::span<float> values, double bound, Random random) {
  for (float& value : values) value = static_cast<float>(bound * (2 * random.uniform() - 1));
}

}  // namespace

Initializer zeros() {
  return [](std::span<float> values, const Shape&, Random) { std::ranges::fill(values, 0.f); };
}
Initializer ones() {
  return [](std::span<float> values, const Shape&, Random) { std::ranges::fill(values, 1.f); };
}
Initializer uniform(double bound) {
  return [=](std::span<float> values, const Shape&, Random random) { fill_uniform(values, bound, random); };
}
Initializer xavier_uniform() {
  return [](std::span<float> values, const Shape& shape, Random random) {
    fill_uniform(values, std::sqrt(6.0 / static_cast<double>(shape[0] + shape[-1])), random);
  };
}
Initializer normal(double deviation) {
  return [=](std::span<float> values, const Shape&, Random random) {
    for (float& value : values) {  // Box and Muller 1958
      const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
      value = static_cast<float>(deviation * radius * std::cos(2 * std::numbers::pi * random.uniform()));
    }
  };
}

Params::Params(SafetensorsFile file, MatrixStorage matrices, Reading reading)
    : storage_(matrices), origin_(file.path().string()) {
  const auto opened = std::make_shared<const SafetensorsFile>(std::move(file));
  if (reading == Reading::in_place) in_place_ = opened;
  for (const std::string& name : opened->names())
    loaded_.emplace(name, TensorSource(opened->shape(name), opened->dtype(name), [=] { return opened->tensor(name); }));
}

Params Params::shapes_only() {
  Params params(0);
  params.shapes_only_ = true;
  return params;
}

int64_t Params::parameter_count(std::string_view prefix) const {
  int64_t count = 0;
  for (const auto& [name, tensor] : named_)
    if (name.starts_with(prefix)) count += tensor.size();
  return count;
}

int64_t Params::parameter_count() const {
  int64_t count = 0;
  for (const Tensor& block : blocks_) count += block.size();
  return count;
}

int64_t Params::bytes() const {
  int64_t bytes = 0;
  for (const Tensor& block : blocks_) bytes += block.bytes();
  return bytes;
}

std::vector<Tensor> Params::matrices(const Tensor& block) const {
  std::vector<Tensor> found;
  for (const auto& [name, tensor] : named_)
    if (tensor.variable() == block.variable() && tensor.rank() == 2 && !tables_.contains(name)) found.push_back(tensor);
  return found;
}

TensorSources Params::sources() const {
  TensorSources all = sources_of(tensors());
  std::map<const Variable*, int64_t> begin;  // of each block, in numbers
  int64_t end = 0;
  for (const Tensor& block : blocks_) begin[block.variable().get()] = std::exchange(end, end + block.size());
  for (const auto& [name, tensor] : named_) all.at(name).place = begin.at(tensor.variable().get()) + tensor.offset();
  return all;
}

std::vector<std::string> Params::unused() const {
  std::vector<std::string> names;
  for (const auto& [name, source] : loaded_) names.push_back(name);
  return names;
}

void Params::clear_gradients() const {
  for (const Tensor& block : blocks_) block.variable()->started = false;
}

void Params::release_gradients() const {
  clear_gradients();
  for (const Tensor& block : blocks_) block.variable()->gradient = {};
}

void Params::complete_gradients() const {
  for (const Tensor& block : blocks_)
    if (const auto [gradient, add] = gradient_target(block); !add)
      std::memset(gradient.raw(), 0, static_cast<size_t>(gradient.bytes()));
}

void Params::touch() const {
  for (const Tensor& block : blocks_) block.touch();
}

Tensor Params::stored(const std::string& name, const Shape& shape) {
  const auto found = loaded_.extract(name);
  if (found.empty()) fail("{}: has no tensor '{}', which config.json asks for", origin_, name);
  const TensorSource& source = found.mapped();
  if (source.shape != shape)
    fail("{}: '{}' is {} but config.json needs {}; was the config changed after training?", origin_, name, source.shape,
         shape);
  return source.make();
}

DType Params::stored_dtype(const std::string& name) const {
  const auto found = loaded_.find(name), scales = loaded_.find(name + scale_suffix);
  if (found == loaded_.end()) return DType::f32;
  if (found->second.dtype == DType::bf16) return DType::b16;
  if (found->second.dtype == DType::i8) return DType::q8;
  if (found->second.dtype != DType::u8 || scales == loaded_.end()) return DType::f32;
  return q4_of_groups(2 * found->second.shape[-1], scales->second.shape[-1]).value_or(DType::q4_64);
}

WholeMatrix Params::stored_whole(const std::string& name, const Shape& shape) {
  const int64_t rows = shape[0], inner = shape[1];
  const std::string scale_name = name + scale_suffix;
  const auto scale = loaded_.find(scale_name);
  if (scale == loaded_.end()) fail("{}: has no tensor '{}', the scales of '{}'", origin_, scale_name, name);
  WholeMatrix matrix{DType::q8, {}, {}};
  if (loaded_.at(name).dtype == DType::i8) {
    matrix.numbers = stored(name, shape);
    matrix.scales = stored(scale_name, {rows});
  } else {
    matrix.numbers = from_halves(stored(name, {rows, (inner + 1) / 2}), inner);
    const Shape scales = scale->second.shape;
    const auto dtype = scales.rank() == 2 ? q4_of_groups(inner, scales[1]) : std::nullopt;
    if (!dtype)
      fail("{}: '{}' is {}, but {} numbers in a row make no such groups of 32, 64 or 128", origin_, scale_name, scales,
           inner);
    matrix.dtype = *dtype;
    matrix.scales = stored(scale_name, {rows, scales[1]});
  }
  if (matrix.scales.dtype() != DType::f32 ||
      !std::ranges::all_of(matrix.scales.values(), [](float scale) { return std::isfinite(scale); }))
    fail("{}: '{}' must be finite f32 numbers; is the file damaged?", origin_, scale_name);
  return matrix;
}

void Params::fill(const Tensor& block, int64_t first, const std::string& name, const Shape& shape,
                  const Initializer& initializer) {
  const auto put = [&](const Tensor& numbers) {
    if (lies_in_panels(block.dtype())) return cpu::round_rows(numbers.data(), shape[0], first, block.panels_out());
    std::ranges::copy(numbers.values(), block.rows(first, first + shape[0]).data());
  };
  if (origin_.empty()) {
    const Tensor fresh(shape, DType::f32, Purpose::weights);
    initializer(fresh.values(), shape, Random(mix(seed_, hash(name))));
    return put(fresh);
  }
  const auto found = loaded_.find(name);
  const DType dtype = found == loaded_.end() ? DType::f32 : found->second.dtype;
  if (shape.rank() == 2 && (dtype == DType::i8 || dtype == DType::u8)) {
    const WholeMatrix matrix = stored_whole(name, shape);
    return lies_in_panels(block.dtype()) ? put_rows(matrix, block, first) : put(widened(matrix));
  }
  const Tensor numbers = stored(name, shape);
  if (numbers.dtype() != DType::f32 && numbers.dtype() != DType::bf16)
    fail("{}: '{}' is {}, expected f32 or bf16, or a matrix of i8 or u8", origin_, name, naru::name(numbers.dtype()));
  put(numbers.dtype() == DType::f32 ? numbers : numbers.to(DType::f32, Purpose::weights));
}

std::pair<Tensor, bool> Params::block_for(const std::vector<std::string>& names, const Shape& each) {
  const Shape whole = each.with_rows(each[0] * static_cast<int64_t>(names.size()));
  if (shapes_only_) return {Tensor::without_numbers(whole), true};
  const auto in_file = [&](const std::string& name) { return stored_dtype(name); };
  // Of parts that differ as the one of most bits has it, so that none loses any.
  const DType dtype = !is_matrix(whole) ? DType::f32
                      : storage_        ? *storage_
                                        : std::ranges::min(names | std::views::transform(in_file));
  const auto is_there = [&](const std::string& name) { return loaded_.contains(name); };
  if (in_place_ && is_matrix(whole) && dtype == DType::f32 && std::ranges::all_of(names, is_there))
    if (const auto found = in_place_->in_place(names, each)) {
      for (const std::string& name : names) loaded_.erase(name);
      return {*found, true};
    }
  return {Tensor(whole, dtype, Purpose::weights), false};
}

Tensor Params::make(const std::vector<std::string>& names, const Shape& each, const Initializer& initializer) {
  if (const auto found = named_.find(names[0]); found != named_.end()) {
    // Shared: the block that holds the first part.
    const auto block = std::ranges::find_if(
        blocks_, [&](const Tensor& tensor) { return tensor.variable() == found->second.variable(); });
    if (const Shape wanted = each.with_rows(each[0] * static_cast<int64_t>(names.size())); block->shape() != wanted)
      fail("weight '{}': asked for as {} but it is shared and has {}", names[0], wanted, block->shape());
    return *block;
  }
  auto [block, filled] = block_for(names, each);
  want_gradient(block, true);
  for (size_t i = 0; i < names.size(); ++i) {
    const auto first = static_cast<int64_t>(i) * each[0];
    Tensor part = lies_in_panels(block.dtype()) ? Tensor::without_numbers(each) : block.rows(first, first + each[0]);
    part.set_variable(block.variable());
    if (!filled) fill(block, first, names[i], each, initializer);
    named_.emplace(names[i], part);
  }
  blocks_.push_back(block);
  return block;
}

Scope Scope::operator/(std::string_view name) const {
  return Scope(*params_, prefix_.empty() ? std::string(name) : prefix_ + "." + std::string(name));
}

Tensor Scope::param(std::string_view leaf, const Shape& shape, const Initializer& initializer) const {
  return params_->make({(*this / leaf).prefix_}, shape, initializer);
}

Tensor Scope::table(std::string_view leaf, const Shape& shape, const Initializer& initializer) const {
  params_->tables_.insert((*this / leaf).prefix_);
  return param(leaf, shape, initializer);
}

Tensor Scope::rows(const std::vector<std::string>& parts, std::string_view leaf, const Shape& each,
                   const Initializer& initializer) const {
  std::vector<std::string> names;
  for (const auto& part : parts) names.push_back((*this / part / leaf).prefix_);
  return params_->make(names, each, initializer);
}

}  // namespace naru
