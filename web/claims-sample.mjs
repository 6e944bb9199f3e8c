// Prints an invented report of the laboratory (npm run sample): every block, verdict and kind once at
// least, for building and testing the page. Same bytes every time.
let seed = 11;
/** Numbers in [0, 1) by a linear congruence (Numerical Recipes' constants). */
const random = () => (seed = (1664525 * seed + 1013904223) % 4294967296) / 4294967296;
const round = (value, digits = 4) => Number(value.toPrecision(digits));
const both = (ko, en) => ({ ko, en });

const machine = { processor: "Invented Processor 9000", isa: "AVX3", threads: 2 };
const card = (seconds, data = "1f2e3d4c") => ({ version: "0.1.0", effort: "fast", seed: 1, seeds: 1, machine, seconds, data });
const experiments = [], claims = [];
function experiment(name, title, question, seconds, blocks, ...said) {
  const command = `naru claims ${name} --fast --out out/claims`;
  experiments.push({ name, title, question, command, card: card(seconds), blocks });
  for (const one of said) claims.push({ experiment: name, paper: both("Vaswani 2017 표 1", "Vaswani 2017, Table 1"), n: 1, rule: [], measured: null, ...one, seconds, command });
}
const interval = (value, low, high, at_least = null, at_most = null) => ({ value, low, high, at_least, at_most });

const lengths = [8, 16, 32, 64, 128, 256];
/** A line over lengths with an interval around each point. */
const measured = (name, f, spread) => ({
  name, theory: false,
  points: lengths.map((x) => { const y = f(x) * (0.95 + 0.1 * random()); return { x, y: round(y), low: round(y * (1 - spread)), high: round(y * (1 + spread)) }; }),
});

experiment("bottleneck", both("문맥 벡터의 병목", "The bottleneck of the context vector"),
  both("문장이 길어지면 고정된 벡터 하나로 옮긴 번역은 얼마나 나빠지는가?", "How much worse does a translation through one fixed vector become as the sentence grows?"), 31.6,
  [
    { type: "text", text: both("세 모델을 같은 말뭉치로 같은 시간 동안 가르치고, 길이별로 따로 번역하게 했다. 아래 수치는 모두 지어낸 예시이다.", "Three models trained on the same corpus for the same time and translated each length apart. All figures here are invented.") },
    { type: "plot", id: "bleu-by-length", title: both("문장 길이와 BLEU", "BLEU against sentence length"), note: both("띠는 95% 신뢰 구간이다.", "Bands are 95% intervals."),
      x: { label: both("원문의 어절 수", "words in the source"), log: true }, y: { label: "BLEU", log: false },
      series: [measured(both("어텐션 없는 seq2seq", "seq2seq without attention"), (x) => 62 * Math.exp(-x / 70), 0.08), measured("seq2seq-attention", (x) => 70 - x / 9, 0.05),
        measured("transformer-tiny", (x) => 74 - x / 6, 0.05), { name: both("강의의 예상", "the lecture's expectation"), theory: true, points: lengths.map((x) => ({ x, y: 75 })) }] },
    { type: "examples", title: both("긴 문장의 번역", "Translations of a long sentence"), lines: [
      { source: "어제 친구를 만나서 오랜만에 영화를 보고 맛있는 저녁을 먹고 커피를 마시며 이야기를 나누다가 집에 늦게 돌아왔다", reference: "Yesterday I met a friend, watched a movie, ate a delicious dinner, talked over coffee and came home late",
        translations: [{ name: "seq2seq", text: "Yesterday I met a friend and came home" }, { name: "seq2seq-attention", text: "Yesterday I met a friend, watched a movie, ate dinner and came home late" }, { name: "transformer-tiny", text: "Yesterday I met a friend, watched a movie, ate a delicious dinner, talked over coffee and came home late" }] },
      { source: "그는 강가 은행에 앉았다", reference: "He sat on the river bank", translations: [{ name: "seq2seq", text: "He sat" }, { name: "seq2seq-attention", text: "" }, { name: "transformer-tiny", text: "He sat in the bank" }], note: both("‘은행’을 강가라는 뜻으로 쓴 것은 강의의 예시이며 표준 한국어가 아니다.", "은행 for a river bank is the lecture's illustration, not standard Korean.") }] },
  ],
  { id: "bottleneck", section: "2.4", kind: "analogue", lecture: both("문장이 길어질수록 하나의 벡터에 모든 정보를 압축하기 어려워진다", "The longer the sentence, the harder it is to press everything into one vector"),
    rule: [both("가장 긴 문장의 BLEU가 가장 짧은 문장의 절반 이하이다", "BLEU on the longest sentences is at most half of that on the shortest")],
    measured: both("가장 긴 문장의 BLEU는 가장 짧은 문장의 0.21배이다", "BLEU on the longest is 0.21 of that on the shortest"), intervals: [interval(0.21, 0.14, 0.29, null, 0.5)], n: 400, verdict: "agrees" },
  { id: "length-100", section: "4.4", kind: "analogue", lecture: both("최대 학습 가능 길이는 Seq2Seq 약 100, Transformer 512 이상이다", "The longest length that can be learned is about 100 for Seq2Seq, 512 or more for the Transformer"),
    rule: [both("어텐션 없는 모델의 BLEU가 100어절에서 1보다 작다", "without attention BLEU is below 1 at 100 words")], measured: both("128어절에서 BLEU 9.8", "BLEU 9.8 at 128 words"), intervals: [interval(9.8, 8.1, 11.7, null, 1)], n: 80, verdict: "disagrees" });

