#include "naru/nn/average.h"

namespace naru {

NamedTensors average(const std::vector<NamedTensors>& models) {
  if (models.empty()) fail("average: no models given");
  NamedTensors result;
  for (const auto& [name, first] : models[0]) {
    std::vector<double> sum(static_cast<size_t>(first.size()));
    for (size_t i = 0; i < models.size(); ++i) {
      const auto found = models[i].find(name);
      if (found == models[i].end() || found->second.shape() != first.shape())
        fail("average: model {} lacks '{}' or has it in another shape; only models of one architecture can be averaged",
             i + 1, name);
      const Tensor numbers = found->second.to(DType::f32);
      for (size_t k = 0; k < sum.size(); ++k) sum[k] += static_cast<double>(numbers.data()[k]);
    }
    Tensor mean(first.shape(), DType::f32, Purpose::weights);
    for (size_t k = 0; k < sum.size(); ++k)
      mean.data()[k] = static_cast<float>(sum[k] / static_cast<double>(models.size()));
    result.emplace(name, mean);
  }
  if (models.size() > 1)
    for (const auto& [name, tensor] : models.back())
      if (!result.contains(name))
        fail("average: the first model lacks '{}'; only models of one architecture can be averaged", name);
  return result;
}

}  // namespace naru
