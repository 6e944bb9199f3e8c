// How the file of a TokenCorpus is written; for token_corpus.cpp only.
#pragma once

#include "naru/base/json.h"
#include "naru/data/token_corpus.h"

namespace naru::token_file {

inline constexpr std::string_view magic = "naruTOK1";

/// What the file's contents depend on, as one line of JSON.
std::string identity_of(const CorpusFiles& files, const Tokenizer& source, const Tokenizer& target,
                        const TokenCorpusConfig& config);

void write(const std::filesystem::path& path, const std::string& identity, const CorpusFiles& files,
           const Tokenizer& source, const Tokenizer& target, const TokenCorpusConfig& config);

CorpusCounts counts_from(const Json& json);

}  // namespace naru::token_file
