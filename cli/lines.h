// Text files as lines, checked on the way in.
#pragma once

#include <string>
#include <vector>

namespace naru::cli {

/// The lines of a text file, without line ends and without white space at their ends. A name that ends in `.gz` is
/// unpacked; `-` is standard input. Error: names file and line of invalid UTF-8, or why the file cannot be read.
std::vector<std::string> read_lines(const std::string& path);

/// The second column of a `.tsv` (or `.tsv.gz`), else the lines. Error: as above, or a line without exactly one tab.
std::vector<std::string> read_targets(const std::string& path);

}  // namespace naru::cli
