// Conjugation of verbs, adjectives, 있다/없다 and the copula: a stem and its class in, any form out.
// Classes and forms follow the National Institute of Korean Language's standard grammar (한글 맞춤법, 제4장 제2절);
// vowels contract wherever speech contracts them (와, 마셔, 줘, 돼).
#pragma once

#include <string>
#include <string_view>

namespace naru {

enum class Conjugation {
  regular,  // 먹다; also 가다 오다 마시다, whose vowels only contract
  rieul,    // 살다: 사는, 삽니다
  ha,       // 하다: 해
  eu,       // 쓰다: 써; 바쁘다: 바빠
  reu,      // 부르다: 불러
  reo,      // 이르다 (reach): 이르러
  bieup,    // 돕다: 도와; 춥다: 추워
  digeut,   // 걷다 (walk): 걸어
  siot,     // 짓다: 지어
  hieut,    // 빨갛다: 빨개
  copula,   // 이다, 아니다
  past,     // what `past()` returns: 갔-, 먹었-
  honored,  // what `honorific()` returns: 가시-
};
/// Verbs say 먹는다, 먹는; adjectives 예쁘다, 예쁜; 있다, 없다 and their compounds 있다, 있는.
enum class PredicateKind { verb, adjective, existence };

/// A stem ready to take endings. `stem` is spelled as in the lemma without 다; for a copula the noun and 이: 학생이-.
struct Predicate {
  std::string stem;
  Conjugation conjugation = Conjugation::regular;
  PredicateKind kind = PredicateKind::verb;
};
/// `lemma` ends in 다; `name` is a class as reference tables write it: "regular", "contraction", "ㅂ", "ㅂ adjective",
/// "여", "있다", "copula" … Error: an unknown name, a lemma without 다.
Predicate predicate(std::string_view lemma, std::string_view name);
/// noun + 이다
Predicate copula(std::string_view noun);

enum class Tense { present, past, future };
/// 해라체 plain written, 해체 intimate, 해요체 polite, 합쇼체 formal.
enum class SpeechLevel { haera, hae, haeyo, hapsyo };
enum class Connective {
  also,        // -고
  so,          // -아서/-어서
  meanwhile,   // -(으)며
  until_then,  // -다가
  purpose,     // -(으)러
  background,  // -는데, -(으)ㄴ데
  condition,   // -(으)면
  contrast,    // -지만
};

/// -아/-어: 가, 먹어, 도와, 해
std::string infinitive(const Predicate& p);
/// 갔-, 먹었-, 도왔-, 학생이었-
Predicate past(const Predicate& p);
/// -(으)시-: 가시-, 도우시-, 사시-
Predicate honorific(const Predicate& p);
/// The predicate that -지 is followed by: 않- or, with `able` false, 못하-; its kind follows p's.
std::string ji(const Predicate& p);
Predicate negative(const Predicate& p);   // 않다
Predicate incapable(const Predicate& p);  // 못하다

/// The end of a sentence. The future is two words: 갈 것이다, 갈 거야, 갈 거예요, 갈 것입니다.
std::string finite(const Predicate& p, Tense tense, SpeechLevel level);
/// Before a noun: 가는, 간, 갈; 예쁜; 재미있는.
std::string attributive(const Predicate& p, Tense tense);
/// Reported speech: 간다고, 갔다고, 갈 거라고; 바쁘다고; 학생이라고.
std::string reported(const Predicate& p, Tense tense);
std::string connective(const Predicate& p, Connective form);

}  // namespace naru
