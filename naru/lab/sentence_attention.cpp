#include "naru/lab/sentence_attention.h"

#include "naru/lab/gold_alignment.h"

namespace naru {

AttentionView::Sentence attention_of_sentence(const ModelFolder& folder, const std::string& line,
                                              const std::string& translation, const Bilingual& name) {
  AttentionView::Sentence view{.name = name,
                               .source = folder.source->pieces(line),
                               .target = folder.target->pieces(translation),
                               .layers = Translator(folder).trace(line, translation).attention};
  view.source.emplace_back("⏎");
  view.target.emplace_back("⏎");
  return view;
}

AttentionView::Sentence attention_of_sentence(const ModelFolder& folder, const Phrase& phrase, const Bilingual& name) {
  AttentionView::Sentence view = attention_of_sentence(folder, phrase.korean, phrase.english, name);
  const std::vector<int32_t> source = words_of_pieces(*folder.source, phrase.korean);
  const std::vector<int32_t> target = words_of_pieces(*folder.target, phrase.english);
  for (const AlignmentLink& link : phrase.alignment)
    for (size_t s = 0; s < source.size(); ++s)
      for (size_t t = 0; t < target.size(); ++t)
        if (link.sure && source[s] == link.source && target[t] == link.target)
          view.gold.emplace_back(static_cast<int64_t>(s), static_cast<int64_t>(t));
  return view;
}

}  // namespace naru
