// Reference files of our own making, beside the tests.
#pragma once

#include <string>

#include "naru/tensor/safetensors.h"

namespace naru {

/// tests/fixtures/torch/<name>/data.safetensors; its README.txt says what the tensors are.
inline SafetensorsFile torch_fixture(const std::string& name) {
  return SafetensorsFile(std::string(NARU_SOURCE_DIR) + "/tests/fixtures/torch/" + name + "/data.safetensors");
}

}  // namespace naru
