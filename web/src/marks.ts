// The marks that several charts share.
import * as Plot from "@observablehq/plot";

const dashes = ["", "9 4", "6 2.5 1.5 2.5", "2 3", "14 4", "9 3 2 3 2 3"];
const symbols = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"] as const;

/** How the series with this index looks in every chart: colour; dashes and symbols for eyes and printers without it. */
export const colour = (index: number) => `var(--series-${index % 6})`;
export const dash = (index: number) => dashes[index % dashes.length]!;
export const symbol = (index: number) => symbols[index % symbols.length]!;
/** A formula's or the lecture's own numbers. */
export const theoryDash = "3 3";

export interface Drawn {
  /** Name of its series. */
  model: string;
  x: number;
  y: number;
}

/** At the pointer: a rule, a ring on the nearest point, and `title`: what there is to say of it. */
export function hover<T extends Drawn>(points: T[], title: (point: T) => string) {
  const everywhere = { x: "x", maxRadius: Infinity };
  return [
    Plot.ruleX(points, Plot.pointerX({ ...everywhere, py: "y", stroke: "var(--muted)", strokeOpacity: 0.6 })),
    Plot.dot(points, Plot.pointerX({ ...everywhere, y: "y", stroke: "model", fill: "var(--surface)", strokeWidth: 2, r: 4.5 })),
    Plot.tip(points, Plot.pointerX({ ...everywhere, y: "y", title, ...tipStyle })),
  ];
}

export const tipStyle = { stroke: "var(--line)", fontSize: 12, lineHeight: 1.4 };

const hatches = ["", "M0 6L6 0M-1 1L1 -1M5 7L7 5", "M0 3H6", "M0 0L6 6M-1 5L1 7M5 -1L7 1", "M3 0V6", "M0 3H6M3 0V6"];
export const fillOf = (chart: string, index: number) => (index % 6 === 0 ? colour(0) : `url(#${chart}-hatch-${index % 6})`);

/** What `fillOf` refers to: each series' colour, with lines in it that tell the bars apart without colour. */
export function hatchings(chart: string, indices: number[]): Plot.RenderFunction {
  return (_index, _scales, _values, _dimensions, context) => {
    const make = (name: string, attributes: Record<string, string | number>) => {
      const made = context.document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
      return made;
    };
    const definitions = make("defs", {});
    for (const index of new Set(indices.map((one) => one % 6))) {
      const pattern = make("pattern", { id: `${chart}-hatch-${index}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" });
      pattern.append(make("rect", { width: 6, height: 6, fill: colour(index), stroke: "none" }));
      pattern.append(make("path", { d: hatches[index]!, stroke: "var(--surface)", "stroke-width": 1.3, fill: "none" }));
      definitions.append(pattern);
    }
    return definitions as unknown as SVGElement;
  };
}
