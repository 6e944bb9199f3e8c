// Things of the house, the street and the sky.  Columns as in nouns_things.cpp.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

extern const char* const house_table = R"(
책상 | desk | c | furniture surface wiped | 개
의자 | chair | c | furniture seat made | 개
소파 | sofa | c | furniture seat | 개
침대 | bed | c | furniture lying | 개
식탁 | dining table | c | furniture surface wiped | 개
책장 | bookshelf/bookshelves | c | furniture made storage | 개
옷장 | closet | c | closed furniture storage opened | 개
서랍 | drawer | c | closed opened storage | 개
상자 | box/boxes | c | closed opened storage carried lifted | 개
가방 | bag | c | closed opened storage carried lifted gift lost found baggage | 개
배낭 | backpack | c | carried lifted baggage | 개
거울 | mirror | c | wiped broken seen | 개
창문 | window | d | opened wiped broken pane
문 | door | d | opened knocked
대문 | gate | d | opened knocked
커튼 | curtains | p | pulled
카펫 | carpet | c | furniture
냉장고 | refrigerator | d | opened storage appliance fixed
세탁기 | washing machine | d | appliance fixed
에어컨 | air conditioner | d | switched appliance fixed
선풍기 | fan | d | switched
전등 | lamp | d | switched
불 | light | d | switched
컴퓨터 | computer | c | switched device fixed electronic | 대
노트북 | laptop | c | switched device fixed electronic carried | 대
휴대폰 | cell phone | c | switched device fixed electronic lost found | 대
카메라 | camera | c | device fixed electronic lost gift | 대
프린터 | printer | c | device fixed electronic | 대
태블릿 | tablet | c | device electronic gift | 대
게임기 | game console | c | device electronic gift | 대
이어폰 | earphones | p | electronic lost gift
GPU | GPU | c | electronic chip | 개
CPU | CPU | c | electronic chip | 개
로봇 | robot | c | made fixed toyish | 대
기계 | machine | c | fixed made | 대
그릇 | bowl | c | crockery | 개
접시 | plate | c | crockery | 개
컵 | cup | c | crockery gift | 개
꽃병 | vase | c | broken gift | 개
냄비 | pot | c | crockery2 | 개
숟가락 | spoon | c | cutlery | 개
젓가락 | chopsticks | p | cutlery
포크 | fork | c | cutlery | 개
칼 | knife/knives | c | cutter | 자루
가위 | scissors | p | cutter2
망치 | hammer | c | hammer
연필 | pencil | c | pen borrowed stationery | 자루
볼펜 | pen | c | pen borrowed stationery gift | 자루
색연필 | colored pencil | c | crayon stationery | 자루
붓 | brush | c | crayon stationery | 자루
지우개 | eraser | c | borrowed stationery | 개
공책 | notebook | c | borrowed stationery | 권
종이 | paper | m | stationery | 장
우산 | umbrella | c | borrowed lost found carried | 개
지갑 | wallet | c | lost found gift stolen | 개
열쇠 | key | c | lost found borrowed | 개
여권 | passport | c | lost found shown | 개
표 | ticket | c | ticket lost shown | 장
신분증 | ID card | c | shown lost
선물 | present | c | present opened | 개
소포 | package | c | parcel opened | 개
인형 | doll | c | toy gift made | 개
장난감 | toy | c | toy gift lost | 개
공 | ball | c | ball | 개
연 | kite | c | kite made2 | 개
동전 | coin | c | coin found | 개
카드 | card | c | written2 made | 장
비누 | soap | m | toiletry
수건 | towel | c | toiletry laundry | 장
칫솔 | toothbrush/toothbrushes | c | toiletry | 개
이불 | blanket | c | bedding laundry
베개 | pillow | c | bedding | 개
빨래 | laundry | m | wash
설거지 | dishes | p | dishes
쓰레기 | trash | m | trash
짐 | luggage | m | baggage lifted carried packed2
약 | medicine | m | medicine
버스 | bus/buses | c | ride awaited public bus | 대
기차 | train | c | ride awaited public rail | 대
지하철 | subway | d | ride public
택시 | taxi | c | ride awaited hailed | 대
자동차 | car | c | drive vehicle fixed | 대
차 | car | c | drive vehicle fixed | 대
트럭 | truck | c | drive vehicle | 대
자전거 | bicycle | c | ride cycle vehicle fixed borrowed | 대
오토바이 | motorcycle | c | ride cycle vehicle | 대
비행기 | plane | c | ride awaited flying | 대
배 | ship | c | ride awaited sailing | 척
꽃 | flower | c | flower gift grown | 송이
장미 | rose | c | flower gift grown | 송이
튤립 | tulip | c | flower gift grown | 송이
해바라기 | sunflower | c | flower grown | 송이
국화 | chrysanthemum | c | flower gift grown | 송이
나무 | tree | c | tree grown | 그루
소나무 | pine tree | c | tree | 그루
은행나무 | ginkgo tree | c | tree | 그루
채소 | vegetables | p | crop veg grocery
과일 | fruit | m | crop grocery
풀 | grass | m | grass
나뭇잎 | leaves | p | leaf
비 | rain | m | rainy
눈 | snow | m | snowy
바람 | wind | m | windy
안개 | fog | m | foggy
구름 | clouds | d,pl | cloudy seenfar
해 | sun | d | riser
달 | moon | d | riser seenfar
별 | stars | d,pl | starry seenfar
무지개 | rainbow | c | seenfar
날씨 | weather | m | weather
밤 | night | m | nighttime
하늘 | sky | d | place seenfar sky | in
눈 | eyes | p | eyes
다리 | legs | p | legs
배 | stomach | c | belly
머리 | hair | m | hair
손 | hands | p | hands
얼굴 | face | c | face
집 | house | c | house building | 채
건물 | building | c | building | 채
다리 | bridge | c | bridge
탑 | tower | c | building tower
문장 | sentence | c | sentence | 개
단어 | word | c | sentence | 개
)";

}  // namespace naru::grammar
