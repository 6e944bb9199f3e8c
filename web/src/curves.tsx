// The charts over time and over length. Observable Plot draws them as SVG in the page's own colours and fonts.
import * as Plot from "@observablehq/plot";
import { useCallback, useState } from "preact/hooks";
import { Chart } from "./chart";
import { type Words, useWords } from "./language";
import { type Drawn, colour, dash, hover } from "./marks";
import { Choice, Legend } from "./parts";
import type { Model, Report } from "./schema";
import { type Axis, type LengthPoint, type Point, byLength, curves, isFigure, nearest, thin } from "./series";
import type { TableData } from "./table";

export function Curves({ report }: { report: Report }) {
  const { models, settings } = report;
  return (
    <div class="charts">
      <LossChart models={models} />
      {models.some((model) => model.history.some((row) => isFigure(row.bleu))) && <DevChart models={models} />}
      {models.some((model) => model.bleu_by_length?.length) && (
        <LengthChart models={models} longest={settings.longest_training_sentence} />
      )}
    </div>
  );
}

function LossChart({ models }: { models: Model[] }) {
  const words = useWords();
  const [axis, setAxis] = useState<Axis>("seconds");
  const [scale, setScale] = useState<"linear" | "log">("linear");
  const draw = useCallback((width: number, height?: number) => {
    const points = curves(models, "loss", axis).filter((point) => scale === "linear" || point.y > 0);
    return Plot.plot({
      ...frame(width, height), ...colours(models),
      x: { label: axisLabel(words, axis), ticks: Math.min(8, width / 90), grid: false },
      y: { label: words.loss, type: scale, grid: true, ...(scale === "log" ? { ticks: 6, tickFormat: "~g" } : { zero: true }) },
      marks: [...lines(models, points), ...hover(points, beside(points, (loss) => words.number(loss, 3), (point) => moment(words, axis, point)))],
    });
  }, [models, axis, scale, words.code]);
  return (
    <Chart
      id="loss" title={words.lossTitle} note={words.lossNote} draw={draw} legend={<Legend models={models} />}
      controls={
        <>
          <AxisChoice axis={axis} onChange={setAxis} />
          <Choice label={words.vertical} value={scale} onChange={setScale}
            options={[{ value: "linear", label: words.linear }, { value: "log", label: words.log }]} />
        </>
      }
      table={pointTable(words, thinned(models, curves(models, "loss", axis)), words.loss, 3)}
    />
  );
}

function DevChart({ models }: { models: Model[] }) {
  const words = useWords();
  const [axis, setAxis] = useState<Axis>("seconds");
  const draw = useCallback((width: number, height?: number) => {
    const points = curves(models, "bleu", axis);
    return Plot.plot({
      ...frame(width, height), ...colours(models),
      x: { label: axisLabel(words, axis), ticks: Math.min(8, width / 90) },
      y: { label: "BLEU", grid: true, zero: true, nice: true },
      marks: [...lines(models, points), Plot.dot(points, { x: "x", y: "y", fill: "model", r: 3 }),
        ...hover(points, beside(points, words.score, (point) => moment(words, axis, point)))],
    });
  }, [models, axis, words.code]);
  return (
    <Chart
      id="dev-bleu" title={words.devTitle} note={words.devNote} draw={draw} legend={<Legend models={models} />}
      controls={<AxisChoice axis={axis} onChange={setAxis} />}
      table={pointTable(words, thinned(models, curves(models, "bleu", axis)), "BLEU", 1)}
    />
  );
}

