// What this machine can do, and what to expect of it.
#include <unistd.h>

#include "naru/base/json.h"
#include "naru/base/threads.h"
#include "naru/ops/cpu/isa.h"
#include "naru/ops/cpu/measure.h"
#include "naru/ops/cpu/product.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct DoctorOptions {
  bool json = false;
  void fields(auto&& field) { field("json", json, "print JSON"); }
};

/// The largest preset that in an hour of training, at half the product's rate, reads at least half as many target
/// tokens as it has weights, and whose training state (16 bytes a parameter) fits half the memory.
const char* sensible_preset(double rate, int64_t memory) {
  struct Candidate {
    const char* preset;
    double matrix_weights;
  };
  for (const Candidate& candidate : {Candidate{"transformer-base", 60.5e6}, {"transformer-small", 7.5e6}}) {
    const double tokens = 0.5 * rate * 3600 / (6 * candidate.matrix_weights);
    if (tokens > 0.5 * candidate.matrix_weights && 32 * candidate.matrix_weights < static_cast<double>(memory))
      return candidate.preset;
  }
  return "transformer-tiny";
}

int doctor(const DoctorOptions& options) {
  const int64_t memory = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  const double peak = cpu::measure_peak_rate(), f32 = cpu::measure_product_rate(DType::f32),
               bf16 = cpu::measure_product_rate(DType::bf16), int8 = cpu::measure_int8_rate();
  std::vector<std::pair<int64_t, double>> bandwidth;
  for (const int64_t megabytes : {1, 10, 32, 200})
    bandwidth.emplace_back(megabytes << 20, cpu::measure_bandwidth(megabytes << 20));
  const char* preset = sensible_preset(cpu::has_bf16_products() ? bf16 : f32, memory);
  if (options.json) {
    Json document{{"cores", available_cores()},
                  {"isa", cpu::isa()},
                  {"memory_bytes", memory},
                  {"peak_f32", peak},
                  {"gemm", {{"f32", f32}, {"bf16", bf16}, {"int8", int8}}}};
    for (const auto& [bytes, rate] : bandwidth) document["bandwidth"][std::to_string(bytes)] = rate;
    document["sensible_preset"] = preset;
    fmt::print("{}\n", json_text(document));
    return 0;
  }
  fmt::print("cores              {}\ninstruction set    {}\nmemory             {:.1f} GB\n", available_cores(),
             cpu::isa(), static_cast<double>(memory) / 1e9);
  fmt::print("multiply-adds      {:.0f} GFLOP/s f32 in registers\n", peak / 1e9);
  fmt::print("matrix product     {:.0f} GFLOP/s f32 ({:.0f} % of that), {:.0f} bf16, {:.0f} int8\n", f32 / 1e9,
             100 * f32 / peak, bf16 / 1e9, int8 / 1e9);
  for (const auto& [bytes, rate] : bandwidth) fmt::print("reading {:>4} MB    {:.0f} GB/s\n", bytes >> 20, rate / 1e9);
  fmt::print("for an hour of training here: --preset {}\n", preset);
  return 0;
}

}  // namespace

Command doctor_command() {
  return make_command("doctor", "what this machine can do: rates, bandwidth, memory", doctor);
}

}  // namespace naru::cli
