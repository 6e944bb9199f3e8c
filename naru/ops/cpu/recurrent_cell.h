// One time step of a recurrent cell beside its matrix products: gates and states forward, their gradients back.
//
// Arrays called compact have one row for each sequence that walks; the others have one row for each token of the batch,
// and row i of the step is their row tokens[i]. `slots` are blocks of `hidden` numbers:
//
//              slots      after the backward step
//   rnn        h          dh                        (d: gradients of the gates' sums)
//   lstm       i f g o    di df dg do
//   gru        r z n q    dr dz dn dq               q = W_hn h' + b_hn
//   gru_2014   r z n q    dr dz dn q                q = r ∘ h'
#pragma once

#include <cstdint>

#include "naru/ops/recurrent.h"

namespace naru::cpu {

constexpr int64_t slot_count(Cell cell) { return cell == Cell::rnn ? 1 : 4; }

template <class T>
struct CellStep {
  int64_t rows = 0, hidden = 0;
  const int32_t* tokens = nullptr;  // [rows]
  float* sums = nullptr;            // [rows, slots·hidden] compact: what the products gave, biases included; scratch
  bool has_input = false;           // `sums` hold the input's part too, not only that of h'
  bool has_projection = false;      // `gates` come with the input's part, projected for all tokens at once
  bool keep = false;                // leave in `gates` and `carry_before` what the way back needs
  T* gates = nullptr;               // [total, slots·hidden]; may be null if neither of the two
  float* carry_before = nullptr;    // [total, hidden] lstm: c'
  T* state = nullptr;               // [rows, hidden] compact: in h', out h
  float* carry = nullptr;           // [rows, hidden] compact, lstm: in c', out c
  T* outputs = nullptr;             // [total, hidden]: h

  /// The same for rows [begin, end) only; a token has `slots` slots.
  CellStep part(int64_t begin, int64_t end, int64_t slots) const {
    CellStep step = *this;
    step.rows = end - begin;
    step.tokens += begin;
    step.sums += begin * slots * hidden;
    step.state += begin * hidden;
    if (carry) step.carry += begin * hidden;
    return step;
  }
};

// Each on the pool: rows are split.

/// gru_2014 before the product with W_hn: r ∘ h' into `reset` [rows, hidden] (compact), z into its slot of `sums`.
template <class T>
void cell_reset(const CellStep<T>& step, T* reset);
template <class T>
void cell_forward(Cell cell, const CellStep<T>& step);

template <class T>
struct CellBackStep {
  int64_t rows = 0, hidden = 0;
  const int32_t* tokens = nullptr;      // [rows]
  const T* d_outputs = nullptr;         // [total, hidden], or null
  T* gates = nullptr;                   // [total, slots·hidden]: in activated, out gradients
  const float* carry_before = nullptr;  // [total, hidden] lstm
  const T* state_before = nullptr;      // [total, hidden] h'; not read by rnn and lstm
  float* d_state = nullptr;             // [rows, hidden] compact: in dh but for d_outputs; out gru: z ∘ dh
  float* d_carry = nullptr;             // [rows, hidden] compact, lstm: in dc, out dc'
  T* d_sums = nullptr;                  // [rows, slots·hidden] compact: a copy of the gradients; gru_2014 dr follows

  /// The same for rows [begin, end) only; a token has `slots` slots.
  CellBackStep part(int64_t begin, int64_t end, int64_t slots) const {
    CellBackStep step = *this;
    step.rows = end - begin;
    step.tokens += begin;
    step.d_state += begin * hidden;
    if (d_carry) step.d_carry += begin * hidden;
    step.d_sums += begin * slots * hidden;
    return step;
  }
};

template <class T>
void cell_backward(Cell cell, const CellBackStep<T>& step);
/// gru_2014 after the product that gave the gradient of r ∘ h' in `d_reset` [rows, hidden] (compact).
template <class T>
void cell_reset_backward(const CellBackStep<T>& step, const float* d_reset);

/// Sums of columns [first, first + columns) over rows of `stride` numbers; the chunks depend on sizes only.
template <class T>
void column_sums(const T* from, int64_t rows, int64_t stride, int64_t columns, float* to, bool add);

}  // namespace naru::cpu
