// Attention maps: which source pieces the model looked at while it wrote each piece.
import * as Plot from "@observablehq/plot";
import { useCallback, useState } from "preact/hooks";
import { useWords } from "./language";
import { Chart, Choice, Select } from "./parts";
import type { AttentionLayer, Report } from "./schema";
import { ems, readable } from "./words";

/** One square of the map. */
interface Square {
  row: number;
  column: number;
  weight: number;
}

export function Attention({ report }: { report: Report }) {
  const words = useWords();
  const models = report.models.filter((model) => model.attention?.length);
  const without = report.models.filter((model) => !model.attention?.length).map((model) => model.name);
  const [name, setName] = useState(models[models.length - 1]!.name);
  const [sentence, setSentence] = useState(0);
  const [layer, setLayer] = useState(-1);
  const [head, setHead] = useState(-1);

  const maps = models.find((model) => model.name === name)!.attention!;
  const map = maps[Math.min(sentence, maps.length - 1)]!;
  const layers = map.layers;
  const layerIndex = layer < 0 || layer >= layers.length ? layers.length - 1 : layer;
  const shown = layers[layerIndex]!;
  const headIndex = head >= shown.heads.length ? -1 : head;
  const rows = readable(shown.rows === "source" ? map.source : map.target);
  const columns = readable(shown.columns === "target" ? map.target : map.source);

  const draw = useCallback((width: number) => drawMap(width, rows, columns, weightsOf(shown, headIndex), words.weight),
    [shown, headIndex, words.code]);
  return (
    <>
      <p>{words.attentionNote} {words.pieceNote}</p>
      <Chart
        title={`${name} · ${words.text(shown.name)} · ${headIndex < 0 ? words.meanOfHeads : `${words.head} ${headIndex + 1}`}`}
        draw={draw}
        controls={
          <>
            <Choice label={words.model} value={name} onChange={setName} options={models.map((model) => ({ value: model.name, label: model.name }))} />
            <Select label={words.sentence} value={maps.indexOf(map)} onChange={setSentence} options={maps.map((one) => sentenceOf(one.source))} />
            {layers.length > 1 && (
              <Select label={words.layer} value={layerIndex} onChange={setLayer} options={layers.map((one) => words.text(one.name))} />
            )}
            {shown.heads.length > 1 && (
              <Select label={words.head} value={headIndex + 1} onChange={(index) => setHead(index - 1)}
                options={[words.meanOfHeads, ...shown.heads.map((_, index) => `${words.head} ${index + 1}`)]} />
            )}
          </>
        }
        legend={<div class="ramp" aria-hidden="true">0 <i /> 1</div>}
        table={<WeightTable rows={rows} columns={columns} weights={weightsOf(shown, headIndex)} />}
      />
      {without.length > 0 && <p class="muted">{words.noAttention(without.join(", "))}</p>}
    </>
  );
}

/** One head's weights, or the mean of all heads for head −1. */
export function weightsOf(layer: AttentionLayer, head: number): number[][] {
  if (head >= 0) return layer.heads[head]!;
  return layer.heads[0]!.map((row, i) =>
    row.map((_, j) => layer.heads.reduce((sum, one) => sum + one[i]![j]!, 0) / layer.heads.length));
}

const sentenceOf = (pieces: string[]) => {
  const text = pieces.filter((piece) => !/^<.*>$/.test(piece));
  return text.some((piece) => piece.startsWith("▁")) ? text.join("").replaceAll("▁", " ").trim() : text.join(" ");
};

function drawMap(width: number, rows: string[], columns: string[], weights: number[][], weightName: string) {
  const font = 12.5;
  const widest = (texts: string[]) => Math.max(...texts.map(ems)) * font;
  const left = Math.ceil(widest(rows)) + 14;
  const size = Math.max(18, Math.min(46, (width - left - 12) / columns.length));
  const slanted = widest(columns) > size - 6;
  const top = slanted ? Math.ceil(widest(columns) * 0.75) + 22 : 28;
  const right = slanted ? Math.max(12, Math.ceil(ems(columns[columns.length - 1]!) * font * 0.75 - size / 2) + 8) : 12;
  const squares: Square[] = weights.flatMap((row, i) => row.map((weight, j) => ({ row: i, column: j, weight })));
  const named = (d: Square) => `${rows[d.row]} → ${columns[d.column]}\n${weightName} ${d.weight.toFixed(3)}`;
  return Plot.plot({
    width: Math.ceil(left + size * columns.length + right), height: Math.ceil(top + size * rows.length + 6),
    marginLeft: left, marginTop: top, marginRight: right, marginBottom: 6, padding: 0.06, style: { fontSize: `${font}px`, maxWidth: "none" },
    x: { axis: "top", domain: columns.map((_, j) => j), tickFormat: (j: number) => columns[j]!, tickSize: 0, label: null, ...(slanted && { tickRotate: -45 }) },
    y: { domain: rows.map((_, i) => i), tickFormat: (i: number) => rows[i]!, tickSize: 0, label: null },
    opacity: { type: "linear", domain: [0, 1], range: [0, 1] },
    marks: [
      Plot.cell(squares, { x: "column", y: "row", fill: "var(--empty)", rx: 2 }),
      Plot.cell(squares, { x: "column", y: "row", fill: "var(--heat)", fillOpacity: "weight", rx: 2 }),
      Plot.text(squares.filter((d) => size >= 36 && d.weight >= 0.05), {
        x: "column", y: "row", text: (d: Square) => d.weight.toFixed(2).replace(/^0/, ""), fontSize: 11,
        fill: (d: Square) => (d.weight > 0.55 ? "var(--on-heat)" : "var(--ink)"),
      }),
      Plot.tip(squares, Plot.pointer({ x: "column", y: "row", title: named, stroke: "var(--line)", fontSize: 12 })),
    ],
    color: { type: "identity" },
  });
}

function WeightTable({ rows, columns, weights }: { rows: string[]; columns: string[]; weights: number[][] }) {
  const words = useWords();
  return (
    <table>
      <thead><tr><td />{columns.map((column, j) => <th key={j} scope="col">{column}</th>)}</tr></thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}><th scope="row">{row}</th>{columns.map((_, j) => <td key={j}>{words.number(weights[i]![j], 2)}</td>)}</tr>
        ))}
      </tbody>
    </table>
  );
}
