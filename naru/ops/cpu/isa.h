#pragma once

namespace naru::cpu {

/// The instruction set that the kernels use on this machine, as Highway names it: "AVX2", "AVX3" (AVX-512), "SSE4".
const char* isa();

}  // namespace naru::cpu
