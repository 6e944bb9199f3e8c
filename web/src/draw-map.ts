// Maps of squares: attention weights, and any other figures by row and column.
import * as Plot from "@observablehq/plot";
import { figureText, shortText } from "./figures";
import { tipStyle } from "./marks";
import type { Figure } from "./schema";
import { isFigure } from "./series";
import { ems } from "./words";

export interface MapPicture {
  rows: string[];
  columns: string[];
  /** values[row][column]; null: not measured. */
  values: Figure[][];
  rowLabel?: string;
  columnLabel?: string;
  /** What a value is called beside the pointer. */
  valueName?: string;
  /** The value of the strongest colour; by default the largest there is. */
  strongest?: number;
  /** No figure is written into squares below this share of the strongest. */
  faintest?: number;
  /** Squares with a ring: [row, column]. */
  ringed?: [number, number][];
}

/** One square of the map; `share` of the strongest colour. */
interface Square {
  row: number;
  column: number;
  value: Figure;
  share: number;
}

export const strongestOf = (values: Figure[][]) => Math.max(...values.flat().filter(isFigure).map(Math.abs), 0) || 1;

export function drawMap(width: number, map: MapPicture): Element {
  const { rows, columns } = map;
  const font = 12.5;
  const widest = (texts: string[]) => Math.max(...texts.map(ems)) * font;
  const left = Math.ceil(widest(rows)) + (map.rowLabel ? 34 : 14);
  const size = Math.max(18, Math.min(46, (width - left - 12) / columns.length));
  const slanted = widest(columns) > size - 6;
  const top = (slanted ? Math.ceil(widest(columns) * 0.75) + 22 : 28) + (map.columnLabel ? 18 : 0);
  const right = slanted ? Math.max(12, Math.ceil(ems(columns[columns.length - 1]!) * font * 0.75 - size / 2) + 8) : 12;
  const strongest = map.strongest ?? strongestOf(map.values);
  const squares: Square[] = map.values.flatMap((row, i) =>
    row.map((value, j) => ({ row: i, column: j, value, share: isFigure(value) ? Math.min(1, Math.abs(value) / strongest) : 0 })));
  const named = (d: Square) => `${rows[d.row]} → ${columns[d.column]}\n${map.valueName ?? ""} ${isFigure(d.value) ? figureText(d.value) : "–"}`;
  const place = { x: "column", y: "row" };
  return Plot.plot({
    width: Math.ceil(left + size * columns.length + right), height: Math.ceil(top + size * rows.length + 6),
    marginLeft: left, marginTop: top, marginRight: right, marginBottom: 6, padding: 0.06, style: { fontSize: `${font}px`, maxWidth: "none" },
    x: { axis: "top", domain: columns.map((_, j) => j), tickFormat: (j: number) => columns[j]!, tickSize: 0,
      label: map.columnLabel ?? null, labelArrow: "none", ...(slanted && { tickRotate: -45 }) },
    y: { domain: rows.map((_, i) => i), tickFormat: (i: number) => rows[i]!, tickSize: 0, label: map.rowLabel ?? null, labelArrow: "none", labelAnchor: "center" },
    opacity: { type: "linear", domain: [0, 1], range: [0, 1] },
    marks: [
      Plot.cell(squares, { ...place, fill: "var(--empty)", rx: 2 }),
      Plot.cell(squares, { ...place, fill: (d: Square) => (isFigure(d.value) && d.value < 0 ? "var(--cold)" : "var(--heat)"), fillOpacity: "share", rx: 2 }),
      ...[{ stroke: "var(--surface)", strokeWidth: 5 }, { stroke: "var(--ring)", strokeWidth: 2.25 }].map((ring) =>
        Plot.cell(map.ringed ?? [], { x: (d: [number, number]) => d[1], y: (d: [number, number]) => d[0], fill: "none", inset: 2, rx: 3, ...ring })),
      Plot.text(squares.filter((d) => size >= 36 && d.share >= (map.faintest ?? 0)), {
        ...place, text: (d: Square) => (isFigure(d.value) ? cellText(d.value) : "–"), fontSize: 11,
        fill: (d: Square) => (d.share > 0.7 ? "var(--on-strong)" : "var(--on-faint)"),
      }),
      Plot.tip(squares, Plot.pointer({ ...place, title: named, ...tipStyle })),
    ],
    color: { type: "identity" },
  });
}

/** What fits into a square: ".83", "12", "1.5". */
export function cellText(value: number): string {
  const size = Math.abs(value);
  if (size < 1) return value.toFixed(2).replace(/^(-?)0\./, "$1.");
  return size < 10 && value !== Math.round(value) ? value.toFixed(1) : shortText(size < 10_000 ? Math.round(value) : value);
}
