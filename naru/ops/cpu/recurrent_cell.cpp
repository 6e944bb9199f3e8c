#include "naru/ops/cpu/recurrent_cell.h"

#include <algorithm>

#include "naru/ops/cpu/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "naru/ops/cpu/recurrent_cell.cpp"
#include "naru/ops/cpu/simd.h"
// clang-format off
#include "naru/ops/cpu/number.h"  // after the preamble
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace naru::cpu::HWY_NAMESPACE {

/// Row i of a step: where its numbers lie.
template <class T>
struct Row {
  int64_t hidden, token;
  float* sums;
  T* gates;
  bool has_projection, keep;

  Row(const CellStep<T>& step, int64_t i, int64_t slots)
      : hidden(step.hidden),
        token(step.tokens[i]),
        sums(step.sums + i * slots * hidden),
        gates(step.gates ? step.gates + token * slots * hidden : nullptr),
        has_projection(step.has_projection),
        keep(step.keep) {}

  template <class Vector>
  HWY_INLINE Number projection(int64_t slot, int64_t j, Vector vector) const {
    return has_projection ? vector.load(gates + slot * hidden + j) : Number(0);
  }
  template <class Vector>
  HWY_INLINE Number sum(int64_t slot, int64_t j, Vector vector) const {
    return vector.load(sums + slot * hidden + j) + projection(slot, j, vector);
  }
  template <class Vector>
  HWY_INLINE void remember(int64_t slot, int64_t j, Vector vector, Number value) const {
    if (keep) vector.store(value, gates + slot * hidden + j);
  }
};

template <class T>
void rnn_forward(const CellStep<T>& step) {
  for (int64_t i = 0; i < step.rows; ++i) {
    const Row<T> row(step, i, 1);
    T* state = step.state + i * row.hidden;
    T* output = step.outputs + row.token * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number h = tanh(row.sum(0, j, vector));
      row.remember(0, j, vector, h);
      vector.store(h, state + j);
      vector.store(h, output + j);
    });
  }
}

template <class T>
void lstm_forward(const CellStep<T>& step) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const Row<T> row(step, k, 4);
    T* state = step.state + k * row.hidden;
    T* output = step.outputs + row.token * row.hidden;
    float* carry = step.carry + k * row.hidden;
    float* carry_before = step.keep ? step.carry_before + row.token * row.hidden : nullptr;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number i = sigmoid(row.sum(0, j, vector)), f = sigmoid(row.sum(1, j, vector));
      const Number g = tanh(row.sum(2, j, vector)), o = sigmoid(row.sum(3, j, vector));
      const Number before = vector.load(carry + j), c = multiply_add(f, before, i * g), h = o * tanh(c);
      row.remember(0, j, vector, i);
      row.remember(1, j, vector, f);
      row.remember(2, j, vector, g);
      row.remember(3, j, vector, o);
      if (carry_before) vector.store(before, carry_before + j);
      vector.store(c, carry + j);
      vector.store(h, state + j);
      vector.store(h, output + j);
    });
  }
}

template <class T>
void gru_forward(const CellStep<T>& step) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const Row<T> row(step, k, 4);
    T* state = step.state + k * row.hidden;
    T* output = step.outputs + row.token * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number r = sigmoid(row.sum(0, j, vector)), z = sigmoid(row.sum(1, j, vector));
      const Number q = vector.load(row.sums + 3 * row.hidden + j);
      const Number input = step.has_input ? row.sum(2, j, vector) : row.projection(2, j, vector);
      const Number n = tanh(multiply_add(r, q, input));
      const Number h = multiply_add(z, vector.load(state + j) - n, n);
      row.remember(0, j, vector, r);
      row.remember(1, j, vector, z);
      row.remember(2, j, vector, n);
      row.remember(3, j, vector, q);
      vector.store(h, state + j);
      vector.store(h, output + j);
    });
  }
}

template <class T>
void reset(const CellStep<T>& step, T* reset) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const Row<T> row(step, k, 4);
    const T* state = step.state + k * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number r = sigmoid(row.sum(0, j, vector)), z = sigmoid(row.sum(1, j, vector));
      const Number q = r * vector.load(state + j);
      row.remember(0, j, vector, r);
      row.remember(1, j, vector, z);
      row.remember(3, j, vector, q);
      vector.store(z, row.sums + row.hidden + j);
      vector.store(q, reset + k * row.hidden + j);
    });
  }
}

