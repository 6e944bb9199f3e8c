// Coming, going, staying, riding; and what animals, weather and things do.  Columns as in frames_daily.cpp.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const moving_frames = R"(
G에 가다 | regular | go to G | G=goal|home | - | with seq motion | early late alone ago again
G에 오다 | regular | come to G | G=goal|home | - | with seq motion | early late alone ago again first
G에 돌아오다 | regular | come back to G | G=home|lodging|city|country|rural | - | motion far | late early alone
G로 돌아가다 | regular | go back to G | G=lodging|city|country|rural | - | with motion | late early alone
G에 도착하다 | 여 | arrive at G | G=school|transit|stop|company|airport|eatery|hospital | - | with far | late early first
G에 들르다 | 으 | stop by G | G=grocer|bakehouse|bookshop|post|pharmacy|bank|florist|cafe|library | - | day seq | -
G에 들어가다 | regular | go into G | G=room2|cafe|eatery|library|grocer | - | norel | quiet slow first
G로 들어오다 | regular | come into G | G=room2|office | - | nopres norel | quiet quick late
G에서 나가다 | regular | go out of G | G=room2|library|office | - | nopres norel | quick quiet first
G로 이사하다 | 여 | move to G | G=city|rural | - | with nopres epoch far | -
G로 출장을1 가다 | regular | go on a business1 trip1 to G | G=city|country | - | motion far | alone
G로 여행을1 가다 | regular | go on a trip1 to G | G=resort|country|city | - | with motion far | alone first ago
G로 뛰어가다 | regular | run to G | G=stop|transit|school|playplace|hospital | - | nopres noelder | quick
G까지 걷다 | ㄷ | walk to G | G=school|transit|park|library|grocer|waterside | - | with | slow alone
걷다 | ㄷ | walk | - | strollplace woods | with until day mwlsk bgw | slow alone long
달리다 | regular | run | - | runplace park | with until day mwl noelder | quick alone
G를 떠나다 | regular | leave G | G=city|country|rural | - | with nopres far | early alone sudden
G를 방문하다 | 여 | visit G | G=gallery|farmland|factory|firehouse|embassy|attended|temple|island|city | - | with far | first ago again
G를 구경하다 | 여 | look around G | G=sight | - | with day norel | slow first
G를 구경하다 | 여 | look around G | G=city | - | with norel | slow first
G에 다니다 | regular | attend G | G=attended|church | - | habit state | -
여행하다 | 여 | travel | - | abroad resort | with until far | alone
수영하다 | 여 | swim | - | swimplace swimplace2 | day with until go wet | alone
낚시하다 | 여 | fish | - | waterside river bank2 | day with until go | alone quiet
소풍을1 가다 | regular | go on a picnic1 | - | - | with | ago
I를 타다 | regular | take I | I=public | - | seq with single | alone
I를 타다 | regular | ride I | I=cycle | park strollplace | day with until go habit mwls single | slow alone
I를 타다 | regular | ride I | I=mount | farmland meadow | with until go mwls single | first slow
O를 타다 | regular | board O | O=flying|sailing | airport port | nopres norel single | first
O에서 내리다 | regular | get off O | O=public | stop | nopres seq norel single | quick
O를 운전하다 | 여 | drive O | O=drive | street | until habit mwls single | care slow
O를 세우다 | regular | park O | O=drive | parking | nopres norel | -
택시를1 잡다 | regular | catch a taxi1 | - | street transit | nopres | quick
O를 건너다 | regular | cross O | O=crossed|bridge | - | with until norel | care slow
O에 오르다 | 르 | climb O | O=mountain|heights|tower | - | with until nopres norel | slow first
O의 정상에1 이르다 | 러 | reach the top1 of O | O=mountain | - | nopres norel fails | finally
O에 살다 | ㄹ | live in O | O=livable|lodging | - | state habit with far | alone
P에 앉다 | regular | sit P | P=seat|sitplace|bank2 | - | nopres lie with | quiet alone
P에 눕다 | ㅂ | lie down P | P=lying|meadow | - | nopres norel | slow
P에 서다 | regular | stand P | P=stop|street|bridge | - | nopres lie | quiet
P에 머무르다 | 르 | stay P | P=lodging2|city|island | - | with | long alone
P에 앉다 | regular | sit P | P=lecturebank | - | nopres lie with lecture | quiet alone
P에 서다 | regular | stand P | P=lecturebank | - | nopres lie lecture | quiet
P에서 쉬다 | regular | rest P | P=lecturebank | - | with until lecture | alone long
P에서 낚시하다 | 여 | fish P | P=lecturebank | - | with until lecture | alone quiet
P에 모이다 | regular | gather P | P=schoolroom|square|park|meetingroom S=crowd | - | nopres plural | -
P에 있다 | 있다 | be P | P=home|school|library|cafe|hospital|company|park|office|bedroom|kitchen|city | - | state exist with | -
P에 O가 있다 | 있다 | there be O P | O=furniture|crockery|bookish|tree P=room2|office | - | state thereis | -
P에 O가 있다 | 있다 | there be O P | O=tree|flower|animal P=park|garden|yard|meadow | - | state thereis | -
P에 O가 있다 | 있다 | there be O P | O=grocery P=kitchen | - | state thereis | -
P에 O가 많다 | regular adjective | there be many O P | O=crowd|young|pet P=park|crowd2|seaside|gallery|street | - | state thereis plural generic | -
O가 있다 | 있다 | have O | O=time|money|question|plan|dream|idea|secret|vehicle | - | state own norel mwtl weak | -
O가 없다 | 있다 | not have O | O=time|money|question|plan|dream|secret | - | state own norel | -
)";

