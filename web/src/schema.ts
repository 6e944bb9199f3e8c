// What the demo's report holds, and what all reports share: the JSON that the C++ side writes into the page's `#naru-data` element.
// docs/report.md says the same for readers of C++. All figures are measured by naru; the page computes none of them.

import type { LaboratoryReport } from "./findings";

/** A text in both languages, or one that is the same in each. */
export type Text = string | { ko: string; en: string };

/** A figure; null where it was not measured or was not finite. The page shows a dash. */
export type Figure = number | null;

export interface Report {
  title: Text;
  /** Program and version, e.g. "naru 0.1.0". */
  created_by: string;
  settings: Settings;
  /** In the order of table, legend and colours. */
  models: Model[];
  /** What a translator without learning reaches; the last row of the table. */
  baseline?: Baseline;
  /** The lecture's sentences; `Model.lecture[i]` translates `lecture[i]`. */
  lecture?: LectureLine[];
  /** The sentences translated again and again while training; the order of `Sample.translations`. */
  watched?: Sentence[];
  /** Computed from the results, never written beforehand. */
  conclusion: Text;
}

export interface Settings {
  /** Training time of each model. */
  minutes: number;
  threads: number;
  /** Instruction set that the kernels chose, e.g. "avx512-bf16". */
  isa: string;
  /** Training pairs. */
  pairs: number;
  /** Source words of the longest training sentence: a mark in the chart by length. */
  longest_training_sentence?: number;
}

/** Scores by test set: "test", "compose", "long", or any other name. */
export type Scores = Record<string, { bleu: Figure; chrf: Figure }>;

export interface Model {
  name: string;
  description: Text;
  parameters: number;
  /** Training. */
  training_target_tokens_per_second?: Figure;
  /** Translating the test set. */
  target_tokens_per_second: Figure;
  /** Of training. */
  peak_bytes: Figure;
  /** Training time and optimizer steps in it. */
  seconds: number;
  steps: number;
  history: HistoryRow[];
  scores: Scores;
  bleu_by_length?: LengthBucket[];
  samples_over_time?: Sample[];
  lecture?: string[];
  /** Absent for a model without attention. */
  attention?: AttentionMap[];
}

/** One optimizer step, or the mean of several; validation figures where the step had a validation. */
export interface HistoryRow {
  seconds: number;
  step: number;
  /** Cross entropy per target token, in nats. */
  loss: Figure;
  dev_loss?: Figure;
  /** BLEU on the dev set. */
  bleu?: Figure;
}

/** Sentences of `from` to `to` source words, both included. */
export interface LengthBucket {
  from: number;
  to: number;
  sentences: number;
  bleu: Figure;
}

/** What the model made of the watched sentences after `seconds` of training. */
export interface Sample {
  seconds: number;
  translations: string[];
}

export interface AttentionMap {
  /** Pieces or words, with the end mark if the model attends to it. */
  source: string[];
  target: string[];
  layers: AttentionLayer[];
}

export interface AttentionLayer {
  name: Text;
  /** What the rows and columns of `heads` are. Default: target rows looking at source columns. */
  rows?: "source" | "target";
  columns?: "source" | "target";
  /** heads[head][row][column]; each row sums to 1. */
  heads: number[][][];
}

export interface Baseline {
  name: Text;
  description?: Text;
  scores: Scores;
  lecture?: string[];
}

export interface Sentence {
  korean: string;
  english: string;
}

export interface LectureLine extends Sentence {
  /** The lecture's section, e.g. "1.1". */
  section: string;
  /** The sense is the lecture's illustration, not standard Korean; the page says so beside it. */
  lecture_sense?: boolean;
}

/** The report in `json`, whose `kind` says which: the laboratory's, or without one the demo's. Error: says which required
 * field is missing. */
export function parseDocument(json: string): Report | LaboratoryReport {
  const report = JSON.parse(json) as Report | LaboratoryReport;
  const missing = "kind" in report ? absent(report, ["title", "created_by", "experiments", "claims"])
    : absent(report, ["title", "created_by", "settings", "models", "conclusion"]);
  if (missing.length > 0) throw new Error(`report: missing ${missing.join(", ")}`);
  return report;
}

const absent = <T>(report: T, required: (keyof T)[]) => required.filter((field) => report[field] === undefined);
