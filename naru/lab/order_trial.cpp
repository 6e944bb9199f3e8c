#include "naru/lab/order_trial.h"

#include <algorithm>
#include <cmath>

#include "naru/lab/encoder_rows.h"
#include "naru/lab/pair_learner.h"

namespace naru {
namespace {

struct OrderTask {
  WordOrder sentences;
  std::vector<Chase> trained, held_out;
};

OrderTask order_task(Cutting cutting, uint64_t seed) {
  OrderTask task{.sentences = WordOrder(cutting), .trained = WordOrder::chases(seed), .held_out = {}};
  const auto border = task.trained.begin() + 80;  // the lecture's is the first
  task.held_out.assign(task.trained.begin(), border);
  task.trained.erase(task.trained.begin(), border);
  return task;
}

PairLearner trained_on(const OrderTask& task, const char* positions, uint64_t seed, const Laboratory& laboratory) {
  PairLearner learner({.preset = "transformer-tiny",
                       .settings = {"layers=2", "width=64", "feed_forward=128", "precision=f32", "learning_rate=2e-3",
                                    fmt::format("positions={}", positions)},
                       .symbols = task.sentences.symbols(),
                       .seed = seed});
  Random random(seed);
  for (int64_t step = laboratory.by_effort(120, 160, 800); step > 0; --step) {
    std::vector<TokenPair> batch;
    for (int i = 0; i < 32; ++i)
      for (TokenPair& pair : task.sentences.both(task.trained[random.below(task.trained.size())]))
        batch.push_back(std::move(pair));
    learner.learn(batch);
    laboratory.rest();
  }
  return learner;
}

/// Both orders of all held-out sentences.
std::vector<TokenPair> questions(const OrderTask& task, Order order) {
  std::vector<TokenPair> pairs;
  for (const Chase& chase : task.held_out)
    for (TokenPair& pair : task.sentences.both(chase, order)) pairs.push_back(std::move(pair));
  return pairs;
}

OrderResult ask(const PairLearner& learner, const OrderTask& task, Cutting cutting) {
  const std::vector<TokenPair> asked = questions(task, Order::subject_first);
  const auto written = learner.write(asked);
  int64_t apart = 0, same = 0;
  for (size_t i = 0; i < asked.size(); i += 2) {
    apart += written[i] == asked[i].target && written[i + 1] == asked[i + 1].target;
    same += written[i] == written[i + 1];
  }
  const auto pairs = static_cast<int64_t>(task.held_out.size());
  OrderResult result{.lecture = task.sentences.target_text(written[0]) + " / " + task.sentences.target_text(written[1]),
                     .told_apart = share_of(apart, pairs),
                     .both_the_same = static_cast<double>(same) / static_cast<double>(pairs)};
  if (cutting != Cutting::english) {
    const auto scrambled = questions(task, Order::object_first);
    result.scrambled = static_cast<double>(learner.exact(scrambled)) / static_cast<double>(scrambled.size());
  }
  for (size_t i = 0; i < 10; ++i)
    result.order_dependence =
        std::max(result.order_dependence, order_dependence(learner.model(), asked[i].source, 10, i));
  return result;
}

/// Of the seeds together: a pair and a seed are a trial.
OrderResult together(const std::vector<OrderResult>& seeds) {
  OrderResult all = seeds.front();
  double right = 0, trials = 0;
  all.both_the_same = all.scrambled = 0;
  for (const OrderResult& one : seeds) {
    right += one.told_apart.value * static_cast<double>(one.told_apart.n);
    trials += static_cast<double>(one.told_apart.n);
    all.both_the_same += one.both_the_same / static_cast<double>(seeds.size());
    all.scrambled += one.scrambled / static_cast<double>(seeds.size());
    all.order_dependence = std::max(all.order_dependence, one.order_dependence);
  }
  all.told_apart = share_of(std::llround(right), std::llround(trials));
  return all;
}

}  // namespace

OrderResult order_trial(Cutting cutting, const char* positions, const Laboratory& laboratory) {
  std::vector<OrderResult> results;
  for (const int64_t seed : laboratory.seeds()) {
    laboratory.progress(fmt::format("{}, positions={}, seed {}", name(cutting).english, positions, seed));
    const OrderTask task = order_task(cutting, static_cast<uint64_t>(seed));
    results.push_back(ask(trained_on(task, positions, static_cast<uint64_t>(seed), laboratory), task, cutting));
  }
  return together(results);
}

}  // namespace naru
