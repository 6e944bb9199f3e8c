// `naru explain`: what a model computes for one sentence, step by step, in its real numbers. The steps are those of the
// lecture: h₁ … hₙ of a recurrent network (§2.2), QKᵀ, ÷ √d_k, softmax and weighted sum of an attention head (§3.3),
// and the best pieces at each step of writing. Read next: recurrent_steps.h, attention_steps.h.
#pragma once

#include <span>
#include <string>

#include "naru/base/json.h"
#include "naru/evaluate/model_folder.h"

namespace naru {

struct ExplainOptions {
  std::string source = {}, target = {}, layer = {}, word = {};
  int64_t head = 0;

  void fields(auto&& field) {
    field("source", source, "the sentence to read", required());
    field("target", target, "the translation to follow; without it the model's own");
    field("layer", layer,
          "attention to show: encoder.0, decoder.3.self, decoder.3.cross, …, or attention of a recurrent decoder; "
          "without it the encoder's last");
    field("head", head, "head of it, counted from 0", at_least(0));
    field("word", word, "word whose numbers are written out; without it the last of the sentence");
  }
};

/// The document that `--json` prints and the page shows: {"kind": "explain", "experiments": […], "claims": []}, an
/// experiment for each model with `blocks` as in a report of `naru claims`, and `numbers` for programs. The folders are
/// opened as f32. Error: an empty sentence, a layer, head or word that is not there.
Json explain(std::span<const ModelFolder> models, const ExplainOptions& options, bool korean);

}  // namespace naru
