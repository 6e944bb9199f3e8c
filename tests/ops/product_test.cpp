#include "naru/ops/cpu/product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "naru/base/error.h"
#include "naru/base/random.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/measure.h"
#include "naru/ops/cpu/product_onednn.h"
#include "naru/tensor/memory.h"

#include "tests/instruction_sets.h"

namespace naru::cpu {
namespace {

/// A matrix of random numbers in memory of its own, with a gap after each row that must not be touched.
class Matrix {
 public:
  Matrix(int64_t rows, int64_t columns, Random& random, DType dtype = DType::f32, bool transposed = false)
      : dtype_(dtype),
        rows_(rows),
        columns_(columns),
        transposed_(transposed),
        gap_(static_cast<int64_t>(random.below(4))) {
    const int64_t outer = transposed ? columns : rows;
    memory_.resize(static_cast<size_t>(outer * stride() * size_of(dtype)) + 1);
    for (int64_t i = 0; i < outer * stride(); ++i)
      set(i, i % stride() < stride() - gap_ ? static_cast<float>(random.uniform() * 2 - 1) : untouched);
  }
  int64_t rows() const { return rows_; }
  int64_t columns() const { return columns_; }
  int64_t stride() const { return (transposed_ ? rows_ : columns_) + gap_; }
  double at(int64_t row, int64_t column) const {
    return number(transposed_ ? column * stride() + row : row * stride() + column);
  }
  MatrixView view() const { return {memory_.data(), dtype_, rows_, columns_, stride(), transposed_}; }
  /// Some of the rows; not of a transposed matrix.
  MatrixView view(int64_t first, int64_t count) const {
    return {memory_.data() + first * stride() * size_of(dtype_), dtype_, count, columns_, stride()};
  }
  MatrixOut out(int64_t first_row = 0) {
    return {memory_.data() + first_row * stride() * size_of(dtype_), dtype_, stride()};
  }
  bool gaps_untouched() const {
    for (int64_t i = 0; i < rows_ * stride(); ++i)
      if (i % stride() >= columns_ && number(i) != untouched) return false;
    return true;
  }
  bool operator==(const Matrix& other) const { return memory_ == other.memory_; }

 private:
  static constexpr float untouched = 1 << 20;  // exact in bf16 as well
  double number(int64_t i) const {
    if (dtype_ == DType::bf16) {
      bf16 value;
      std::memcpy(&value, memory_.data() + i * 2, 2);
      return static_cast<float>(value);
    }
    float value = 0;
    std::memcpy(&value, memory_.data() + i * 4, 4);
    return value;
  }
  void set(int64_t i, float value) {
    const bf16 narrow(value);
    std::memcpy(memory_.data() + i * size_of(dtype_),
                dtype_ == DType::bf16 ? static_cast<const void*>(&narrow) : &value,
                static_cast<size_t>(size_of(dtype_)));
  }

  DType dtype_;
  int64_t rows_, columns_;
  bool transposed_;
  int64_t gap_;
  std::vector<char> memory_;
};

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::none: return x;
    case Activation::relu: return std::max(x, 0.0);
    case Activation::gelu: return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::gelu_erf: return x / 2 * (1 + std::erf(x / std::sqrt(2)));
    case Activation::silu: return x / (1 + std::exp(-x));
    case Activation::tanh: return std::tanh(x);
    case Activation::sigmoid: return 1 / (1 + std::exp(-x));
  }
  return x;
}

class Product : public ::testing::Test {
 protected:
  ~Product() override {
    set_threads(threads_before_);
    set_product_backend(ProductBackend::automatic);
    hwy::SetSupportedTargetsForTest(0);
  }
  int threads_before_ = threads();
  Random random_{7};
  const DType storage_[2] = {DType::f32, DType::bf16};
};

struct Shape {
  int64_t rows, columns, inner;
};

