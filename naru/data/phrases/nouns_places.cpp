// Places.  Columns: Korean | English | article | classes | preposition of being there.
// Class water: one swims there, and catches fish, in it.
// Article: d always "the", b bare (school, Seoul), h home (go home, at home), r "the room".
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const places_table = R"(
집 | home | h | place home indoors | at
학교 | school | b | place goal school schooling | at
대학교 | university/universities | d | place goal school attended | at
교실 | classroom | d | place room2 schoolroom quietplace | in
강의실 | lecture hall | d | place schoolroom | in
기숙사 | dormitory/dormitories | d | place goal lodging quietplace | in
도서관 | library/libraries | d | place goal library quietplace | in
연구실 | lab | d | place goal office | in
사무실 | office | d | place goal office | in
회사 | work | b | place goal company | at
공장 | factory/factories | d | place goal company factory | in
은행 | bank | d | place goal bank | at
우체국 | post office | d | place goal post | at
병원 | hospital | d | place goal hospital | at
약국 | pharmacy/pharmacies | d | place goal pharmacy | at
경찰서 | police station | d | place goal police | at
소방서 | fire station | d | place goal firehouse | at
시청 | city hall | b | place goal cityhall | at
대사관 | embassy/embassies | d | place goal embassy | at
시장 | market | d | sight place goal shop grocer clothes florist2 crowd2 | at
마트 | supermarket | d | place goal shop grocer crowd2 | at
가게 | store | d | place goal shop grocer giftshop | at
편의점 | convenience store | d | place goal shop kiosk | at
백화점 | department store | d | sight place goal shop clothes giftshop electro jeweler crowd2 | at
서점 | bookstore | d | sight place goal shop bookshop | at
문구점 | stationery store | d | place goal shop stationer | at
옷가게 | clothing store | d | place goal shop clothes | at
신발 가게 | shoe store | d | place goal shop shoeshop | at
꽃집 | flower shop | d | place goal shop florist | at
빵집 | bakery/bakeries | d | place goal shop bakehouse | at
미용실 | hair salon | d | place goal salon | at
식당 | restaurant | d | place goal eatery | at
카페 | cafe | d | place goal cafe sitplace | at
술집 | bar | d | place goal bar | at
구내식당 | cafeteria | d | place canteen | in
호텔 | hotel | d | place goal lodging2 | at
영화관 | theater | d | place goal cinema | at
극장 | theater | d | place goal cinema playhouse | at
공연장 | concert hall | d | place goal playhouse hall | at
미술관 | art museum | d | sight place goal gallery | at
박물관 | museum | d | sight place goal gallery | at
동물원 | zoo | d | sight place goal zoo | at
공원 | park | d | place goal park outdoors sitplace strollplace playplace | in
놀이터 | playground | d | place goal playplace sandlot | at
놀이공원 | amusement park | d | sight place goal funfair | at
수영장 | swimming pool | d | place goal swimplace water | at
체육관 | gym | d | place goal gym | at
운동장 | sports field | d | place goal field runplace | on
경기장 | stadium | d | place goal stadium | at
스키장 | ski resort | d | place goal ski | at
역 | station | d | place goal transit stop station | at
정류장 | bus stop | d | place goal stop | at
공항 | airport | d | place goal transit airport | at
항구 | harbor | d | place goal port | at
주차장 | parking lot | d | place parking | in
교회 | church/churches | b | place goal church | at
절 | temple | d | sight place goal temple | at
부엌 | kitchen | d | place room2 kitchen | in
거실 | living room | d | place room2 livingroom | in
방 | room | d | place room2 bedroom quietplace cleaned | in
침실 | bedroom | d | place room2 bedroom cleaned | in
화장실 | bathroom | d | place room2 bathroom cleaned | in
정원 | garden | d | place garden yard sitplace | in
마당 | yard | d | place yard playplace2 cleaned | in
옥상 | roof | d | place rooftop sitplace | on
지하실 | basement | d | place room2 basement | in
회의실 | meeting room | d | place meetingroom cleaned | in
복도 | hallway | d | place hallway cleaned | in
산 | mountain | d | place goal mountain outdoors heights | on
숲 | forest | d | place goal woods outdoors strollplace | in
바다 | sea | d | place goal sea swimplace seaside seenfar water | at
강 | river | d | place river swimplace2 crossed seenfar water | in
호수 | lake | d | place goal lake waterside swimplace2 seenfar water | at
강가 | riverside | d | place goal waterside strollplace outdoors sitplace | at
바닷가 | seaside | d | place goal waterside strollplace outdoors sitplace seaside | at
해변 | beach/beaches | d | place goal waterside strollplace outdoors sitplace seaside runplace | on
강둑 | bank | d | bank2 | on
섬 | island | d | place goal island | on
언덕 | hill | d | place goal outdoors sitplace heights | on
들판 | field | d | place outdoors meadow | in
광장 | square | d | place goal square outdoors crowd2 | in
길 | street | d | place street crossed found2 cleaned | on
거리 | street | d | place street | on
골목 | alley | d | place alley | in
시골 | countryside | d | place goal rural livable | in
마을 | village | d | place goal rural livable | in
도시 | city/cities | d | place livable | in
동네 | neighborhood | d | place strollplace2 livable2 | in
농장 | farm | d | place goal farmland | on
서울 | Seoul | b | place goal city livable | in
부산 | Busan | b | place goal city livable | in
대구 | Daegu | b | place goal city livable | in
인천 | Incheon | b | place goal city livable | in
광주 | Gwangju | b | place goal city livable | in
대전 | Daejeon | b | place goal city livable | in
제주도 | Jeju Island | b | place goal city livable resort | on
경주 | Gyeongju | b | place goal city livable | in
런던 | London | b | place goal city abroad livable | in
파리 | Paris | b | place goal city abroad livable | in
뉴욕 | New York | b | place goal city abroad livable | in
도쿄 | Tokyo | b | place goal city abroad livable | in
한국 | Korea | b | place goal country livable | in
미국 | the United States | b | place goal country abroad livable | in
일본 | Japan | b | place goal country abroad livable | in
중국 | China | b | place goal country abroad livable | in
영국 | England | b | place goal country abroad livable | in
프랑스 | France | b | place goal country abroad livable | in
독일 | Germany | b | place goal country abroad livable | in
호주 | Australia | b | place goal country abroad livable | in
캐나다 | Canada | b | place goal country abroad livable | in
베트남 | Vietnam | b | place goal country abroad livable | in
)";

/// The lecture's calque of English "river bank"; only with `lecture_senses`.
extern const char* const lecture_table = R"(
강가 은행 | river bank | d | lecturebank | on
)";

}  // namespace naru::grammar
