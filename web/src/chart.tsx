// A chart: drawn anew for every width, saved for slides, its values as a table beneath for readers who cannot see it.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useWords } from "./language";
import { saveCsv, savePng, saveSvg } from "./save";
import { DataTable, type TableData } from "./table";

export function Chart(props: {
  /** Unique on the page: the name of what is saved. */
  id: string;
  title: string;
  note?: string;
  controls?: ComponentChildren;
  legend?: ComponentChildren;
  table: TableData;
  /** Without a height, that which suits the width. */
  draw: (width: number, height?: number) => Element;
}) {
  const words = useWords();
  const figure = useRef<HTMLElement>(null), place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawn = props.draw(width);
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", props.title);
    place.current!.replaceChildren(drawn);
  }, [props.draw, width]);
  const save = (how: typeof saveSvg | typeof savePng) => () => how(props.id, figure.current!, props.title, props.draw);
  return (
    <figure ref={figure} data-chart={props.id}>
      <figcaption>
        <h3>{props.title}</h3>
        {props.note && <p>{props.note}</p>}
      </figcaption>
      {props.controls && <div class="controls">{props.controls}</div>}
      {props.legend}
      <div class="drawing" ref={place} />
      <div class="beneath">
        <details>
          <summary>{words.asTable}</summary>
          <div class="scroll" tabIndex={0} role="region" aria-label={props.title}><DataTable table={props.table} /></div>
        </details>
        <SaveButtons title={props.title} kinds={[["SVG", save(saveSvg)], ["PNG", save(savePng)], ["CSV", () => saveCsv(props.id, props.table)]]} />
      </div>
    </figure>
  );
}

export function SaveButtons({ title, kinds }: { title: string; kinds: [string, () => void][] }) {
  const words = useWords();
  return (
    <div class="save" role="group" aria-label={`${words.save}: ${title}`}>
      <span aria-hidden="true">{words.save}</span>
      {kinds.map(([kind, save]) => <button key={kind} type="button" onClick={save}>{kind}</button>)}
    </div>
  );
}

export function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(place.current!.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}