template <class T>
void gru_2014_forward(const CellStep<T>& step) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const Row<T> row(step, k, 4);
    T* state = step.state + k * row.hidden;
    T* output = step.outputs + row.token * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number n = tanh(row.sum(2, j, vector)), z = vector.load(row.sums + row.hidden + j);
      const Number h = multiply_add(z, vector.load(state + j) - n, n);
      row.remember(2, j, vector, n);
      vector.store(h, state + j);
      vector.store(h, output + j);
    });
  }
}

/// Row i of a step back.
template <class T>
struct BackRow {
  int64_t hidden, token;
  T *gates, *d_sums;
  const T* d_output;
  float* d_state;

  BackRow(const CellBackStep<T>& step, int64_t i, int64_t slots)
      : hidden(step.hidden),
        token(step.tokens[i]),
        gates(step.gates + token * slots * hidden),
        d_sums(step.d_sums + i * slots * hidden),
        d_output(step.d_outputs ? step.d_outputs + token * hidden : nullptr),
        d_state(step.d_state + i * hidden) {}

  template <class Vector>
  HWY_INLINE Number gate(int64_t slot, int64_t j, Vector vector) const {
    return vector.load(gates + slot * hidden + j);
  }
  template <class Vector>
  HWY_INLINE Number d_h(int64_t j, Vector vector) const {
    const Number later = vector.load(d_state + j);
    return d_output ? later + vector.load(d_output + j) : later;
  }
  template <class Vector>
  HWY_INLINE void give(int64_t slot, int64_t j, Vector vector, Number gradient) const {
    vector.store(gradient, gates + slot * hidden + j);
    vector.store(gradient, d_sums + slot * hidden + j);
  }
};

HWY_INLINE Number through_tanh(Number dy, Number y) { return dy * multiply_add(-y, y, 1); }
HWY_INLINE Number through_sigmoid(Number dy, Number y) { return dy * y * (Number(1) - y); }

template <class T>
void rnn_backward(const CellBackStep<T>& step) {
  for (int64_t i = 0; i < step.rows; ++i) {
    const BackRow<T> row(step, i, 1);
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      row.give(0, j, vector, through_tanh(row.d_h(j, vector), row.gate(0, j, vector)));
    });
  }
}

template <class T>
void lstm_backward(const CellBackStep<T>& step) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const BackRow<T> row(step, k, 4);
    const float* carry_before = step.carry_before + row.token * row.hidden;
    float* d_carry = step.d_carry + k * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number i = row.gate(0, j, vector), f = row.gate(1, j, vector);
      const Number g = row.gate(2, j, vector), o = row.gate(3, j, vector);
      const Number before = vector.load(carry_before + j), t = tanh(multiply_add(f, before, i * g));
      const Number dh = row.d_h(j, vector), dc = vector.load(d_carry + j) + through_tanh(dh * o, t);
      row.give(0, j, vector, through_sigmoid(dc * g, i));
      row.give(1, j, vector, through_sigmoid(dc * before, f));
      row.give(2, j, vector, through_tanh(dc * i, g));
      row.give(3, j, vector, through_sigmoid(dh * t, o));
      vector.store(dc * f, d_carry + j);
    });
  }
}

template <class T>
void gru_backward(const CellBackStep<T>& step) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const BackRow<T> row(step, k, 4);
    const T* before = step.state_before + row.token * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number r = row.gate(0, j, vector), z = row.gate(1, j, vector);
      const Number n = row.gate(2, j, vector), q = row.gate(3, j, vector);
      const Number dh = row.d_h(j, vector), dn = through_tanh(dh * (Number(1) - z), n);
      row.give(0, j, vector, through_sigmoid(dn * q, r));
      row.give(1, j, vector, through_sigmoid(dh * (vector.load(before + j) - n), z));
      row.give(2, j, vector, dn);
      row.give(3, j, vector, dn * r);
      vector.store(dh * z, row.d_state + j);
    });
  }
}

template <class T>
void gru_2014_backward(const CellBackStep<T>& step) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const BackRow<T> row(step, k, 4);
    const T* before = step.state_before + row.token * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number z = row.gate(1, j, vector), n = row.gate(2, j, vector), dh = row.d_h(j, vector);
      row.give(1, j, vector, through_sigmoid(dh * (vector.load(before + j) - n), z));
      row.give(2, j, vector, through_tanh(dh * (Number(1) - z), n));
      vector.store(dh * z, row.d_state + j);
    });
  }
}

template <class T>
void reset_backward(const CellBackStep<T>& step, const float* d_reset) {
  for (int64_t k = 0; k < step.rows; ++k) {
    const BackRow<T> row(step, k, 4);
    const T* before = step.state_before + row.token * row.hidden;
    along(row.hidden, [&](int64_t j, auto vector) HWY_ATTR {
      const Number r = row.gate(0, j, vector), dq = vector.load(d_reset + k * row.hidden + j);
      row.give(0, j, vector, through_sigmoid(dq * vector.load(before + j), r));
      vector.store(multiply_add(dq, r, vector.load(row.d_state + j)), row.d_state + j);
    });
  }
}

