// One claim: what the lecture says, what the papers say, what was measured by which rule, and the verdict.
import * as Plot from "@observablehq/plot";
import type { ComponentChildren } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useWidth } from "./chart";
import { shortText } from "./figures";
import type { Claim, Interval } from "./findings";
import { useWords } from "./language";
import type { Figure } from "./schema";
import { isFigure } from "./series";
import { KindName, VerdictName } from "./verdict";

export function ClaimCard({ claim }: { claim: Claim }) {
  const words = useWords(), { laboratory } = words;
  const lines: [string, ComponentChildren][] = [
    [laboratory.paper, words.text(claim.paper)],
    [laboratory.rule, claim.rule.length > 1 ? <ol>{claim.rule.map((rule, i) => <li key={i}>{words.text(rule)}</li>)}</ol> : words.text(claim.rule[0])],
    [laboratory.measured, claim.measured && words.text(claim.measured)],
    [laboratory.reason, words.text(claim.reason)],
  ];
  return (
    <article class="claim" id={`claim-${claim.id}`} data-verdict={claim.verdict} aria-labelledby={`claim-${claim.id}-title`}>
      <header>
        <VerdictName verdict={claim.verdict} />
        {claim.condition && <span class="condition">{words.text(claim.condition)}</span>}
        <span class="about">
          <span>{laboratory.section(claim.section)}</span> <KindName kind={claim.kind} />
          {claim.measured !== null && claim.kind !== "arithmetic" && <span>{laboratory.repetitions(words.number(claim.n))}</span>}
        </span>
      </header>
      <h4 id={`claim-${claim.id}-title`}><small>{laboratory.lecture}</small> {words.text(claim.lecture)}</h4>
      <dl>
        {lines.filter(([, text]) => text).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {(claim.intervals ?? []).map((interval, index) => isFigure(interval.value) && (
        <IntervalBar key={index} interval={interval} name={claim.intervals!.length > 1 ? words.text(claim.rule[index]) : undefined} />
      ))}
      {claim.command && <Command line={claim.command} />}
    </article>
  );
}

/** The figure with its interval, and where its rule holds. */
function IntervalBar({ interval, name }: { interval: Interval; name?: string }) {
  const { laboratory } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const draw = useCallback(() => drawInterval(width, interval), [width, interval]);
  useLayoutEffect(() => {
    if (width > 0) place.current!.replaceChildren(draw());
  }, [draw]);
  const ends = (end: Figure, otherwise: string) => (isFigure(end) ? shortText(end) : otherwise);
  const known = isFigure(interval.low) && isFigure(interval.high);
  const said = `${shortText(interval.value!)} [${ends(interval.low, "−∞")}, ${ends(interval.high, "∞")}]`;
  return (
    <div class="interval">
      {name && <p>{name}</p>}
      <p class="muted">
        {laboratory.interval} {known ? said : laboratory.unbounded}
        {(isFigure(interval.at_least) || isFigure(interval.at_most)) && <><i class="region" aria-hidden="true" /> {laboratory.ruleHolds}</>}
      </p>
      <div class="drawing" ref={place} role="img" aria-label={`${laboratory.interval} ${said}`} />
    </div>
  );
}

/** From the least to the greatest of the interval's and the rule's figures, with some room around. */
export function intervalRange(interval: Interval): [number, number] {
  const figures = [interval.value, interval.low, interval.high, interval.at_least, interval.at_most].filter(isFigure);
  const low = Math.min(...figures), high = Math.max(...figures);
  const room = 0.15 * (high - low) || 0.5 * Math.abs(low) || 1;
  return [low - room, high + room];
}

function drawInterval(width: number, interval: Interval): Element {
  const [left, right] = intervalRange(interval);
  const within = (figure: Figure | undefined, otherwise: number) => (isFigure(figure) ? figure : otherwise);
  const bounded = isFigure(interval.low) && isFigure(interval.high);
  const borders = [interval.at_least, interval.at_most].filter(isFigure);
  return Plot.plot({
    width, height: 50, marginTop: 4, marginBottom: 24, marginLeft: 24, marginRight: 24,
    x: { domain: [left, right], ticks: Math.min(5, width / 90), tickFormat: shortText, label: null },
    y: { domain: [-1, 1], axis: null },
    marks: [
      Plot.rect(borders.length > 0 ? [interval] : [], {
        x1: within(interval.at_least, left), x2: within(interval.at_most, right), y1: -1, y2: 1, fill: "var(--series-1)", fillOpacity: 0.16,
      }),
      Plot.ruleX(borders, { stroke: "var(--series-1)", strokeWidth: 1.5, strokeDasharray: "3 2" }),
      Plot.ruleY([0], {
        x1: within(interval.low, left), x2: within(interval.high, right), stroke: "var(--ink)", strokeWidth: 2, strokeOpacity: bounded ? 1 : 0.3,
      }),
      Plot.ruleX(bounded ? [interval.low, interval.high] : [], { y1: -0.45, y2: 0.45, stroke: "var(--ink)", strokeWidth: 2 }),
      Plot.dot([interval.value as number], { x: (d: number) => d, y: 0, r: 5, fill: "var(--ink)", stroke: "var(--surface)", strokeWidth: 1.5 }),
    ],
  });
}

function Command({ line }: { line: string }) {
  const { laboratory } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(line));
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="command">
      <code aria-label={laboratory.rerun} tabIndex={0}>{line}</code>
      <button type="button" onClick={copy} aria-live="polite">{copied ? laboratory.copied : laboratory.copy}</button>
    </div>
  );
}

/** Whether it could be put on the clipboard; pages from a file have no newer way in some browsers. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
