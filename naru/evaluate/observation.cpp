#include "naru/evaluate/observation.h"

#include <algorithm>
#include <cmath>

#include "naru/base/threads.h"
#include "naru/evaluate/source_attention.h"
#include "naru/ops/softmax.h"

namespace naru {
namespace {

constexpr int64_t most_tokens = 512;  // all the attention and the scores of a batch lie in memory

/// `logs`: log-probabilities of all pieces. [vocabulary]
PieceObservation observed(std::span<const float> logs, int32_t id) {
  PieceObservation piece{.log_probability = static_cast<double>(logs[static_cast<size_t>(id)])};
  float other = -1e9f;
  for (size_t i = 0; i < logs.size(); ++i) {
    if (i != static_cast<size_t>(id)) other = std::max(other, logs[i]);
    if (logs[i] > -30) piece.entropy -= static_cast<double>(logs[i] * std::exp(logs[i]));
  }
  piece.margin = piece.log_probability - static_cast<double>(other);
  return piece;
}

/// Shares of each written piece's attention.
void add_attention(Observation& observation, const std::vector<std::vector<double>>& looks) {
  if (looks.empty()) return;
  observation.looked_at.assign(looks[0].size(), 0);
  for (size_t piece = 0; piece < observation.pieces.size(); ++piece) {
    double sum = 0;
    for (const double look : looks[piece]) sum += look;
    for (size_t key = 0; sum > 0 && key < looks[piece].size(); ++key) {
      const double share = looks[piece][key] / sum;
      observation.looked_at[key] += share;
      observation.pieces[piece].peak = std::max(observation.pieces[piece].peak, share);
    }
  }
}

void observe(const Model& model, std::span<const Written> written, Observation* into) {
  const VocabularyConfig& vocabulary = model.vocabulary();
  std::vector<std::vector<int32_t>> sources, read;
  for (const Written& one : written) {
    sources.push_back(one.source);
    sources.back().push_back(static_cast<int32_t>(vocabulary.end));
    read.push_back({static_cast<int32_t>(vocabulary.start)});
    read.back().insert(read.back().end(), one.ids.begin(), one.ids.end());
    if (!one.ids.empty()) read.back().pop_back();  // nothing is written after the last
  }
  Trace trace;
  const Decoder& decoder = *model.decoder();
  const Ragged target = Ragged::from(read);
  const auto state = decoder.start(Ragged::from(sources));
  const Tensor logs = log_softmax(decoder.output()(decoder.append(*state, target, &trace)));  // [total, vocabulary]
  parallel_for(std::ssize(written), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Written& one = written[static_cast<size_t>(i)];
      Observation& observation = into[i] = {.source = one.source, .written = one.ids, .pieces = {}, .looked_at = {}};
      const float* row = logs.data() + target.offsets.begin(i) * logs.dim(1);
      for (const int32_t id : one.ids) {
        observation.pieces.push_back(observed({row, static_cast<size_t>(logs.dim(1))}, id));
        row += logs.dim(1);
      }
      add_attention(observation, source_attention(trace, static_cast<size_t>(i)));
    }
  });
}

}  // namespace

std::vector<Observation> observe(const Model& model, const std::vector<Written>& written) {
  std::vector<Observation> observations(written.size());
  for (size_t first = 0, last = 0; first < written.size(); first = last) {
    int64_t tokens = 0;
    for (; last < written.size() && (last == first || tokens < most_tokens); ++last)
      tokens += std::ssize(written[last].source) + std::ssize(written[last].ids);
    observe(model, std::span(written).subspan(first, last - first), observations.data() + first);
  }
  return observations;
}

}  // namespace naru
