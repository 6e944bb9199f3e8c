#pragma once

#include <filesystem>

namespace naru::cli {

/// Two names of one file, whether it is there yet or not.
inline bool same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code none;
  return std::filesystem::equivalent(a, b, none) ||
         std::filesystem::weakly_canonical(a) == std::filesystem::weakly_canonical(b);
}

}  // namespace naru::cli