/// One product of random kind against the same in double.
void compare_with_twin(const Shape& shape, Random& random, bool with_bf16 = true) {
  const auto coin = [&] { return random.below(2) == 1; };
  const auto dtype = [&] { return with_bf16 && random.below(3) == 0 ? DType::bf16 : DType::f32; };
  const DType a_dtype = dtype(), b_dtype = dtype(), c_dtype = dtype();
  const Matrix a(shape.rows, shape.inner, random, a_dtype, coin()),
      b(shape.inner, shape.columns, random, b_dtype, coin());
  Matrix c(shape.rows, shape.columns, random, c_dtype);
  const Matrix before = c, bias(1, shape.columns, random);
  const Epilogue epilogue{.bias = coin() ? static_cast<const float*>(bias.view().data) : nullptr,
                          .activation = static_cast<Activation>(random.below(7)),
                          .scale = coin() ? 1.0f : 0.5f,
                          .add = coin()};
  const bool is_packed = coin();
  if (is_packed) {
    PackedMatrix packed;
    pack(b.view(), packed);
    EXPECT_EQ(packed.inner(), shape.inner);
    EXPECT_EQ(packed.columns(), shape.columns);
    product(a.view(), packed, c.out(), epilogue);
  } else {
    product(a.view(), b.view(), c.out(), epilogue);
  }
  EXPECT_TRUE(c.gaps_untouched());
  const bool rounds_a = is_packed && a_dtype == DType::f32 && b_dtype == DType::bf16;
  const double of_products = 1e-6 + (rounds_a ? 1.0 / 512 : 0);
  for (int64_t i = 0; i < shape.rows; ++i) {
    for (int64_t j = 0; j < shape.columns; ++j) {
      double sum = epilogue.add ? before.at(i, j) : 0, magnitude = 1;
      for (int64_t k = 0; k < shape.inner; ++k) {
        sum += a.at(i, k) * b.at(k, j);
        magnitude += std::abs(a.at(i, k) * b.at(k, j));
      }
      const double expected =
          activated(epilogue.activation, epilogue.scale * sum + (epilogue.bias ? bias.at(0, j) : 0));
      const double rounding = c_dtype == DType::bf16 ? std::abs(expected) / 256 : 0;
      ASSERT_NEAR(c.at(i, j), expected, magnitude * of_products + rounding)
          << shape.rows << " × " << shape.inner << " · " << shape.inner << " × " << shape.columns << " at " << i << ", "
          << j << ", activation " << static_cast<int>(epilogue.activation) << " scale " << epilogue.scale << " add "
          << epilogue.add;
    }
  }
}

TEST_F(Product, EqualsADoubleTwinForAnyShapeLayoutStorageAndEpilogue) {
  const int64_t sizes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 15, 16, 17, 29, 31, 32, 33, 40, 64, 65, 100};
  on_every_instruction_set([&] {
    const auto size = [&] { return sizes[random_.below(std::size(sizes))]; };
    for (int round = 0; round < 400 && !HasFatalFailure(); ++round)
      compare_with_twin({size(), size(), size()}, random_);
  });
}

TEST_F(Product, EqualsADoubleTwinWhereTheInnerSumIsTakenInPieces) {
  on_every_instruction_set([&] {
    for (const int64_t inner : {769, 1000, 2049, 4100})
      for (int round = 0; round < 6 && !HasFatalFailure(); ++round)
        compare_with_twin({9 + static_cast<int64_t>(random_.below(30)), 40, inner}, random_);
  });
}

/// C also in f32, for bf16 would hide what is lost below its last bit.
void compare_rows_in_parts(int64_t columns, int64_t inner, DType dtype, DType c_dtype, Random& random) {
  const Matrix a(131, inner, random, dtype), b(inner, columns, random, dtype), bias(1, columns, random);
  PackedMatrix packed;
  pack(b.view(), packed);
  const Epilogue epilogue{.bias = static_cast<const float*>(bias.view().data), .activation = Activation::gelu};
  Matrix whole(131, columns, random, c_dtype);
  Matrix parts = whole;
  product(a.view(), packed, whole.out(), epilogue);
  for (int64_t count = 1; count <= a.rows(); count += count < 20 ? 1 : 37) {
    for (int64_t row = 0; row < a.rows(); row += count) {
      const int64_t rows = std::min(count, a.rows() - row);
      product(a.view(row, rows), packed, parts.out(row), epilogue);
    }
    ASSERT_EQ(parts, whole) << count << " rows at a time, " << inner << " × " << columns << ", " << name(dtype);
  }
}

