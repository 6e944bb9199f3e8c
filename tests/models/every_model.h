// What the contract suites run over: every architecture, tiny.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/models/tiny_models.h"

namespace naru {

inline const std::vector<std::vector<int32_t>> source_ids{{3, 4, 5, 0}, {6, 0}, {7, 8, 9, 10, 11, 12, 0}};
inline const std::vector<std::vector<int32_t>> target_ids{{0, 5, 6}, {0, 7, 8, 9, 10}, {0, 11}};

class EveryModel : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Model> model_ = tiny_model(GetParam());
  const Decoder& decoder_ = *model_->decoder();

  /// The rows of sequence i.
  static std::vector<float> rows(const Tensor& x, const Offsets& offsets, int64_t i) {
    const auto part = x.rows(offsets.begin(i), offsets.end(i)).values();
    return {part.begin(), part.end()};
  }
  std::vector<std::vector<float>> hidden(const std::vector<std::vector<int32_t>>& sources,
                                         const std::vector<std::vector<int32_t>>& targets) const {
    return hidden(decoder_, sources, targets);
  }
  static std::vector<std::vector<float>> hidden(const Decoder& decoder,
                                                const std::vector<std::vector<int32_t>>& sources,
                                                const std::vector<std::vector<int32_t>>& targets) {
    const auto state = decoder.start(Ragged::from(sources));
    const Ragged tokens = Ragged::from(targets);
    const Tensor x = decoder.append(*state, tokens);
    std::vector<std::vector<float>> all;
    for (int64_t i = 0; i < tokens.count(); ++i) all.push_back(rows(x, tokens.offsets, i));
    return all;
  }
};

}  // namespace naru
