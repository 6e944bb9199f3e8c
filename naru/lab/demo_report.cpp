#include "naru/lab/demo_report.h"

#include <algorithm>
#include <sstream>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/base/threads.h"
#include "naru/base/version.h"
#include "naru/lab/attention_layers.h"
#include "naru/lab/sentence_attention.h"
#include "naru/ops/cpu/isa.h"

namespace naru {
namespace {

Json both(const std::string& korean, const std::string& english) { return {{"ko", korean}, {"en", english}}; }

Json description_of(const std::string& name) {
  if (name == "seq2seq")
    return both("LSTM 인코더-디코더, 어텐션 없음 (Sutskever 외 2014)",
                "LSTM encoder and decoder, no attention (Sutskever et al. 2014)");
  if (name == "seq2seq-attention")
    return both("양방향 GRU와 가산 어텐션 (Bahdanau 외 2014)",
                "bidirectional GRU, additive attention (Bahdanau et al. 2014)");
  return both("트랜스포머 4+4층 (Vaswani 외 2017)", "Transformer of 4+4 layers (Vaswani et al. 2017)");
}

/// The loss curve in at most `most` points, each the mean of the steps around it.
Json history_of(const std::filesystem::path& folder, size_t most) {
  std::vector<Json> rows;
  std::istringstream lines(read_file(folder / "history.jsonl"));
  for (std::string line; std::getline(lines, line);) rows.push_back(parse_json(line));
  const size_t width = std::max<size_t>(1, rows.size() / most);
  Json points = Json::array();
  double seconds = 0, loss = 0;
  size_t inside = 0;
  for (const Json& row : rows) {
    seconds += row["seconds"].get<double>();
    loss += row["loss"].get<double>();
    const bool validated = row.contains("dev_loss");
    if (++inside < width && !validated) continue;
    Json point{{"seconds", seconds}, {"step", row["step"]}, {"loss", loss / static_cast<double>(inside)}};
    if (validated) point["dev_loss"] = row["dev_loss"];
    points.push_back(point);
    loss = 0;
    inside = 0;
  }
  return points;
}

Json scores_json(const Demo& demo, const ContestantResult& result) {
  Json scores;
  for (size_t i = 0; i < demo.test_sets().size(); ++i) {
    Json& score = scores[demo.test_sets()[i].name] = {{"bleu", nullptr}, {"chrf", nullptr}};
    if (i < result.scores.size()) score = {{"bleu", result.scores[i].bleu}, {"chrf", result.scores[i].chrf}};
  }
  return scores;
}

/// Maps of the watched sentences: where each written piece looked.
Json attention_of(const Demo& demo, size_t index) {
  const ModelFolder& folder = demo.model(index);
  Json all = Json::array();
  for (size_t i = 0; i < demo.watched().size(); ++i) {
    const std::string& line = demo.watched()[i];
    const std::string translation = Translator(folder).translate({line}, {})[0].best[0].text;
    const auto view = attention_of_sentence(folder, line, translation, line);
    if (const Json layers = attention_layers(view.layers); !layers.empty())
      all.push_back({{"source", view.source}, {"target", view.target}, {"layers", layers}});
  }
  return all;
}

Json model_json(const Demo& demo, size_t index) {
  const ContestantResult& result = demo.results()[index];
  const auto figure = [&](auto number) { return result.trained() ? Json(number) : Json(nullptr); };
  Json model{{"name", result.name},
             {"description", description_of(result.name)},
             {"parameters", result.parameters},
             {"training_target_tokens_per_second", figure(result.training_rate)},
             {"target_tokens_per_second", figure(result.translating_rate)},
             {"peak_bytes", figure(result.peak_bytes)},
             {"seconds", result.seconds},
             {"steps", result.steps},
             {"history", history_of(demo.folder(index), 200)},
             {"scores", scores_json(demo, result)}};
  if (!result.trained()) return model;
  model["lecture"] = demo.lecture_translations()[index];
  for (const LengthBucket& bucket : result.by_length)
    model["bleu_by_length"].push_back(
        {{"from", bucket.from}, {"to", bucket.to}, {"sentences", bucket.sentences}, {"bleu", bucket.bleu}});
  for (const LearningSample& sample : result.samples)
    model["samples_over_time"].push_back({{"seconds", sample.seconds}, {"translations", sample.translations}});
  if (Json maps = attention_of(demo, index); !maps.empty()) model["attention"] = std::move(maps);
  return model;
}

/// Who is first on a test set, and by how much. Of a single model there is nothing to compare.
std::string ranking(size_t set, const std::string& name, const std::vector<ContestantResult>& results, bool korean) {
  std::vector<const ContestantResult*> order;
  for (const ContestantResult& result : results)
    if (result.trained()) order.push_back(&result);
  std::ranges::sort(order, std::greater{}, [&](const ContestantResult* result) { return result->scores[set].bleu; });
  const std::string& first = order[0]->name;
  const double bleu = order[0]->scores[set].bleu;
  if (order.size() == 1)
    return korean ? fmt::format("{}에서 {}는 BLEU {:.1f}입니다. ", name, first, bleu)
                  : fmt::format("On {}, {} has BLEU {:.1f}. ", name, first, bleu);
  const std::string& second = order[1]->name;
  const double other = order[1]->scores[set].bleu, margin = bleu - other;
  // Fewer than two points of BLEU on some hundred sentences are no lead.
  const bool close = margin < 2;
  if (korean)
    return close ? fmt::format("{}에서는 {}({:.1f})와 {}({:.1f})가 비슷합니다. ", name, first, bleu, second, other)
                 : fmt::format("{}에서는 {}가 BLEU {:.1f}로 {}보다 {:.1f}점 앞섭니다. ", name, first, bleu, second,
                               margin);
  return close ? fmt::format("On {}, {} ({:.1f}) and {} ({:.1f}) are about equal. ", name, first, bleu, second, other)
               : fmt::format("On {}, {} leads with BLEU {:.1f}, {:.1f} above {}. ", name, first, bleu, margin, second);
}

}  // namespace

std::string demo_conclusion(const std::vector<std::string>& test_sets, const std::vector<ContestantResult>& results,
                            const ContestantResult& baseline, bool korean) {
  std::string text;
  for (size_t set = 0; set < test_sets.size(); ++set) text += ranking(set, test_sets[set], results, korean);
  for (const ContestantResult& result : results) {
    if (!result.trained() || result.by_length.size() < 2) continue;
    const LengthBucket &shortest = result.by_length.front(), &longest = result.by_length.back();
    if (korean)
      text += fmt::format("{}: {}–{}어절 {:.0f}점, {}–{}어절 {:.0f}점. ", result.name, shortest.from, shortest.to,
                          shortest.bleu, longest.from, longest.to, longest.bleu);
    else
      text += fmt::format("{} scores {:.0f} on sentences of {} to {} words and {:.0f} on {} to {}. ", result.name,
                          shortest.bleu, shortest.from, shortest.to, longest.bleu, longest.from, longest.to);
  }
  for (const ContestantResult& result : results)
    if (!result.trained())
      text += fmt::format(fmt::runtime(korean ? "{}: 첫 차례 전에 멈춰 학습하지 못했으므로 비교하지 않습니다. "
                                              : "{} was stopped before its first turn and is not compared. "),
                          result.name);
  return text + fmt::format(fmt::runtime(korean ? "가장 비슷한 학습 문장으로 답하면 {}에서 {:.1f}점입니다."
                                                : "Answering with the nearest training sentence on {} gives {:.1f}."),
                            test_sets[0], baseline.scores[0].bleu);
}

std::string demo_json(const Demo& demo, const DemoOptions& options) {
  Json report{{"title", both("세 번역기, 같은 시간", "Three translators, equal time")},
              {"created_by", fmt::format("naru {}", version())},
              {"settings",
               {{"minutes", options.minutes},
                {"threads", threads()},
                {"isa", cpu::isa()},
                {"pairs", options.pairs},
                {"longest_training_sentence", longest_training_phrase}}}};
  for (size_t i = 0; i < demo.results().size(); ++i) report["models"].push_back(model_json(demo, i));
  report["baseline"] = {{"name", both("가장 비슷한 학습 문장", "nearest training sentence")},
                        {"scores", scores_json(demo, demo.baseline())},
                        {"lecture", demo.lecture_translations().back()}};
  // The lecture's sections, in the order of its sentences.
  constexpr const char* sections[] = {"1.1", "1.1", "1.1", "1.1", "1.2", "2.3", "2.4", "2.5", "3.3",
                                      "3.3", "3.4", "3.4", "3.5", "4.2", "4.4", "5.1", "6.1"};
  for (size_t i = 0; i < demo.lecture().size() && i < std::size(sections); ++i) {
    const Phrase& phrase = demo.lecture()[i];
    report["lecture"].push_back({{"korean", phrase.korean},
                                 {"english", phrase.english},
                                 {"section", sections[i]},
                                 {"lecture_sense", has_lecture_sense(phrase)}});
  }
  for (const std::string& line : demo.watched()) {
    const auto phrase = std::ranges::find(demo.lecture(), line, &Phrase::korean);
    report["watched"].push_back({{"korean", line}, {"english", phrase == demo.lecture().end() ? "" : phrase->english}});
  }
  report["conclusion"] = both(demo.conclusion(true), demo.conclusion(false));
  return json_text(report);
}

}  // namespace naru
