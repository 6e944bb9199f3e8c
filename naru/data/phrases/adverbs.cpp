// Adverbs, times, durations.
#include "naru/data/phrases/lexicon.h"

namespace naru::grammar {

/// Korean | English | group of frames | where English puts it: pre (before the verb) or post.
extern const char* const adverbs_table = R"(
빨리 | quickly | quick | post
급히 | in a hurry | quick | post
천천히 | slowly | slow | post
조용히 | quietly | quiet | post
열심히 | hard | hard | post
일찍 | early | early | post
늦게 | late | late | post
혼자 | alone | alone | post
다시 | again | again | post
잘 | well | well | post
오랜만에 | for the first time in a while | ago | post
처음으로 | for the first time | first | post
조심스럽게 | carefully | care | post
정성껏 | with great care | care | post
크게 | loudly | loud | post
즐겁게 | happily | happy | post
친절하게 | kindly | kind | post
푹 | soundly | sound | post
몰래 | secretly | secret | pre
갑자기 | suddenly | sudden | pre
드디어 | finally | finally | pre
마침내 | finally | finally | pre
우연히 | by chance | chance | post
많이 | a lot | much | post
오래 | for a long time | long | post
잠깐 | for a moment | long | post
진심으로 | sincerely | sincere | post
자유롭게 | freely | free | post
높이 | high | high | post
아름답게 | beautifully | beautiful | post
싸게 | cheaply | cheap | post
정말 | really | very | pre
자주 | often | frequency | pre
가끔 | sometimes | frequency | pre
항상 | always | frequency | pre
보통 | usually | frequency | pre
매우 | very | degree | pre
아주 | very | degree | pre
정말 | really | degree | pre
너무 | too | degree | pre
꽤 | quite | degree | pre
조금 | a little | degree | pre
가장 | most | superlative | pre
더 | more | comparative | pre
함께 | together | together | post
같이 | together | together | post
)";

/// Korean | English | tense: past, future, habit (present), now (progressive), any, day, season; "far" is not said of
/// what happens on one day, "moment" not of a list of
/// events, "hour" not of meals, which have their own.
extern const char* const times_table = R"(
어제 | yesterday | past
그저께 | the day before yesterday | past
어젯밤에 | last night | past moment hour
어제저녁에 | yesterday evening | past moment hour
오늘 아침에 | this morning | past hour
지난주에 | last week | past
지난달에 | last month | past far
작년에 | last year | past far
지난 토요일에 | last Saturday | past
지난 일요일에 | last Sunday | past
며칠 전에 | a few days ago | past
한 시간 전에 | an hour ago | past moment
얼마 전에 | a while ago | past
내일 | tomorrow | future
모레 | the day after tomorrow | future
내일 아침에 | tomorrow morning | future hour
내일 저녁에 | tomorrow evening | future moment hour
다음 주에 | next week | future
다음 달에 | next month | future far
내년에 | next year | future far
이번 주말에 | this weekend | future
곧 | soon | future moment
나중에 | later | future
매일 | every day | habit
매일 아침 | every morning | habit hour
매일 저녁 | every evening | habit moment hour
매주 | every week | habit
주말마다 | every weekend | habit
일요일마다 | every Sunday | habit
지금 | now | now
오늘 | today | day
월요일에 | on Monday | any
화요일에 | on Tuesday | any
수요일에 | on Wednesday | any
목요일에 | on Thursday | any
금요일에 | on Friday | any
토요일에 | on Saturday | any
일요일에 | on Sunday | any
아침에 | in the morning | any hour
오후에 | in the afternoon | any hour
저녁에 | in the evening | any moment hour
밤에 | at night | any moment hour
새벽에 | at dawn | any moment hour
주말에 | on the weekend | any
점심시간에 | at lunchtime | any moment hour
여름에 | in summer | season far
겨울에 | in winter | season far
봄에 | in spring | season far
가을에 | in fall | season far
방학에 | during the vacation | season far
)";

/// Korean | English; for actions that last.
extern const char* const durations_table = R"(
한 시간 동안 | for an hour
두 시간 동안 | for two hours
세 시간 동안 | for three hours
삼십 분 동안 | for thirty minutes
하루 종일 | all day
오랫동안 | for a long time
아침부터 밤까지 | from morning to night
월요일부터 금요일까지 | from Monday to Friday
아홉 시부터 여섯 시까지 | from nine to six
저녁까지 | until evening
열두 시까지 | until twelve
)";

}  // namespace naru::grammar
