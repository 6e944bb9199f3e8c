// The tensors of one of PyTorch's cases while naru computes it again. Names: w.* weights, in.* inputs, out.* outputs,
// grad.* gradients of the case's loss.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "naru/evaluate/verify.h"
#include "naru/tensor/ragged.h"
#include "naru/tensor/safetensors.h"

namespace naru {

struct CompareOptions {
  bool relative = false;                     // each to the number itself; gradients are to their largest
  std::function<bool(int64_t)> counts = {};  // of number i: whether it is compared
};

class CaseTensors {
 public:
  explicit CaseTensors(const std::filesystem::path& path) : path_(path), tensors_(SafetensorsFile(path).tensors()) {}

  bool has(const std::string& name) const { return tensors_.contains(name); }
  /// Error: there is none of this name.
  Tensor operator[](const std::string& name) const;
  /// The same, whose gradient is then compared as "grad.…".
  Tensor variable(const std::string& name);

  /// Sets what naru made beside the tensor of this name. Error: it has another size.
  void compare(const std::string& name, const Tensor& made, const CompareOptions& options = {});
  void compare_gradient(const std::string& name) { compare("grad." + name, gradient_of_or_zeros(name)); }
  /// Those of all variables.
  void compare_gradients();
  std::vector<Comparison> comparisons() const { return comparisons_; }

 private:
  Tensor gradient_of_or_zeros(const std::string& name) const;

  std::filesystem::path path_;
  NamedTensors tensors_;
  std::vector<std::string> variables_;
  std::vector<Comparison> comparisons_;
};

/// The rows of a padded batch [count, longest, d] that are no padding: [total, d]; and the way back, with zeros.
Tensor without_padding(const Tensor& padded, const Offsets& offsets);
Tensor with_padding(const Tensor& rows, const Offsets& offsets, int64_t longest);
/// How many tokens each row of a mask [count, longest] (i64 or u8) has: `token` stands for one; padding is at the end.
Offsets tokens_of(const Tensor& mask, int64_t token);
Offsets equal_lengths(int64_t count, int64_t length);
/// [a, b, d] → [a · b, d].
Tensor flat(const Tensor& x);
/// [a, b, d] → [b, a, d].
Tensor swap_axes(const Tensor& x);
/// Part i of the first axis without that axis: [n, …] → […].
Tensor part(const Tensor& x, int64_t i);

void compute_activations(CaseTensors& tensors);
void compute_layer_norm(CaseTensors& tensors);
void compute_softmax(CaseTensors& tensors);
void compute_positions(CaseTensors& tensors);
void compute_recurrent_layers(CaseTensors& tensors);
void compute_multi_head_attention(CaseTensors& tensors);
void compute_bahdanau_decoder(CaseTensors& tensors);
void compute_transformer_layers(CaseTensors& tensors);
void compute_optimizers(CaseTensors& tensors);
void compute_schedules(CaseTensors& tensors);

}  // namespace naru
