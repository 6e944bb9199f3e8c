// Prints an invented report (npm run sample > sample.json): what the page is built and tested with. Same bytes every time.
import { readFileSync } from "node:fs";

let seed = 7;
/** Numbers in [0, 1) by a linear congruence (Numerical Recipes' constants). */
const random = () => (seed = (1664525 * seed + 1013904223) % 4294967296) / 4294967296;
const round = (value, digits) => Number(value.toFixed(digits));

const lecture = readFileSync(new URL("../tests/fixtures/korean/lecture.tsv", import.meta.url), "utf8").trim().split("\n").map((line) => {
  const [korean, english, section, mark] = line.split("\t");
  return { section, korean, english, lecture_sense: mark === "lecture-sense" };
});
const watched = [lecture[4], lecture[8], { korean: "철수는 영희에게 자신이 좋아하는 책을 선물했다", english: "Cheolsu gave Younghee the book he likes" }]
  .map(({ korean, english }) => ({ korean, english }));

const wrong = ["the", "a", "to", "went", "book", "school", "friend", "yesterday", "she", "bank", "apple"];
/** The reference with a share of its words lost, doubled or mistaken. */
function damaged(text, share) {
  return text.split(" ").flatMap((word) => {
    if (random() >= share) return [word];
    const kind = random();
    return kind < 0.6 ? [wrong[Math.floor(random() * wrong.length)]] : kind < 0.8 ? [] : [word, word];
  }).join(" ");
}

const kinds = [
  { name: "seq2seq", parameters: 14_212_416, speed: 3120, memory: 812e6, step: 0.31, floor: 1.31, rate: 55, test: 58.2, compose: 31.4, long: 9.7, length: 0.058,
    description: { ko: "LSTM 인코더–디코더 (2014), 어텐션 없음", en: "LSTM encoder–decoder (2014), no attention" } },
  { name: "seq2seq-attention", parameters: 11_034_112, speed: 2410, memory: 905e6, step: 0.36, floor: 0.72, rate: 38, test: 82.9, compose: 61.8, long: 48.3, length: 0.018,
    description: { ko: "양방향 GRU와 덧셈 어텐션 (2014)", en: "bidirectional GRU with additive attention (2014)" } },
  { name: "transformer-tiny", parameters: 3_287_296, speed: 9870, memory: 431e6, step: 0.105, floor: 0.48, rate: 30, test: 88.6, compose: 70.2, long: 44.9, length: 0.02,
    description: { ko: "4층 트랜스포머, 너비 128", en: "Transformer with 4 layers of width 128" } },
];

const minutes = 1.5, seconds = minutes * 60;
const lossAt = (kind, t) => kind.floor + (8.4 - kind.floor) * Math.exp(-t / kind.rate * 2.2) + 0.25 / (1 + t / 9);
const bleuAt = (kind, t) => kind.test / (1 + Math.exp(-(t - kind.rate) / (kind.rate / 4.5))) * 0.99;

function model(kind) {
  const steps = Math.floor(seconds / kind.step);
  const history = [];
  for (let step = 4; step <= steps; step += 4) {
    const t = step * kind.step;
    const row = { seconds: round(t, 2), step, loss: round(lossAt(kind, t) * (1 + 0.05 * (random() - 0.5)), 3) };
    if (Math.floor(t / 10) > Math.floor((t - 4 * kind.step) / 10)) Object.assign(row, { dev_loss: round(lossAt(kind, t) * 1.04, 3), bleu: round(bleuAt(kind, t), 2) });
    history.push(row);
  }
  const samples_over_time = Array.from({ length: 18 }, (_, i) => {
    const t = (i + 1) * 5 - 2 + random() * 2;
    return { seconds: round(t, 1), translations: watched.map((one) => (i === 0 ? "" : damaged(one.english, 1 - bleuAt(kind, t) / 100))) };
  });
  const buckets = [[1, 4], [5, 8], [9, 12], [13, 16], [17, 20], [21, 26], [27, 33], [34, 40]];
  return {
    name: kind.name, description: kind.description, parameters: kind.parameters,
    training_target_tokens_per_second: Math.round(500 / kind.step), target_tokens_per_second: kind.speed,
    peak_bytes: kind.memory, seconds: round(seconds + random(), 1), steps, history,
    scores: Object.fromEntries(["test", "compose", "long"].map((set) => [set, { bleu: kind[set], chrf: round(kind[set] * 0.82 + 17, 1) }])),
    bleu_by_length: buckets.map(([from, to]) => ({ from, to, sentences: Math.round(260 / (1 + to / 12)), bleu: round(Math.min(97, kind.test * 1.14) * Math.exp(-kind.length * Math.max(0, from - 4)), 2) })),
    samples_over_time,
    lecture: lecture.map((line) => damaged(line.english, (1 - kind.compose / 100) * 0.8)),
    ...(kind.name !== "seq2seq" && { attention: attention(kind.name === "transformer-tiny" ? 4 : 1) }),
  };
}

