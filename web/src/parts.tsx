// The small parts that every section shares: a choice among few, a legend, a chart with its table, marked words.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useWords } from "./language";
import type { Model } from "./schema";
import { markShared } from "./words";

export interface Option<T> {
  value: T;
  label: string;
}

/** Radio buttons that look like one switch; arrow keys move within it. */
export function Choice<T extends string>(props: {
  label: string;
  hideLabel?: boolean;
  value: T;
  options: Option<T>[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={props.hideLabel ? "unseen" : undefined}>{props.label}</legend>
      <div>
        {props.options.map(({ value, label }) => (
          <label key={value}>
            <input type="radio" name={name} checked={value === props.value} onChange={() => props.onChange(value)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A list to choose from, for more options than a switch has room for. */
export function Select(props: { label: string; value: number; options: string[]; onChange: (index: number) => void }) {
  return (
    <label class="select">
      <span>{props.label}</span>
      <select value={String(props.value)} onChange={(event) => props.onChange(Number(event.currentTarget.value))}>
        {props.options.map((option, index) => <option key={index} value={String(index)}>{option}</option>)}
      </select>
    </label>
  );
}

const dashes = ["", "9 4", "6 2.5 1.5 2.5", "2 3", "14 4", "9 3 2 3 2 3"];
/** How the model with this index looks in every chart: colour, and dashes for eyes and printers without colour. */
export const colour = (index: number) => `var(--series-${index % 6})`;
export const dash = (index: number) => dashes[index % dashes.length]!;

/** A model's line as it is in the charts, beside its name. */
export function Key({ index }: { index: number }) {
  return (
    <svg class="key" viewBox="0 0 26 10" width="26" height="10" aria-hidden="true">
      <path d="M1 5h24" stroke={colour(index)} stroke-dasharray={dash(index)} />
    </svg>
  );
}

export function Legend({ models }: { models: Model[] }) {
  return (
    <ul class="legend">
      {models.map((model, index) => (
        <li key={model.name}>
          <Key index={index} /> {model.name}
        </li>
      ))}
    </ul>
  );
}

/** A figure that is drawn anew for every width; beneath it its values as a table, for readers who cannot see it. */
export function Chart(props: {
  title: string;
  note?: string;
  controls?: ComponentChildren;
  legend?: ComponentChildren;
  table?: ComponentChildren;
  draw: (width: number) => Element;
}) {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawn = props.draw(width);
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", props.title);
    place.current!.replaceChildren(drawn);
  }, [props.draw, width]);
  return (
    <figure>
      <figcaption>
        <h3>{props.title}</h3>
        {props.note && <p>{props.note}</p>}
      </figcaption>
      {props.controls && <div class="controls">{props.controls}</div>}
      {props.legend}
      <div class="drawing" ref={place} />
      {props.table && (
        <details>
          <summary>{words.asTable}</summary>
          <div class="scroll" tabIndex={0} role="region" aria-label={props.title}>{props.table}</div>
        </details>
      )}
    </figure>
  );
}

function useWidth(place: { current: HTMLElement | null }): number {
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

/** A translation; the words that it shares with the reference stand out. */
export function Translation({ text, reference }: { text: string | undefined; reference: string }) {
  const words = useWords();
  if (text === undefined) return <span class="absent">{words.notYet}</span>;
  if (text.trim() === "") return <span class="absent">{words.empty}</span>;
  return (
    <span lang="en" class="translation">
      {markShared(text, reference).map((word, index) => (
        <>
          {index > 0 && " "}
          {word.shared ? <b>{word.text}</b> : word.text}
        </>
      ))}
    </span>
  );
}
