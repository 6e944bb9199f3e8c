// Sentences of the embedded grammar's words whose every part is known: a chain of a day's clauses, as in the lecture's
// §2.4 and §4.2.2, and 자신 bound across it, as in §1.1. Longer is only longer: nothing else changes with the length.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "naru/base/random.h"

namespace naru {

/// "편지를 쓰다", wrote a letter.
struct DayClause {
  const char *object, *lemma, *conjugation;  // 편지, 쓰다, 으
  const char* english;                       // "wrote a letter"
  const char* fact;                          // "letter": a translation that has it has kept the clause
};
const std::vector<DayClause>& day_clauses();

struct NamedPerson {
  const char *korean, *english;
  bool man;
};
const std::vector<NamedPerson>& named_people();

/// 철수는 친구를 만나고 영화를 보고 커피를 마셨다.
struct ChainSentence {
  std::string korean, english;
  std::vector<std::string> facts;  // who, then of each clause
};
/// Of so many clauses, drawn without repetition.
ChainSentence chain_sentence(int64_t clauses, Random& random);

/// 철수는 [친구를 만나고 …] 영희에게 자신이 산 책을 선물했다: 자신 is he or she by the subject, the other person stands
/// nearer.
struct SelfSentence {
  std::string korean, english;
  std::string wrong;  // the English with the other's pronoun
  bool he = true;
  int64_t distance = 0;  // words between the subject and 자신이
};
/// Both of a minimal pair: the two names change places, and with them the pronoun; `clauses` stand between.
struct SelfPair {
  SelfSentence first, swapped;
};
SelfPair self_pair(int64_t clauses, Random& random);

}  // namespace naru