template <class T>
void forward(Cell cell, const CellStep<T>& step) {
  switch (cell) {
    case Cell::rnn: return rnn_forward(step);
    case Cell::gru: return gru_forward(step);
    case Cell::gru_2014: return gru_2014_forward(step);
    case Cell::lstm: return lstm_forward(step);
  }
}

template <class T>
void backward(Cell cell, const CellBackStep<T>& step) {
  switch (cell) {
    case Cell::rnn: return rnn_backward(step);
    case Cell::gru: return gru_backward(step);
    case Cell::gru_2014: return gru_2014_backward(step);
    case Cell::lstm: return lstm_backward(step);
  }
}

template <class T>
void sums(const T* from, int64_t rows, int64_t stride, int64_t columns, float* to, bool add) {
  if (!add) std::fill(to, to + columns, 0.0f);
  for (int64_t row = 0; row < rows; ++row, from += stride)
    along(columns,
          [&](int64_t j, auto vector) HWY_ATTR { vector.store(vector.load(to + j) + vector.load(from + j), to + j); });
}

auto reset_kernels() { return Both{reset<float>, reset<bf16>}; }
auto forward_kernels() { return Both{forward<float>, forward<bf16>}; }
auto backward_kernels() { return Both{backward<float>, backward<bf16>}; }
auto reset_backward_kernels() { return Both{reset_backward<float>, reset_backward<bf16>}; }
auto sums_kernels() { return Both{sums<float>, sums<bf16>}; }

}  // namespace naru::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace naru::cpu {
HWY_EXPORT(reset_kernels);
HWY_EXPORT(forward_kernels);
HWY_EXPORT(backward_kernels);
HWY_EXPORT(reset_backward_kernels);
HWY_EXPORT(sums_kernels);

/// Calls body(part of the step, its first row) on the pool.
template <class Step, class Body>
void split_rows(Cell cell, const Step& step, const Body& body) {
  constexpr int64_t slot_cost = 16;  // most slots have a tanh or a sigmoid
  const int64_t slots = slot_count(cell);
  parallel_for(step.rows, row_grain(slots * step.hidden * slot_cost),
               [&](int64_t begin, int64_t end) { body(step.part(begin, end, slots), begin); });
}

template <class T>
void cell_reset(const CellStep<T>& step, T* reset) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(reset_kernels)().template of<T>();
  split_rows(Cell::gru_2014, step,
             [&](const CellStep<T>& part, int64_t first) { kernel(part, reset + first * step.hidden); });
}
template <class T>
void cell_forward(Cell cell, const CellStep<T>& step) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(forward_kernels)().template of<T>();
  split_rows(cell, step, [&](const CellStep<T>& part, int64_t) { kernel(cell, part); });
}
template <class T>
void cell_backward(Cell cell, const CellBackStep<T>& step) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(backward_kernels)().template of<T>();
  split_rows(cell, step, [&](const CellBackStep<T>& part, int64_t) { kernel(cell, part); });
}
template <class T>
void cell_reset_backward(const CellBackStep<T>& step, const float* d_reset) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(reset_backward_kernels)().template of<T>();
  split_rows(Cell::gru_2014, step,
             [&](const CellBackStep<T>& part, int64_t first) { kernel(part, d_reset + first * step.hidden); });
}

template <class T>
void column_sums(const T* from, int64_t rows, int64_t stride, int64_t columns, float* to, bool add) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(sums_kernels)().template of<T>();
  constexpr int64_t grain = 256;  // a whole number of cache lines, of which the sums stay in L1
  parallel_for(columns, grain,
               [&](int64_t begin, int64_t end) { kernel(from + begin, rows, stride, end - begin, to + begin, add); });
}

template void cell_reset(const CellStep<float>&, float*);
template void cell_reset(const CellStep<bf16>&, bf16*);
template void cell_forward(Cell, const CellStep<float>&);
template void cell_forward(Cell, const CellStep<bf16>&);
template void cell_backward(Cell, const CellBackStep<float>&);
template void cell_backward(Cell, const CellBackStep<bf16>&);
template void cell_reset_backward(const CellBackStep<float>&, const float*);
template void cell_reset_backward(const CellBackStep<bf16>&, const float*);
template void column_sums(const float*, int64_t, int64_t, int64_t, float*, bool);
template void column_sums(const bf16*, int64_t, int64_t, int64_t, float*, bool);

}  // namespace naru::cpu
#endif
