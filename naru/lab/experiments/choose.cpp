// What to choose: for a length, a memory, a latency and a source that may come word by word, what the contenders take
// on this machine and give for it, beside the lecture's own rule of thumb (its table in section 7.2).
#include <algorithm>
#include <cmath>

#include "naru/lab/contenders.h"
#include "naru/lab/experiment.h"
#include "naru/lab/held_out_quality.h"
#include "naru/lab/translator_profile.h"

namespace naru {
namespace {

/// What one row of the lecture's table says of a need; 0 where it says nothing.
struct LectureVote {
  Bilingual criterion, need;
  int for_transformer = 0;  // 1 for it, -1 for Seq2Seq
};

int vote(double value, double seq2seq_below, double transformer_above) {
  return value < seq2seq_below ? -1 : value > transformer_above ? 1 : 0;
}

std::vector<LectureVote> lecture_votes(const Needs& needs) {
  std::vector<LectureVote> votes{{{"시퀀스 길이 (< 20 | > 20)", "sequence length (< 20 | > 20)"},
                                  {fmt::format("{}단어", needs.length), fmt::format("{} words", needs.length)},
                                  vote(static_cast<double>(needs.length), 20, 20)}};
  if (needs.megabytes > 0)
    votes.push_back({{"메모리 (< 2 GB | > 4 GB)", "memory (< 2 GB | > 4 GB)"},
                     fmt::format("{} MB", needs.megabytes),
                     vote(needs.megabytes, 2048, 4096)});
  const bool at_once = needs.streaming || needs.milliseconds > 0;
  votes.push_back({{"실시간 처리 (필수 | 배치 처리 가능)", "real time (required | batches will do)"},
                   at_once ? Bilingual{"필수", "required"} : Bilingual{"배치 처리 가능", "batches will do"},
                   at_once ? -1 : 1});
  return votes;
}

Bilingual architecture(int for_transformer) {
  if (for_transformer == 0) return {"말하지 않음", "says nothing"};
  return for_transformer > 0 ? "Transformer" : "Seq2Seq";
}

/// Shows the rows that apply; gives what most of them say.
Bilingual show_lecture(Findings& findings, const Needs& needs) {
  ReportTable table{.title = {"강의의 기준 (§7.2)", "The lecture's rule of thumb (§7.2)"},
                    .head = {{"기준 (Seq2Seq | Transformer)", "criterion (Seq2Seq | Transformer)"},
                             {"필요", "need"},
                             {"강의의 선택", "the lecture chooses"}},
                    .rows = {}};
  int sum = 0;
  for (const LectureVote& one : lecture_votes(needs)) {
    sum += one.for_transformer;
    table.rows.push_back({to_json(one.criterion), to_json(one.need), to_json(architecture(one.for_transformer))});
  }
  findings.show(table);
  return sum == 0 ? Bilingual{"어느 쪽도 아님", "neither"} : architecture(sum);
}

std::string kilobytes(int64_t bytes) { return fmt::format("{:.1f}", static_cast<double>(bytes) / 1024); }

void show_profiles(Findings& findings, const std::vector<TranslatorProfile>& profiles, const Needs& needs,
                   const std::vector<Phrase>& sentences) {
  double words = 0;
  for (const Phrase& phrase : sentences)
    words += static_cast<double>(word_count(phrase)) / static_cast<double>(sentences.size());
  ReportTable table{
      .title = {fmt::format("이 기계에서 잰 것, {:.1f}단어의 문장 {}개", words, sentences.size()),
                fmt::format("Measured on this machine: {} sentences of {:.1f} words", sentences.size(), words)},
      .head = {{"모델", "model"},
               {"파라미터 (천)", "parameters (thousands)"},
               {"MB", "MB"},
               {"ms/문장", "ms a sentence"},
               {"상태 KB", "state KB"},
               {"두 배 길이에서", "at twice the length"},
               {"단어가 오는 대로 읽기", "reads as words come"},
               {"BLEU", "BLEU"},
               {"충족", "meets the needs"}},
      .rows = {},
      .note = {"MB: 가중치와 번역하는 동안의 텐서. 프로그램 자신은 세지 않는다. 읽기: 그렇게 학습하는 설정",
               "MB: weights, and tensors while translating, not the program itself; reads: the setting to "
               "train it so"}};
  for (const TranslatorProfile& one : profiles)
    table.rows.push_back({one.name, std::round(static_cast<double>(one.parameters) / 1000), one.megabytes,
                          one.milliseconds, kilobytes(one.state), kilobytes(one.twice),
                          one.streams.empty() ? Json() : Json(one.streams), std::round(10 * one.bleu) / 10,
                          to_json(meets(one, needs) ? Bilingual{"예", "yes"} : Bilingual{"아니요", "no"})});
  findings.show(table);
}

void answer(Findings& findings, const std::vector<TranslatorProfile>& profiles, const Needs& needs,
            const Bilingual& lecture) {
  const TranslatorProfile* best = nullptr;
  for (const TranslatorProfile& one : profiles)
    if (meets(one, needs) && (!best || one.bleu > best->bleu)) best = &one;
  if (!best)
    return findings.say({fmt::format("필요를 모두 충족하는 모델이 없다. 강의의 기준: {}.", lecture.korean),
                         fmt::format("No model meets all the needs. The lecture's rule: {}.", lecture.english)});
  findings.say(
      {fmt::format(
           "측정에 따른 선택: {} (충족하는 것 가운데 BLEU가 가장 높다: {:.1f}; {:.1f} MB, {:.1f} ms). 강의의 기준: {}.",
           best->name, best->bleu, best->megabytes, best->milliseconds, lecture.korean),
       fmt::format("By measurement: {} (of those that meet the needs the highest BLEU, {:.1f}; {:.1f} MB, {:.1f} ms). "
                   "The lecture's rule: {}.",
                   best->name, best->bleu, best->megabytes, best->milliseconds, lecture.english)});
}

/// The lecture's three, and where there is time an SSRU student: an attentive encoder, a recurrent decoder.
std::vector<const ModelFolder*> choices(Laboratory& laboratory) {
  std::vector<const ModelFolder*> folders;
  for (const Contender& contender : contenders()) folders.push_back(&laboratory.model(contender.preset));
  if (laboratory.effort() != Effort::full) return folders;
  const int64_t seed = laboratory.options().seed;
  LaboratoryTraining student{.name = fmt::format("transformer-ssru-tiny-{}", seed),
                             .preset = "transformer-ssru-tiny",
                             .settings = contender("transformer-tiny").settings,
                             .minutes = 6};
  student.settings.push_back(fmt::format("seed={}", seed));
  folders.push_back(&laboratory.train(student));
  return folders;
}

/// BLEU of the Transformer less that of the better recurrent model.
Interval transformer_ahead(const std::vector<const ModelFolder*>& folders, const std::vector<Phrase>& sentences) {
  std::vector<Statistics> all;
  for (size_t i = 0; i < 3; ++i) all.push_back(translated(Translator(*folders[i]), pairs_of(sentences), 1).statistics);
  const size_t recurrent = all[0].corpus().value > all[1].corpus().value ? 0 : 1;
  return bleu_difference(all[2], all[recurrent]);
}

void judge_lengths(Laboratory& laboratory, Findings& findings, const std::vector<const ModelFolder*>& folders) {
  const int64_t count = laboratory.by_effort(60, 100, 300);
  const auto judge_one = [&](const char* id, PhraseSplit split) {
    laboratory.progress(fmt::format("translating for {}", id));
    const Interval ahead = transformer_ahead(folders, laboratory.held_out(count, split));
    findings.measured[id] = {
        .text = {fmt::format("Transformer의 BLEU − 나은 순환 모델의 BLEU: {:+.1f} ({:+.1f} … {:+.1f})", ahead.value,
                             ahead.low, ahead.high),
                 fmt::format("the Transformer's BLEU less the better recurrent model's: {:+.1f} ({:+.1f} … {:+.1f})",
                             ahead.value, ahead.low, ahead.high)},
        .intervals = {ahead}};
  };
  judge_one("short-seq2seq", PhraseSplit::test);
  judge_one("long-transformer", PhraseSplit::long_sentences);
}

void judge_resources(Findings& findings, const std::vector<TranslatorProfile>& profiles) {
  const double base =
      static_cast<double>(build(preset("transformer-base"), Params::shapes_only())->params().parameter_count());
  const double gigabytes = 4 * base / (1 << 30), here = profiles[2].megabytes / 1024;
  findings.measured["two-gigabytes"] = {
      .text = {fmt::format("여기의 Transformer는 {:.3f} GB, Transformer base의 가중치는 f32로 {:.2f} GB", here,
                           gigabytes),
               fmt::format("the Transformer here takes {:.3f} GB; Transformer base's weights in f32 are {:.2f} GB",
                           here, gigabytes)},
      .intervals = {exactly(here), exactly(gigabytes)}};
  const double growth = static_cast<double>(profiles[0].twice) / static_cast<double>(profiles[0].state),
               other = static_cast<double>(profiles[2].twice) / static_cast<double>(profiles[2].state);
  findings.measured["constant-state"] = {
      .text = {fmt::format("두 배 길이에서 상태는 {:.2f}배 (seq2seq), {:.2f}배 (transformer-tiny)", growth, other),
               fmt::format(
                   "at twice the length the state is {:.2f} times as large (seq2seq), {:.2f} times (transformer-tiny)",
                   growth, other)},
      .intervals = {exactly(growth), exactly(other)}};
  const bool transformer_streams = !profiles[2].streams.empty();
  findings.measured["streaming-needs-seq2seq"] = {
      .text =
          transformer_streams
              ? Bilingual(fmt::format("Transformer도 {}로 학습하면 단어가 오는 대로 읽는다", profiles[2].streams),
                          fmt::format("trained with {} the Transformer reads as words come too", profiles[2].streams))
              : Bilingual("Transformer는 원문 전체를 기다린다", "the Transformer waits for the whole source"),
      .intervals = {exactly(transformer_streams ? 1 : 0)}};
}

Findings run_choose(Laboratory& laboratory) {
  Findings findings;
  const Needs& needs = laboratory.options().needs;
  const auto folders = choices(laboratory);
  const auto sentences = sentences_near(needs.length, laboratory.by_effort(50, 100, 200),
                                        static_cast<uint64_t>(laboratory.options().seed));
  laboratory.progress("measuring what each takes");
  const auto profiles = profile_translators(folders, sentences, [&] { laboratory.rest(); });
  show_profiles(findings, profiles, needs, sentences);
  answer(findings, profiles, needs, show_lecture(findings, needs));
  judge_lengths(laboratory, findings, folders);
  judge_resources(findings, profiles);
  return findings;
}

std::vector<Claim> choose_claims() {
  return {
      {.id = "two-gigabytes",
       .section = "7.2",
       .lecture = {"메모리: < 2GB면 Seq2Seq, > 4GB면 Transformer",
                   "memory: Seq2Seq below 2 GB, the Transformer above 4 GB"},
       .paper = {"CPU용으로 증류한 Transformer(Bergamot의 tiny11)는 17 MB이다",
                 "a Transformer distilled for CPUs (Bergamot's tiny11) has 17 MB"},
       .rules = {{.text = {"번역하는 Transformer가 2 GB 이상을 쓴다",
                           "a Transformer that translates takes at least 2 GB"},
                  .at_least = 2},
                 {.text = {"Transformer base의 가중치가 f32로 2 GB 이상이다",
                           "Transformer base's weights in f32 take at least 2 GB"},
                  .at_least = 2}}},
      {.id = "short-seq2seq",
       .section = "7.2",
       .lecture = {"시퀀스 길이 < 20이면 Seq2Seq", "sequences shorter than 20: Seq2Seq"},
       .paper = {"Bahdanau 2014 그림 2: 짧은 문장에서는 어텐션이 없어도 떨어지지 않는다",
                 "Bahdanau 2014 Figure 2: on short sentences even the model without attention does not fall"},
       .kind = Kind::analogue,
       .rules =
           {{.text =
                 {"20단어까지의 문장에서 Transformer의 BLEU가 나은 순환 모델보다 높지 않다",
                  "on sentences of up to 20 words the Transformer's BLEU is not above the better recurrent model's"},
             .at_most = 0}}},
      {.id = "long-transformer",
       .section = "7.2",
       .lecture = {"시퀀스 길이 > 20이면 Transformer", "sequences longer than 20: the Transformer"},
       .paper = {"Bahdanau 2014 그림 2: RNNsearch-50은 60단어까지 떨어지지 않는다",
                 "Bahdanau 2014 Figure 2: RNNsearch-50 does not fall up to 60 words"},
       .kind = Kind::analogue,
       .rules =
           {{.text = {"배운 것보다 긴 문장(21–40단어)에서 Transformer의 BLEU가 나은 순환 모델보다 높다",
                      "on sentences longer than any learned (21–40 words) the Transformer's BLEU is above the better "
                      "recurrent model's"},
             .at_least = 0}}},
      {.id = "constant-state",
       .section = "7.2",
       .lecture = {"실시간 스트리밍: Seq2Seq가 유용", "streaming in real time: Seq2Seq is of use"},
       .paper = {"순환 디코더의 상태는 길이와 무관하고, Transformer의 캐시는 길이에 비례한다",
                 "a recurrent decoder's state does not depend on the length; a Transformer's cache grows with it"},
       .rules = {{.text = {"두 배 길이에서 Seq2Seq의 상태가 1 %도 커지지 않는다",
                           "at twice the length Seq2Seq's state is not 1 % larger"},
                  .at_most = 1.01},
                 {.text = {"Transformer의 상태는 1.5배 이상이 된다",
                           "the Transformer's is at least 1.5 times as large"},
                  .at_least = 1.5}}},
      {.id = "streaming-needs-seq2seq",
       .section = "7.2",
       .lecture = {"실시간 처리가 필수면 Seq2Seq, 배치 처리가 가능하면 Transformer",
                   "real time required: Seq2Seq; batches will do: the Transformer"},
       .paper = {"Ma 2019 (wait-k): Transformer가 원문이 오는 대로 번역한다",
                 "Ma 2019 (wait-k): a Transformer translates while the source still comes"},
       .rules = {{.text = {"단어가 오는 대로 읽는 Transformer가 없다 (있으면 1)",
                           "no Transformer reads as words come (1 if one does)"},
                  .at_most = 0}}},
      {.id = "devices-ten-words",
       .section = "7.2",
       .lecture = {"Seq2Seq: 임베디드, 온디바이스, 10단어 이하의 짧은 시퀀스",
                   "Seq2Seq: embedded systems, on devices, sequences of up to 10 words"},
       .paper = {"Kim 2019: CPU에서 가장 빠른 것은 Transformer 인코더와 SSRU(순환) 디코더의 혼합이다",
                 "Kim 2019: fastest on CPUs is a hybrid: a Transformer encoder and an SSRU (recurrent) decoder"},
       .kind = Kind::cited,
       .reason = {"반만 맞다: 온디바이스 번역기는 순환 디코더를 쓰지만 10단어에 그치지 않는다",
                  "half true: translators on devices use recurrent decoders, but not for 10 words only"}}};
}

}  // namespace

Experiment choose_experiment() {
  return {.name = "choose",
          .title = {"무엇을 고를까", "What to choose"},
          .question = {"길이, 메모리, 지연, 스트리밍이 주어지면 이 기계에서는 무엇이 나은가?",
                       "Given a length, a memory, a latency and perhaps a stream: what is best on this machine?"},
          .claims = choose_claims(),
          .run = run_choose,
          .answers_needs = true};
}

}  // namespace naru
