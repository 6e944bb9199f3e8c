#include "naru/ops/concat.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/ops/op_case.h"

namespace naru {
namespace {

Doubles slice_twin(const Doubles& x, int64_t begin, int64_t end) {
  Doubles y({x.rows(), end - begin});
  for (int64_t i = 0; i < y.rows(); ++i)
    for (int64_t j = 0; j < y.columns(); ++j) y(i, j) = x(i, begin + j);
  return y;
}

Doubles rows_twin(const DoubleInputs& parts) {
  Doubles y({0, parts[0].columns()});
  for (const Doubles& part : parts) y.values.insert(y.values.end(), part.values.begin(), part.values.end());
  y.shape = {y.size() / parts[0].columns(), parts[0].columns()};
  return y;
}

Doubles columns_twin(const DoubleInputs& parts) {
  int64_t columns = 0;
  for (const Doubles& part : parts) columns += part.columns();
  Doubles y({parts[0].rows(), columns});
  int64_t at = 0;
  for (const Doubles& part : parts) {
    for (int64_t i = 0; i < part.rows(); ++i)
      for (int64_t j = 0; j < part.columns(); ++j) y(i, at + j) = part(i, j);
    at += part.columns();
  }
  return y;
}

Doubles regroup_twin(const DoubleInputs& parts, const std::vector<Offsets>& offsets) {
  Doubles y = rows_twin(parts);
  int64_t row = 0;
  for (int64_t sequence = 0; sequence < offsets[0].count(); ++sequence)
    for (size_t part = 0; part < parts.size(); ++part)
      for (int64_t from = offsets[part].begin(sequence); from < offsets[part].end(sequence); ++from, ++row)
        for (int64_t j = 0; j < y.columns(); ++j) y(row, j) = parts[part](from, j);
  return y;
}

OpCase regroup_row(const std::vector<Offsets>& offsets, int64_t d) {
  OpCase row{.name = "regroup",
             .situation = fmt::format("{} parts", offsets.size()),
             .inputs = {},
             .op =
                 [offsets](const Inputs& x) {
                   std::vector<Ragged> parts;
                   for (size_t i = 0; i < x.size(); ++i) parts.push_back({x[i], offsets[i]});
                   return regroup(parts).values;
                 },
             .twin = [offsets](const DoubleInputs& x) { return regroup_twin(x, offsets); }};
  for (const Offsets& part : offsets) row.inputs.push_back({.shape = {part.total(), d}});
  return row;
}

const bool added = add_op_cases({
    {.name = "concat_rows",
     .situation = "three parts, one empty",
     .inputs = {{.shape = {2, 5}}, {.shape = {0, 5}}, {.shape = {3, 5}}},
     .op = [](const Inputs& x) { return concat_rows(x); },
     .twin = rows_twin},
    {.name = "concat_columns",
     .situation = "three parts",
     .inputs = {{.shape = {4, 3}}, {.shape = {4, 1}}, {.shape = {4, 8}}},
     .op = [](const Inputs& x) { return concat_columns(x); },
     .twin = columns_twin},
    {.name = "concat_columns",
     .situation = "many rows",
     .inputs = {{.shape = {900, 30}}, {.shape = {900, 11}}},
     .op = [](const Inputs& x) { return concat_columns(x); },
     .twin = columns_twin},
    {.name = "slice_columns",
     .situation = "two parts that overlap",
     .inputs = {{.shape = {5, 20}}},
     .op =
         [](const Inputs& x) {
           return std::vector{slice_columns(x[0], 0, 12), slice_columns(x[0], 9, 20)};
         },
     .twin =
         [](const DoubleInputs& x) {
           return std::vector{slice_twin(x[0], 0, 12), slice_twin(x[0], 9, 20)};
         }},
    regroup_row({Offsets({2, 0, 1}), Offsets({0, 0, 3}), Offsets({1, 2, 0})}, 4),
    regroup_row({random_offsets(1, 30, 20), random_offsets(2, 30, 20)}, 16),
});

TEST(Regroup, PutsTheIdsOfEachSequenceOneAfterTheOther) {
  const Ragged whole = regroup({Ragged::from({{1, 2}, {}, {3}}), Ragged::from({{4}, {5}, {6, 7}})});
  EXPECT_TRUE(std::ranges::equal(whole.values.values<int32_t>(), std::vector<int32_t>{1, 2, 4, 5, 3, 6, 7}));
  EXPECT_EQ(whole.offsets.lengths(), (std::vector<int32_t>{3, 1, 3}));
}

}  // namespace
}  // namespace naru
