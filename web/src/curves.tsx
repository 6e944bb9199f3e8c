// The charts over time and over length. Observable Plot draws them as SVG in the page's own colours and fonts.
import * as Plot from "@observablehq/plot";
import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { type Words, useWords } from "./language";
import { Chart, Choice, Legend, colour, dash } from "./parts";
import type { Model, Report } from "./schema";
import { type Axis, type LengthPoint, type Point, byLength, curves, isFigure, nearest, thin } from "./series";

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
  const draw = useCallback((width: number) => {
    const points = curves(models, "loss", axis).filter((point) => scale === "linear" || point.y > 0);
    return Plot.plot({
      ...frame(width), ...colours(models),
      x: { label: axisLabel(words, axis), ticks: Math.min(8, width / 90), grid: false },
      y: { label: words.loss, type: scale, grid: true, ...(scale === "log" ? { ticks: 6, tickFormat: "~g" } : { zero: true }) },
      marks: [...lines(models, points), ...hover(points, (loss) => words.number(loss, 3), (point) => moment(words, axis, point))],
    });
  }, [models, axis, scale, words.code]);
  return (
    <Chart
      title={words.lossTitle} note={words.lossNote} draw={draw} legend={<Legend models={models} />}
      controls={
        <>
          <AxisChoice axis={axis} onChange={setAxis} />
          <Choice label={words.vertical} value={scale} onChange={setScale}
            options={[{ value: "linear", label: words.linear }, { value: "log", label: words.log }]} />
        </>
      }
      table={<PointTable points={thinned(models, curves(models, "loss", axis))} measure={words.loss} digits={3} />}
    />
  );
}

function DevChart({ models }: { models: Model[] }) {
  const words = useWords();
  const [axis, setAxis] = useState<Axis>("seconds");
  const draw = useCallback((width: number) => {
    const points = curves(models, "bleu", axis);
    return Plot.plot({
      ...frame(width), ...colours(models),
      x: { label: axisLabel(words, axis), ticks: Math.min(8, width / 90) },
      y: { label: "BLEU", grid: true, zero: true, nice: true },
      marks: [...lines(models, points), Plot.dot(points, { x: "x", y: "y", fill: "model", r: 3 }),
        ...hover(points, words.score, (point) => moment(words, axis, point))],
    });
  }, [models, axis, words.code]);
  return (
    <Chart
      title={words.devTitle} note={words.devNote} draw={draw} legend={<Legend models={models} />}
      controls={<AxisChoice axis={axis} onChange={setAxis} />}
      table={<PointTable points={thinned(models, curves(models, "bleu", axis))} measure="BLEU" digits={1} />}
    />
  );
}

function LengthChart({ models, longest }: { models: Model[]; longest?: number }) {
  const words = useWords();
  const draw = useCallback((width: number) => {
    const points = byLength(models);
    const marks = longest === undefined ? [] : [longest];
    return Plot.plot({
      ...frame(width), ...colours(models), marginTop: 34,
      x: { label: words.wordsAxis, ticks: Math.min(8, width / 90) },
      y: { label: "BLEU", grid: true, zero: true, nice: true },
      marks: [
        Plot.ruleX(marks, { stroke: "var(--muted)", strokeDasharray: "2 3" }),
        Plot.text(marks, { x: (d: number) => d, frameAnchor: "top", lineAnchor: "bottom", dy: -5, text: (d: number) => `${words.longest}: ${d}`, fill: "var(--muted)" }),
        ...lines(models, points), Plot.dot(points, { x: "x", y: "y", fill: "model", r: 3.5 }),
        ...hover(points, words.score, (point) => `${words.wordsRange(point.from, point.to)} · ${words.sentences(words.number(point.sentences))}`),
      ],
    });
  }, [models, longest, words.code]);
  return (
    <Chart title={words.lengthTitle} note={words.lengthNote} draw={draw} legend={<Legend models={models} />}
      table={<LengthTable points={byLength(models)} models={models} />} />
  );
}

const frame = (width: number) => ({
  width, height: Math.round(Math.min(360, Math.max(240, width * 0.55))), marginLeft: 44, marginBottom: 40, marginRight: 16,
});
const colours = (models: Model[]) => ({
  color: { domain: models.map((model) => model.name), range: models.map((_, index) => colour(index)) },
});
const axisLabel = (words: Words, axis: Axis) => (axis === "seconds" ? words.secondsAxis : words.stepAxis);

interface Drawn {
  model: string;
  x: number;
  y: number;
}

/** One line per model, each in its colour and dashes. */
function lines(models: Model[], points: Drawn[]) {
  return models.map((model, index) =>
    Plot.line(points.filter((point) => point.model === model.name), {
      x: "x", y: "y", stroke: colour(index), strokeDasharray: dash(index), strokeWidth: 2, strokeLinejoin: "round",
    }));
}

/** At the pointer: a rule, a ring on the nearest point, and what every model has there. */
function hover<T extends Drawn>(points: T[], value: (y: number) => string, place: (point: T) => string) {
  const xs = points.map((point) => point.x);
  const reach = (Math.max(...xs) - Math.min(...xs)) / 25;
  const title = (point: T) =>
    [place(point), ...nearest(points, point.x, reach).map(({ model, y }) => `${model}  ${value(y)}`)].join("\n");
  return [
    Plot.ruleX(points, Plot.pointerX({ x: "x", py: "y", stroke: "var(--muted)", strokeOpacity: 0.6 })),
    Plot.dot(points, Plot.pointerX({ x: "x", y: "y", stroke: "model", fill: "var(--surface)", strokeWidth: 2, r: 4.5 })),
    Plot.tip(points, Plot.pointerX({ x: "x", y: "y", title, stroke: "var(--line)", fontSize: 12, lineHeight: 1.4 })),
  ];
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

function PointTable({ points, measure, digits }: { points: Point[]; measure: string; digits: number }) {
  const words = useWords();
  return (
    <Table head={[words.model, words.secondsAxis, words.stepAxis, measure]}
      rows={points.map((point) => [point.model, words.number(point.row.seconds, 1), words.number(point.row.step), words.number(point.y, digits)])} />
  );
}

function LengthTable({ points, models }: { points: LengthPoint[]; models: Model[] }) {
  const words = useWords();
  const buckets = [...new Map(points.map((point) => [point.from, point])).values()].sort((a, b) => a.from - b.from);
  return (
    <Table head={[words.wordsAxis, words.sentences(""), ...models.map((model) => model.name)]}
      rows={buckets.map((bucket) => [`${bucket.from}–${bucket.to}`, words.number(bucket.sentences),
        ...models.map((model) => words.score(points.find((point) => point.model === model.name && point.from === bucket.from)?.y))])} />
  );
}

function Table({ head, rows }: { head: ComponentChildren[]; rows: string[][] }) {
  return (
    <table>
      <thead><tr>{head.map((cell, index) => <th key={index} scope="col">{cell}</th>)}</tr></thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>{row.map((cell, column) => (column === 0 ? <th key={column} scope="row">{cell}</th> : <td key={column}>{cell}</td>))}</tr>
        ))}
      </tbody>
    </table>
  );
}
