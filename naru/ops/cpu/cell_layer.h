// A recurrent layer as its kernels see it: where its arrays lie, its weights packed for products, and what is done for
// all tokens at once. The walk through time is in cell_walk.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "naru/ops/cpu/product.h"
#include "naru/ops/cpu/recurrent_cell.h"
#include "naru/ops/recurrent.h"
#include "naru/tensor/tape.h"

namespace naru::cpu {

/// Gate blocks of the weights [row, row + size) that make the slots [slot, slot + size), in units of `hidden`.
/// `with_input`: the input's products go to the same slots.
struct GateRange {
  int64_t slot, row, size;
  bool with_input;
};
/// What W_hh makes; gru_2014 does the second range after the first, on r ∘ h'.
std::span<const GateRange> hidden_ranges(Cell cell);
/// What W_ih makes: always the first slots.
constexpr GateRange input_range(Cell cell) { return {0, 0, gate_count(cell), true}; }

/// A part of a weight, packed for x·Wᵀ (forward) or dy·W (back) with x or dy stored as `operand`.
/// Outside of training the former is kept with the weight.
enum class Packing : uint8_t { forward, back };
std::shared_ptr<const PackedMatrix> packed_part(const Tensor& weight, const WeightPart& part, Packing packing,
                                                DType operand);

/// One layer, shared by all groups. The arrays have one row per token of the batch.
template <class T>
struct CellLayer {
  Cell cell = Cell::lstm;
  int64_t hidden = 0;
  RecurrentWeights weights;
  int64_t first_column = 0, input_width = 0;  // columns of W_ih whose input comes step by step
  bool has_projection = false;                // the other columns' part is already in `gates`, with bias_ih
  bool keep = false;
  T* gates = nullptr;               // [total, slots·hidden]
  float* carry_before = nullptr;    // [total, hidden]
  T* outputs = nullptr;             // [total, hidden]
  const T* state_before = nullptr;  // [total, hidden]; for the way back

  // The weights in the layouts that the products of one way need; to be called before the groups set out.
  void pack_forward();
  void pack_back();
  std::shared_ptr<const PackedMatrix> hidden_products[2], input_product;

  int64_t slots() const { return slot_count(cell) * hidden; }
  int64_t rows() const { return gate_count(cell) * hidden; }  // of W_ih and W_hh
};

/// Puts the part of the first columns of W_ih, and bias_ih, into `gates`, for all tokens: x [total, columns].
template <class T>
void project_inputs(const CellLayer<T>& layer, const MatrixView& x);
/// The way back: gradient of x, from those of the gates' sums.
template <class T>
void unproject_inputs(const CellLayer<T>& layer, int64_t total, int64_t columns, const MatrixOut& d_x);

/// [total, hidden]: h before each token, of a batch with these outputs.
Tensor states_before(const Offsets& offsets, bool reverse, const Tensor& outputs, const Tensor& initial);

/// Gradients of the weights from those of the gates' sums, once the way back is done: one product over all tokens each.
template <class T>
void add_hidden_gradients(const CellLayer<T>& layer, int64_t total);
/// For the columns of W_ih that `input` [total, width] came through, the first of which is `first_column`. `target`: of
/// the whole W_ih.
template <class T>
void add_input_gradients(const CellLayer<T>& layer, const MatrixView& input, int64_t first_column,
                         const GradientTarget& target);
template <class T>
void add_input_bias_gradient(const CellLayer<T>& layer, int64_t total);

}  // namespace naru::cpu
