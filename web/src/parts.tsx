// The small parts that every section shares: a choice among few, a switch, a legend, marked words.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useWords } from "./language";
import { colour, dash } from "./marks";
import type { Model } from "./schema";
import { languageOf, markShared } from "./words";

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

/** A button that is on or off. */
export function Switch(props: { on: boolean; onChange: (on: boolean) => void; children: ComponentChildren; class?: string }) {
  return (
    <button type="button" class={`switch ${props.class ?? ""}`} aria-pressed={props.on} onClick={() => props.onChange(!props.on)}>
      {props.children}
    </button>
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

/** A translation; the words that it shares with the reference stand out. */
export function Translation({ text, reference }: { text: string | undefined; reference: string }) {
  const words = useWords();
  if (text === undefined) return <span class="absent">{words.notYet}</span>;
  if (text.trim() === "") return <span class="absent">{words.empty}</span>;
  return (
    <span lang={languageOf(text)} class="translation">
      {markShared(text, reference).map((word, index) => (
        <>
          {index > 0 && " "}
          {word.shared ? <b>{word.text}</b> : word.text}
        </>
      ))}
    </span>
  );
}
