#include "naru/lab/speed.h"

#include <sys/resource.h>

#include <algorithm>

namespace naru {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

int64_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024 * usage.ru_maxrss;
}

}  // namespace naru
