// What a report of the laboratory holds (`naru claims`, `naru compare`, `naru explain`): the JSON that the C++ side writes into the page.
// docs/report.md says the same for readers of C++. The page computes no figure and no verdict.
import type { AttentionLayer, Figure, Text } from "./schema";

export interface LaboratoryReport {
  kind: "claims" | "compare" | "explain";
  title: Text;
  created_by: string;
  /** Of the page until the reader chooses. */
  language?: "ko" | "en";
  settings?: Card;
  /** In the lecture's order. */
  experiments: Experiment[];
  claims: Claim[];
}

/** By what, on what, how long. */
export interface Card {
  version?: string;
  effort?: string;
  seed?: number;
  seeds?: number;
  machine?: { processor?: string; isa?: string; threads?: number };
  /** Checksum of the training data; null where none was used. */
  data?: string | null;
  seconds?: Figure;
}

export interface Experiment {
  /** Unique: what the command is asked for. */
  name: string;
  title: Text;
  question?: Text;
  command?: string;
  card?: Card;
  blocks: Block[];
}

export const verdicts = ["holds", "holds if", "agrees", "does not hold", "disagrees", "undecided", "not measured"] as const;
export type Verdict = (typeof verdicts)[number];
export const kinds = ["arithmetic", "measured", "analogue", "cited", "not measurable"] as const;
export type Kind = (typeof kinds)[number];

export interface Claim {
  id: string;
  /** The name of its experiment. */
  experiment: string;
  /** Of the lecture: "2.5". */
  section: string;
  kind: Kind;
  lecture: Text;
  paper: Text;
  /** What must be measured for it to hold; written before the run. */
  rule: Text[];
  measured: Text | null;
  /** One for each rule. */
  intervals?: Interval[];
  /** Independent repetitions, or trials. */
  n: number;
  verdict: Verdict;
  /** Under which it holds: of "holds if". */
  condition?: Text;
  /** Why nothing was measured. */
  reason?: Text;
  seconds?: Figure;
  command?: string;
}

/** A figure with its 95 % interval (null: without end), and the borders of its rule (null or absent: none). */
export interface Interval {
  value: Figure;
  low: Figure;
  high: Figure;
  at_least?: Figure;
  at_most?: Figure;
}

export type Block = TextBlock | PlotBlock | TableBlock | HeatBlock | AttentionBlock | ExamplesBlock;

export interface TextBlock {
  type: "text";
  text: Text;
}

export interface PlotBlock {
  type: "plot";
  /** Unique in the report: the name of what is saved from it. */
  id: string;
  title: Text;
  note: Text;
  x: PlotAxis;
  y: PlotAxis;
  series: PlotSeries[];
}

export interface PlotAxis {
  label: Text;
  log: boolean;
  /** What x = 0, 1, … stand for: bars instead of lines. */
  categories?: Text[];
}

export interface PlotSeries {
  name: Text;
  /** A formula's, or the lecture's own numbers: drawn thin and dashed. */
  theory: boolean;
  points: PlotPoint[];
}

export interface PlotPoint {
  x: number;
  y: number;
  low?: Figure;
  high?: Figure;
}

export interface TableBlock {
  type: "table";
  title: Text;
  note: Text;
  head: Text[];
  rows: (Text | Figure)[][];
}

export interface HeatBlock {
  type: "heat";
  id: string;
  title: Text;
  note: Text;
  rows: { label: Text; names: string[] };
  columns: { label: Text; names: string[] };
  /** values[row][column] */
  values: Figure[][];
}

export interface AttentionBlock {
  type: "attention";
  id: string;
  title: Text;
  note: Text;
  maps: NamedMap[];
}

export interface NamedMap {
  name: Text;
  source: string[];
  target: string[];
  layers: AttentionLayer[];
  /** Known alignments: [source, target]. */
  gold?: [number, number][];
}

export interface ExamplesBlock {
  type: "examples";
  title: Text;
  lines: { source: string; reference: string; translations: { name: string; text: string }[]; note?: Text }[];
}

/** How many claims have each verdict, in the order of `verdicts`, those without any left out. */
export function countVerdicts(claims: Claim[]): { verdict: Verdict; count: number }[] {
  return verdicts
    .map((verdict) => ({ verdict, count: claims.filter((claim) => claim.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
}

/** Those whose verdict and kind were chosen; where none was chosen, any. */
export function chosenClaims(claims: Claim[], chosenVerdicts: readonly Verdict[], chosenKinds: readonly Kind[]): Claim[] {
  const fits = <T>(chosen: readonly T[], one: T) => chosen.length === 0 || chosen.includes(one);
  return claims.filter((claim) => fits(chosenVerdicts, claim.verdict) && fits(chosenKinds, claim.kind));
}
