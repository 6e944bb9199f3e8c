#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "naru/models/decoder.h"
#include "naru/models/vocabulary_config.h"
#include "naru/nn/params.h"

namespace naru {

/// A group of weights: what it is, how its size comes about ("6 × (4 d² + …), d = 512"), and the size itself.
struct ModelPart {
  std::string name, formula;
  int64_t parameters = 0;
};

/// Adds the weights whose names begin with one of `prefixes`, where there are any.
inline void add_part(std::vector<ModelPart>& parts, const Params& params, ModelPart part,
                     std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) part.parameters += params.parameter_count(prefix);
  if (part.parameters > 0) parts.push_back(std::move(part));
}

/// An architecture with its weights, from which one asks for what it can do.
class Model {
 public:
  virtual ~Model() = default;
  /// Null where the model cannot write (or read): ask before use.
  virtual const Decoder* decoder() const { return nullptr; }
  virtual const Encoder* encoder() const { return nullptr; }
  virtual const VocabularyConfig& vocabulary() const = 0;
  /// Multiplications and additions in matrix products for one token: (source, target), forward only.
  virtual std::pair<double, double> matrix_flops_per_token() const = 0;
  /// The weights by part; their sizes add up to `params().parameter_count()`.
  virtual std::vector<ModelPart> parts() const = 0;

  const Params& params() const { return params_; }
  Params& params() { return params_; }

 protected:
  explicit Model(Params params) : params_(std::move(params)) {}
  Params params_;
};

}  // namespace naru
