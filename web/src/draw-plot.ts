// A plot of the laboratory, drawn by Observable Plot: lines over numbers, bars over categories.
import * as Plot from "@observablehq/plot";
import { figureText, logTicks, shortText } from "./figures";
import type { PlotBlock, PlotPoint } from "./findings";
import { type Drawn, colour, dash, fillOf, hatchings, hover, symbol, theoryDash, tipStyle } from "./marks";
import type { Text } from "./schema";
import { isFigure } from "./series";
import type { TableData } from "./table";
import { ems } from "./words";

/** A point with its series; `low` and `high` where both ends are known. */
export interface PlacedPoint extends Drawn {
  index: number;
  theory: boolean;
  low?: number;
  high?: number;
}

type Say = (text: Text) => string;

/** The points of the series that are shown, in the order of x; those that a logarithmic axis has no place for left out. */
export function placedPoints(block: PlotBlock, hidden: ReadonlySet<number>, say: Say): PlacedPoint[] {
  const fits = ({ x, y }: PlotPoint) => (!block.x.log || x > 0) && (!block.y.log || y > 0);
  return block.series.flatMap((series, index) =>
    hidden.has(index) ? [] : series.points.filter(fits).sort((a, b) => a.x - b.x).map(({ x, y, low, high }) => ({
      model: say(series.name), index, theory: series.theory, x, y,
      ...(isFigure(low) && isFigure(high) && (!block.y.log || low > 0) && { low, high }),
    })));
}

/** One row for each x, a column for each series and, where it has intervals, for their ends. */
export function plotTable(block: PlotBlock, say: Say): TableData {
  const xs = [...new Set(block.series.flatMap((series) => series.points.map((point) => point.x)))].sort((a, b) => a - b);
  const columns = block.series.flatMap((series) => {
    const name = say(series.name), at = new Map(series.points.map((point) => [point.x, point]));
    const one = (key: "y" | "low" | "high", head: string) => ({ head, value: (x: number) => at.get(x)?.[key] });
    const hasInterval = series.points.some((point) => isFigure(point.low) || isFigure(point.high));
    return [one("y", name), ...(hasInterval ? [one("low", `${name} (low)`), one("high", `${name} (high)`)] : [])];
  });
  const place = (x: number) => (block.x.categories?.[x] === undefined ? x : say(block.x.categories[x]));
  return {
    head: [say(block.x.label), ...columns.map(({ head }) => head)],
    rows: xs.map((x) => [place(x), ...columns.map(({ value }) => value(x))]),
  };
}

export interface Room {
  width: number;
  height?: number;
}

export function drawPlot(block: PlotBlock, hidden: ReadonlySet<number>, say: Say, room: Room): Element {
  const points = placedPoints(block, hidden, say);
  return block.x.categories ? drawBars(block, points, say, room) : drawLines(block, points, say, room);
}

const withInterval = (point: PlacedPoint) => (point.low === undefined ? "" : `  [${figureText(point.low)}, ${figureText(point.high!)}]`);

function valueAxis(block: PlotBlock, points: PlacedPoint[], say: Say, most: number) {
  const low = Math.min(...points.map((point) => point.low ?? point.y)), high = Math.max(...points.map((point) => point.high ?? point.y));
  const shared = { label: say(block.y.label) || null, tickFormat: shortText };
  if (block.y.log) {
    const from = block.x.categories ? 10 ** Math.floor(Math.log10(low) - 1e-9) : low;
    const domain: [number, number] = from < high ? [from, high] : [low / 2, high * 2];
    return { ...shared, type: "log" as const, domain, ticks: logTicks(...domain, most) };
  }
  const fromZero = low >= 0 && (block.x.categories !== undefined || low < high / 2);
  return { ...shared, grid: true, ticks: most, nice: true, ...(fromZero && { zero: true }), ...(low === high && { domain: low === 0 ? [0, 1] : [0, high] }) };
}

