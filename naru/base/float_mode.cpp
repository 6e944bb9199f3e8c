#include "naru/base/float_mode.h"

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace naru {

#if defined(__x86_64__)
namespace {
constexpr uint32_t flush = 0x8040;  // results (FTZ) and operands (DAZ)
}
uint32_t float_mode() { return _mm_getcsr() & flush; }
void set_float_mode(uint32_t mode) { _mm_setcsr((_mm_getcsr() & ~flush) | mode); }
#elif defined(__aarch64__)
namespace {
constexpr uint32_t flush = 1U << 24;  // FZ
uint64_t control() {
  uint64_t value = 0;
  asm volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
}  // namespace
uint32_t float_mode() { return static_cast<uint32_t>(control()) & flush; }
void set_float_mode(uint32_t mode) {
  const uint64_t value = (control() & ~uint64_t{flush}) | mode;
  asm volatile("msr fpcr, %0" : : "r"(value));
}
#else
namespace {
constexpr uint32_t flush = 0;
}
uint32_t float_mode() { return 0; }
void set_float_mode(uint32_t) {}
#endif

FlushToZero::FlushToZero() : before_(float_mode()) { set_float_mode(flush); }

}  // namespace naru
