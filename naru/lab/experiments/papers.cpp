// The lecture's claims that nothing here can run, each beside its paper: scores of large corpora, sizes and families of
// pre-trained models, names and years. One that can be counted in the lecture's own sentence is counted.
#include "naru/lab/experiment.h"
#include "naru/text/words.h"

namespace naru {
namespace {

Findings run_papers(Laboratory&) {
  Findings findings;
  const auto four = static_cast<double>(words_of("나는 학교에 간다").size());
  const auto counted = [](double words) {
    return Bilingual(fmt::format("{:.0f}어절", words), fmt::format("{:.0f} words", words));
  };
  findings.measured["four-words"] = {.text = counted(four), .intervals = {exactly(four)}};
  findings.say(
      {"아래의 주장은 이 기계에서 잴 수 없다. 논문의 값과 나란히 적고, 무엇이 다른지 밝힌다.",
       "What follows cannot be measured on this machine: it stands beside the papers' figures, with what differs."});
  return findings;
}

Claim cited(std::string id, std::string section, Bilingual lecture, Bilingual paper, Bilingual reason) {
  return {.id = std::move(id),
          .section = std::move(section),
          .lecture = std::move(lecture),
          .paper = std::move(paper),
          .kind = Kind::cited,
          .reason = std::move(reason)};
}

/// Section 6.1: WMT 2014 English to German.
std::vector<Claim> score_claims() {
  return {cited("bleu-plain", "6.1", {"Seq2Seq (기본): 24.5 BLEU", "Seq2Seq (plain): 24.5 BLEU"},
                {"Luong 2015 표 1, newstest2014: 기본 LSTM 11.3, 역순 12.6, 드롭아웃까지 14.0",
                 "Luong 2015 Table 1, newstest2014: plain LSTM 11.3, reversed 12.6, with dropout 14.0"},
                {"24.5는 어느 논문에도 없다. 10점 넘게 높다. WMT14 450만 쌍의 학습은 여기서 할 수 없다",
                 "no paper has 24.5; it is over 10 points too high. Training on WMT14's 4.5 million pairs is out of "
                 "reach here"}),
          cited("bleu-attention", "6.1", {"Seq2Seq + Attention: 26.8 BLEU", "Seq2Seq + attention: 26.8 BLEU"},
                {"Luong 2015 표 1: 전역 어텐션 16.8, 단일 모델 최고 20.9, 8개 앙상블 23.0. GNMT(Wu 2016): 단일 24.6, "
                 "앙상블 26.30",
                 "Luong 2015 Table 1: global attention 16.8, best single model 20.9, ensemble of eight 23.0. GNMT (Wu "
                 "2016): single "
                 "24.6, ensemble 26.30"},
                {"단일 모델의 값이 아니다. 26.75는 영어-프랑스어의 RNNsearch-50이다 (Bahdanau 2014 표 1)",
                 "no single model's score; 26.75 is RNNsearch-50 on English–French (Bahdanau 2014, Table 1)"}),
          cited("bleu-base", "6.1", {"Transformer Base: 27.3 BLEU", "Transformer base: 27.3 BLEU"},
                {"Vaswani 2017 표 2: 27.3 (체크포인트 5개 평균, 빔 4)",
                 "Vaswani 2017 Table 2: 27.3 (mean of 5 checkpoints, beam 4)"},
                {"논문과 같다. 단, 토큰화한 BLEU이며 sacreBLEU로는 비슷한 모델이 24.4–26.9이다",
                 "as in the paper; but it is tokenised BLEU: by sacreBLEU comparable models have 24.4–26.9"}),
          cited("bleu-big", "6.1", {"Transformer Big: 28.4 BLEU", "Transformer big: 28.4 BLEU"},
                {"Vaswani 2017 표 2: 28.4", "Vaswani 2017 Table 2: 28.4"},
                {"논문과 같다. 단, LSTM에 멀티 헤드 어텐션을 둔 RNMT+는 28.5이다 (Chen 2018)",
                 "as in the paper; but RNMT+, an LSTM with multi-head attention, has 28.5 (Chen 2018)"})};
}

/// Sections 6.2 to 6.4: sizes and transfer.
std::vector<Claim> transfer_claims() {
  return {
      cited("big-plus-four", "6.2", {"Transformer Big: 성능 +4 %", "Transformer big: +4 % performance"},
            {"Vaswani 2017 표 2: 27.3 → 28.4", "Vaswani 2017 Table 2: 27.3 → 28.4"},
            {"+1.1 BLEU이다. 상대값으로 4.0 %이지만 BLEU의 비율은 알맞은 단위가 아니다",
             "that is +1.1 BLEU; 4.0 % of it, but a share of a BLEU score is a poor unit"}),
      cited("bert-large-plus-five", "6.2", {"BERT Large: +5 %", "BERT large: +5 %"},
            {"Devlin 2019 표 1: GLUE 평균 79.6 → 82.1", "Devlin 2019 Table 1: GLUE average 79.6 → 82.1"},
            {"평균은 +2.5점이다 (상대 3.1 %). 과제마다 다르다: CoLA +8.4, RTE +3.7",
             "the average gains 2.5 points (3.1 %); tasks differ: CoLA +8.4, RTE +3.7"}),
      cited("one-pretrained-model", "6.3",
            {"하나의 사전 학습된 모델을 다양한 태스크에; 미세 조정은 수시간~수일",
             "one pre-trained model for many tasks; fine-tuning in hours to days"},
            {"Devlin 2019 §3.2: 과제 11개, 미세 조정은 클라우드 TPU 하나로 1시간 이내",
             "Devlin 2019 §3.2: eleven tasks, fine-tuned within an hour on one Cloud TPU"},
            {"논문과 같다. 사전 학습된 모델이 있어야 잴 수 있다",
             "as in the paper; measuring it needs a pre-trained model"}),
      cited("dall-e", "6.4", {"DALL-E는 Transformer의 변형", "DALL-E is a variant of the Transformer"},
            {"Ramesh 2021: 파라미터 120억의 자기회귀 Transformer. DALL-E 2(2022)부터는 확산 모델",
             "Ramesh 2021: an autoregressive Transformer of 12 billion parameters; since DALL-E 2 (2022) diffusion"},
            {"첫 판에 대해서만 맞다", "true of the first version only"}),
      cited("gpt-4", "7.3", {"GPT-4: 추정 1T+", "GPT-4: an estimated 1T+ parameters"},
            {"발표되지 않았다 (OpenAI 2023)", "not published (OpenAI 2023)"},
            {"확인할 수 없다", "it cannot be checked"})};
}

/// Section 7.3: families of sparse attention, by the Long Range Arena (Tay 2021).
std::vector<Claim> sparse_claims() {
  return {
      cited("linformer", "7.3", {"Linformer: O(n²) → O(n)", "Linformer: O(n²) → O(n)"},
            {"Wang 2020: O(n · k), k는 고정. Tay 2021(LRA) 4K: 5.5배 빠르고 0.99 GB 대 9.48 GB, 평균 51.36 대 54.39",
             "Wang 2020: O(n · k) with k fixed. Tay 2021 (LRA) at 4K: 5.5 times faster, 0.99 against 9.48 GB, average "
             "51.36 "
             "against 54.39"},
            {"맞지만 값을 치른다: 최대 길이가 정해져 있고, 앞만 보게 할 수 없으며, 정확도가 낮다",
             "true at a price: a fixed greatest length, not causal, lower accuracy"}),
      cited("reformer", "7.3", {"Reformer: Locality-Sensitive Hashing 활용", "Reformer: locality-sensitive hashing"},
            {"Kitaev 2020: O(L log L)와 가역 층. Tay 2021 4K: 속도 0.8배, 2.28 GB",
             "Kitaev 2020: O(L log L) and reversible layers. Tay 2021 at 4K: 0.8 times the speed, 2.28 GB"},
            {"맞지만 실제로는 느리다. 메모리는 준다", "true, but slower in practice; memory falls"}),
      cited("longformer", "7.3", {"Longformer: 로컬 + 글로벌 Attention", "Longformer: local and global attention"},
            {"Beltagy 2020: O(n · w), w는 창의 폭. Tay 2021: 평균 53.46",
             "Beltagy 2020: O(n · w), w the window. Tay 2021: average 53.46"},
            {"논문과 같다", "as in the paper"}),
      cited("bigbird", "7.3", {"BigBird: Sparse Attention 패턴", "BigBird: a sparse attention pattern"},
            {"Zaheer 2020: 창 + 전역 + 무작위, 최대 8배 긴 입력. Tay 2021: 평균 55.01로 가장 높다",
             "Zaheer 2020: window, global and random, inputs up to 8 times longer. Tay 2021: the best average, 55.01"},
            {"논문과 같다. 단, 4K에서 1.1배 빠를 뿐이다", "as in the paper; but only 1.1 times faster at 4K"})};
}

std::vector<Claim> history_claims() {
  return {
      cited("who-and-when", "1.2",
            {"2014년 구글과 몬트리올 대학, 2017년 Google Brain", "2014 Google and Montreal, 2017 Google Brain"},
            {"Sutskever 2014(구글), Cho 2014와 Bahdanau 2014(몬트리올), Vaswani 2017(Brain, Research, 토론토 대학)",
             "Sutskever 2014 (Google), Cho 2014 and Bahdanau 2014 (Montreal), Vaswani 2017 (Brain, Research, Toronto)"},
            {"논문과 같다", "as in the papers"}),
      cited("one-diagram-twice", "4.1.2",
            {"그림 두 장의 제목이 모두 “Transformer”", "two diagrams, both titled “Transformer”"},
            {"논문의 주장이 아니다", "no paper's claim"},
            {"편집의 실수로 보인다. 하나는 Seq2Seq의 그림이어야 한다",
             "a slip of the editor, it seems: one should be the Seq2Seq's"})};
}

/// What the lecture counts, exactly that many or not.
Claim counted_words(std::string id, std::string section, Bilingual lecture, Bilingual rule, double words) {
  return {.id = std::move(id),
          .section = std::move(section),
          .lecture = std::move(lecture),
          .paper = {"강의의 문장 자체", "the lecture's own sentence"},
          .kind = Kind::arithmetic,
          .rules = {{.text = std::move(rule), .at_least = words, .at_most = words}}};
}

std::vector<Claim> papers_claims() {
  std::vector<Claim> claims = history_claims();
  claims.push_back(counted_words("four-words", "5.1", {"“나는 학교에 간다” (4단어)", "나는 학교에 간다 (4 words)"},
                                 {"어절이 4개이다", "it has 4 words"}, 4));
  for (const auto& more : {score_claims(), transfer_claims(), sparse_claims()})
    claims.insert(claims.end(), more.begin(), more.end());
  return claims;
}

}  // namespace

Experiment papers_experiment() {
  return {.name = "papers",
          .title = {"논문에만 있는 것", "Only in the papers"},
          .question = {"여기서 잴 수 없는 주장은 논문과 같은가?",
                       "Do the claims that cannot be measured here agree with the papers?"},
          .claims = papers_claims(),
          .run = run_papers};
}

}  // namespace naru