/** Ticks of a logarithmic axis: Plot leaves out the names of those that are no power of ten. */
function logMarks(axis: "x" | "y", scale: Plot.ScaleOptions & { ticks?: unknown }, grid: boolean) {
  if (scale.type !== "log") return [];
  const ticks = scale.ticks as number[], named = { text: shortText, label: scale.label };
  return axis === "x" ? [...(grid ? [Plot.gridX(ticks)] : []), Plot.axisX(ticks, named)] : [...(grid ? [Plot.gridY(ticks)] : []), Plot.axisY(ticks, named)];
}

function drawLines(block: PlotBlock, points: PlacedPoint[], say: Say, room: Room) {
  const height = room.height ?? Math.round(Math.min(380, Math.max(250, room.width * 0.5)));
  const xs = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const seriesOf = [...new Set(points.map((point) => point.index))].map((index) => points.filter((point) => point.index === index));
  const said = (point: PlacedPoint) => [`${say(block.x.label)}  ${figureText(point.x)}`,
    ...points.filter((other) => other.x === point.x).map((other) => `${other.model}  ${figureText(other.y)}${withInterval(other)}`)].join("\n");
  const x = { label: say(block.x.label) || null, tickFormat: shortText, ...(block.x.log && points.length > 0
    ? { type: "log" as const, ticks: measuredTicks(xs, room.width) } : { ticks: Math.min(9, room.width / 80) }) };
  const y: Plot.ScaleOptions = points.length > 0 ? valueAxis(block, points, say, Math.round(height / 48)) : { domain: [0, 1] };
  return Plot.plot({
    width: room.width, height, marginLeft: 58, marginBottom: 42, marginRight: 28, marginTop: 26, x, y,
    color: { domain: block.series.map((series) => say(series.name)), range: block.series.map((_, index) => colour(index)) },
    marks: [...logMarks("x", x, false), ...logMarks("y", y, true), ...seriesOf.flatMap(seriesMarks), ...hover(points, said)],
  });
}

/** The measured places themselves where they are few and apart, else round numbers. */
export function measuredTicks(xs: number[], width: number): number[] {
  const low = xs[0]!, high = xs[xs.length - 1]!;
  const pixels = (x: number) => ((width - 86) * Math.log(x / low)) / Math.log(high / low);
  const apart = xs.every((x, i) => i === 0 || pixels(x) - pixels(xs[i - 1]!) > ems(shortText(x)) * 12 + 12);
  return apart ? xs : logTicks(low, high, Math.max(2, Math.floor(width / 70)));
}

function seriesMarks(points: PlacedPoint[]) {
  const { index, theory } = points[0]!;
  const sure = points.filter((point) => point.low !== undefined);
  const stroke = colour(index);
  const line = { x: "x", y: "y", stroke, strokeLinejoin: "round" as const, ...(theory
    ? { strokeWidth: 1.25, strokeDasharray: theoryDash } : { strokeWidth: 2, strokeDasharray: dash(index) }) };
  const spread = theory ? [] : sure.length >= 3
    ? [Plot.areaY(sure, { x: "x", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.16 })]
    : [Plot.ruleX(sure, { x: "x", y1: "low", y2: "high", stroke, strokeWidth: 1.5, marker: "tick" })];
  const dots = theory ? points.length === 1 && { fill: "var(--surface)", strokeWidth: 1.25, r: 4 }
    : points.length <= 60 && { fill: stroke, strokeWidth: 0, r: 3.6 };
  return [...spread, Plot.line(points, line), ...(dots ? [Plot.dot(points, { x: "x", y: "y", stroke, symbol: symbol(index), ...dots })] : [])];
}

