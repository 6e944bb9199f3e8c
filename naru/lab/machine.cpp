#include "naru/lab/machine.h"

#include <fstream>
#include <string>

#include "naru/base/threads.h"
#include "naru/ops/cpu/isa.h"

namespace naru {
namespace {

std::string processor() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

Json machine_json() { return {{"processor", processor()}, {"isa", cpu::isa()}, {"threads", threads()}}; }

}  // namespace naru
