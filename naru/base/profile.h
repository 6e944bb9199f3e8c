// Where the time of a step goes: seconds, calls and matrix products by name, off unless asked for (`naru train
// --profile`).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace naru {

/// What a matrix product multiplies; each has a best rate of its own.
enum class Multiplied : uint8_t { f32, bf16, int8 };
inline constexpr size_t multiplied_kinds = 3;

struct ProfileRow {
  std::string name;
  int64_t calls = 0;
  double seconds = 0;                                 // the row's own: time inside a nested row counts there
  double product_seconds = 0;                         // of these, in matrix products
  std::array<double, multiplied_kinds> operations{};  // of these products, by Multiplied
};

void set_profiling(bool on);
bool is_profiling();
/// Rows since profiling was switched on, dearest first.
std::vector<ProfileRow> profile();

/// Times the enclosing block under `name`. Costs one branch when off.
class Profiled {
 public:
  explicit Profiled(std::string_view name, std::string_view suffix = {}) {
    if (is_profiling()) begin(name, suffix);
  }
  ~Profiled() {
    if (index_ >= 0) end();
  }
  Profiled(const Profiled&) = delete;
  Profiled& operator=(const Profiled&) = delete;

 private:
  friend class ProfiledProduct;
  void begin(std::string_view name, std::string_view suffix);
  void end();

  int index_ = -1;
  Profiled* outer_ = nullptr;
  double nested_ = 0;
  std::chrono::steady_clock::time_point start_;
};

/// Times the enclosing block as a matrix product of the row that runs it. Where threads do products apart, each counts
/// with its thread's share of the time.
class ProfiledProduct {
 public:
  ProfiledProduct(double operations, Multiplied kind) : operations_(is_profiling() ? operations : 0), kind_(kind) {
    if (operations_ > 0) start_ = std::chrono::steady_clock::now();
  }
  ~ProfiledProduct() {
    if (operations_ > 0) end();
  }
  ProfiledProduct(const ProfiledProduct&) = delete;
  ProfiledProduct& operator=(const ProfiledProduct&) = delete;

 private:
  void end();

  double operations_;
  Multiplied kind_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace naru
