#include <cstdio>

#include "naru/base/version.h"

int main() {
  std::printf("naru %s\n", naru::version());
  return 0;
}
