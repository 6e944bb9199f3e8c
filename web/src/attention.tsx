// Attention maps: which source pieces the model looked at while it wrote each piece.
import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { Chart } from "./chart";
import { drawMap } from "./draw-map";
import { useWords } from "./language";
import { Choice, Select, Switch } from "./parts";
import type { AttentionLayer, AttentionMap, Report } from "./schema";
import type { TableData } from "./table";
import { readable } from "./words";

export function Attention({ report }: { report: Report }) {
  const words = useWords();
  const models = report.models.filter((model) => model.attention?.length);
  const without = report.models.filter((model) => !model.attention?.length).map((model) => model.name);
  const [name, setName] = useState(models[models.length - 1]!.name);
  const [sentence, setSentence] = useState(0);

  const maps = models.find((model) => model.name === name)!.attention!;
  const map = maps[Math.min(sentence, maps.length - 1)]!;
  return (
    <>
      <p>{words.attentionNote} {words.pieceNote}</p>
      <MapChart id="attention" title={name} map={map} choices={
        <>
          <Choice label={words.model} value={name} onChange={setName} options={models.map((model) => ({ value: model.name, label: model.name }))} />
          <Select label={words.sentence} value={maps.indexOf(map)} onChange={setSentence} options={maps.map((one) => sentenceOf(one.source))} />
        </>
      } />
      {without.length > 0 && <p class="muted">{words.noAttention(without.join(", "))}</p>}
    </>
  );
}

/** One sentence's map with its choice of layer and head; known alignments as rings. */
export function MapChart(props: {
  id: string;
  title: string;
  note?: string;
  map: AttentionMap;
  /** Known alignments: [source, target]. */
  gold?: [number, number][];
  choices?: ComponentChildren;
}) {
  const words = useWords();
  const { map, gold } = props, { layers } = map;
  const [layer, setLayer] = useState(-1);
  const [head, setHead] = useState(-1);
  const [ringed, setRinged] = useState(true);
  const layerIndex = layer < 0 || layer >= layers.length ? layers.length - 1 : layer;
  const shown = layers[layerIndex]!;
  const headIndex = head >= shown.heads.length ? -1 : head;
  const rows = readable(shown.rows === "source" ? map.source : map.target);
  const columns = readable(shown.columns === "target" ? map.target : map.source);
  const crossing = shown.rows !== "source" && shown.columns !== "target";
  const rings = ringed && crossing ? gold : undefined;

  const draw = useCallback((width: number) => drawMap(width, {
    rows, columns, values: weightsOf(shown, headIndex), valueName: words.weight, strongest: 1, faintest: 0.05,
    ringed: rings?.map(([source, target]) => [target, source]),
  }), [shown, headIndex, rings, words.code]);
  return (
    <Chart
      id={props.id} note={props.note} draw={draw}
      title={`${props.title} · ${words.text(shown.name)} · ${headIndex < 0 ? words.meanOfHeads : `${words.head} ${headIndex + 1}`}`}
      controls={
        <>
          {props.choices}
          {layers.length > 1 && (
            <Select label={words.layer} value={layerIndex} onChange={setLayer} options={layers.map((one) => words.text(one.name))} />
          )}
          {shown.heads.length > 1 && (
            <Select label={words.head} value={headIndex + 1} onChange={(index) => setHead(index - 1)}
              options={[words.meanOfHeads, ...shown.heads.map((_, index) => `${words.head} ${index + 1}`)]} />
          )}
          {gold && crossing && <Switch on={ringed} onChange={setRinged}><i class="ring" aria-hidden="true" /> {words.gold}</Switch>}
        </>
      }
      legend={<Ramp from="0" to="1" />}
      table={weightTable(rows, columns, weightsOf(shown, headIndex))}
    />
  );
}

/** What the colours of a map mean. */
export function Ramp({ from, to, diverging }: { from: string; to: string; diverging?: boolean }) {
  return <div class="ramp" data-diverging={diverging || undefined} aria-hidden="true">{from} <i /> {to}</div>;
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

const weightTable = (rows: string[], columns: string[], weights: number[][]): TableData => ({
  head: ["", ...columns], rows: rows.map((row, i) => [row, ...weights[i]!]), digits: [undefined, ...columns.map(() => 2)],
});