TEST_F(Product, ARowDoesNotDependOnItsNeighbours) {
  on_every_instruction_set([&] {
    for (const DType dtype : storage_)
      // For each of these a machine with AMX has its own least number of rows that it takes AMX for.
      for (const auto& [columns, inner] :
           {std::pair<int64_t, int64_t>{83, 70}, {16, 8}, {16, 32}, {64, 64}, {300, 256}})
        for (const DType c_dtype : storage_) compare_rows_in_parts(columns, inner, dtype, c_dtype, random_);
  });
}

TEST_F(Product, TheNumberOfThreadsChangesNoBit) {
  on_every_instruction_set([&] {
    for (const auto& [rows, columns, inner] : {Shape{700, 200, 90}, {12, 900, 64}, {300, 40, 2300}}) {
      const Matrix a(rows, inner, random_, DType::f32, true), b(inner, columns, random_, DType::bf16);
      const Matrix start(rows, columns, random_, DType::bf16);
      std::vector<Matrix> results[2];  // packed, unpacked
      for (const int count : {1, 2, 3, 8}) {
        set_threads(count);
        PackedMatrix packed;
        pack(b.view(), packed);
        Matrix c = start;
        product(a.view(), packed, c.out(), {.add = true});
        results[0].push_back(c);
        c = start;
        product(a.view(), b.view(), c.out(), {.add = true});
        results[1].push_back(c);
      }
      for (const auto& kind : results)
        for (const Matrix& result : kind) EXPECT_EQ(result, kind[0]) << rows << " × " << columns;
    }
  });
}

TEST_F(Product, OurPackedAndUnpackedGiveTheSameBits) {
  set_product_backend(ProductBackend::own);
  on_every_instruction_set([&] {
    for (const DType dtype : storage_) {
      const Matrix a(50, 2500, random_, dtype), b(2500, 70, random_, dtype, true);
      PackedMatrix packed;
      pack(b.view(), packed);
      Matrix c(50, 70, random_, dtype);
      Matrix d = c;
      product(a.view(), packed, c.out());
      product(a.view(), b.view(), d.out());
      EXPECT_EQ(c, d) << name(dtype);
    }
  });
}

TEST_F(Product, ColumnRangesMakeUpTheWholeAndTouchNothingElse) {
  on_every_instruction_set([&] {
    for (const int64_t rows : {1, 2, 5, 40}) {
      const Matrix a(rows, 33, random_), b(33, 150, random_), bias(1, 150, random_);
      PackedMatrix packed;
      pack(b.view(), packed);
      const Epilogue epilogue{.bias = static_cast<const float*>(bias.view().data), .add = true};
      Matrix whole(rows, 150, random_);
      Matrix parts = whole;
      product(a.view(), packed, whole.out(), epilogue);
      for (const auto& [first, last] : {ColumnRange{100, 150}, {0, 7}, {7, 32}, {32, 96}, {96, 100}, {100, 100}}) {
        const Matrix before = parts;
        product_columns(a.view(), packed, parts.out(), {first, last}, epilogue);
        for (int64_t j = 0; j < 150; ++j)
          EXPECT_EQ(parts.at(rows - 1, j), j >= first && j < last ? whole.at(rows - 1, j) : before.at(rows - 1, j));
      }
      EXPECT_EQ(parts, whole);
    }
  });
}

TEST_F(Product, OneDnnBehindTheSameCallEqualsTheTwin) {
  set_product_backend(ProductBackend::onednn);
  const int64_t sizes[] = {0, 1, 3, 16, 17, 63, 64, 65, 100, 130, 333};
  const auto size = [&] { return sizes[random_.below(std::size(sizes))]; };
  for (int round = 0; round < 100 && !HasFatalFailure(); ++round)
    compare_with_twin({size(), size(), size()}, random_, onednn::serves(DType::bf16));
}

TEST_F(Product, OneDnnPacksAndSplitsColumnsLikeOurs) {
  const Matrix a(70, 40, random_), b(40, 200, random_, DType::f32, true), bias(1, 200, random_);
  const Matrix start(70, 200, random_);
  const Epilogue epilogue{.bias = static_cast<const float*>(bias.view().data), .activation = Activation::relu};
  Matrix ours = start, theirs = start;
  set_product_backend(ProductBackend::own);
  PackedMatrix packed;
  pack(b.view(), packed);
  product(a.view(), packed, ours.out(), epilogue);
  set_product_backend(ProductBackend::onednn);
  pack(b.view(), packed);
  for (const auto& [first, last] : {ColumnRange{0, 70}, {70, 128}, {128, 200}})
    product_columns(a.view(), packed, theirs.out(), {first, last}, epilogue);
  EXPECT_TRUE(theirs.gaps_untouched());
  for (int64_t i = 0; i < 70; ++i)
    for (int64_t j = 0; j < 200; ++j) ASSERT_NEAR(theirs.at(i, j), ours.at(i, j), 1e-5) << i << ", " << j;
}

