#include "naru/data/phrases/lecture.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "naru/data/phrases/cuts.h"

namespace naru::grammar {
namespace {
struct Row {
  std::string_view korean, english;
  std::string_view alignment;  // as `alignment_line` writes it
  std::string_view roles;      // of the Korean words
  std::string_view pieces;     // of the Korean words, cut at '|'
  int subject, verb;
  std::string_view homonyms;  // word:cue:sense, comma between
};

constexpr std::array<Row, 17> table = {{
    {"그는 은행에 갔다", "He went to the bank", "0-0 1p2 1p3 1-4 2-1", "subject goal verb", "그|는 은행|에 갔|다", 0, 2,
     "1:2:bank"},
    {"강가 은행에 앉아있다", "I am sitting on the river bank", "0-5 1p3 1p4 1-6 2p0 2p1 2-2", "modifier place verb",
     "강가 은행|에 앉|아있다", -1, 2, "1:0:river bank"},
    {"철수는 영희에게 자신이 어제 산 책을 선물했다", "Cheolsu gave Younghee the book he bought yesterday",
     "0-0 1-2 2-5 3-7 4-6 5p3 5-4 6-1", "subject recipient subject time verb object verb",
     "철수|는 영희|에게 자신|이 어제 산 책|을 선물했|다", 0, 6, ""},
    {"나는 사과를 먹는다", "I eat an apple", "0-0 1p2 1-3 2-1", "subject object verb", "나|는 사과|를 먹|는다", 0, 2,
     "1:2:apple"},
    {"나는 학교에 간다", "I go to school", "0-0 1p2 1-3 2-1", "subject goal verb", "나|는 학교|에 간|다", 0, 2, ""},
    {"철수는 어제 도서관에서 공부했다", "Cheolsu studied in the library yesterday", "0-0 1-5 2p2 2p3 2-4 3-1",
     "subject time place verb", "철수|는 어제 도서관|에서 공부했|다", 0, 3, ""},
    {"어제 친구를 만나서 오랜만에 영화를 보고 맛있는 저녁을 먹고 커피를 마시며 이야기를 나누다가 집에 늦게 돌아왔다",
     "Yesterday I met a friend, watched a movie for the first time in a while, had a delicious dinner, talked over "
     "coffee "
     "and came home late",
     "0-0 1p3 1-4 2p1 2-2 3p8 3p9 3-10 3-11 3p12 3p13 3-14 4p6 4-7 5-5 6-17 7p16 7-18 8-15 9-21 10-20 11-19 12-19 "
     "12p22 "
     "13-24 14-25 15-23",
     "time object verb manner object verb modifier object verb object verb fixed verb goal manner verb",
     "어제 친구|를 만나|서 오랜만|에 영화|를 보|고 맛있|는 저녁|을 먹|고 커피|를 마시|며 이야기|를 나누|다가 집|에 "
     "늦|게 돌아왔|다",
     -1, 15, ""},
    {"철수는 영희에게 자신이 어제 친구와 함께 간 영화관에서 본 영화가 매우 재미있었다고 말했다",
     "Cheolsu told Younghee that the movie he saw at the theater he went to with a friend yesterday was very fun",
     "0-0 1-2 2-6 3-17 4p14 4p15 4-16 5p14 6p11 6-12 6p13 7p8 7p9 7-10 8-7 9p4 9-5 10-19 11p18 11-20 12-1 12p3",
     "subject recipient subject time companion companion verb place verb subject degree verb verb",
     "철수|는 영희|에게 자신|이 어제 친구|와 함께 간 영화관|에서 본 영화|가 매우 재미있|었|다고 말했|다", 0, 12, ""},
    {"그는 돈을 찾으러 은행에 갔다", "He went to the bank to withdraw money", "0-0 1-7 2p5 2-6 3p2 3p3 3-4 4-1",
     "subject fixed verb goal verb", "그|는 돈|을 찾|으러 은행|에 갔|다", 0, 4, "3:2:bank"},
    {"그는 강가 은행에 앉았다", "He sat on the river bank", "0-0 1-4 2p2 2p3 2-5 3-1", "subject modifier place verb",
     "그|는 강가 은행|에 앉|았|다", 0, 3, "2:1:river bank"},
    {"개가 고양이를 쫓았다", "The dog chased the cat", "0p0 0-1 1p3 1-4 2-2", "subject object verb",
     "개|가 고양이|를 쫓|았|다", 0, 2, ""},
    {"고양이가 개를 쫓았다", "The cat chased the dog", "0p0 0-1 1p3 1-4 2-2", "subject object verb",
     "고양이|가 개|를 쫓|았|다", 0, 2, ""},
    {"철수는 영희에게 예쁜 꽃을 선물했다", "Cheolsu gave Younghee a pretty flower", "0-0 1-2 2-4 3p3 3-5 4-1",
     "subject recipient modifier object verb", "철수|는 영희|에게 예쁜 꽃|을 선물했|다", 0, 4, ""},
    {"어제 친구를 만나서 영화를 보고 저녁을 먹고 커피를 마시며 이야기를 나누다가 밤 11시에 집에 돌아왔는데 부모님께서 "
     "걱정하셨다고 말씀하셨다",
     "Yesterday I met a friend, watched a movie, had dinner, talked over coffee and came home at 11 p.m., and my "
     "parents "
     "said they had been worried",
     "0-0 1p3 1-4 2p1 2-2 3p6 3-7 4-5 5-9 6-8 7-12 8-11 9-10 10-10 10p13 11-18 12p16 12-17 13-15 14-14 14p19 15p20 "
     "15-21 "
     "16p23 16p24 16p25 16-26 17-22",
     "time object verb object verb object verb object verb fixed verb time time goal verb subject verb verb",
     "어제 친구|를 만나|서 영화|를 보|고 저녁|을 먹|고 커피|를 마시|며 이야기|를 나누|다가 밤 11시|에 집|에 "
     "돌아왔|는데 부모님|께서 "
     "걱정하|셨|다고 말씀하셨|다",
     15, 17, "11:12:night"},
    {"철수는 영희에게 자신이 어제 친구와 함께 본 영화가 매우 재미있었다고 말했다",
     "Cheolsu told Younghee that the movie he watched with a friend yesterday was very fun",
     "0-0 1-2 2-6 3-11 4p8 4p9 4-10 5p8 6-7 7p4 7-5 8-13 9p12 9-14 10-1 10p3",
     "subject recipient subject time companion companion verb subject degree verb verb",
     "철수|는 영희|에게 자신|이 어제 친구|와 함께 본 영화|가 매우 재미있|었|다고 말했|다", 0, 10, ""},
    {"그는 집에 있다", "He is at home", "0-0 1p2 1-3 2-1", "subject place verb", "그|는 집|에 있|다", 0, 2, ""},
    {"철수는 영희에게 자신이 좋아하는 책을 선물했다", "Cheolsu gave Younghee a book that he likes",
     "0-0 1-2 2-6 3p5 3-7 4p3 4-4 5-1", "subject recipient subject verb object verb",
     "철수|는 영희|에게 자신|이 좋아하|는 책|을 선물했|다", 0, 5, ""},
}};

std::vector<AlignmentLink> links(std::string_view text) {
  std::vector<AlignmentLink> result;
  for (const std::string& link : split_words(text)) {
    const size_t mark = link.find_first_of("-p");
    result.push_back({std::atoi(link.c_str()), std::atoi(link.c_str() + mark + 1), link[mark] == '-'});
  }
  return result;
}

std::vector<std::string> fields(std::string_view text, char separator) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    result.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

Phrase phrase(const Row& row) {
  Phrase result;
  result.korean = row.korean;
  result.english = row.english;
  result.alignment = links(row.alignment);
  const auto words = split_words(row.korean), roles = split_words(row.roles), pieces = split_words(row.pieces);
  for (size_t i = 0; i < words.size(); ++i) {
    const auto cut = fields(pieces[i], '|');
    result.words.push_back({words[i], cut[0], roles[i], cut});
  }
  for (const std::string& text : fields(row.homonyms, ',')) {
    const auto parts = fields(text, ':');
    result.homonyms.push_back({std::atoi(parts[0].c_str()), std::atoi(parts[1].c_str()), parts[2]});
  }
  result.subject = row.subject;
  result.verb = row.verb;
  result.level = "haera";
  return result;
}
}  // namespace

std::vector<Phrase> lecture_phrases() {
  std::vector<Phrase> result;
  for (const Row& row : table) result.push_back(phrase(row));
  return result;
}

bool is_lecture_sentence(std::string_view korean) {
  return std::any_of(table.begin(), table.end(), [&](const Row& row) { return row.korean == korean; });
}

}  // namespace naru::grammar
