// Picks a kernel by a direct call, so that "go to definition" works and a missing kernel is a link error.
#pragma once

#include "naru/base/error.h"
#include "naru/tensor/tensor.h"

/// By the device of `like`, and its storage type T (float or bf16), which the arguments may name:
///   NARU_DISPATCH(x, softmax, x.data<T>(), y.data<T>(), rows, columns);
#define NARU_DISPATCH(like, kernel, ...)                                                                            \
  do {                                                                                                              \
    const ::naru::Device naru_device = (like).device();                                                             \
    const ::naru::DType naru_dtype = (like).dtype();                                                                \
    NARU_CHECK(naru_device == ::naru::Device::cpu, #kernel ": no kernel for device {}", ::naru::name(naru_device)); \
    NARU_CHECK(naru_dtype == ::naru::DType::f32 || naru_dtype == ::naru::DType::bf16,                               \
               #kernel ": {} numbers, must be f32 or bf16", ::naru::name(naru_dtype));                              \
    if (naru_dtype == ::naru::DType::f32) {                                                                         \
      using T [[maybe_unused]] = float;                                                                             \
      ::naru::cpu::kernel(__VA_ARGS__);                                                                             \
    } else {                                                                                                        \
      using T [[maybe_unused]] = ::naru::bf16;                                                                      \
      ::naru::cpu::kernel(__VA_ARGS__);                                                                             \
    }                                                                                                               \
  } while (0)
