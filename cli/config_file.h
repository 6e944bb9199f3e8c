#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace naru::cli {

/// What the TOML file after `--config` says, as further words of the command line; the two words themselves are taken
/// out of `arguments`, and options that stand there keep their values. Keys are options without the dashes.
/// Error, with file and line: no TOML; a key that the command does not know; a value that no option can have.
std::vector<std::string> with_config_file(const Command& command, std::span<const std::string> arguments,
                                          const std::vector<std::string>& options);

}  // namespace naru::cli
