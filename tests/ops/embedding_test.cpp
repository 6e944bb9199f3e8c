#include "naru/ops/embedding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

Doubles gather_twin(const Doubles& table, const Tensor& ids, double scale) {
  Doubles y({ids.size(), table.columns()});
  for (int64_t i = 0; i < y.rows(); ++i)
    for (int64_t j = 0; j < y.columns(); ++j) y(i, j) = scale * table(ids.data<int32_t>()[i], j);
  return y;
}

std::vector<OpCase> rows() {
  std::vector<OpCase> rows;
  struct Sizes {
    int64_t total, vocabulary, d;
  };
  for (const auto [total, vocabulary, d] : {Sizes{0, 3, 4}, Sizes{7, 5, 9}, Sizes{900, 50, 64}}) {
    const Tensor ids = random_ids(11, total, vocabulary);
    const std::string situation = fmt::format("{} of {} by {}", total, vocabulary, d);
    rows.push_back({.name = "embedding",
                    .situation = situation,
                    .inputs = {{.shape = {vocabulary, d}, .role = Role::weight}},
                    .op = [=](const Inputs& x) { return embedding(x[0], ids, {.scale = 1.5f}); },
                    .twin = [=](const DoubleInputs& x) { return gather_twin(x[0], ids, 1.5); }});
    rows.push_back({.name = "gather",
                    .situation = situation,
                    .inputs = {{.shape = {vocabulary, d}}},
                    .op = [=](const Inputs& x) { return gather(x[0], ids); },
                    .twin = [=](const DoubleInputs& x) { return gather_twin(x[0], ids, 1); }});
  }
  return rows;
}
const bool added = add_op_cases(rows());

TEST(Embedding, NamesAnIdOutsideTheTable) {
  for (const int32_t id : {5, -1}) {
    try {
      embedding(Tensor({5, 2}), Tensor::from({0, id}, {2}));
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(fmt::format("token 1 has id {}, but the table has 5 rows", id)));
    }
  }
}

}  // namespace
}  // namespace naru
