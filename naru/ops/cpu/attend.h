// One query's attention over the rows of its source, and the way back.
//
//   e_j = v · tanh(q + k_j)  or  q · k_j,   α = softmax(e),   context = Σ_j α_j value_j
#pragma once

#include <cstdint>

namespace naru::cpu {

/// What a query looks at. T is the storage of keys, values and context.
template <class T>
struct Source {
  int64_t length = 0, width = 0, value_width = 0;
  const T* keys = nullptr;       // [length, width]
  const T* values = nullptr;     // [length, value_width]
  const float* score = nullptr;  // [width]: v; null: the dot product
};

/// query [width] → weights [length], context [value_width]. Of an empty source the context is 0.
template <class T>
void attend(const Source<T>& source, const float* query, float* weights, T* context);

/// Where gradients go; d_query, d_keys and d_score are added to.
struct SourceGradients {
  float* d_query = nullptr;     // [width]
  float* d_energies = nullptr;  // [length]
  float* d_keys = nullptr;      // [length, width]; additive only: those of the dot product are d_energiesᵀ · query
  float* d_score = nullptr;     // [width]; additive only
};
template <class T>
void attend_backward(const Source<T>& source, const float* query, const float* weights, const float* d_context,
                     const SourceGradients& to);

}  // namespace naru::cpu
