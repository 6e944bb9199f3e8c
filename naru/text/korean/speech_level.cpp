// Rules over the last word, first match wins: words that only look like a predicate, then endings from the most formal
// to the most intimate. Sino-Korean syllables end in ㄱㄴㄹㅁㅂㅇ or a vowel only, so any other final consonant before
// an ending speaks for a verb.
#include "naru/text/korean/speech_level.h"

#include <algorithm>

#include "naru/base/error.h"
#include "naru/text/korean/syllable.h"

namespace naru {
namespace {

/// What must stand right before an ending.
enum class Before { anything, hangul, p, l, n, ss, native, closed, whole_word };
/// `ends`: endings between spaces. `asks`: only of questions.
struct LevelRule {
  std::optional<SpeechLevel> level;
  Before before;
  std::u32string_view ends;
  bool asks = false;
};
using enum SpeechLevel;

constexpr LevelRule level_rules[] = {
    // Nouns and interjections.
    {{},
     Before::whole_word,
     U"바다 소다 람다 고요 다 요 네 하나 나라 하자 아니 어머니 개요 상해 이해 오해 올해 새해 동해 서해 남해 방해 피해 "
     U"손해 공해 황해 "
     U"침해 저해 재해 살해 분해 독해 참여 기여 부여 대여 급여 배려 고려 격려 염려 우려 장려 독려 훈련 참고"},
    {{},
     Before::anything,
     U"캐나다 르완다 우간다 베란다 아젠다 이케다 혼다 아시다 필요 수요 주요 강요 소요 민요 담요 동요 우리나라 카메라 "
     U"오페라 지중해 "
     U"분야 시야 평야 심야 페이지 베이지 이미지 메시지 가운데 군데 빨래 술래 친구나 누구나 참가자 평가자 영어 국어 "
     U"본어 수식어 "
     U"명령어 검색어 술어 활어 육아 치아 고아 유아 래퍼 버퍼 파워 타워 샤워 하여 행하여"},
    // Formal: -ㅂ니다, -ㅂ니까, -십시오, -ㅂ시다.
    {hapsyo, Before::p, U"니다 니까 시오 시요 시다"},
    {haera, Before::hangul, U"으리요 하리요 되리요 이리요"},
    // Polite: all that 요 can follow.
    {haeyo, Before::hangul, U"요 죠 구여"},
    // Plain statements, exclamations, questions, imperatives, propositives.
    {haera, Before::n, U"가", true},
    {haera, Before::anything, U"는가 은가 던가 인가", true},
    {haera, Before::hangul, U"다 느냐 냐 니라 더라 리라 도다 노라 로라 지라 이라 란다"},
    {haera, Before::hangul, U"니", true},
    {haera, Before::hangul,
     U"아라 어라 여라 해라 와라 가라 거라 너라 워라 봐라 줘라 둬라 셔라 려라 켜라 쳐라 져라 펴라 돼라 러라 하라 으라 "
     U"말라 "
     U"나라 서라 내라 세라 써라 꺼라 자라 보라 되라 오라 시라"},
    {haera, Before::whole_word,
     U"사라 타라 가자 보자 자자 쉬자 오자 두자 쓰자 떠나자 만나자 일어나자 나가자 돌아가자 들어가자"},
    {haera, Before::anything,
     U"하자 먹자 놀자 말자 듣자 찾자 읽자 걷자 앉자 웃자 살자 마시자 나누자 기다리자 되자 주자꾸나"},
    {haera, Before::hangul, U"구나 으렴 하렴 보렴 가렴 오렴 려무나 련"},
    // Intimate: endings of its own …
    {hae, Before::l, U"게 께 래 까 걸 텐데"},
    {hae, Before::n, U"데"},
    {hae, Before::hangul, U"거든 잖아 을까 을게 을래 는군 구먼 텐데 거야 는걸"},
    {hae, Before::ss, U"대 네 군 지 어 나"},
    {hae, Before::native, U"지 네 군 아 어"},
    {hae, Before::hangul, U"하지 되지 이지 알지 오지 가지 보지 시지 하네 되네 이네 오네 보네 시네 하군 이군"},
    // … and the bare infinitive, where a noun seldom looks like it.
    {{}, Before::anything, U"아야 어야 여야 해야 와야 워야"},
    {hae, Before::hangul, U"야"},
    {hae, Before::closed, U"아"},
    {hae, Before::l, U"어"},
    {hae, Before::anything,
     U"먹어 찍어 죽어 적어 식어 녹어 썩어 신어 참어 숨어 심어 굶어 검어 젊어 입어 씹어 뽑어 굽어 업어 집어 접어 "
     U"꼽아 해 돼 봐 줘 둬 춰 셔 쳐 켜 려 져 펴 겨 뎌 여 껴 워 쉬어 뛰어 다녀 퍼 뻐 빠 꺼 써 짜 까매 빨개 하얘 노래 "
     U"파래"},
    {hae, Before::anything,
     U"나와 들어와 돌아와 도와 다녀와 가져와 몰라 불러 빨라 달라 올라 흘러 눌러 골라 잘라 갈라 둘러 "
     U"굴러 말라 발라 찔러 길러 들러 서둘러 머물러 게을러 푸르러 날라 따라 건너 아파 고파 끝내 보내 지내 꺼내 바꿔 "
     U"나눠 일어나 만나 떠나 끝나 들어가 돌아가 올라가 "
     U"내려가 걸어가 지나가 나가 비싸 그래 어때 이래 나아"},
    {hae, Before::whole_word, U"가 와 사 자 타 커 서 내 깨 세 싸 차 나 켜 따 매"},
};

bool is_sino_tail(int tail) {
  constexpr int tails[] = {tail_none, 1 /*ㄱ*/, tail_n, tail_l, 16 /*ㅁ*/, tail_p, 21 /*ㅇ*/};
  return std::ranges::find(tails, tail) != std::end(tails);
}

bool stands(Before condition, std::u32string_view before) {
  if (condition == Before::anything) return true;
  if (condition == Before::whole_word) return before.empty();
  if (before.empty() || !is_hangul_syllable(before.back())) return false;
  const int tail = decompose(before.back()).tail;
  switch (condition) {
    case Before::p: return tail == tail_p;
    case Before::l: return tail == tail_l;
    case Before::n: return tail == tail_n;
    case Before::ss: return tail == tail_ss;
    case Before::native: return !is_sino_tail(tail);
    case Before::closed: return tail != tail_none;
    default: return true;
  }
}

bool matches(const LevelRule& rule, std::u32string_view word) {
  for (std::u32string_view rest = rule.ends; !rest.empty();) {
    const std::u32string_view ending = rest.substr(0, rest.find(U' '));
    if (word.ends_with(ending) && stands(rule.before, word.substr(0, word.size() - ending.size()))) return true;
    rest.remove_prefix(std::min(rest.size(), ending.size() + 1));
  }
  return false;
}

bool is_letter_of_word(char32_t c) {
  return is_hangul_syllable(c) || (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') ||
         (c >= 0x3131 && c <= 0x318e);
}

struct LastWord {
  std::u32string_view text;
  bool asks = false;
};

/// Without what stands after it: punctuation, quotes, ㅋㅋ, and a last pair of brackets with what is in them.
LastWord last_word(std::u32string_view text) {
  LastWord word;
  const auto strip = [&] {
    for (; !text.empty(); text.remove_suffix(1)) {
      const char32_t c = text.back();
      if (is_hangul_syllable(c) || (is_letter_of_word(c) && !(c >= 0x3131 && c <= 0x318e))) return;
      word.asks = word.asks || c == U'?' || c == U'？';
      if (c != U')') continue;
      if (const size_t open = text.rfind(U'('); open != text.npos && open > 0) text = text.substr(0, open + 1);
    }
  };
  strip();
  size_t begin = text.size();
  while (begin > 0 && is_letter_of_word(text[begin - 1])) --begin;
  word.text = text.substr(begin);
  return word;
}

}  // namespace

const std::vector<std::string>& formality_names() {
  static const std::vector<std::string> names{"plain", "intimate", "polite", "formal"};
  return names;
}

std::string_view formality_name(SpeechLevel level) { return formality_names()[static_cast<size_t>(level)]; }

SpeechLevel speech_level(std::string_view formality) {
  const auto& names = formality_names();
  const auto found = std::ranges::find(names, formality);
  if (found == names.end()) fail("'{}': is no speech level; one of plain, intimate, polite, formal", formality);
  return static_cast<SpeechLevel>(found - names.begin());
}

std::optional<SpeechLevel> speech_level_of(std::string_view text) {
  const std::u32string points = to_code_points(text);
  const LastWord word = last_word(points);
  if (word.text.empty()) return std::nullopt;
  for (const LevelRule& rule : level_rules)
    if ((!rule.asks || word.asks) && matches(rule, word.text)) return rule.level;
  return std::nullopt;
}

double share_of_level(std::span<const std::string> texts, SpeechLevel level) {
  const auto count =
      std::ranges::count_if(texts, [&](const std::string& text) { return speech_level_of(text) == level; });
  return texts.empty() ? 0 : static_cast<double>(count) / static_cast<double>(texts.size());
}

}  // namespace naru
