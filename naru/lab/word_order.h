// Who chased whom: sentences of two animals and a verb in which nothing but word order, or the particles that stand for
// it in Korean, says who did what to whom. The lecture's pair is among them: 개가 고양이를 쫓았다, 고양이가 개를
// 쫓았다.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/data/token_corpus.h"
#include "naru/lab/bilingual.h"

namespace naru {

/// What a model gets as a word.
enum class Cutting {
  eojeol,     // 개가|고양이를|쫓았다 → the|dog|chased|the|cat
  particles,  // 개|가|고양이|를|쫓았다 → the|dog|chased|the|cat
  english,    // the|dog|chased|the|cat → 개|가|고양이|를|쫓았다
};
Bilingual name(Cutting cutting);

/// One animal does something to another. The lecture's: 개, 고양이, 쫓았다.
struct Chase {
  int64_t who = 0, whom = 1, verb = 0;
};
/// Korean may name either first, by its particles; English may not.
enum class Order { subject_first, object_first };

class WordOrder {
 public:
  explicit WordOrder(Cutting cutting);

  /// Each two animals that take the same particles (개가, 고양이가), with every verb once, in an order drawn by `seed`;
  /// the lecture's first.
  static std::vector<Chase> chases(uint64_t seed);
  TokenPair pair(const Chase& chase, Order order = Order::subject_first) const;
  /// The same, and with the two animals changed round.
  std::vector<TokenPair> both(const Chase& chase, Order order = Order::subject_first) const;

  /// Of the larger of the two vocabularies.
  int64_t symbols() const;
  std::string source_text(const std::vector<int32_t>& ids) const;
  std::string target_text(const std::vector<int32_t>& ids) const;

 private:
  Cutting cutting_;
  std::vector<std::string> source_, target_;  // the words of ids 1, 2, …
};

}  // namespace naru
