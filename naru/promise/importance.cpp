#include "naru/promise/importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "naru/base/log.h"
#include "naru/ops/output_loss.h"

namespace naru {
namespace {

constexpr int64_t unit_vector = 16;

void find_gradients(const Model& model, const Batch& sentence) {
  model.params().clear_gradients();
  Tape tape({.dropout = false});
  const auto state = model.decoder()->start(sentence.source);
  const Tensor hidden = model.decoder()->append(*state, sentence.target_in);
  const Linear& output = model.decoder()->output();
  tape.backward(output_loss(hidden, output.weight, output.bias, sentence.target_out).loss);
}

/// Adds |Σ w · ∂L/∂w| over the columns of each head or unit.
void add_sensitivity(const Tensor& weight, int64_t each, std::vector<double>& sums) {
  const Tensor gradient = gradient_of(weight);
  std::vector<double> products(sums.size());
  for (int64_t row = 0; row < weight.dim(0); ++row)
    for (size_t piece = 0; piece < sums.size(); ++piece)
      for (int64_t k = 0; k < each; ++k) {
        const int64_t at = row * weight.dim(1) + static_cast<int64_t>(piece) * each + k;
        products[piece] += static_cast<double>(weight.data()[at]) * static_cast<double>(gradient.data()[at]);
      }
  for (size_t piece = 0; piece < sums.size(); ++piece) sums[piece] += std::abs(products[piece]);
}

/// A head or unit, as it stands in the order in which they go.
struct Piece {
  double importance;  // per weight
  size_t part;
  int64_t index;
};

std::vector<Piece> in_order(const std::vector<PrunablePart>& parts, const Importance& importance) {
  std::vector<Piece> pieces;
  for (size_t part = 0; part < parts.size(); ++part)
    for (int64_t i = 0; i < parts[part].count; ++i)
      pieces.push_back({importance[part][static_cast<size_t>(i)] / static_cast<double>(parts[part].numbers), part, i});
  std::ranges::stable_sort(pieces, {}, &Piece::importance);
  return pieces;
}

}  // namespace

Importance importance(const Model& model, const std::vector<Batch>& batches, const std::vector<PrunablePart>& parts) {
  Importance sums;
  for (const PrunablePart& part : parts) sums.emplace_back(part.count);
  double sentences = 0;
  for (const Batch& batch : batches)
    for (const Batch& sentence : split(batch, 1)) {
      find_gradients(model, sentence);
      for (size_t i = 0; i < parts.size(); ++i)
        add_sensitivity(model.params().named().at(parts[i].reader), parts[i].each, sums[i]);
      log_progress(fmt::format("importance of heads and units: {} sentences", ++sentences));
    }
  log_progress_done();
  model.params().release_gradients();
  for (std::vector<double>& part : sums)
    for (double& sum : part) sum /= sentences;
  return sums;
}

Kept most_important(const std::vector<PrunablePart>& parts, const Importance& importance, double share) {
  int64_t all = 0, gone = 0;
  for (const PrunablePart& part : parts) all += part.count * part.numbers;
  Kept out(parts.size()), kept;  // `out`: in the order in which they go
  for (const Piece& piece : in_order(parts, importance)) {
    const PrunablePart& part = parts[piece.part];
    const int64_t most = part.count - (part.heads() ? 1 : std::min(part.count, unit_vector));
    if (gone + part.numbers > static_cast<int64_t>(share * static_cast<double>(all))) break;
    if (std::ssize(out[piece.part]) == most) continue;
    out[piece.part].push_back(piece.index);
    gone += part.numbers;
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    const int64_t whole = parts[i].heads() ? 1 : unit_vector;
    const int64_t stay = (parts[i].count - std::ssize(out[i]) + whole - 1) / whole * whole;
    out[i].resize(static_cast<size_t>(std::max<int64_t>(0, parts[i].count - stay)));
    std::vector<int64_t>& some = kept.emplace_back();
    for (int64_t k = 0; k < parts[i].count; ++k)
      if (std::ranges::find(out[i], k) == out[i].end()) some.push_back(k);
  }
  return kept;
}

}  // namespace naru
