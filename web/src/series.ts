// From the report's rows to what the charts draw. Pure functions.
import type { Figure, HistoryRow, Model, Sample } from "./schema";

/** One point of a model's line. `x` and `y` are finite. */
export interface Point {
  model: string;
  x: number;
  y: number;
  row: HistoryRow;
}

export type Axis = "seconds" | "step";
export type Measure = "loss" | "dev_loss" | "bleu";

export const isFigure = (value: Figure | undefined): value is number => typeof value === "number" && Number.isFinite(value);

/** All finite values of `measure` along `axis`, at most about `limit` points a model: neighbours become their mean. */
export function curves(models: Model[], measure: Measure, axis: Axis, limit = 240): Point[] {
  return models.flatMap((model) => {
    const rows = model.history.filter((row) => isFigure(row[measure]) && isFigure(row[axis]));
    return thin(rows, limit).map((group) => ({
      model: model.name,
      x: mean(group.map((row) => row[axis])),
      y: mean(group.map((row) => row[measure] as number)),
      row: group[group.length - 1]!,
    }));
  });
}

/** Consecutive groups of equal size, as many as `limit` allows. */
export function thin<T>(rows: T[], limit: number): T[][] {
  const size = Math.max(1, Math.ceil(rows.length / limit));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

/** Each model's point nearest to `x`, of those nearer than `reach`; in the order of `points`. */
export function nearest<T extends { model: string; x: number }>(points: T[], x: number, reach: number): T[] {
  const found = new Map<string, T>();
  for (const point of points) {
    const known = found.get(point.model);
    if (Math.abs(point.x - x) < Math.min(reach, known ? Math.abs(known.x - x) : Infinity)) found.set(point.model, point);
  }
  return [...found.values()];
}

export interface LengthPoint {
  model: string;
  /** The bucket's middle, and its BLEU. */
  x: number;
  y: number;
  from: number;
  to: number;
  sentences: number;
}

/** BLEU at the middle of each bucket that holds sentences. */
export function byLength(models: Model[]): LengthPoint[] {
  return models.flatMap((model) =>
    (model.bleu_by_length ?? [])
      .filter((bucket) => isFigure(bucket.bleu) && bucket.sentences > 0)
      .map((bucket) => ({
        model: model.name,
        x: (bucket.from + bucket.to) / 2,
        y: bucket.bleu as number,
        from: bucket.from,
        to: bucket.to,
        sentences: bucket.sentences,
      })),
  );
}

/** The moments at which any model was asked for the watched sentences, in order, each once. */
export function sampleTimes(models: Model[]): number[] {
  const times = models.flatMap((model) => (model.samples_over_time ?? []).map((sample) => sample.seconds));
  return [...new Set(times)].sort((a, b) => a - b);
}

/** What the model last said at or before `seconds`; undefined before its first sample. */
export function sampleAt(samples: Sample[] | undefined, seconds: number): Sample | undefined {
  return (samples ?? []).filter((sample) => sample.seconds <= seconds).reduce<Sample | undefined>(
    (latest, sample) => (latest && latest.seconds > sample.seconds ? latest : sample),
    undefined,
  );
}

/** The best of the figures, or undefined when fewer than two can be compared. */
export function best(values: (Figure | undefined)[], order: "highest" | "lowest" = "highest"): number | undefined {
  const figures = values.filter(isFigure);
  if (figures.length < 2) return undefined;
  return order === "highest" ? Math.max(...figures) : Math.min(...figures);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
