// Every number of what was explained, as JSON.
#include <cmath>

#include "naru/lab/explained.h"

namespace naru {
namespace {

/// -∞ (a key that may not be looked at) is no number of JSON.
Json matrix_json(const Tensor& x) {
  Json rows = Json::array();
  for (int64_t row = 0; row < x.dim(0); ++row) {
    rows.push_back(Json::array());
    for (const float value : x.rows(row, row + 1).values())
      rows.back().push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
  }
  return rows;
}

Json recurrent_json(const Explained& explained, const RecurrentSteps& steps) {
  Json document{{"layer", steps.layer}, {"from_end", steps.from_end}, {"steps", Json::array()}};
  const Json states = matrix_json(steps.state);
  for (int64_t t = 0; t < steps.steps(); ++t) {
    Json gates = Json::object();
    for (const auto& [gate, values] : steps.gates) gates[gate] = steps.mean(values, t);
    document["steps"].push_back({{"reads", explained.piece_read(steps, t)},
                                 {"length", steps.length(t)},
                                 {"moved", steps.moved(t)},
                                 {"gates", std::move(gates)},
                                 {"state", states.at(static_cast<size_t>(t))}});
  }
  return document;
}

Json attention_json(const Explained& explained) {
  const AttentionSteps& steps = *explained.attention;
  return {{"layer", steps.layer},
          {"head", steps.head},
          {"scale", steps.scale},
          {"rows", explained.query_names()},
          {"columns", explained.key_names()},
          {"queries", matrix_json(steps.queries)},
          {"keys", matrix_json(steps.keys)},
          {"values", matrix_json(steps.values)},
          {"scores", matrix_json(steps.scores)},
          {"scaled", matrix_json(steps.scaled)},
          {"weights", matrix_json(steps.weights)},
          {"output", matrix_json(steps.output)}};
}

}  // namespace

Json explained_numbers(const Explained& explained) {
  Json document{{"source", explained.source},
                {"target", explained.target},
                {"source_pieces", explained.source_pieces},
                {"target_pieces", explained.written},
                {"recurrent", Json::array()},
                {"attention", nullptr},
                {"writing", Json::array()}};
  for (const RecurrentSteps& steps : explained.recurrent)
    document["recurrent"].push_back(recurrent_json(explained, steps));
  if (explained.attention) document["attention"] = attention_json(explained);
  for (const WritingStep& step : explained.writing) {
    Json best = Json::array();
    for (const auto& [piece, probability] : step.best) best.push_back({{"piece", piece}, {"probability", probability}});
    document["writing"].push_back(
        {{"reads", step.reads}, {"writes", step.writes}, {"probability", step.probability}, {"best", std::move(best)}});
  }
  return document;
}

}  // namespace naru
