// Particles (조사) and the form each takes after a word: 책은 / 사과는, 서울로, 3을, GPU를.
#pragma once

#include <string>
#include <string_view>

namespace naru {

enum class Particle {
  topic,            // 은/는
  subject,          // 이/가
  object,           // 을/를
  with,             // 과/와
  with_spoken,      // 이랑/랑
  or_else,          // 이나/나
  toward,           // (으)로, 로 after ㄹ
  at,               // 에
  from,             // 에서
  to,               // 에게
  to_honored,       // 께
  subject_honored,  // 께서
  of,               // 의
  also,             // 도
  only,             // 만
  until,            // 까지
  since,            // 부터
  than,             // 보다
};

/// The form of the particle after `word`, chosen by its last spoken syllable.
std::string_view allomorph(Particle particle, std::string_view word);
/// The word with its particle; the pronouns that fuse do so (나 + 가 = 내가, 저 + 가 = 제가).
std::string attach(std::string_view word, Particle particle);

}  // namespace naru
