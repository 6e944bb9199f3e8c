// The end of a matrix product, per instruction set: activation(scale · sum + bias), rounded to the storage of C.
#if defined(NARU_OPS_CPU_PRODUCT_EPILOGUE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NARU_OPS_CPU_PRODUCT_EPILOGUE_H
#undef NARU_OPS_CPU_PRODUCT_EPILOGUE_H
#else
#define NARU_OPS_CPU_PRODUCT_EPILOGUE_H
#endif

#include "naru/ops/cpu/number.h"
#include "naru/ops/cpu/product_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
namespace {
#include "naru/ops/elementwise.h"

/// Applies the epilogue and stores into C, whose first column here is `first_column` of the whole.
template <class T>
void finish(const SumsView& sums, const Epilogue& epilogue, int64_t first_column, T* c, int64_t c_stride) {
  const float* bias = epilogue.bias ? epilogue.bias + first_column : nullptr;
  const Number scale = epilogue.scale;
  with_formula(epilogue.activation, [&](auto formula) HWY_ATTR {
    for (int64_t r = 0; r < sums.rows; ++r) {
      along(sums.columns, [&](int64_t j, auto vector) HWY_ATTR {
        Number value = vector.load(sums.data + r * sums.stride + j);
        if (epilogue.scale != 1) value = value * scale;
        if (bias) value = value + vector.load(bias + j);
        vector.store(formula.forward(value), c + r * c_stride + j);
      });
    }
  });
}

}  // namespace
}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
