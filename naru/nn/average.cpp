#include "naru/nn/average.h"

#include <set>

namespace naru {
namespace {

std::set<std::string> names_in(const StoredWeights& weights) {
  std::set<std::string> names;
  for (const std::string& name : weights.file->names())
    if (name.starts_with(weights.prefix)) names.insert(name.substr(weights.prefix.size()));
  return names;
}

[[noreturn]] void refuse(const StoredWeights& weights, const std::string& name) {
  fail("{}: lacks '{}' or has it in another shape; only models of one architecture can be averaged",
       weights.file->path().string(), name);
}

}  // namespace

NamedTensors average(const std::vector<StoredWeights>& models) {
  if (models.empty()) fail("average: no models given");
  const std::set<std::string> names = names_in(models[0]);
  for (const StoredWeights& model : models)
    for (const std::string& name : names_in(model))
      if (!names.contains(name)) refuse(models[0], name);
  NamedTensors result;
  for (const std::string& name : names) {
    Tensor mean(models[0].file->shape(models[0].prefix + name), DType::f32, Purpose::weights);
    std::vector<double> sum(static_cast<size_t>(mean.size()));
    for (const auto& [file, prefix] : models) {
      const std::string stored = prefix + name;
      if (!file->contains(stored) || file->shape(stored) != mean.shape()) refuse({file, prefix}, name);
      if (const DType dtype = file->dtype(stored); dtype != DType::f32 && dtype != DType::bf16)
        fail("{}: '{}' is {}; only f32 and bf16 can be averaged", file->path().string(), stored, naru::name(dtype));
      const Tensor numbers = file->tensor(stored, Purpose::workspace).to(DType::f32);
      for (size_t k = 0; k < sum.size(); ++k) sum[k] += static_cast<double>(numbers.data()[k]);
    }
    for (size_t k = 0; k < sum.size(); ++k)
      mean.data()[k] = static_cast<float>(sum[k] / static_cast<double>(models.size()));
    result.emplace(name, mean);
  }
  return result;
}

}  // namespace naru
