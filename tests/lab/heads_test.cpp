// What the experiment `heads` measures with: alignment error, relations between words, removed heads.
#include <gtest/gtest.h>

#include "naru/evaluate/source_attention.h"
#include "naru/evaluate/translator.h"
#include "naru/lab/alignment_error.h"
#include "naru/lab/gold_alignment.h"
#include "naru/lab/head_relations.h"
#include "naru/lab/head_removal.h"

namespace naru {
namespace {

TEST(AlignmentError, IsThatOfAWorkedExample) {
  // S = {0-0, 1-3, 2-1}, P = S and {1-2}; A = {0-0, 1-2, 2-1, 2-3}: |A ∩ S| = 2, |A ∩ P| = 3, AER = 1 - 5 / 7.
  const std::vector<AlignmentLink> gold{{0, 0}, {1, 3}, {2, 1}, {1, 2, false}};
  AlignmentCounts counts;
  counts.add({{0, 0}, {1, 2}, {2, 1}, {2, 3}}, gold);
  EXPECT_DOUBLE_EQ(counts.precision(), 3.0 / 4);
  EXPECT_DOUBLE_EQ(counts.recall(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(counts.error_rate(), 1 - 5.0 / 7);
}

TEST(AlignmentError, OfTheGoldItselfIsNoneAndOfNothingIsAll) {
  const std::vector<Phrase> phrases = naru::phrases({.pairs = 20, .seed = 3, .split = PhraseSplit::test});
  AlignmentCounts gold, sure, nothing;
  for (const Phrase& phrase : phrases) {
    WordLinks all, certain;
    for (const AlignmentLink& link : phrase.alignment) {
      all.emplace_back(link.source, link.target);
      if (link.sure) certain.emplace_back(link.source, link.target);
    }
    gold.add(all, phrase.alignment);
    sure.add(certain, phrase.alignment);
    nothing.add({}, phrase.alignment);
  }
  EXPECT_DOUBLE_EQ(gold.error_rate(), 0);
  EXPECT_DOUBLE_EQ(sure.error_rate(), 0);
  EXPECT_DOUBLE_EQ(nothing.error_rate(), 1);
}

TEST(WordLinks, GoFromEachTargetPieceToTheSourceWordThatItLooksAtMost) {
  // Source pieces of words 0 0 1 and a tag; the last column is the end of sentence and the heaviest.
  const std::vector<int32_t> source{0, 0, 1, -1}, target{0, 1, 1, -1};
  const WordLinks links =
      word_links({{.1, .3, .2, .4, .9}, {.1, .1, .5, .9, .9}, {.6, .1, .1, .1, .9}, {1, 0, 0, 0, 0}}, source, target);
  EXPECT_EQ(links, (WordLinks{{0, 0}, {0, 1}, {1, 1}}));
}

PhraseWord word(const char* text, const char* role) { return {text, text, role, {text}}; }

/// The lecture's example of §3.5, with a homonym.
Phrase sentence() {
  Phrase phrase;
  phrase.words = {word("철수는", "subject"), word("영희에게", "recipient"), word("예쁜", "modifier"),
                  word("꽃을", "object"),    word("선물하고", "verb"),      word("있다", "auxiliary")};
  phrase.subject = 0;
  phrase.verb = 5;
  phrase.homonyms = {{.word = 3, .cue = 2, .sense = "flower"}};
  return phrase;
}

TEST(Relations, AreThoseOfTheLecturesSentence) {
  const std::vector<RelatedWords> expected{{Relation::subject_verb, 0, 4},
                                           {Relation::recipient_verb, 1, 4},
                                           {Relation::modifier_noun, 2, 3},
                                           {Relation::object_verb, 3, 4},
                                           {Relation::homonym_cue, 3, 2}};
  EXPECT_EQ(relations_of(sentence()), expected);
  Phrase nested = sentence();
  nested.combinations = {"선물하다 relative"};
  EXPECT_EQ(relations_of(nested).size(), 4u);  // whose verb the recipient's is, is not clear
}

TEST(WordAttention, IsTheSumToAndTheMeanFromAWordsPieces) {
  AttentionMap map{.name = "encoder.0", .heads = 2, .sequences = {{}}, .queries = {4}, .keys = {4}};
  map.sequences[0].resize(16);
  for (const float weight : {.1f, .2f, .3f, .4f, .5f, .1f, .2f, .2f, 0.f, 0.f, .9f, .1f, 1.f, 0.f, 0.f, 0.f})
    map.sequences[0].push_back(weight);
  const std::vector<int32_t> words{0, 0, 1};  // and the end of sentence
  const auto between = word_attention(map, 1, words, 2);
  EXPECT_NEAR(between[0][0], (.1 + .2 + .5 + .1) / 2, 1e-6);
  EXPECT_NEAR(between[0][1], (.3 + .2) / 2, 1e-6);
  EXPECT_NEAR(between[1][1], .9, 1e-6);
}

TEST(BestHead, IsTheOneThatWasPlantedAndIsMeasuredOnPairsThatDidNotChooseIt) {
  RelationFindings findings;
  findings.heads = {{"encoder.0", 0, false}, {"encoder.0", 0, true}};
  findings.distances = {4, 4, 1, 4, 2, 4, 3, 1};
  // The second head is right throughout; the first only in the half that nobody chooses by.
  findings.found = {{false, false, false, false, true, true, true, true},
                    {true, true, true, false, true, true, true, true}};
  const BestHead best = best_head(findings);
  EXPECT_TRUE(best.head.backward);
  EXPECT_EQ(best.distance, 4);
  EXPECT_EQ(best.pairs, 4);
  EXPECT_EQ(best.hits, 4);
  EXPECT_EQ(best.hits_by_distance, 1);
}

const std::filesystem::path golden_folder = NARU_SOURCE_DIR "/tests/fixtures/golden/transformer-tiny";

std::vector<float> numbers(const Tensor& x) { return {x.values().begin(), x.values().end()}; }

TEST(RemovedHead, ChangesItsColumnsAloneAndNothingBeforeIt) {
  const ModelFolder folder = ModelFolder::open(golden_folder, "f32");
  const HeadChoice head{.layer = "encoder.0", .head = 1};
  const auto model = without_head(folder.config, folder.model->params(), head);
  const std::string changed = "model.encoder.layers.0.self_attn.out_proj.weight";
  for (const auto& [name, weight] : folder.model->params().named()) {
    const Tensor& left = model->params().named().at(name);
    if (name != changed) {
      EXPECT_EQ(numbers(left), numbers(weight)) << name;
      continue;
    }
    const int64_t width = weight.dim(1), heads = std::get<TransformerConfig>(folder.config).heads, d = width / heads;
    for (int64_t i = 0; i < weight.size(); ++i)
      EXPECT_EQ(left.data()[i], i % width / d == head.head ? 0 : weight.data()[i]) << i;
  }
  const auto traced = [&](const Model& of) {
    return Translator(of, *folder.source, *folder.target).trace("a b c", "d e");
  };
  const Trace whole = traced(*folder.model), without = traced(*model);
  EXPECT_EQ(numbers(whole.find("encoder.0")), numbers(without.find("encoder.0")));  // what the layer reads
  EXPECT_EQ(attention_map(whole, "encoder.0").sequences, attention_map(without, "encoder.0").sequences);
  EXPECT_NE(numbers(whole.find("encoder.1")), numbers(without.find("encoder.1")));
}

TEST(GoldAlignment, HasAllHeadsTogetherAndEachAlone) {
  const ModelFolder folder = ModelFolder::open(golden_folder, "f32");
  Phrase phrase;
  phrase.korean = "a b";
  phrase.english = "c d";
  phrase.alignment = {{0, 0}, {1, 1}};
  std::vector<AlignedBy> all;
  for (int again = 0; again < 2; ++again)
    add_alignments(all, folder, Translator(folder).trace(phrase.korean, phrase.english), phrase);
  const auto& config = std::get<TransformerConfig>(folder.config);
  ASSERT_EQ(all.size(), static_cast<size_t>(1 + config.decoder_layers * config.heads));
  EXPECT_EQ(all[0].layer, "all");
  for (const AlignedBy& by : all) EXPECT_EQ(by.counts.sure, 4);
}

}  // namespace
}  // namespace naru