function LengthChart({ models, longest }: { models: Model[]; longest?: number }) {
  const words = useWords();
  const draw = useCallback((width: number, height?: number) => {
    const points = byLength(models);
    const marks = longest === undefined ? [] : [longest];
    return Plot.plot({
      ...frame(width, height), ...colours(models), marginTop: 34,
      x: { label: words.wordsAxis, ticks: Math.min(8, width / 90) },
      y: { label: "BLEU", grid: true, zero: true, nice: true },
      marks: [
        Plot.ruleX(marks, { stroke: "var(--muted)", strokeDasharray: "2 3" }),
        Plot.text(marks, { x: (d: number) => d, frameAnchor: "top", lineAnchor: "bottom", dy: -5, text: (d: number) => `${words.longest}: ${d}`, fill: "var(--muted)" }),
        ...lines(models, points), Plot.dot(points, { x: "x", y: "y", fill: "model", r: 3.5 }),
        ...hover(points, beside(points, words.score, (point) => `${words.wordsRange(point.from, point.to)} · ${words.sentences(words.number(point.sentences))}`)),
      ],
    });
  }, [models, longest, words.code]);
  return (
    <Chart id="bleu-by-length" title={words.lengthTitle} note={words.lengthNote} draw={draw} legend={<Legend models={models} />}
      table={lengthTable(words, byLength(models), models)} />
  );
}

const frame = (width: number, height?: number) => ({
  width, height: height ?? Math.round(Math.min(360, Math.max(240, width * 0.55))), marginLeft: 44, marginBottom: 40, marginRight: 16,
});
const colours = (models: Model[]) => ({
  color: { domain: models.map((model) => model.name), range: models.map((_, index) => colour(index)) },
});
const axisLabel = (words: Words, axis: Axis) => (axis === "seconds" ? words.secondsAxis : words.stepAxis);

/** One line per model, each in its colour and dashes. */
function lines(models: Model[], points: Drawn[]) {
  return models.map((model, index) =>
    Plot.line(points.filter((point) => point.model === model.name), {
      x: "x", y: "y", stroke: colour(index), strokeDasharray: dash(index), strokeWidth: 2, strokeLinejoin: "round",
    }));
}

/** What is said beside the pointer: the place, and what every model has near it. */
function beside<T extends Drawn>(points: T[], value: (y: number) => string, place: (point: T) => string) {
  const xs = points.map((point) => point.x);
  const reach = (Math.max(...xs) - Math.min(...xs)) / 25;
  return (point: T) => [place(point), ...nearest(points, point.x, reach).map(({ model, y }) => `${model}  ${value(y)}`)].join("\n");
}

const moment = (words: Words, axis: Axis, { row }: Point) =>
  axis === "seconds" ? words.clock(row.seconds) : words.steps(words.number(row.step));

function AxisChoice({ axis, onChange }: { axis: Axis; onChange: (axis: Axis) => void }) {
  const words = useWords();
  return (
    <Choice label={words.horizontal} value={axis} onChange={onChange}
      options={[{ value: "seconds", label: words.seconds }, { value: "step", label: words.step }]} />
  );
}

/** At most a dozen points of each model, its last among them. */
const thinned = (models: Model[], points: Point[]) =>
  models.flatMap((model) => thin(points.filter((point) => point.model === model.name), 12).map((group) => group[group.length - 1]!));

function pointTable(words: Words, points: Point[], measure: string, digits: number): TableData {
  return {
    head: [words.model, words.secondsAxis, words.stepAxis, measure], digits: [undefined, 1, 0, digits],
    rows: points.map((point) => [point.model, point.row.seconds, point.row.step, point.y]),
  };
}

function lengthTable(words: Words, points: LengthPoint[], models: Model[]): TableData {
  const buckets = [...new Map(points.map((point) => [point.from, point])).values()].sort((a, b) => a.from - b.from);
  return {
    head: [words.wordsAxis, words.sentences(""), ...models.map((model) => model.name)], digits: [undefined, 0, ...models.map(() => 1)],
    rows: buckets.map((bucket) => [`${bucket.from}–${bucket.to}`, bucket.sentences,
      ...models.map((model) => points.find((point) => point.model === model.name && point.from === bucket.from)?.y)]),
  };
}
