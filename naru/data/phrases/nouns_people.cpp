// People and animals.  Columns: Korean | English[/plural] | article,flags | classes | counter.
// Article: n name, k kin (my mother), q acquaintance (a friend, my friend), c countable, d always "the".
// Flags: m, f gender; e an elder, who takes 께서 and -(으)시-; pl plural; of:m, of:f whose kin it can be.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const people_table = R"(
철수 | Cheolsu | n,m | human name
민수 | Minsu | n,m | human name
영수 | Youngsu | n,m | human name
준호 | Junho | n,m | human name
지훈 | Jihoon | n,m | human name
성민 | Seongmin | n,m | human name
동현 | Donghyun | n,m | human name
현우 | Hyunwoo | n,m | human name
민호 | Minho | n,m | human name
태영 | Taeyoung | n,m | human name
상우 | Sangwoo | n,m | human name
재석 | Jaeseok | n,m | human name
영희 | Younghee | n,f | human name
지영 | Jiyoung | n,f | human name
수진 | Sujin | n,f | human name
민지 | Minji | n,f | human name
은주 | Eunju | n,f | human name
혜진 | Hyejin | n,f | human name
유나 | Yuna | n,f | human name
서연 | Seoyeon | n,f | human name
미영 | Miyoung | n,f | human name
정희 | Junghee | n,f | human name
수빈 | Subin | n,f | human name
예진 | Yejin | n,f | human name
어머니 | mother | k,f,e | human kin parent
아버지 | father | k,m,e | human kin parent
할머니 | grandmother | k,f,e | human kin
할아버지 | grandfather | k,m,e | human kin
부모님 | parents | k,pl,e | human kin parent
형 | older brother | k,m,of:m | human kin
누나 | older sister | k,f,of:m | human kin
오빠 | older brother | k,m,of:f | human kin
언니 | older sister | k,f,of:f | human kin
남동생 | younger brother | k,m | human kin
여동생 | younger sister | k,f | human kin
삼촌 | uncle | k,m | human kin
이모 | aunt | k,f | human kin
사촌 | cousin | k | human kin
아들 | son | k,m | human kin
딸 | daughter | k,f | human kin
아내 | wife | k,f,of:m | human kin
남편 | husband | k,m,of:f | human kin
친구 | friend | q | human mate | 명
동료 | colleague | q | human mate | 명
이웃 | neighbor | q | human mate | 명
룸메이트 | roommate | q | human mate | 명
선생님 | teacher | d,e | human leader
교수님 | professor | d,e | human leader
사장님 | boss/bosses | d,e | human leader
학생 | student | c | human job crowd pupil | 명
대학생 | college student | c | human job crowd pupil | 명
의사 | doctor | c | human job healer | 명
간호사 | nurse | c | human job healer | 명
경찰관 | police officer | c | human job helper | 명
소방관 | firefighter | c | human job helper | 명
요리사 | chef | c | human job | 명
가수 | singer | c | human job star | 명
배우 | actor | c | human job star | 명
화가 | painter | c | human job star | 명
작가 | writer | c | human job star | 명
기자 | reporter | c | human job | 명
변호사 | lawyer | c | human job | 명
목수 | carpenter | c | human job builder | 명
기술자 | engineer | c | human job builder | 명
농부 | farmer | c | human job | 명
어부 | fisherman/fishermen | c | human job | 명
군인 | soldier | c | human job | 명
과학자 | scientist | c | human job star | 명
건축가 | architect | c | human job builder | 명
회사원 | office worker | c | human job | 명
공무원 | civil servant | c | human job | 명
비서 | secretary | c | human job | 명
점원 | clerk | c | human staff | 명
관광객 | tourist | c | human crowd | 명
외국인 | foreigner | c | human crowd | 명
아이 | child/children | c | human young | 명
아기 | baby | d | baby | 명
소년 | boy | c | human young | 명
소녀 | girl | c | human young | 명
남자 | man/men | c | human adult | 명
여자 | woman/women | c | human adult | 명
사람 | person/people | c | human crowd anyone
운동선수 | athlete | c | human job star | 명
음악가 | musician | c | human job star | 명
번역가 | translator | c | human job | 명
조종사 | pilot | c | human job | 명
승객 | passenger | c | human crowd | 명
환자 | patient | c | human sick | 명
미용사 | hairdresser | c | human job | 명
우체부 | mail carrier | c | human job | 명
도둑 | thief/thieves | c | human thief | 명
프로그래머 | programmer | c | human job | 명
디자이너 | designer | c | human job | 명
사진작가 | photographer | c | human job star | 명
판사 | judge | c | human job | 명
감독 | director | c | human job star | 명
신입생 | freshman/freshmen | c | human crowd pupil | 명
개 | dog | d | animal pet walker barker | 마리
고양이 | cat | d | animal pet | 마리
강아지 | puppy | d | animal pet walker barker | 마리
토끼 | rabbit | d | animal pet prey | 마리
새 | bird | d | animal flier | 마리
닭 | chicken | d | animal farm | 마리
오리 | duck | d | animal farm swimmer | 마리
소 | cow | d | animal farm grazer | 마리
돼지 | pig | d | animal farm | 마리
양 | sheep/sheep | d | animal farm grazer | 마리
염소 | goat | d | animal farm grazer | 마리
말 | horse | d | animal farm grazer mount | 마리
원숭이 | monkey | d | animal wild | 마리
호랑이 | tiger | d | animal wild fierce | 마리
사자 | lion | d | animal wild fierce | 마리
곰 | bear | d | animal wild fierce | 마리
코끼리 | elephant | d | animal wild | 마리
기린 | giraffe | d | animal wild | 마리
여우 | fox | d | animal wild | 마리
늑대 | wolf/wolves | d | animal wild fierce | 마리
쥐 | mouse/mice | d | animal prey | 마리
다람쥐 | squirrel | d | animal prey wild | 마리
거북이 | turtle | d | animal swimmer | 마리
뱀 | snake | d | animal fierce | 마리
물고기 | fish/fish | d | animal swimmer catch | 마리
나비 | butterfly | d | animal flier prey | 마리
비둘기 | pigeon | d | animal flier prey | 마리
)";

}  // namespace naru::grammar
