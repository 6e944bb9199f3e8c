// Writing tokens into blocks of keys and values, on CPU.
#pragma once

#include <cstdint>
#include <span>

#include "naru/ops/columns.h"
#include "naru/ops/key_value_blocks.h"

namespace naru::cpu {

/// Keys and values as rows of f32 or bf16.
struct TokenRows {
  DType dtype = DType::f32;
  HeadRows<const void*> keys, values;
};
void write_blocks(const KeyValueLayout& layout, const TokenRows& rows, std::span<const BlockWrite> writes);

}  // namespace naru::cpu
