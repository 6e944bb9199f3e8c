#pragma once

#include "naru/data/phrases/phrases.h"
#include "naru/evaluate/model_folder.h"
#include "naru/lab/findings.h"

namespace naru {

/// Where a model looks while it writes this translation, over pieces.
AttentionView::Sentence attention_of_sentence(const ModelFolder& folder, const std::string& line,
                                              const std::string& translation, const Bilingual& name);
/// While it writes the reference; with the gold alignment of the words.
AttentionView::Sentence attention_of_sentence(const ModelFolder& folder, const Phrase& phrase, const Bilingual& name);

}  // namespace naru
