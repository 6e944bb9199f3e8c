#include "naru/text/korean/exceptions.h"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace naru {
namespace {
using Set = std::unordered_set<std::u32string_view>;

/// Space-separated words.
Set words(std::u32string_view text) {
  Set result;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(U' ', begin), text.size());
    if (end > begin) result.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}
}  // namespace

bool is_opaque_noun(std::u32string_view word) {
  static const Set nouns = words(
      // 이 가
      U"그들 아들 가게 무게 성게 멍게 고양이 종이 원숭이 호랑이 어린이 떡볶이 목걸이 귀걸이 젊은이 늙은이 비둘기 "
      U"멍청이 지팡이 곰팡이 달팽이 놀이 먹이 차이 아이 나이 오이 "
      U"사이 높이 깊이 넓이 거미 오징어 휴가 작가 화가 평가 국가 요가 증가 물가 허가 건축가 사업가 음악가 소설가 "
      U"가 강가 바닷가 참가 축가 "
      // 도 만 로 나 랑 과 와 의
      U"포도 지도 온도 제도 속도 기도 파도 제주도 경기도 강원도 정도 태도 수도 효도 각도 인도 불만 오만 백만 수만 도로 "
      U"종로 피로 가로 통로 "
      U"진로 바나나 누나 하나 만나 사랑 자랑 신랑 명랑 학과 치과 내과 외과 안과 사과 결과 효과 성과 교과 기와 회의 "
      U"강의 주의 정의 논의 합의 "
      U"토의 호의 예의 항의 동의 문의 "
      // 에 께 까지 부터 보다 은 는 을 를
      U"카레 은 가을 마을 노을 고을 개울 "
      // 다 고 서 며 면 러 데 지 요 어 아 니
      U"바다 냉장고 창고 광고 경고 최고 독서 비서 순서 도서 문서 경찰서 소방서 계약서 신청서 설명서 보고서 교과서 라면 "
      U"화면 장면 "
      U"냉면 표면 측면 자장면 가면 달러 컬러 어머니 할머니 언니 아주머니 주머니 아버지 할아버지 강아지 편지 바지 "
      U"청바지 휴지 반지 돼지 먼지 "
      U"의지 공지 여행지 목적지 단지 송아지 망아지 필요 중요 동요 영어 한국어 일본어 중국어 독일어 프랑스어 스페인어 "
      U"러시아어 언어 외국어 악어 "
      U"상어 연어 문어 단어 용어 동아 육아 치아 고아 야 여행사 아시아 러시아 이탈리아 피아 분야 시야 "
      // 시 신 세 십 인 입
      U"도시 접시 택시 역시 혹시 다시 무시 감시 모시 가시 표시 전시 귀신 당신 자신 정신 여신 확신 세 만세 열쇠 외국인 "
      U"한국인 주인 부인 시인 노인 "
      U"군인 상인 연예인 개인 범인 본인 입 수입 가입 출입 구입");
  return nouns.contains(word);
}

bool is_whole_word(std::u32string_view word) {
  static const Set whole = words(
      U"많이 깊이 높이 길이 같이 일찍이 굳이 굉장히 열심히 거의 서로 바로 새로 홀로 별로 스스로 따로 실로 함께 언제나 "
      U"그러나 누구나 혹은 또는 "
      U"다시 모두 다 더 또 너무 정말 그리고 하지만 그래서 그러면 그런데 근데 그러다가 아마도 너 나 저 우리 이 그 저 안 "
      U"못 잘 좀 꼭 푹 곧 막 "
      U"매우 아주 조금 가장 제일 먼저 나중 방금 지금 이미 벌써 아직 자주 가끔 항상 늘 보통 때때로 오늘 어제 내일 모레 "
      U"그저께 매일 여러 모든 어떤 이런 그런 "
      U"저런 무슨 어느 다른 새 헌 옛 첫 두 세 네 한 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 "
      U"나가 돌아가 들어가 걸어가 올라가 내려가 가져가 데려가 찾아가 뛰어가 날아가 지나가 다가가 따라가 건너가 떠나 "
      U"지나 일어나 나타나 태어나 "
      U"깨어나 끝나 돌아와 나와 들어와 걸어와 올라와 내려와 가져와 데려와 찾아와 뛰어와 다녀와 도와 고와 일어서 들어서 "
      U"즐거이 오랜만 처음 "
      U"보였 모였 쓰였 까만 빨간 하얀 노란 파란 들러 부를 고를 모를 자를 기를 오를 따를 머무를 다를 서두를 나를 "
      U"누를 흐를 혼자 천천히 조용히 빨리 일찍");
  return whole.contains(word) || is_opaque_noun(word);
}

bool is_stem_in_si(std::u32string_view stem) {
  static const Set stems = words(U"마시 계시 드시 주무시 모시 잡수시 들이마시 무시하 편찮으시 말씀하시 쑤시 부시 적시");
  return stems.contains(stem);
}

}  // namespace naru
