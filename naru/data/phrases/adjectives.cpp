// Adjectives.  Columns: Korean | conjugation | English | what it may describe before a noun | what it may say of a
// subject | "more" if things are compared by it, "aged" if nothing just made or bought is so.
// "=" repeats the column before it; "-" is nothing.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const adjectives_table = R"(
예쁘다 | 으 adjective | pretty | flower cloth shoes hat jewel toy crockery cafe garden | = | more
아름답다 | ㅂ adjective | beautiful | flower garden music song seaside drawn island | = city | more
귀엽다 | ㅂ adjective | cute | pet young toy | = baby
멋있다 | 있다 | cool | cloth shoes hat vehicle | = name
크다 | 으 adjective | big | furniture storage building toy vehicle tree house | = city | more
작다 | regular adjective | small | furniture storage building toy house crockery electronic | = | more
길다 | ㄹ adjective | long | text bridge sentence tale | = | more
짧다 | regular adjective | short | text sentence tale | text | more
높다 | regular adjective | high | tower mountain | = | more
낮다 | regular adjective | low | surface seat | =
넓다 | regular adjective | spacious | bedroom livingroom kitchen house office park | = | more
좁다 | regular adjective | narrow | alley street | = hallway
두껍다 | ㅂ adjective | thick | bookish bedding warm | =
얇다 | regular adjective | thin | bookish bedding | =
무겁다 | ㅂ adjective | heavy | baggage storage furniture parcel | = | more
가볍다 | ㅂ adjective | light | baggage electronic shoes | = | more
새롭다 | ㅂ adjective | new | plan idea tidings | -
비싸다 | regular adjective | expensive | cloth shoes hat jewel electronic vehicle furniture treat menu | = ticket | more
싸다 | regular adjective | cheap | cloth shoes hat electronic furniture crockery menu | = ticket | more
좋다 | regular adjective | good | text movie tv music song idea plan advice | = weather
나쁘다 | 으 adjective | bad | tidings outcome | weather
맛있다 | 있다 | delicious | food drink meal | = | more
달다 | ㄹ adjective | sweet | fruit sweets baked | = | more
맵다 | ㅂ adjective | spicy | staple noodle soup menu | staple noodle soup | more
짜다 | regular adjective | salty | soup noodle | =
시다 | regular adjective | sour | sour fruit | =
싱싱하다 | 여 adjective | fresh | fruit crop grocery flower | fruit crop flower
뜨겁다 | ㅂ adjective | hot | hotdrink soup noodle plain | =
차갑다 | ㅂ adjective | cold | drink | =
따뜻하다 | 여 adjective | warm | cloth warm warm2 hotdrink bedding bedroom | = weather
시원하다 | 여 adjective | cool | drink | weather windy
춥다 | ㅂ adjective | cold | - | weather
덥다 | ㅂ adjective | hot | - | weather
맑다 | regular adjective | clear | sky | weather sky
흐리다 | regular adjective | cloudy | sky | weather sky
밝다 | regular adjective | bright | bedroom livingroom | bedroom livingroom
어둡다 | ㅂ adjective | dark | alley room2 woods | =
깨끗하다 | 여 adjective | clean | cloth crockery room2 lodging2 laundry eatery | = | more
더럽다 | ㅂ adjective | dirty | cloth shoes crockery room2 | =
조용하다 | 여 adjective | quiet | cafe library bedroom rural park alley music | = street | more
시끄럽다 | ㅂ adjective | noisy | eatery street bar | = schoolroom
빠르다 | 르 adjective | fast | vehicle ride mount | = | more
느리다 | regular adjective | slow | vehicle public | = electronic | more
강하다 | 여 adjective | strong | windy | windy
어렵다 | ㅂ adjective | difficult | text homework exam problem question study lecture | = | more
쉽다 | ㅂ adjective | easy | homework exam problem question | = | more
재미있다 | 있다 | fun | movie tv stage text music tale lecture fete match travel | = boardgame ballgame | more
지루하다 | 여 adjective | boring | movie tv stage lecture gathering | = text
유명하다 | 여 adjective | famous | star movie song drawn eatery gallery | = | more
중요하다 | 여 adjective | important | event problem question info paperwork rule | =
친절하다 | 여 adjective | kind | helper healer staff mate leader crowd pupil | = name kin | more
착하다 | 여 adjective | nice | mate young pupil crowd | = name
똑똑하다 | 여 adjective | smart | pupil young mate star | = name pet | more
부지런하다 | 여 adjective | diligent | pupil job mate | = name kin | more
게으르다 | 르 adjective | lazy | pupil pet mate | = name
용감하다 | 여 adjective | brave | helper young job | = name | more
정직하다 | 여 adjective | honest | young adult job mate crowd | = name
젊다 | regular adjective | young | healer star adult job | name star | more
건강하다 | 여 adjective | healthy | young pet farm baby | = kin name | more
가난하다 | 여 adjective | poor | adult job | = name
바쁘다 | 으 adjective | busy | - | name kin mate job leader pron | more
피곤하다 | 여 adjective | tired | - | name kin mate job pron
행복하다 | 여 adjective | happy | - | name kin mate young pron
슬프다 | 으 adjective | sad | tale movie song | name pron =
외롭다 | ㅂ adjective | lonely | - | name pron adult
아프다 | 으 adjective | sick | - | name kin mate pet pron young
기쁘다 | 으 adjective | glad | - | name pron
무섭다 | ㅂ adjective | scary | fierce tale movie | =
위험하다 | 여 adjective | dangerous | fierce mountain alley cutter | = cycle
안전하다 | 여 adjective | safe | lodging2 | = public rural
편하다 | 여 adjective | comfortable | shoes seat lying cloth | = | more
복잡하다 | 여 adjective | crowded | - | crowd2 street public transit
간단하다 | 여 adjective | simple | question problem homework | =
특별하다 | 여 adjective | special | gift present meal menu event | present gathering
이상하다 | 여 adjective | strange | tale dream idea toyish | =
낡다 | regular adjective | worn-out | shoes furniture cloth vehicle building | - | aged
오래되다 | regular adjective | old | building furniture photo vehicle bookish song bridge | - | aged
부드럽다 | ㅂ adjective | soft | bedding baked toy laundry | =
딱딱하다 | 여 adjective | hard | lying seat | = baked
빨갛다 | ㅎ adjective | red | flower cloth shoes hat vehicle crayon warm2 fruit | cloth flower
파랗다 | ㅎ adjective | blue | cloth hat vehicle crayon toy | sky cloth
노랗다 | ㅎ adjective | yellow | flower cloth hat crayon toy | flower cloth leaf
하얗다 | ㅎ adjective | white | flower cloth shoes pet cloudy | cloth pet snowy
까맣다 | ㅎ adjective | black | cloth shoes hat pet vehicle | pet hat
푸르다 | 러 adjective | green | grass tree meadow leaf | grass leaf meadow
향기롭다 | ㅂ adjective | fragrant | flower hotdrink | flower
화려하다 | 여 adjective | fancy | jewel fete cloth | = stage
놀랍다 | ㅂ adjective | surprising | tidings outcome tale | =
완벽하다 | 여 adjective | perfect | plan | = outcome
신나다 | verb regular | exciting | music match fete | -
튼튼하다 | 여 adjective | sturdy | furniture bridge baggage | =
소중하다 | 여 adjective | precious | jewel photo experience mate | -
날카롭다 | ㅂ adjective | sharp | cutter cutter2 | =
깊다 | regular adjective | deep | river sea lake woods | river sea lake
순하다 | 여 adjective | gentle | pet farm | =
사납다 | ㅂ adjective | fierce | fierce | =
)";

}  // namespace naru::grammar