/** Groups of bars; lying where the names of the categories need the room. */
function drawBars(block: PlotBlock, points: PlacedPoint[], say: Say, room: Room) {
  const names = block.x.categories!.map(say);
  const shown = [...new Set(points.map((point) => point.index))];
  const widest = Math.max(...names.map(ems)) * 12;
  const lying = widest > (room.width - 70) / names.length - 10;
  const left = lying ? Math.min(Math.ceil(widest) + 14, Math.round(room.width * 0.38)) : 58;
  const size = lying ? Math.max(names.length * (shown.length * 18 + 16), 40) + 74 : Math.round(Math.min(360, Math.max(250, room.width * 0.48)));
  const height = room.height ?? size;
  const values: Plot.ScaleOptions = points.length > 0 ? valueAxis(block, points, say, lying ? Math.max(3, Math.floor((room.width - left) / 90)) : Math.round(height / 60)) : { domain: [0, 1] };
  const perBar = (lying ? height - 74 : room.width - 78) / names.length / Math.max(1, shown.length);
  const said = (point: PlacedPoint) => `${names[point.x]}\n${point.model}  ${figureText(point.y)}${withInterval(point)}`;
  const group = { domain: names.map((_, i) => i), label: null, padding: 0.18, tickSize: 0, tickFormat: (i: number) => names[i] ?? "" };
  const inGroup = { axis: null, domain: shown, padding: 0.1 };
  const marks = barMarks(block, points, lying, perBar >= (lying ? 12 : 34), block.y.log ? (values.domain as number[])[0]! : 0);
  const tip = { title: said, maxRadius: Infinity, ...tipStyle };
  return Plot.plot({
    width: room.width, height, marginLeft: left, marginBottom: lying ? 42 : 34, marginRight: lying ? 58 : 20, marginTop: lying ? 12 : 28,
    ...(lying ? { fy: { ...group, axis: null }, y: inGroup, x: values } : { fx: { ...group, axis: "bottom" }, x: inGroup, y: values }),
    marks: [hatchings(block.id, block.series.map((_, index) => index)), ...logMarks(lying ? "x" : "y", values, true), ...marks,
      ...(lying ? [Plot.axisFy({ anchor: "left", label: null, tickSize: 0, lineWidth: (left - 14) / 12, tickFormat: group.tickFormat })] : []),
      Plot.tip(points, lying ? Plot.pointerY({ x: "y", y: "index", fy: "x", ...tip }) : Plot.pointerX({ x: "index", y: "y", fx: "x", ...tip }))],
  });
}

function barMarks(block: PlotBlock, points: PlacedPoint[], lying: boolean, labelled: boolean, base: number) {
  const sure = points.filter((point) => point.low !== undefined);
  const bars = [...new Set(points.map((point) => point.index))].map((index) => {
    const own = points.filter((point) => point.index === index);
    const paint = own[0]!.theory
      ? { fill: "none", stroke: colour(index), strokeWidth: 1.25, strokeDasharray: theoryDash } : { fill: fillOf(block.id, index) };
    return lying ? Plot.barX(own, { fy: "x", y: "index", x1: base, x2: "y", ...paint }) : Plot.barY(own, { fx: "x", x: "index", y1: base, y2: "y", ...paint });
  });
  const spread = { stroke: "var(--ink)", strokeWidth: 1.25, marker: "tick" as const };
  const label = { text: (point: PlacedPoint) => shortText(point.y), fontSize: 11, fill: "var(--ink)" };
  const end = (point: PlacedPoint) => Math.max(point.y, point.high ?? point.y);
  return [
    ...bars,
    lying ? Plot.ruleY(sure, { fy: "x", y: "index", x1: "low", x2: "high", ...spread }) : Plot.ruleX(sure, { fx: "x", x: "index", y1: "low", y2: "high", ...spread }),
    ...(!labelled ? [] : lying
      ? [Plot.text(points, { fy: "x", y: "index", x: end, dx: 5, textAnchor: "start", ...label })]
      : [Plot.text(points, { fx: "x", x: "index", y: end, dy: -5, lineAnchor: "bottom", ...label })]),
    ...(block.y.log ? [] : [lying ? Plot.ruleX([0], { stroke: "var(--muted)" }) : Plot.ruleY([0], { stroke: "var(--muted)" })]),
  ];
}