const distances = [1, 2, 4, 8, 16, 32, 64];
const gradient = (name, base) => ({ name, theory: false, points: distances.map((x) => ({ x, y: round(base ** x * (0.8 + 0.4 * random())) })) });
experiment("gradient-flow", both("그래디언트의 흐름", "How gradients flow"), both("거리가 멀수록 그래디언트가 0에 가까워지는가?", "Do gradients approach 0 with distance?"), 12.4,
  [
    { type: "plot", id: "gradient-by-distance", title: both("거리와 그래디언트의 크기", "Size of the gradient by distance"), note: "",
      x: { label: both("거리 (토큰)", "distance (tokens)"), log: false }, y: { label: both("그래디언트의 노름", "norm of the gradient"), log: true },
      series: [gradient("tanh RNN", 0.82), gradient("GRU", 0.95), gradient("LSTM", 0.97), gradient("Transformer", 0.999), { name: "0.9^k", theory: true, points: distances.map((x) => ({ x, y: round(0.9 ** x) })) }] },
    { type: "heat", id: "gradient-by-layer", title: both("층과 거리별 그래디언트 변화", "Change of the gradient by layer and distance"), note: both("음수는 학습 뒤에 작아진 것이다.", "Negative: smaller after training."),
      rows: { label: both("층", "layer"), names: ["1", "2", "3", "4"] }, columns: { label: both("거리", "distance"), names: distances.map(String) },
      values: Array.from({ length: 4 }, (_, i) => distances.map((_, j) => (i === 3 && j === 6 ? null : round(2 * random() - 0.8, 3)))) },
  ],
  { id: "gradient-vanishes", section: "5.3", kind: "measured", lecture: both("시퀀스가 길수록 곱셈이 반복되어 그래디언트가 0에 가까워진다", "In long sequences repeated products bring the gradient close to 0"), paper: both("Hochreiter 1997은 tanh RNN에서 그렇다고 하고, LSTM은 이를 막으려고 만들었다", "Hochreiter 1997 says so of the tanh RNN; the LSTM was made against it"),
    rule: [both("tanh RNN: 한 걸음의 비가 0.95 이하이다", "tanh RNN: the ratio of a step is at most 0.95"), both("LSTM: 한 걸음의 비가 0.95 이하이다", "LSTM: the ratio of a step is at most 0.95")],
    measured: both("tanh RNN 0.82, LSTM 0.97", "tanh RNN 0.82, LSTM 0.97"), intervals: [interval(0.82, 0.8, 0.84, null, 0.95), interval(0.97, 0.96, 0.981, null, 0.95)], n: 5, verdict: "holds if", condition: both("tanh RNN일 때", "for the tanh RNN") },
  { id: "powers", section: "5.3", kind: "arithmetic", lecture: both("0.9^10 = 0.349, 0.9^20 = 0.122, 0.9^50 = 0.005", "0.9^10 = 0.349, 0.9^20 = 0.122, 0.9^50 = 0.005"), rule: [both("계산한 값과 0.001 이내로 같다", "within 0.001 of the computed values")],
    measured: both("0.3487, 0.1216, 0.0052", "0.3487, 0.1216, 0.0052"), intervals: [interval(0.0004, 0.0004, 0.0004, null, 0.001)], n: 1, verdict: "holds" });

