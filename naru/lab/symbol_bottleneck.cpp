#include "naru/lab/symbol_bottleneck.h"

#include <algorithm>

#include "naru/lab/encoder_rows.h"
#include "naru/lab/linear_probe.h"

namespace naru {

SymbolLearner symbol_learner(const SymbolModel& model, uint64_t seed) {
  // A GRU, whose state is the whole of what a decoder without attention gets of the source (Cho 2014).
  std::vector<std::string> settings{fmt::format("width={}", model.width),
                                    "layers=1",
                                    "cell=gru",
                                    "reverse_source=true",
                                    "learning_rate=5e-3",
                                    model.attention ? "attention=general" : "attention=none"};
  return SymbolLearner({.task = model.task,
                        .preset = "seq2seq",
                        .settings = std::move(settings),
                        .symbols = model.task == SymbolTask::recall ? 40 : 10,
                        .shortest = model.shortest,
                        .longest = model.longest,
                        .batch = 64,
                        .seed = seed});
}

void learn_with_rests(SymbolLearner& learner, const Laboratory& laboratory, int64_t steps) {
  for (int64_t done = 0; done < steps; done += 10) {
    laboratory.rest();
    learner.learn(std::min<int64_t>(10, steps - done));
  }
}

std::vector<Interval> context_probe(const SymbolLearner& learner, int64_t length, int64_t examples) {
  const Batch batch = learner.batch(length, examples, 17);
  std::vector<std::vector<int32_t>> sources(static_cast<size_t>(examples));
  const auto ids = batch.source.values.values<int32_t>();
  for (int64_t i = 0; i < examples; ++i)
    sources[static_cast<size_t>(i)].assign(ids.begin() + batch.source.offsets.begin(i),
                                           ids.begin() + batch.source.offsets.end(i));
  ProbeExamples probed{{}, std::vector<std::vector<int64_t>>(static_cast<size_t>(length))};
  const std::vector<LayerRows> layers = encoder_rows(learner.model(), sources);
  for (size_t i = 0; i < sources.size(); ++i) {
    probed.rows.push_back(layers.back().lines[i].front());  // read from the end: the first place is the last state
    for (size_t at = 0; at < probed.answers.size(); ++at) probed.answers[at].push_back(sources[i][at] - 1);
  }
  return probe(probed);
}

}  // namespace naru
