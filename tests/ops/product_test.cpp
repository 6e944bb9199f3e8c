#include "naru/ops/cpu/product.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <string>
#include <vector>

#include "naru/base/random.h"
#include "naru/base/threads.h"

namespace naru::cpu {
namespace {
TEST(Product, EqualsADoubleTwin) {
  for (int64_t m : {0, 1, 5, 6, 7, 13, 40})
    for (int64_t n : {0, 1, 15, 16, 33, 100})
      for (int64_t k : {0, 1, 7, 64}) {
        std::vector<float> a(m * k + 1), b(k * n + 1), bias(n + 1);
        unsigned s = 1;
        auto next = [&] {
          s = s * 1664525 + 1013904223;
          return static_cast<float>(s >> 8) / (1 << 24) - 0.5f;
        };
        for (auto& x : a) x = next();
        for (auto& x : b) x = next();
        for (auto& x : bias) x = next();
        for (int ta : {0, 1})
          for (int tb : {0, 1})
            for (int bf : {0, 1}) {
              std::vector<float> c(m * n + 1, 7);
              std::vector<bf16> cb(m * n + 1, bf16(7));
              MatrixView A{a.data(), DType::f32, m, k, ta ? m : k, ta == 1},
                  B{b.data(), DType::f32, k, n, tb ? k : n, tb == 1};
              PackedMatrix p;
              pack(B, p);
              MatrixOut C{bf ? (void*)cb.data() : (void*)c.data(), bf ? DType::bf16 : DType::f32, n};
              product(A, p, C, {.bias = bias.data(), .activation = Activation::tanh, .scale = 2, .add = true});
              for (int64_t i = 0; i < m; ++i)
                for (int64_t j = 0; j < n; ++j) {
                  double sum = 7;
                  for (int64_t x = 0; x < k; ++x)
                    sum += double(a[ta ? x * m + i : i * k + x]) * b[tb ? j * k + x : x * n + j];
                  EXPECT_NEAR(bf ? (float)cb[i * n + j] : c[i * n + j], std::tanh(2 * sum + bias[j]), bf ? 4e-3 : 1e-5);
                }
            }
      }
}
}  // namespace
}  // namespace naru::cpu