const source = ["▁나는", "▁학교", "에", "▁간다", "⏎"], target = ["▁I", "▁go", "▁to", "▁school", "⏎"], partner = [0, 3, 2, 1, 4];
/** Rows that sum to 1, with most weight near the partner. */
const heads = (count, rows, columns, at, sharp) => Array.from({ length: count }, () => rows.map((_, i) => {
  const raw = columns.map((_, j) => Math.exp(sharp * (j === at(i)) + random() * 1.5)), sum = raw.reduce((a, b) => a + b);
  return raw.map((one) => Number((one / sum).toFixed(3)));
}));
experiment("attention", both("어텐션과 정렬", "Attention and alignment"), both("어텐션은 서로 번역인 낱말을 찾아내는가?", "Does attention find the words that translate each other?"), 41,
  [{ type: "attention", id: "attention-maps", title: both("번역할 때 본 곳", "Where it looked"), note: both("테두리는 말뭉치가 아는 정렬이다.", "Rings are alignments that the corpus knows."), maps: [
    { name: both("나는 학교에 간다", "나는 학교에 간다"), source, target, gold: [[0, 0], [3, 1], [2, 2], [1, 3]],
      layers: [{ name: both("인코더 1층", "encoder layer 1"), rows: "source", heads: heads(2, source, source, (i) => i, 0.8) }, { name: both("디코더 1층", "decoder layer 1"), heads: heads(4, target, source, (i) => partner[i], 1.2) }, { name: both("디코더 2층", "decoder layer 2"), heads: heads(4, target, source, (i) => partner[i], 2.6) }] },
    { name: both("그는 강가에 앉았다", "그는 강가에 앉았다"), source: ["그는", "강가에", "앉았다"], target: ["He", "sat", "on", "the", "river", "bank"],
      layers: [{ name: both("디코더 2층", "decoder layer 2"), heads: heads(1, [0, 1, 2, 3, 4, 5], [0, 1, 2], (i) => [0, 2, 1, 1, 1, 1][i], 2.2) }] }] }],
  { id: "finds-alignment", section: "3.3", kind: "measured", lecture: both("‘은행에’는 ‘돈을’과 높은 연관성을 가진다", "“은행에” relates strongly to “돈을”"), rule: [both("가장 많이 본 조각이 정답 정렬인 비율이 0.5 이상이다", "the piece looked at most is the aligned one in at least 0.5 of cases")],
    measured: both("0.53 (41개 가운데)", "0.53 (of 41)"), intervals: [interval(0.53, 0.38, 0.67, 0.5, null)], n: 41, verdict: "undecided" });

