#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace naru {

/// The folder of texts that are not ours (corpora, other programs' reference values): `NARU_SHARED`, else `shared`
/// beside the source folder. Nothing when it is absent: skip the test, saying so.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* chosen = std::getenv("NARU_SHARED");
  const std::filesystem::path path =
      chosen ? std::filesystem::path(chosen) : std::filesystem::path(NARU_SOURCE_DIR) / ".." / "shared";
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path;
}

}  // namespace naru
