// Picks the device of a kernel by a direct call, so that "go to definition" works and a missing kernel is a link error.
#pragma once

#include "naru/base/error.h"
#include "naru/tensor/tensor.h"

/// NARU_DISPATCH(x.device(), softmax, args…) → cpu::softmax(args…)
#define NARU_DISPATCH(device, kernel, ...)                                                                  \
  do {                                                                                                      \
    NARU_CHECK((device) == ::naru::Device::cpu, #kernel ": no kernel for device {}", ::naru::name(device)); \
    ::naru::cpu::kernel(__VA_ARGS__);                                                                       \
  } while (0)
