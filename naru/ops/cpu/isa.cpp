#include "naru/ops/cpu/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/isa.cpp"
#include "naru/ops/cpu/simd.h"

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {
const char* isa_name() { return hwy::TargetName(HWY_TARGET); }
}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(isa_name);
const char* isa() { return HWY_DYNAMIC_DISPATCH(isa_name)(); }
}  // namespace naru::cpu
#endif