const pieces = [
  [["▁나는", "▁학교", "에", "▁간다", "</s>"], ["▁I", "▁go", "▁to", "▁school", "</s>"], [0, 3, 2, 1, 4]],
  [["▁그는", "▁돈을", "▁찾", "으러", "▁은행", "에", "▁갔다", "</s>"], ["▁He", "▁went", "▁to", "▁the", "▁bank", "▁to", "▁withdraw", "▁money", "</s>"], [0, 6, 5, 4, 4, 3, 2, 1, 7]],
  [["▁철수", "는", "▁영희", "에게", "▁자신이", "▁좋아하", "는", "▁책을", "▁선물", "했다", "</s>"], ["▁Cheolsu", "▁gave", "▁Young", "hee", "▁the", "▁book", "▁he", "▁likes", "</s>"], [0, 8, 2, 2, 7, 7, 4, 5, 10]],
];
/** Rows that sum to 1 with most weight near a word's partner; the first layers are vague. */
function attention(layers) {
  return pieces.map(([source, target, partner]) => ({
    source, target,
    layers: Array.from({ length: layers }, (_, layer) => ({
      name: { ko: `디코더 ${layer + 1}층`, en: `decoder layer ${layer + 1}` },
      heads: Array.from({ length: layers }, () => target.map((_, row) => {
        const raw = source.map((_, column) => Math.exp((0.6 * layer + 1.4) * (column === partner[row] ? 1 : 0) + random() * 1.6 - 0.35 * Math.abs(column - partner[row])));
        const sum = raw.reduce((a, b) => a + b);
        return raw.map((weight) => round(weight / sum, 3));
      })),
    })),
  }));
}

process.stdout.write(JSON.stringify({
  title: { ko: "세 가지 번역기, 같은 시간 (지어낸 예시)", en: "Three translators, equal time (invented sample)" },
  created_by: "naru 0.1.0",
  settings: { minutes, threads: 2, isa: "avx512-bf16", pairs: 60000, longest_training_sentence: 24 },
  models: kinds.map(model),
  baseline: {
    name: { ko: "가장 가까운 학습 문장", en: "nearest training sentence" },
    description: { ko: "배우지 않고, 가장 비슷한 문장의 번역을 그대로 내놓는다", en: "learns nothing, answers with the most similar sentence’s translation" },
    scores: { test: { bleu: 31.2, chrf: 47.9 }, compose: { bleu: 18.8, chrf: 38.1 }, long: { bleu: 6.1, chrf: 25.5 } },
  },
  lecture, watched,
  conclusion: {
    ko: "transformer-tiny가 새 문장(BLEU 88.6)과 새 조합(70.2)에서 가장 높았고 번역도 가장 빨랐습니다(초당 9,870토큰). 긴 문장에서는 seq2seq-attention이 48.3으로 44.9인 transformer-tiny를 앞섰습니다.",
    en: "transformer-tiny scored highest on new sentences (BLEU 88.6) and new combinations (70.2) and translated fastest (9,870 tokens per second). On long sentences seq2seq-attention won, 48.3 against 44.9.",
  },
}) + "\n");