extern const char* const nature_frames = R"(
O를 쫓다 | regular | chase O | S=pet|young O=prey|pet | street yard meadow | until norel | quick
O를 쫓다 | regular | chase O | S=fierce&wild O=grazer|wild | meadow woods | until norel | quick
O를 물다 | ㄹ | bite O | S=fierce|barker O=thief|prey|adult | - | nopres norel | sudden
O를 잡다 | regular | catch O | S=fierce|pet O=prey | yard meadow | nopres acquire norel | quick finally
O를 피하다 | 여 | avoid O | S=prey|pet|grazer O=fierce|barker | - | nopres norel | quick sudden
O를 따르다 | 으 | follow O | S=pet|young|farm O=human | - | until norel | quiet slow
O를 먹다 | regular | eat O | S=farm|grazer O=grass|crop | meadow yard farmland | until norel | slow much
자다 | regular | sleep | S=pet|wild|farm | yard livingroom | until | sound
짖다 | regular | bark | S=barker | yard street | until | loud sudden
울다 | ㄹ | cry | S=baby|young | bedroom | until | loud sudden
웃다 | regular | laugh | S=baby|young|name | - | until noelder | loud sudden happy
날다 | ㄹ | fly | S=flier | sky meadow garden | until | free high
노래하다 | 여 | sing | S=name|star | hall rooftop | until | loud happy
춤을1 추다 | regular | dance1 | S=name|young|star | hall rooftop | with until | happy
뛰어놀다 | ㄹ | run around | S=young|pet | yard playplace park meadow | until noelder | happy
헤엄치다 | regular | swim | S=swimmer | lake river | until wet | slow
숨다 | regular | hide | S=prey|pet|young|thief | woods bedroom alley | nopres noelder | quick secret
도망가다 | regular | run away | S=thief|prey|pet | - | nopres noelder | quick sudden
비가1 오다 | regular | rain1 | S=it | city | it until | sudden much
눈이1 오다 | regular | snow1 | S=it | city | it until | sudden
눈이1 내리다 | regular | snow1 | S=it | city | it | sudden
바람이1 불다 | ㄹ | be windy1 | S=it | seaside city | it state | -
뜨다 | 으 | rise | S=riser | - | thing notime | early
지다 | regular | set | S=riser | - | thing notime | -
반짝이다 | regular | twinkle | S=starry | sky | thing until notime | -
피다 | regular | bloom | S=flower | garden park | thing nopres epoch far | early beautiful
떨어지다 | regular | fall | S=leaf | garden street | thing nodeny until | -
자라다 | regular | grow | S=tree|grass|crop | garden farmland | thing nodeny epoch far | quick slow well
F에서 출발하다 | 여 | depart from F | S=awaited&public F=station | - | thing dawn | late early
F에서 출발하다 | 여 | depart from F | S=sailing F=port | - | thing dawn | late early
F에서 출발하다 | 여 | depart from F | S=flying F=airport | - | thing dawn | late early
G에 도착하다 | 여 | arrive at G | S=awaited&public G=station | - | thing dawn | late early
G에 도착하다 | 여 | arrive at G | S=sailing G=port | - | thing dawn | late early
G에 도착하다 | 여 | arrive at G | S=flying G=airport | - | thing dawn | late early
도착하다 | 여 | arrive | S=awaited|parcel|mail | - | thing dawn | late early
멈추다 | regular | stop | S=public|appliance|drive | street | thing nopres | sudden
고장 나다 | regular | break down | S=device|appliance|vehicle|cycle | - | thing nopres luck | again sudden
시작되다 | regular | begin | S=event|movie|stage | - | thing nopres | late early
끝나다 | regular | end | S=event|movie|stage | - | thing nopres | late early
열리다 | regular | open | S=opened&pane|knocked | - | thing nopres | sudden slow
깨지다 | regular | break | S=broken|crockery | kitchen | thing nopres | sudden
일어나다 | regular | happen | S=accident | street factory | thing nopres luck appears | sudden
나오다 | regular | come out | S=riser|starry | - | thing nopres notime | -
유행하다 | 여 | be popular | S=cloth|song|boardgame | city country | thing state epoch far | -
잘 팔리다 | regular | sell well | S=text|cloth|electronic | shop | thing | -
)";

}  // namespace naru::grammar
