// What an experiment shows: each type of block its part of the page.
import { useCallback, useMemo, useState } from "preact/hooks";
import { MapChart, Ramp } from "./attention";
import { Chart, SaveButtons } from "./chart";
import { drawMap, strongestOf } from "./draw-map";
import { shortText } from "./figures";
import type { AttentionBlock, Block, ExamplesBlock, HeatBlock, TableBlock } from "./findings";
import { useWords } from "./language";
import { Select, Translation } from "./parts";
import { PlotChart } from "./plot-chart";
import { isFigure } from "./series";
import { saveCsv } from "./save";
import { DataTable, type TableData } from "./table";
import { languageOf } from "./words";

/** `name`: of what is saved, where the block has none itself. */
export function BlockView({ block, name }: { block: Block; name: string }) {
  switch (block.type) {
    case "text": return <Paragraphs block={block} />;
    case "plot": return <PlotChart block={block} />;
    case "table": return <TableView block={block} name={name} />;
    case "heat": return <HeatChart block={block} />;
    case "attention": return block.maps.some((map) => map.layers.length > 0) ? <AttentionChart block={block} /> : null;
    case "examples": return <ExampleCards block={block} />;
    default: return null; // of a newer naru
  }
}

function Paragraphs({ block }: { block: Extract<Block, { type: "text" }> }) {
  const words = useWords();
  return <>{words.text(block.text).split(/\n\s*\n/).map((paragraph, i) => <p key={i} class="said">{paragraph}</p>)}</>;
}

function TableView({ block, name }: { block: TableBlock; name: string }) {
  const words = useWords();
  const title = words.text(block.title), note = words.text(block.note);
  const table: TableData = {
    head: block.head.map(words.text),
    rows: block.rows.map((row) => row.map((cell) => (typeof cell === "object" && cell !== null ? words.text(cell) : cell))),
  };
  return (
    <figure>
      <figcaption>
        <h3>{title}</h3>
        {note && <p>{note}</p>}
      </figcaption>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}><DataTable table={table} /></div>
      <div class="beneath"><SaveButtons title={title} kinds={[["CSV", () => saveCsv(name, table)]]} /></div>
    </figure>
  );
}

function HeatChart({ block }: { block: HeatBlock }) {
  const words = useWords();
  const { rows, columns, values } = block;
  const rowLabel = words.text(rows.label), columnLabel = words.text(columns.label);
  const draw = useCallback((width: number) => drawMap(width, { rows: rows.names, columns: columns.names, values, rowLabel, columnLabel }),
    [block, words.code]);
  const strongest = strongestOf(values), diverging = values.flat().some((value) => isFigure(value) && value < 0);
  return (
    <Chart id={block.id} title={words.text(block.title)} note={words.text(block.note)} draw={draw}
      legend={<Ramp from={diverging ? shortText(-strongest) : "0"} to={shortText(strongest)} diverging={diverging} />}
      table={{ head: [`${rowLabel} \\ ${columnLabel}`, ...columns.names], rows: rows.names.map((name, i) => [name, ...(values[i] ?? [])]) }} />
  );
}

function AttentionChart({ block }: { block: AttentionBlock }) {
  const words = useWords();
  const [chosen, setChosen] = useState(0);
  const maps = useMemo(() => block.maps.filter((map) => map.layers.length > 0), [block]);
  const map = maps[chosen]!;
  return (
    <MapChart id={block.id} title={words.text(block.title)} note={[words.text(block.note), words.attentionNote].filter(Boolean).join(" ")} map={map} gold={map.gold}
      choices={maps.length > 1 && <Select label={words.sentence} value={chosen} onChange={setChosen} options={maps.map((one) => words.text(one.name))} />} />
  );
}

function ExampleCards({ block }: { block: ExamplesBlock }) {
  const words = useWords();
  return (
    <div class="examples">
      <h3>{words.text(block.title)}</h3>
      <p class="muted">{words.sharedNote}</p>
      <ol class="cards">
        {block.lines.map((line, position) => (
          <li key={position} class="card">
            <div>
              <h4 lang={languageOf(line.source)}>{line.source}</h4>
              {line.reference && <p class="reference"><span lang={languageOf(line.reference)}>{line.reference}</span> <small>{words.reference}</small></p>}
              {line.note && <p class="caution">{words.text(line.note)}</p>}
            </div>
            <dl>
              {line.translations.map(({ name, text }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd><Translation text={text} reference={line.reference} /></dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
    </div>
  );
}
