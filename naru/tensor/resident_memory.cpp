#include "naru/tensor/resident_memory.h"

#include <fstream>
#include <string>

#include "naru/tensor/memory.h"

namespace naru {

int64_t peak_resident_bytes() {
  std::ifstream status("/proc/self/status");
  int64_t kilobytes = 0;
  for (std::string word; status >> word && word != "VmHWM:";) continue;
  status >> kilobytes;
  return 1024 * kilobytes;
}

void reset_peak_resident() {
  release_unused_memory();
  std::ofstream("/proc/self/clear_refs") << 5;  // proc(5): the peak becomes what is resident now
}

}  // namespace naru
