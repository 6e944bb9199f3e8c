#include "naru/evaluate/observed_set.h"

#include <algorithm>
#include <numeric>

#include "naru/base/log.h"

namespace naru {
namespace {

/// The first pieces, then up to four of them again and again: what a model does that cannot find the end.
std::vector<int32_t> looped(const std::vector<int32_t>& written, Random& random) {
  const size_t pieces = std::max<size_t>(1, written.size() - 1);  // without the end
  const size_t kept = 1 + random.below(pieces);
  const size_t length = 1 + random.below(std::min<size_t>(4, kept)), times = 3 + random.below(6);
  std::vector<int32_t> ids(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(kept));
  for (size_t i = 0; i < length * times; ++i) ids.push_back(ids[ids.size() - length]);
  ids.push_back(written.back());
  return ids;
}

}  // namespace

std::string name_of(Detachment kind) {
  return kind == Detachment::another_line ? "another line's translation" : "looped translation";
}

ObservedSet::ObservedSet(const ModelFolder& folder, const std::vector<Pair>& pairs, const SearchOptions& search)
    : folder_(folder), pairs_(pairs), search_(search), seed_(static_cast<uint64_t>(search.sampling.seed)) {
  if (std::ranges::none_of(pairs, can_be_corrupted))
    fail("no pair of {} has three words between spaces, of which broken lines could be made; give more pairs",
         pairs.size());
}

std::vector<size_t> ObservedSet::order() const {
  std::vector<size_t> places;
  for (size_t i = 0; i < pairs_.size(); ++i)
    if (!pairs_[i].source.empty() && !pairs_[i].target.empty()) places.push_back(i);
  Random random(mix(seed_));
  for (size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[random.below(i)]);
  return places;
}

std::vector<ObservedLine> ObservedSet::observed(const std::vector<std::string>& lines, const std::vector<size_t>& from,
                                                const std::string& what) const {
  constexpr size_t at_once = 256;
  const Translator translator(folder_);
  std::vector<Written> written;
  std::vector<ObservedLine> observed;
  for (size_t first = 0; first < lines.size(); first += at_once) {
    log_progress(fmt::format("translating {}: {} of {}", what, first, lines.size()));
    const auto end = std::min(first + at_once, lines.size());
    const std::vector<std::string> some(lines.begin() + static_cast<std::ptrdiff_t>(first),
                                        lines.begin() + static_cast<std::ptrdiff_t>(end));
    const std::vector<Translation> translations = translator.translate(some, {.search = search_});
    for (size_t i = 0; i < some.size(); ++i) {
      const TranslatedText& best = translations[i].best[0];
      if (best.ids.empty()) continue;
      written.push_back({folder_.source->encode(some[i]), best.ids});
      observed.push_back({.pair = from[first + i], .observation = {}, .text = best.text});
    }
  }
  std::vector<Observation> observations = observe(*folder_.model, written);
  for (size_t i = 0; i < observed.size(); ++i) observed[i].observation = std::move(observations[i]);
  log_progress_done();
  return observed;
}

std::vector<ObservedLine> ObservedSet::good(int64_t most) const {
  std::vector<size_t> places = order();
  places.resize(std::min(places.size(), static_cast<size_t>(most)));
  std::vector<std::string> lines;
  for (const size_t place : places) lines.push_back(pairs_[place].source);
  return observed(lines, places, "good lines");
}

std::vector<ObservedLine> ObservedSet::broken(Corruption kind, int64_t count) const {
  std::vector<size_t> places = order();
  std::erase_if(places, [&](size_t place) { return !can_be_corrupted(pairs_[place]); });
  std::ranges::reverse(places);
  // Each kind from lines of its own, as far as there are so many.
  const auto shift = static_cast<size_t>(kind) * static_cast<size_t>(count) % places.size();
  std::ranges::rotate(places, places.begin() + static_cast<std::ptrdiff_t>(shift));
  places.resize(std::min(places.size(), static_cast<size_t>(count)));
  Random random(mix(seed_, 1 + static_cast<uint64_t>(kind)));
  std::vector<std::string> lines;
  for (const size_t place : places) lines.push_back(corrupted(pairs_, place, kind, random));
  return observed(lines, places, name_of(kind));
}

std::vector<ObservedLine> ObservedSet::detached(Detachment kind, const std::vector<ObservedLine>& good,
                                                int64_t count) const {
  std::vector<size_t> by_length(good.size());
  std::iota(by_length.begin(), by_length.end(), size_t{0});
  std::ranges::stable_sort(by_length, {}, [&](size_t i) { return good[i].observation.written.size(); });
  std::vector<size_t> next(good.size());  // a line whose translation is about as long
  for (size_t i = 0; i < by_length.size(); ++i) next[by_length[i]] = by_length[(i + 1) % by_length.size()];
  Random random(mix(seed_, 100 + static_cast<uint64_t>(kind)));
  std::vector<Written> written;
  std::vector<ObservedLine> lines;
  for (size_t i = 0; i < good.size() && std::ssize(lines) < count; ++i) {
    const std::vector<int32_t>& own = good[i].observation.written;
    const std::vector<int32_t>& other = good[next[i]].observation.written;
    if (kind == Detachment::another_line && own == other) continue;
    written.push_back({good[i].observation.source, kind == Detachment::looped ? looped(own, random) : other});
    lines.push_back({.pair = good[i].pair, .observation = {}, .text = folder_.target->decode(written.back().ids)});
  }
  std::vector<Observation> observations = observe(*folder_.model, written);
  for (size_t i = 0; i < lines.size(); ++i) lines[i].observation = std::move(observations[i]);
  return lines;
}

}  // namespace naru
