// Things to eat, read, wear, use, know.  Columns: Korean | English[/plural] | article | classes | counter.
// Article: c countable, m mass, p plural in English, l meal (dinner, a delicious dinner), d always "the", b always
// bare.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const food_table = R"(
사과 | apple | c | food fruit peeled grocery | 개
배 | pear | c | food fruit peeled grocery | 개
복숭아 | peach | c | food fruit peeled grocery | 개
감 | persimmon | c | food fruit peeled grocery | 개
참외 | Korean melon | c | food fruit peeled grocery | 개
수박 | watermelon | c | food cooling fruit sliced grocery | 통
귤 | tangerine | c | food fruit grocery | 개
오렌지 | orange | c | food fruit grocery | 개
바나나 | banana | c | food fruit grocery | 개
토마토 | tomato | c | food fruit sliced grocery | 개
망고 | mango | c | food fruit peeled grocery | 개
레몬 | lemon | c | sliced grocery sour | 개
딸기 | strawberries | p | food fruit grocery | 개
포도 | grapes | p | food fruit grocery | 송이
체리 | cherries | p | food fruit grocery | 개
밤 | chestnuts | p | food ground nut grocery | 개
은행 | ginkgo nuts | p | food ground nut | 개
땅콩 | peanuts | p | food nut grocery | 개
감자 | potato | c | food boiled sliced grocery | 개
고구마 | sweet potato | c | food boiled roast grocery | 개
옥수수 | corn | m | food boiled grocery | 개
당근 | carrot | c | food sliced grocery | 개
오이 | cucumber | c | food sliced grocery | 개
양파 | onion | c | sliced grocery | 개
마늘 | garlic | m | sliced grocery | 통
호박 | pumpkin | c | sliced grocery | 개
버섯 | mushrooms | p | food sliced grocery | 개
두부 | tofu | m | food sliced grocery | 모
계란 | egg | c | food boiled grocery | 개
고기 | meat | m | food roast grocery
생선 | fish | m | food roast grocery | 마리
치즈 | cheese | m | food grocery
밥 | rice | m | food dish staple | 공기
김치 | kimchi | m | food dish staple
라면 | ramen | m | food dish noodle menu | 그릇
국수 | noodles | p | food dish noodle menu | 그릇
냉면 | cold noodles | p | food cooling noodle menu | 그릇
우동 | udon | m | food noodle menu | 그릇
찌개 | stew | m | food dish soup menu | 그릇
국 | soup | m | food dish soup | 그릇
죽 | porridge | m | food dish soup menu | 그릇
비빔밥 | bibimbap | m | food dish menu | 그릇
불고기 | bulgogi | m | food dish menu
김밥 | gimbap | m | food dish menu | 줄
떡볶이 | tteokbokki | m | food dish menu
만두 | dumplings | p | food dish menu | 개
카레 | curry | m | food dish menu | 그릇
초밥 | sushi | m | food dish menu
피자 | pizza | c | food dish menu | 판
파스타 | pasta | m | food dish menu
스테이크 | steak | c | food dish menu
햄버거 | hamburger | c | food dish menu | 개
샌드위치 | sandwich | c | food dish menu packed | 개
샐러드 | salad | c | food dish menu
치킨 | fried chicken | m | food menu
도시락 | lunch box | c | food packed | 개
떡 | rice cakes | p | food dish | 개
빵 | bread | m | food baked bakery | 개
케이크 | cake | c | food baked bakery cafemenu | 개
쿠키 | cookies | p | food baked bakery cafemenu | 개
도넛 | donut | c | food bakery cafemenu | 개
과자 | snacks | p | food sweets
사탕 | candy | m | food sweets | 개
초콜릿 | chocolate | m | food sweets treat | 개
아이스크림 | ice cream | m | food cooling sweets cafemenu | 개
물 | water | m | drink quench plain | 잔
커피 | coffee | m | drink hotdrink cafemenu | 잔
차 | tea | m | drink hotdrink | 잔
우유 | milk | m | drink quench grocery | 잔
주스 | juice | m | drink quench cafemenu | 잔
녹차 | green tea | m | drink hotdrink cafemenu | 잔
홍차 | black tea | m | drink hotdrink cafemenu | 잔
콜라 | cola | m | drink quench | 잔
맥주 | beer | m | drink alcohol | 병
와인 | wine | m | drink alcohol treat | 병
막걸리 | makgeolli | m | drink alcohol | 병
소주 | soju | m | drink alcohol | 병
아침 | breakfast | l | meal
점심 | lunch/lunches | l | meal
저녁 | dinner | l | meal
)";

