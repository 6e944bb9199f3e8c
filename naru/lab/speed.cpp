#include "naru/lab/speed.h"

#include <algorithm>

namespace naru {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace naru
