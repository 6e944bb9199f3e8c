// What people do every day.  A frame is a verb with its arguments, in Korean and in English.
// Columns: Korean | conjugation | English | slots | places (에서) | tags | manner groups.
// A capital letter is a slot (S subject, O object, R recipient, G goal, P place, F source, W with whom, I with what);
// the slots column says what class fills it, S being human unless said. A digit ties a fixed word to its translation.
// Tags: day (fits a chain of a day's events), with (takes 와 함께), go (fits -(으)러 with the places), bg (fits
// -(으)며), until (fits -다가), seq (fits -아서), state (no progressive), habit (its present fits a relative clause),
// norel (its object heads no relative clause), here (the place must be said), lie (has -아 있다), nopres,
// nopast (its past is not said alone), mutual (one person needs another for it), epoch (months, not days), notime,
// luck (nobody plans it: no future), bare (nothing said of its object), hourless (has its own hour), generic (its
// object is the whole kind), appears (its subject is new: an accident), single (of its object one at a time: not many
// hats), fails (is denied by -지 못하다: 합격하지 못했다), wet (in the water where there is some: swim in the sea).
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const daily_frames = R"(
O를 먹다 | regular | eat O | O=food S=human | home park | day with habit norel mwtl | quick alone
O를 먹다 | regular | eat O | O=menu | eatery home | day with go habit norel mwtl | quick alone ago
O를 먹다 | regular | have O | O=meal | home eatery canteen | day hourless with go norel mwtl | early alone ago quick
O를 마시다 | regular | drink O | O=drink | home | day with habit norel mwlv bgd | alone slow
O를 마시다 | regular | drink O | O=cafemenu&drink | cafe | day with go habit norel mwlv bgd | alone ago slow
O를 마시다 | regular | drink O | O=alcohol | bar home | with go habit norel mwlv | alone ago
O를 주문하다 | 여 | order O | O=menu | eatery | acquire norel | again
O를 주문하다 | 여 | order O | O=cafemenu | cafe | acquire norel | again
O를 만들다 | ㄹ | make O | O=dish | kitchen home | day with create mwls | first care
O를 굽다 | ㅂ | bake O | O=baked | kitchen home | day with create | first care
O를 굽다 | ㅂ | grill O | O=roast | yard kitchen | with create | care
O를 굽다 | ㅂ | roast O | O=nut | yard kitchen | with create | care
O를 줍다 | ㅂ | pick up O | O=ground | park street | with go until acquire | alone
O를 끓이다 | regular | make O | O=soup|hotdrink | kitchen home | day create mwls nocold | care
O를 삶다 | regular | boil O | O=boiled | kitchen | create | care
O를 썰다 | ㄹ | slice O | O=sliced | kitchen | until norel toolcutter | care quick
O를 깎다 | regular | peel O | O=peeled | kitchen livingroom | until norel mwt toolcutter | care quick
O를 까다 | regular | shell O | O=nut | kitchen livingroom | until norel | quick
O를 싸다 | regular | pack O | O=packed | kitchen home | norel | early
O를 따다 | regular | pick O | O=fruit | farmland garden | with go until acquire | care quick
O를 사다 | regular | buy O | O=grocery | grocer | day with go acquire weak | again
O를 사다 | regular | buy O | O=bakery | bakehouse | day with go acquire weak | again
O를 사다 | regular | buy O | O=bookish | bookshop | day with go acquire weak | again
O를 사다 | regular | buy O | O=cloth | clothes | day with go acquire weak | again alone
O를 사다 | regular | buy O | O=shoes | shoeshop clothes | day with go acquire weak | -
O를 사다 | regular | buy O | O=flower | florist | day with go acquire weak | again
O를 사다 | regular | buy O | O=electronic | electro | day with go acquire weak | -
O를 사다 | regular | buy O | O=stationery | stationer | day go acquire weak | again
O를 사다 | regular | buy O | O=gift | giftshop | day with go acquire weak | -
O를 사다 | regular | buy O | O=medicine | pharmacy | day go acquire weak | again
O를 사다 | regular | buy O | O=ticket | cinema transit | go acquire weak | first
O를 사다 | regular | buy O | O=sweets|alcohol | kiosk grocer | day with go acquire weak | again
O를 팔다 | ㄹ | sell O | O=grocery | grocer | habit noelder norel weak | cheap
O를 팔다 | ㄹ | sell O | O=vehicle|electronic|house | - | norel weak | cheap quick
O를 고르다 | 르 | choose O | O=gift | giftshop | day with acquire weak | care first
O를 고르다 | 르 | choose O | O=cloth | clothes | day with acquire weak | care
O를 읽다 | regular | read O | O=text | library cafe home bedroom park | day until habit mwdl | quiet alone slow again
O를 읽다 | regular | read O | O=text | library | go with mwdl | quiet
O를 빌리다 | regular | borrow O | O=bookish | library | day go acquire | again
O를 빌리다 | regular | borrow O | O=borrowed | schoolroom office | acquire | again
O를 반납하다 | 여 | return O | O=bookish | library | day go norel | late early
O를 쓰다 | 으 | write O | O=written | library cafe bedroom home | day until habit create mwdl toolpen far | quick alone care again
일기를1 쓰다 | 으 | write in S' diary1 | - | bedroom home library cafe | day until mwdl | quick alone again
O를 쓰다 | 으 | wear O | O=hat | - | habit single | -
O를 쓰다 | 으 | use O | O=device | office bedroom | habit | -
O를 보다 | regular | watch O | O=movie | home livingroom | day with habit | alone ago first
O를 보다 | regular | see O | O=movie | cinema | day with go here | alone ago first
O를 보다 | regular | watch O | O=tv | home livingroom bedroom | day with until habit bgt | alone
O를 보다 | regular | see O | O=stage | playhouse | day with go | first ago
O를 보다 | regular | see O | O=exhibit | gallery | day with go | first ago
O를 보다 | regular | look at O | O=photo|map | livingroom bedroom | until habit weak | quiet alone
O를 바라보다 | regular | look at O | O=seenfar | rooftop garden strollplace bank2 | until with habit bgv weak | quiet alone
O를 듣다 | ㄷ | listen to O | O=sound | bedroom cafe home | day until habit with bgl | quiet alone
O를 듣다 | ㄷ | attend O | O=lecture | schoolroom | day with go habit norel noelder | hard
O를 듣다 | ㄷ | hear O | O=tidings|tale | - | norel | first
O를 부르다 | 르 | sing O | O=song | hall bedroom | with until habit bgs | loud happy alone
O를 그리다 | regular | draw O | O=drawn | schoolroom park bedroom | day with until habit create mwls toolcrayon | care quick
O를 찍다 | regular | take O | O=photo | park seaside gallery strollplace | day with go habit create | happy
O를 공부하다 | 여 | study O | O=study | library schoolroom quietplace cafe | day with until go habit mwdl far | hard alone again
공부하다 | 여 | study | - | library schoolroom cafe home | day with until go mwdl far | hard alone quiet late
O를 배우다 | regular | learn O | O=study | schooling | with go habit far | hard first
O를 배우다 | regular | learn O | O=lesson | - | with habit far | hard again first
일하다 | 여 | work | - | factory office | with until mwdl far | hard late alone
운동하다 | 여 | exercise | - | gym park field | day with until go mwlt | hard alone early
산책하다 | 여 | take a walk | - | strollplace woods | day with until go mwlsk bgw | alone slow early
쇼핑하다 | 여 | go shopping | - | shop | day with until | alone
요리하다 | 여 | cook | - | kitchen home | day with until mwls | happy care
청소하다 | 여 | clean | - | home company | day with until mwls | hard early
O를 청소하다 | 여 | clean O | O=cleaned | - | day with until norel mwls | early alone again
빨래하다 | 여 | do the laundry | - | home | day until mwls | early
설거지하다 | 여 | wash the dishes | - | kitchen home | day until with mwls | quick alone
쓰레기를1 버리다 | regular | throw away the trash1 | - | - | day | early
쉬다 | regular | rest | - | home sitplace bedroom | day with until mwdlvt | alone long
자다 | regular | sleep | - | bedroom home lodging2 | day until dawn | sound late alone early
낮잠을1 자다 | regular | take a nap1 | - | bedroom livingroom | day until | -
일어나다 | regular | get up | - | - | seq dawn | early late
샤워하다 | 여 | take a shower | - | bathroom gym | day mws | quick early
세수하다 | 여 | wash up | - | bathroom | day | quick
손을1 씻다 | regular | wash S' hands1 | - | bathroom kitchen | day | care
이를1 닦다 | regular | brush S' teeth1 | - | bathroom | day | care
머리를1 감다 | regular | wash S' hair1 | - | bathroom | day | early
머리를1 자르다 | 르 | get a haircut1 | - | salon | day go | ago
이야기를 나누다 | regular | talk | - | cafe park livingroom | day mutual with until go mwdwvl | long quiet ago
W와 이야기하다 | 여 | talk with W | W=human | cafe park livingroom | day until mwdwv | long quiet
W와 싸우다 | regular | fight with W | W=mate|name|kin | schoolroom playplace | nopres noelder | again
W와 놀다 | ㄹ | play with W | W=mate|name|kin|pet|young | playplace park home | day until go noelder | happy
O를 만나다 | regular | meet O | O=mate|name | cafe park stop eatery | day seq go far | chance ago first
O를 만나다 | regular | meet O | O=job|crowd | office gallery | day seq far | chance first
O를 기다리다 | regular | wait for O | O=mate|name|kin|leader | stop cafe park | day until habit mwdl | long alone
O를 기다리다 | regular | wait for O | O=bus | stop | until habit mwdl | long alone
O를 기다리다 | regular | wait for O | O=rail | station | until habit mwdl | long alone
O를 기다리다 | regular | wait for O | O=hailed | street station | until mwdl | long alone
O를 기다리다 | regular | wait for O | O=flying | airport | until mwdl | long alone
O를 기다리다 | regular | wait for O | O=sailing | port | until mwdl | long alone
O를 돕다 | ㅂ | help O | O=human | home office | with | kind secret
O를 돌보다 | regular | take care of O | O=sick|baby|pet | home | until habit | kind alone
O를 초대하다 | 여 | invite O | O=mate|name|leader | - | norel nopres | first
O를 안다 | regular | hug O | O=baby|pet|young | livingroom | nopres norel | care
R에게 전화하다 | 여 | call R | R=human | home office stop | day until | again late first
R에게 O를 주다 | regular | give R O | R=human O=gift|flower|present|sweets | - | weak | secret first
R에게 O를 선물하다 | 여 | give R O | R=human O=gift|flower|bookish|treat | - | weak | secret first
R에게 O를 보내다 | regular | send R O | R=human O=mail|parcel|photo|present | post | day go | again first quick
R에게 O를 빌려주다 | regular | lend R O | R=mate|name|kin|pupil O=bookish|borrowed|cycle | - | - | first
R에게 O를 보여 주다 | regular | show R O | R=human O=photo|drawn|shown|map | - | - | first secret
R에게 O를 가르치다 | regular | teach R O | R=young|name|pupil|mate O=study|lesson|boardgame | schooling home | norel far | kind hard
R에게 O를 사 주다 | regular | buy R O | R=mate|name|kin|young O=gift|flower|sweets|cloth | giftshop | weak | first secret
R에게 O를 읽어 주다 | regular | read O to R | R=young|baby|kin O=story | bedroom livingroom | - | slow kind
R에게 O를 말하다 | 여 | tell R O | R=human O=truth|secret | - | - | first secret
R에게 O를 하다 | 여 | tell R O | R=human O=lie|joke | - | nopres norel | again first
R에게 O를 묻다 | ㄷ | ask R for O | R=leader|name|staff|mate|kin O=label | - | norel | again
R에게 O를 묻다 | ㄷ | ask R O | R=leader|name|staff|mate|kin O=reason | - | norel | again
R에게 O를 설명하다 | 여 | explain O to R | R=human O=plan|problem|rule|reason | meetingroom schoolroom | - | kind slow again
R에게 O를 쓰다 | 으 | write R O | R=human O=mail&written | bedroom library | day | first again
R에게 O를 소개하다 | 여 | introduce O to R | R=human O=mate|name | - | norel | -
R에게 사과하다 | 여 | apologize to R | R=human | - | - | first sincere
)";

}  // namespace naru::grammar
