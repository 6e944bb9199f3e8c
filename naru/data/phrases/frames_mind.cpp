// Liking, knowing, saying; tools, clothes, work, money, events.  Columns as in frames_daily.cpp.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const mind_frames = R"(
O를 좋아하다 | 여 | like O | O=text|movie|music|song|drawn|menu|drink|flower|sweets|ballgame|study|pet|fruit|boardgame|cloth | - | state habit weak generic | very
O를 싫어하다 | 여 | dislike O | O=homework|exam|alcohol|fierce|noodle|ballgame|study|grocery|tv | - | state habit weak generic bare norel | very
O를 사랑하다 | 여 | love O | O=name|kin|mate|pet|city|music | - | state habit weak generic | very
O를 존경하다 | 여 | respect O | O=leader|star|helper|kin|healer | - | state habit | very
O를 알다 | ㄹ | know O | O=label|truth|secret|reason|name|star | - | state nodeny nopast habit | well
O를 모르다 | 르 | not know O | O=label|truth|secret|reason | - | state nopast norel | -
O를 믿다 | regular | believe O | O=speech|tale|tidings|mate|name|leader | - | state notime norel | -
O를 기억하다 | 여 | remember O | O=label|speech|face|promise|experience | - | state norel | well
O를 잊다 | regular | forget O | O=label|promise|speech|homework | - | nopres luck norel | again
O를 생각하다 | 여 | think about O | O=plan|problem|dream|name|kin|task | - | until norel bgk | long alone
O를 걱정하다 | 여 | worry about O | O=exam|outcome|kin|mate|money|sick | - | state norel | very
걱정하다 | 여 | be worried | - | - | state feel | very
O를 무서워하다 | 여 | be afraid of O | O=fierce|exam|accident | - | state habit generic bare | very
O를 그리워하다 | 여 | miss O | O=kin|mate|rural|country|name | - | state habit | very
O를 부러워하다 | 여 | envy O | O=name|mate|star | - | state norel norel | very
O를 축하하다 | 여 | congratulate O | O=name|mate|kin | - | norel nopres | sincere first
O를 칭찬하다 | 여 | praise O | O=pupil|name|mate|young | schoolroom | nopres | -
O를 용서하다 | 여 | forgive O | O=name|mate|kin | - | nopres | finally
O를 속이다 | regular | deceive O | O=name|mate|adult | - | nopres norel noelder | again
O를 찾다 | regular | look for O | O=lost | bedroom office home | until habit norel | alone hard
돈을1 찾다 | regular | withdraw money1 | - | bank kiosk | go day here | -
O를 잃어버리다 | regular | lose O | O=lost | street park | nopres luck | again
O를 발견하다 | 여 | find O | O=found|coin|problem | street bedroom | nopres luck acquire fails | chance first finally
O를 숨기다 | regular | hide O | O=present|secret|money|sweets | bedroom | nopres norel | quick
O를 훔치다 | regular | steal O | S=thief O=stolen|jewel|money | shop | nopres acquire noelder | secret
O를 저축하다 | 여 | save O | O=money|allowance | bank | norel norel | -
O를 벌다 | ㄹ | earn O | O=money | city | habit acquire | -
O를 쓰다 | 으 | spend O | O=money|allowance|time | shop | habit norel | -
O를 바꾸다 | regular | exchange O | O=money | bank airport | go norel | -
O를 입다 | regular | wear O | O=cloth | - | habit wearing single | first
O를 신다 | regular | wear O | O=shoes | - | habit wearing single | first
O를 벗다 | regular | take off O | O=cloth|shoes|hat|ring | bedroom hallway | nopres norel | quick
O를 끼다 | regular | wear O | O=ring | - | habit wearing single | -
O를 매다 | regular | wear O | O=tie | - | habit wearing single | first
O를 빨다 | ㄹ | wash O | O=cloth|laundry | home bathroom | day weak | alone quick
O를 고치다 | regular | fix O | O=fixed | home office | day until with mwl | alone quick finally
O를 수리하다 | 여 | repair O | O=vehicle|appliance|cycle | parking | until | alone
O를 닦다 | regular | wipe O | O=wiped | livingroom office kitchen | day until norel mwls | care alone
O를 켜다 | regular | turn on O | O=switched | bedroom office | day norel | quiet
O를 끄다 | 으 | turn off O | O=switched | bedroom office | day norel | quick
O를 열다 | ㄹ | open O | O=opened | - | day nopres norel | care quiet sudden
O를 닫다 | regular | close O | O=pane|knocked|closed | - | day nopres norel | quiet quick
O를 두드리다 | regular | knock on O | O=knocked | - | nopres until norel | quiet again
O를 들다 | ㄹ | lift O | O=lifted | - | nopres norel noelder | alone
O를 들다 | ㄹ | hold O | O=held | - | wearing | -
O를 나르다 | 르 | carry O | O=furniture|lifted|parcel | - | with until noelder | care alone
O를 옮기다 | regular | move O | O=furniture|lifted | office bedroom | with until norel | care alone
O를 밀다 | ㄹ | push O | O=cycle|drive|furniture | street | with until nopres norel | slow
O를 던지다 | regular | throw O | O=ball | field playplace | nopres norel noelder | quick
O를 차다 | regular | kick O | O=ball | field playplace | nopres until norel noelder | -
O를 깨다 | regular | break O | O=broken|crockery | kitchen livingroom | nopres luck norel | again
O를 만들다 | ㄹ | make O | O=toyish|made&toy|written2|made | home schoolroom | day with until create | care alone
O를 짓다 | ㅅ | build O | O=house | city rural | with epoch nopres create norel far | -
O를 짓다 | ㅅ | build O | S=builder O=building|bridge | city rural | epoch nopres create norel far | -
O를 심다 | regular | plant O | O=tree|grown | garden yard | day with create far | care alone
O를 키우다 | regular | raise O | O=pet|farm | home farmland rural | habit generic epoch far | -
O를 기르다 | 르 | grow O | O=crop|grown | garden farmland | habit with epoch far | -
O에 물을1 주다 | regular | water1 O | O=flower|tree|veg | garden yard | day norel | early
O를 잡다 | regular | catch O | O=catch | lake river sea bank2 | day with go acquire generic norel wet | finally alone
O를 연습하다 | 여 | practice O | O=keys|bowed|blown|song | schooling hall | day until with far | hard alone again
O를 연습하다 | 여 | practice O | O=lesson | - | day until with far | hard alone again
O를 연주하다 | 여 | play O | O=keys|bowed|blown | hall livingroom schooling | with until habit far | care beautiful
O를 치다 | regular | play O | O=keys | livingroom hall | with until habit far | well alone
O를 치다 | regular | play O | O=racket | gym | day with go until habit far | well
O를 치다 | regular | play O | O=golf | - | day with until habit far | well
O를 켜다 | regular | play O | O=bowed | livingroom hall | with until habit far | well alone
O를 불다 | ㄹ | play O | O=blown | livingroom rooftop | until habit far | well alone
O를 하다 | 여 | play O | O=ballgame | field playplace | day with go until habit far | ago well
O를 하다 | 여 | play O | O=boardgame | livingroom cafe | day with until habit far | quiet ago
O를 풀다 | ㄹ | solve O | O=problem | schoolroom library | with until | quick alone finally
O를 준비하다 | 여 | prepare for O | O=event | home office | with until day norel | hard alone
O에 참석하다 | 여 | attend O | O=gathering|fete | - | with nopres norel | -
O를 보다 | regular | take O | O=exam | schooling | nopres norel far | again
O에 합격하다 | 여 | pass O | O=exam | - | nopres norel fails | finally
O에서 떨어지다 | regular | fail O | O=exam | - | nopres norel | again
O를 시작하다 | 여 | start O | O=held2|task|homework|travel|course | - | nopres acquire norel far | early late
O를 끝내다 | regular | finish O | O=homework|task|held2|paperwork | office library | nopres day norel | quick early finally
O를 포기하다 | 여 | give up O | O=plan|dream | - | nopres norel epoch far | finally sudden
O를 세우다 | regular | make O | O=plan | meetingroom home | with day create | -
O를 지키다 | regular | keep O | O=promise|secret|rule | - | habit generic notime norel | well
O를 받다 | regular | receive O | O=mail|parcel|present|prize | home | nopres day acquire | first finally
O를 받다 | regular | get O | O=allowance | - | nopres acquire | -
O를 얻다 | regular | get O | O=chance|advice|info | - | nopres acquire fails | -
친구의1 O를 받아들이다 | regular | accept a friend's1 O | O=apology|advice | - | nopres norel | finally
O를 거절하다 | 여 | refuse O | O=help|advice|chance | - | nopres norel | sudden
O를 하다 | 여 | tell O | O=lie|joke | - | nopres norel | again
O를 하다 | 여 | make O | O=mistake|promise | - | nopres norel create | again
O를 하다 | 여 | do O | O=homework | home library bedroom | day with until go norel mwld | early alone late
O를 이해하다 | 여 | understand O | O=question|lecture|rule|sentence|speech | - | state nodeny | well finally
O를 외우다 | regular | memorize O | O=sentence|recited | library schoolroom | day until with | hard quick
O를 번역하다 | 여 | translate O | O=sentence|text | office library | day until | care alone
O를 복사하다 | 여 | copy O | O=paperwork | office library | day | again
O를 검토하다 | 여 | review O | O=paperwork|plan | office meetingroom | day with until | care again
O를 예약하다 | 여 | book O | O=ticket|lodging2|eatery | - | day nopres acquire | first early
O를 먹다 | regular | take O | O=medicine | home hospital | day norel | early again
진찰을1 받다 | regular | see a doctor1 | - | hospital | day go | again
R에게 Q 말하다 | 여 | tell R that Q | R=human | - | quote | -
Q 말하다 | 여 | say Q | - | - | quote | -
Q 생각하다 | 여 | think that Q | - | - | quote | -
Q 듣다 | ㄷ | hear that Q | - | - | quote | -
Q 믿다 | regular | believe that Q | - | - | quote | -
머리가1 아프다 | 으 adjective | have a headache1 | - | - | state feel | -
배가1 아프다 | 으 adjective | have a stomachache1 | - | - | state feel | -
배가1 고프다 | 으 adjective | be hungry1 | - | - | state feel | very
목이1 마르다 | 르 | be thirsty1 | - | - | state nopres feel | -
눈이1 아프다 | 으 adjective | have sore eyes1 | - | - | state feel | -
다리가1 아프다 | 으 adjective | have sore legs1 | - | - | state feel | -
눈이1 크다 | 으 adjective | have big eyes1 | S=name|young|baby | - | state feel trait | -
눈이1 예쁘다 | 으 adjective | have pretty eyes1 | S=name|young|baby | - | state feel trait | -
다리가1 길다 | ㄹ adjective | have long legs1 | S=name|star | - | state feel trait | -
키가1 크다 | 으 adjective | be tall1 | S=name|kin|mate|adult|star | - | state feel trait comp | very
키가1 작다 | regular adjective | be short1 | S=name|mate|adult | - | state feel trait comp | very
머리가1 길다 | ㄹ adjective | have long hair1 | S=name | - | state feel trait | -
눈을1 감다 | regular | close S' eyes1 | - | - | nopres | quiet slow
눈을1 뜨다 | 으 | open S' eyes1 | - | - | nopres | slow sudden
말을1 잘하다 | 여 | speak1 well | S=name|young|job | - | state nodeny | -
밤을1 새우다 | regular | stay up all night1 | - | library office | nopres with | again
감기에1 걸리다 | regular | catch a cold1 | - | - | nopres luck feel | again
병이1 나다 | regular | get sick1 | - | - | nopres luck feel | sudden again
)";

}  // namespace naru::grammar