const places = [both("나는 학교에 간다", "I go to school"), both("긴 이름을 가진 측정 항목 하나", "one item of measurement with a long name"), "n = 512"];
const bars = (name, values, theory = false) => ({ name, theory, points: values.map((y, x) => (theory ? { x, y } : { x, y, low: round(y * 0.8), high: round(y * 1.15) })) });
experiment("cost", both("계산량과 메모리", "Cost in time and memory"), both("길이가 늘어도 시간이 거의 늘지 않는가?", "Does time hardly grow with length?"), 78.2,
  [
    { type: "plot", id: "memory-by-model", title: both("모델별 최대 메모리", "Peak memory by model"), note: "", x: { label: "", log: false, categories: ["n = 10", "n = 50", "n = 100", "n = 512"] }, y: { label: "MB", log: true },
      series: [bars("RNN", [0.02, 0.1, 0.2, 1.05]), bars("Transformer", [0.03, 0.3, 0.9, 14]), bars(both("강의", "lecture"), [0.04, 1, 4, 104], true)] },
    { type: "plot", id: "time-by-sentence", title: both("문장별 시간", "Time by sentence"), note: "", x: { label: "", log: false, categories: places }, y: { label: both("밀리초", "ms"), log: false }, series: [bars("RNN", [1.2, 2.9, 40.5]), bars("Transformer", [1.9, 2.4, 31.7])] },
    { type: "plot", id: "one-point", title: both("점 하나", "A single point"), note: "", x: { label: "n", log: true }, y: { label: both("시간 (초)", "time (s)"), log: true }, series: [{ name: "RNN", theory: false, points: [{ x: 100, y: 0.3, low: 0.2, high: 0.5 }, { x: 0, y: 0 }] }] },
    { type: "table", title: both("길이별 비용", "Cost by length"), note: both("시간은 한 층의 순방향 계산이다.", "Time is one layer's forward pass."), head: ["n", "RNN", "Transformer", both("무엇이 비용을 정하는가", "What decides the cost")],
      rows: [[10, 0.000021, 1536, both("곱셈의 크기가 작아 커널을 부르는 시간이 대부분이다", "products are so small that most of the time goes into calling kernels")], [512, 0.0123, 26_214_400, null]] },
  ],
  { id: "constant-time", section: "4.1", kind: "measured", lecture: both("Transformer의 시간 복잡도는 길이와 관계없이 O(1)이다", "The Transformer's time is O(1) whatever the length"), rule: [both("시간의 지수가 0.2 이하이다", "the exponent of time is at most 0.2")], measured: both("지수 1.31", "exponent 1.31"), intervals: [interval(1.31, 1.24, 1.38, null, 0.2)], n: 9, verdict: "does not hold" },
  { id: "once", section: "5.1", kind: "measured", lecture: both("같은 시간에 더 많이 학습한다", "It learns more in the same time"), rule: [both("처리량의 비가 1 이상이다", "the ratio of throughput is at least 1")], measured: both("1.8 (한 번)", "1.8 (once)"), intervals: [interval(1.8, null, null, 1, null)], n: 1, verdict: "undecided" },
  { id: "twenty-eight-times", section: "5.1", kind: "cited", lecture: both("28배 빠르다", "28 times faster"), paper: both("논문의 연산 수로는 7배이다", "7 times by the papers' operations"), reason: both("강의의 수치는 출처가 없다", "the lecture gives no source"), verdict: "not measured" },
  { id: "gpu", section: "5.1", kind: "not measurable", lecture: both("GPU 사용률 30–50% 대 80–95%", "GPU utilisation of 30–50% against 80–95%"), reason: both("이 컴퓨터에는 GPU가 없다", "this computer has no GPU"), verdict: "not measured" });

process.stdout.write(JSON.stringify({
  kind: "claims", title: both("강의를 다시 재다 (지어낸 예시)", "The lecture, measured again (invented sample)"), created_by: "naru 0.1.0", language: "ko",
  settings: { ...card(163.2), data: undefined }, experiments, claims,
}) + "\n");
