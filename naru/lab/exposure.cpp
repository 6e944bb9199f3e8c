#include "naru/lab/exposure.h"

#include <algorithm>

#include "naru/evaluate/evaluation.h"
#include "naru/ops/best_outputs.h"

namespace naru {
namespace {

int64_t sum_of(const std::vector<Exposure::Place>& places, int64_t Exposure::Place::*what) {
  int64_t sum = 0;
  for (const Exposure::Place& place : places) sum += place.*what;
  return sum;
}

}  // namespace

int64_t Exposure::trials() const { return sum_of(places, &Place::trials); }
int64_t Exposure::forced() const { return sum_of(places, &Place::forced); }
int64_t Exposure::free() const { return sum_of(places, &Place::free); }

Exposure exposure_of(const ModelFolder& folder, const std::vector<Pair>& pairs) {
  std::vector<std::string> sources;
  for (const Pair& pair : pairs) sources.push_back(pair.source);
  const auto written = Translator(folder).translate(sources, {.search = {.beam = 1}});
  const auto tokens = encode_pairs(pairs, *folder.source, *folder.target);
  const Linear& output = folder.model->decoder()->output();
  Exposure exposure;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const Batch batch = make_batch({&tokens[i], 1}, marks_of(folder.model->vocabulary()));
    const Tensor best = best_outputs(voice_over(*folder.model, batch).hidden, output.weight, output.bias, 1).ids;
    const std::vector<int32_t>& own = written[i].best[0].ids;
    exposure.places.resize(std::max(exposure.places.size(), static_cast<size_t>(batch.target_tokens())));
    for (int64_t place = 0; place < batch.target_tokens(); ++place) {
      const int32_t wanted = batch.target_out.data<int32_t>()[place];
      Exposure::Place& counts = exposure.places[static_cast<size_t>(place)];
      ++counts.trials;
      counts.forced += best.data<int32_t>()[place] == wanted;
      counts.free += place < std::ssize(own) && own[static_cast<size_t>(place)] == wanted;
    }
  }
  return exposure;
}

}  // namespace naru
