// Weights by name. A layer asks a `Scope` (a name prefix) for each weight; the same constructor builds a fresh model,
// loads one, or shares what is already there. Saving, optimizing, counting and sharing walk one map.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naru/base/random.h"
#include "naru/nn/whole_matrix.h"
#include "naru/tensor/safetensors.h"
#include "naru/tensor/tape.h"

namespace naru {

/// Fills a fresh weight of the given shape.
using Initializer = std::function<void(std::span<float> values, const Shape& shape, Random random)>;
Initializer zeros();
Initializer ones();
/// Uniform in ±sqrt(6 / (in + out)) (Glorot and Bengio 2010).
Initializer xavier_uniform();
Initializer uniform(double bound);
Initializer normal(double deviation);

/// What is stored in fewer bits: a matrix, or a table of more than one row.
inline bool is_matrix(const Shape& shape) { return shape.rank() == 2 && shape[0] > 1; }

/// What matrices and tables are kept as: all in one dtype, f32 or in panels (dtype.h), which only compute forward; or
/// each as its file has it.
using MatrixStorage = std::optional<DType>;
inline constexpr MatrixStorage as_stored = std::nullopt;

class Params {
 public:
  /// Fresh weights: each is a function of the seed and its own name, whatever the order of construction.
  explicit Params(uint64_t seed, MatrixStorage matrices = DType::f32) : seed_(seed), storage_(matrices) {}
  /// Weights from a file, read one by one as they are asked for. Error (at construction of the model): a weight is
  /// missing or has another shape. `in_place`: f32 matrices stay where they lie in it, to be used as they are.
  enum class Reading : uint8_t { copied, in_place };
  explicit Params(SafetensorsFile file, MatrixStorage matrices = DType::f32, Reading reading = Reading::copied);
  /// The same from tensors; `origin` names them in errors.
  Params(TensorSources tensors, std::string origin, MatrixStorage matrices = DType::f32)
      : storage_(matrices), origin_(std::move(origin)), loaded_(std::move(tensors)) {}
  Params(const NamedTensors& tensors, std::string origin) : Params(sources_of(tensors), std::move(origin)) {}
  /// Names and shapes without numbers or memory: for counting a model that nobody has trained.
  static Params shapes_only();
  Params(Params&&) = default;
  Params& operator=(Params&&) = default;

  /// Every weight by its name; parts of a fused block are row views on it, in panels without numbers.
  const std::map<std::string, Tensor>& named() const { return named_; }
  /// Every block of memory once, in order of creation: what the optimizer walks.
  const std::vector<Tensor>& blocks() const { return blocks_; }
  /// The matrices of hidden layers in a block, those of a fused block apart; none where it is a vector or a table.
  std::vector<Tensor> matrices(const Tensor& block) const;
  int64_t parameter_count() const;
  /// Of all blocks, as they are stored.
  int64_t bytes() const;
  /// Weights whose name begins with `prefix`.
  int64_t parameter_count(std::string_view prefix) const;
  NamedTensors tensors() const { return {named_.begin(), named_.end()}; }
  /// The same in the order of their blocks, so that a file has the parts of each together.
  TensorSources sources() const;
  /// Names in the file that no layer asked for.
  std::vector<std::string> unused() const;

  /// Forgets all gradients; memory is kept and overwritten by the next backward.
  void clear_gradients() const;
  /// Forgets them and gives their memory up, until the next backward.
  void release_gradients() const;
  /// Writes zeros where no gradient arrived, so that all blocks can be stepped alike.
  void complete_gradients() const;
  /// Says that weights were changed in place.
  void touch() const;

 private:
  friend class Scope;
  Tensor make(const std::vector<std::string>& names, const Shape& each, const Initializer& initializer);
  /// A block in memory or, where its numbers can be used as they lie in the file, there; the flag says which.
  std::pair<Tensor, bool> block_for(const std::vector<std::string>& names, const Shape& each);
  /// A weight of the file. Error: it has none, or one of another shape.
  Tensor stored(const std::string& name, const Shape& shape);
  /// One of whole numbers, which `numbers` are as the file has them, and its scales. Error: those do not fit.
  WholeMatrix stored_whole(const std::string& name, const Shape& shape);
  /// What the file has a matrix as.
  DType stored_dtype(const std::string& name) const;
  /// Rows [first, first + shape[0]) of a block, from the file or fresh.
  void fill(const Tensor& block, int64_t first, const std::string& name, const Shape& shape,
            const Initializer& initializer);

  uint64_t seed_ = 0;
  MatrixStorage storage_ = DType::f32;
  bool shapes_only_ = false;
  std::string origin_;  // path of the file; empty for fresh weights
  TensorSources loaded_;
  std::shared_ptr<const SafetensorsFile> in_place_;  // null: numbers are copied
  std::map<std::string, Tensor> named_;
  std::vector<Tensor> blocks_;
  std::set<std::string> tables_;  // names
};

class Scope {
 public:
  Scope(Params& params) : params_(&params) {}  // NOLINT: a Params is the outermost scope
  /// `scope / "fc1"` names weights "….fc1.…".
  Scope operator/(std::string_view name) const;
  /// The weight "prefix.leaf". One that exists already is shared; Error if its shape differs.
  Tensor param(std::string_view leaf, const Shape& shape, const Initializer& initializer) const;
  /// The same for a matrix that stands for a list: a row for each piece or position, [rows, width].
  Tensor table(std::string_view leaf, const Shape& shape, const Initializer& initializer) const;
  /// One block for several equal parts, "prefix.part.leaf" each: rows of one matrix product. [parts × each…]
  Tensor rows(const std::vector<std::string>& parts, std::string_view leaf, const Shape& each,
              const Initializer& initializer) const;

 private:
  Scope(Params& params, std::string prefix) : params_(&params), prefix_(std::move(prefix)) {}
  Params* params_;
  std::string prefix_;
};

}  // namespace naru