TEST_F(Product, NoKernelInUseIsOneDnnsReference) {
  // What serves by itself must be `brg:`; whatever else oneDNN has on this machine is left to our own kernels.
  for (const DType dtype : storage_)
    for (const int64_t rows : {1, 64, 256})
      EXPECT_TRUE(!onednn::serves(dtype) || onednn::kernel_name(rows, 512, 500, dtype).starts_with("brg:")) << rows;
}

TEST_F(Product, NaNAndInfinityComeThrough) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  on_every_instruction_set([&] {
    const float a[] = {1, nan, 2, infinity}, b[] = {1, 0, 0, 1};  // [2, 2] each
    float c[4];
    product({a, DType::f32, 2, 2, 2}, {b, DType::f32, 2, 2, 2}, {c, DType::f32, 2}, {.activation = Activation::relu});
    EXPECT_TRUE(std::isnan(c[0]) && std::isnan(c[1]));
    EXPECT_TRUE(std::isnan(c[2]));  // 2 · 1 + ∞ · 0
    EXPECT_EQ(c[3], infinity);
  });
}

TEST_F(Product, APackedMatrixKeepsItsMemoryAndCountsItAsWorkspace) {
  const int64_t before = memory_use(Purpose::workspace).current;
  {
    PackedMatrix packed;
    pack(Matrix(64, 64, random_).view(), packed);
    const int64_t bytes = packed.bytes();
    EXPECT_GE(bytes, 64 * 64 * 4);
    EXPECT_GE(memory_use(Purpose::workspace).current, before + bytes);
    pack(Matrix(10, 33, random_).view(), packed);
    EXPECT_EQ(packed.bytes(), bytes);
    EXPECT_EQ(packed.columns(), 33);
  }
  EXPECT_EQ(memory_use(Purpose::workspace).current, before);
}

TEST_F(Product, WhatDoesNotFitIsRefused) {
  const Matrix a(3, 4, random_), b(5, 6, random_);
  Matrix c(3, 6, random_);
  PackedMatrix packed;
  pack(b.view(), packed);
  EXPECT_THROW(product(a.view(), packed, c.out()), CheckFailure);
  EXPECT_THROW(product(a.view(), b.view(), c.out()), CheckFailure);
  const Matrix fits(3, 5, random_);
  EXPECT_THROW(product_columns(fits.view(), packed, c.out(), {2, 7}), CheckFailure);
  MatrixOut integers = c.out();
  integers.dtype = DType::i32;
  EXPECT_THROW(product(fits.view(), packed, integers), CheckFailure);
}

TEST_F(Product, BPackedForAnotherInstructionSetIsRefused) {
  const auto sets = instruction_sets();
  if (sets.size() < 2) GTEST_SKIP() << "this machine has only one instruction set";
  const Matrix a(3, 4, random_), b(4, 6, random_);
  Matrix c(3, 6, random_);
  PackedMatrix packed;
  hwy::SetSupportedTargetsForTest(sets.back());
  pack(b.view(), packed);
  hwy::SetSupportedTargetsForTest(0);
  EXPECT_THROW(product(a.view(), packed, c.out()), CheckFailure);
}

TEST(MeasureSlow, RatesAreThoseOfARealMachine) {
  // Wide bounds: they catch bytes taken for numbers and seconds for milliseconds.
  const double peak = measure_peak_rate(), rate = measure_product_rate(DType::bf16),
               bandwidth = measure_bandwidth(1 << 20);
  EXPECT_GT(peak, 1e8);
  EXPECT_LT(peak, 1e14);
  EXPECT_GT(rate, 1e8);
  EXPECT_LT(rate, 4 * peak);
  EXPECT_GT(bandwidth, 1e8);
  EXPECT_LT(bandwidth, 1e13);
}

}  // namespace
}  // namespace naru::cpu
