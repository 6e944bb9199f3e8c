// When a simultaneous translator writes: after which words of the source.
#pragma once

#include <cstdint>
#include <string>

namespace naru {

struct Policy {
  enum class Kind {
    whole,      // when the sentence has ended
    wait,       // k words heard, then one written for each further one (Ma et al. 2019, wait-k)
    agreement,  // what the translations of the last n beginnings of the source have in common (Liu et al. 2020, Polák
                // et al. 2022)
    chunk       // so many words at a time, each lot translated alone: what the others are compared with
  };
  Kind kind = Kind::whole;
  int64_t number = 0;  // k, n, or words

  bool whole() const { return kind == Kind::whole; }
};

/// whole, wait-K, agreement (of 2), agreement-N, chunk-N. Error: none of them, or a number out of range.
Policy policy_of(const std::string& name);

}  // namespace naru
