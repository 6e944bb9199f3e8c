// A model reads what it wrote: how sure it was of each piece, and where it looked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "naru/models/model.h"
#include "naru/text/tokenizer.h"

namespace naru {

/// What the model thinks of one piece that stands in a translation, from the distribution that it comes from.
struct PieceObservation {
  double log_probability = 0;
  double entropy = 0;  // in nats
  double margin = 0;   // log-probability minus that of the likeliest other piece
  double peak = 0;     // the largest share of attention on one source piece; 0 without attention
};

struct Observation {
  std::vector<int32_t> source;           // without its end
  std::vector<int32_t> written;          // with its end, if it has one
  std::vector<PieceObservation> pieces;  // of each written
  std::vector<double> looked_at;         // attention that each source piece and the end got; empty without attention
};

/// A source, without its end, and what was made of it.
struct Written {
  std::vector<int32_t> source, ids;
};

/// One pass over each source and translation, in batches; costs about what a step of greedy search costs for each
/// piece. Probabilities are over the whole vocabulary, also of what a shortlist wrote.
std::vector<Observation> observe(const Model& model, const std::vector<Written>& written);

}  // namespace naru