extern const char* const media_table = R"(
책 | book | c | text story bookish gift held carried found | 권
소설 | novel | c | text story bookish written | 권
만화책 | comic book | c | text story bookish | 권
동화 | fairy tale | c | text story written | 편
잡지 | magazine | c | text bookish | 권
사전 | dictionary | c | bookish held carried tool2 | 권
교과서 | textbook | c | text bookish carried | 권
신문 | newspaper | c | text daily
시 | poem | c | text written recited | 편
편지 | letter | c | text written mail | 통
엽서 | postcard | c | written mail | 장
이메일 | email | c | text written mail | 통
보고서 | report | c | text written paperwork
기사 | article | c | text written paperwork
논문 | thesis/theses | c | text written paperwork
이력서 | resume | c | written paperwork
설명서 | manual | c | text paperwork
영화 | movie | c | movie show | 편
드라마 | drama | c | tv show
다큐멘터리 | documentary | c | tv show
만화 | cartoon | c | tv show
뉴스 | the news | b | tv
텔레비전 | TV | b | tv
연극 | play | c | stage show
뮤지컬 | musical | c | stage show
공연 | performance | c | stage show
전시회 | exhibition | c | exhibit
그림 | picture | c | drawn exhibit seen hung gift | 장
사진 | photo | c | photo seen hung mail | 장
지도 | map | c | map drawn seen | 장
음악 | music | m | sound music
노래 | song | c | sound song | 곡
라디오 | the radio | b | sound
강의 | lecture | c | lecture
이야기 | story | c | tale | 개
소식 | news | m | tidings
소문 | rumor | c | tidings
말 | words | p | speech
비밀 | secret | c | secret told
거짓말 | lie | c | lie
진실 | truth | d | truth
농담 | joke | c | joke
이름 | name | d | label
주소 | address/addresses | d | label
전화번호 | phone number | d | label
질문 | question | c | question
대답 | answer | c | answer
문제 | problem | c | problem
이유 | reason | d | reason
방법 | way | d | reason
계획 | plan | c | plan
꿈 | dream | c | dream
생각 | idea | c | idea
의견 | opinion | c | idea
결과 | result | c | outcome
실수 | mistake | c | mistake
약속 | promise | c | promise
숙제 | homework | m | homework task
과제 | assignment | c | homework task
일 | work | m | task
시간 | time | m | time
돈 | money | m | money
용돈 | pocket money | m | allowance
기회 | chance | c | chance
경험 | experience | m | experience
정보 | information | m | info
조언 | advice | m | advice
도움 | help | m | help
규칙 | rule | c | rule
사고 | accident | c | accident
사과 | apology | c | apology
상 | prize | c | prize
회의 | meeting | c | event gathering held2
수업 | class/classes | c | event course
시험 | exam | c | event exam
파티 | party | c | event gathering fete held2
결혼식 | wedding | c | event fete
콘서트 | concert | c | event fete stage
축제 | festival | c | event fete held2
면접 | interview | c | event
경기 | game | c | event match
여행 | trip | c | travel
수학 | math | b | study
영어 | English | b | study tongue
한국어 | Korean | b | study tongue
일본어 | Japanese | b | study tongue
중국어 | Chinese | b | study tongue
프랑스어 | French | b | study tongue
역사 | history | b | study
과학 | science | b | study
경제학 | economics | b | study
철학 | philosophy | b | study
물리학 | physics | b | study
화학 | chemistry | b | study
문학 | literature | b | study
심리학 | psychology | b | study
법학 | law | b | study
축구 | soccer | b | ballgame sport
야구 | baseball | b | ballgame sport
농구 | basketball | b | ballgame sport
배구 | volleyball | b | ballgame sport
테니스 | tennis | b | racket sport
탁구 | table tennis | b | racket sport
배드민턴 | badminton | b | racket sport
골프 | golf | b | golf sport
수영 | swimming | b | lesson sport
요리 | cooking | b | lesson
그림 그리기 | drawing | b | lesson
체스 | chess | b | boardgame sport
바둑 | Go | b | boardgame
피아노 | the piano | b | keys lesson
기타 | the guitar | b | keys lesson
바이올린 | the violin | b | bowed lesson
첼로 | the cello | b | bowed lesson
플루트 | the flute | b | blown lesson
하모니카 | the harmonica | b | blown lesson
)";

extern const char* const wardrobe_table = R"(
옷 | clothes | p | cloth
셔츠 | shirt | c | cloth gift | 장
티셔츠 | T-shirt | c | cloth gift | 장
바지 | pants | p | cloth | 벌
청바지 | jeans | p | cloth | 벌
치마 | skirt | c | cloth | 벌
원피스 | dress/dresses | c | cloth gift | 벌
코트 | coat | c | cloth gift warm | 벌
재킷 | jacket | c | cloth warm | 벌
스웨터 | sweater | c | cloth gift warm | 벌
양복 | suit | c | cloth | 벌
한복 | hanbok | c | cloth | 벌
교복 | school uniform | c | cloth | 벌
잠옷 | pajamas | p | cloth
신발 | shoes | p | shoes | 켤레
구두 | dress shoes | p | shoes | 켤레
운동화 | sneakers | p | shoes gift | 켤레
부츠 | boots | p | shoes | 켤레
양말 | socks | p | shoes gift | 켤레
모자 | hat | c | hat gift held lost | 개
안경 | glasses | p | hat lost
선글라스 | sunglasses | p | hat lost
헬멧 | helmet | c | hat
장갑 | gloves | p | ring gift lost | 켤레
반지 | ring | c | ring gift lost jewel | 개
목걸이 | necklace | c | jewel gift lost necklace | 개
귀걸이 | earrings | p | jewel gift lost necklace
목도리 | scarf/scarves | c | gift lost necklace warm2 | 개
넥타이 | tie | c | gift tie | 개
)";

}  // namespace naru::grammar
