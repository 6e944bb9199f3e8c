// A plot with its legend, whose names switch the series on and off.
import { useCallback, useState } from "preact/hooks";
import { Chart } from "./chart";
import { drawPlot, placedPoints, plotTable } from "./draw-plot";
import type { PlotBlock } from "./findings";
import { useWords } from "./language";
import { colour, dash, fillOf, symbol, theoryDash } from "./marks";
import { Switch } from "./parts";

const none: ReadonlySet<number> = new Set();

export function PlotChart({ block }: { block: PlotBlock }) {
  const words = useWords(), { laboratory } = words;
  const [hidden, setHidden] = useState(none);
  const draw = useCallback((width: number, height?: number) => drawPlot(block, hidden, words.text, { width, height }), [block, hidden, words.code]);
  const all = block.series.reduce((sum, series) => sum + series.points.length, 0);
  const leftOut = all - placedPoints(block, none, words.text).length;
  const note = [words.text(block.note), leftOut > 0 && laboratory.leftOut(words.number(leftOut)), block.series.some((one) => one.theory) && laboratory.theory];
  return (
    <Chart
      id={block.id} title={words.text(block.title)} note={note.filter(Boolean).join(" ")} draw={draw} table={plotTable(block, words.text)}
      legend={
        <ul class="legend" title={laboratory.seriesHint}>
          {block.series.map((series, index) => (
            <li key={index}>
              <Switch class="series" on={!hidden.has(index)} onChange={(on) => setHidden(new Set(on ? [...hidden].filter((one) => one !== index) : [...hidden, index]))}>
                <SeriesKey block={block} index={index} /> {words.text(series.name)}
              </Switch>
            </li>
          ))}
        </ul>
      }
    />
  );
}

const symbolPaths: Record<ReturnType<typeof symbol>, string> = {
  circle: "M13 3a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
  square: "M9.5 3.5h7v7h-7z",
  triangle: "M13 2l4.8 8.3H8.2z",
  diamond: "M13 1.5l3.4 5.5l-3.4 5.5L9.6 7z",
  star: "M13 1.3l1.4 3.8l4 .2l-3.1 2.5l1 3.9l-3.3-2.2l-3.3 2.2l1-3.9l-3.1-2.5l4-.2z",
  cross: "M11.5 2h3v3.5h3.5v3h-3.5v3.5h-3v-3.5H8v-3h3.5z",
  wye: "M11.6 11.5V7.9L8.5 6.1L9.9 3.7L13 5.5l3.1-1.8l1.4 2.4l-3.1 1.8v3.6z",
};

/** The series as the chart draws it, beside its name. */
function SeriesKey({ block, index }: { block: PlotBlock; index: number }) {
  const theory = block.series[index]!.theory, bars = block.x.categories !== undefined;
  return (
    <svg class="key" viewBox="0 0 26 14" width="26" height="14" aria-hidden="true">
      {bars
        ? <rect x="4" y="1" width="18" height="12" stroke-width="1.25"
            {...(theory ? { fill: "none", stroke: colour(index), "stroke-dasharray": theoryDash } : { fill: fillOf(block.id, index) })} />
        : <path d="M1 7h24" stroke={colour(index)} stroke-dasharray={theory ? theoryDash : dash(index)} style={theory ? { strokeWidth: 1.5 } : undefined} />}
      {!bars && !theory && <path class="symbol" d={symbolPaths[symbol(index)]} style={{ fill: colour(index) }} />}
    </svg>
  );
}
