#include "naru/lab/torch/torch_case.h"

#include <algorithm>
#include <cmath>

#include "naru/lab/torch/case_tensors.h"
#include "naru/tensor/tape.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

/// A kind of case, known by a tensor that no other has.
struct Kind {
  const char* tensor;
  void (*compute)(CaseTensors&);
};
constexpr Kind kinds[] = {
    {"deriv.relu", compute_activations},
    {"out.y_eps12", compute_layer_norm},
    {"out.log_softmax", compute_softmax},
    {"out.vaswani", compute_positions},
    {"w.weight_ih_l0", compute_recurrent_layers},
    {"w.in_proj_weight", compute_multi_head_attention},
    {"w.Ua", compute_bahdanau_decoder},
    {"w.enc.linear1.weight", compute_transformer_layers},
    {"adam.loss", compute_optimizers},
    {"in.steps", compute_schedules},
};

fs::path file_of(const fs::path& folder) { return folder / "data.safetensors"; }

}  // namespace

bool is_torch_case(const fs::path& folder) {
  return fs::exists(file_of(folder)) && !fs::exists(folder / "config.json");
}

std::vector<Comparison> verify_torch_case(const fs::path& folder) {
  CaseTensors tensors(file_of(folder));
  const auto* const kind = std::ranges::find_if(kinds, [&](const Kind& each) { return tensors.has(each.tensor); });
  if (kind == std::end(kinds))
    fail("{}: no case of PyTorch's that naru computes (docs/formats.md lists them)", file_of(folder).string());
  kind->compute(tensors);
  return tensors.comparisons();
}

Tensor CaseTensors::operator[](const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) fail("{}: has no '{}'", path_.string(), name);
  return found->second;
}

Tensor CaseTensors::variable(const std::string& name) {
  const Tensor tensor = (*this)[name];
  if (!tensor.wants_gradient()) {
    want_gradient(tensors_.at(name), true);
    variables_.push_back(name);
  }
  return tensors_.at(name);
}

void CaseTensors::compare(const std::string& name, const Tensor& made, const CompareOptions& options) {
  const Tensor expected = (*this)[name];
  if (expected.size() != made.size())
    fail("{}: '{}' is {}, but naru makes {}", path_.string(), name, expected.shape(), made.shape());
  Comparison result{.name = name};
  double largest = 0;
  for (int64_t i = 0; i < made.size(); ++i) {
    if (options.counts && !options.counts(i)) continue;
    const double apart = difference(made.data()[i], expected.data()[i]), size = std::abs(double{expected.data()[i]});
    result.largest = std::max(result.largest, options.relative && size > 0 ? apart / size : apart);
    largest = std::max(largest, size);
  }
  if (name.starts_with("grad") && largest > 0) result.largest /= largest;
  comparisons_.push_back(result);
}

void CaseTensors::compare_gradients() {
  for (const std::string& name : variables_) compare_gradient(name);
}

Tensor CaseTensors::gradient_of_or_zeros(const std::string& name) const {
  const Tensor tensor = (*this)[name], gradient = gradient_of(tensor);
  return gradient ? gradient : Tensor::zeros(tensor.shape());
}

Tensor without_padding(const Tensor& padded, const Offsets& offsets) {
  const int64_t row = padded.dim(-1);
  const Tensor rows({offsets.total(), row});
  for (int64_t i = 0; i < offsets.count(); ++i)
    std::copy_n(padded.data() + i * padded.dim(1) * row, offsets.length(i) * row, rows.data() + offsets.begin(i) * row);
  return rows;
}

Tensor with_padding(const Tensor& rows, const Offsets& offsets, int64_t longest) {
  const int64_t row = rows.dim(-1);
  Tensor padded = Tensor::zeros({offsets.count(), longest, row});
  for (int64_t i = 0; i < offsets.count(); ++i)
    std::copy_n(rows.data() + offsets.begin(i) * row, offsets.length(i) * row, padded.data() + i * longest * row);
  return padded;
}

Offsets tokens_of(const Tensor& mask, int64_t token) {
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < mask.dim(0); ++i) {
    const Tensor row = mask.rows(i, i + 1);
    lengths.push_back(static_cast<int32_t>(row.dtype() == DType::u8
                                               ? std::ranges::count(row.values<uint8_t>(), token)
                                               : std::ranges::count(row.values<int64_t>(), token)));
  }
  return Offsets(lengths);
}

Offsets equal_lengths(int64_t count, int64_t length) {
  return Offsets(std::vector<int32_t>(static_cast<size_t>(count), static_cast<int32_t>(length)));
}

Tensor flat(const Tensor& x) { return x.reshaped({x.dim(0) * x.dim(1), x.dim(2)}); }

Tensor swap_axes(const Tensor& x) {
  const int64_t a = x.dim(0), b = x.dim(1), d = x.dim(2);
  Tensor y({b, a, d});
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j) std::copy_n(x.data() + (i * b + j) * d, d, y.data() + (j * a + i) * d);
  return y;
}

Tensor part(const Tensor& x, int64_t i) {
  const Tensor one = x.rows(i, i + 1);
  return one.reshaped(x.rank() == 3 ? Shape{x.dim(1), x.dim(2)} : Shape{x.dim(1)}).clone();
}

}  // namespace naru
