import { describe, expect, test } from "vitest";
import sample from "../claims-sample.json?raw";
import { intervalRange } from "../src/claim-card";
import { cellText } from "../src/draw-map";
import { measuredTicks, placedPoints, plotTable } from "../src/draw-plot";
import { figureText, logTicks, shortText } from "../src/figures";
import { type LaboratoryReport, type PlotBlock, chosenClaims, countVerdicts, verdicts } from "../src/findings";
import { duration } from "../src/laboratory";
import { wordsOf } from "../src/language";
import { lines } from "../src/save";
import { parseDocument } from "../src/schema";
import { csv } from "../src/table";

const report = parseDocument(sample) as LaboratoryReport;
const english = wordsOf("en").text;
const plot = (fields: Partial<PlotBlock>): PlotBlock => ({
  type: "plot", id: "p", title: "", note: "", x: { label: "n", log: false }, y: { label: "", log: false }, series: [], ...fields,
});

test("the kind of a document says what it must hold", () => {
  expect(report.claims).toHaveLength(9);
  expect(() => parseDocument('{"kind": "claims", "title": "t"}')).toThrow("created_by, experiments, claims");
});

test("every verdict, kind and block has words in both languages", () => {
  for (const language of ["ko", "en"] as const) {
    const { laboratory } = wordsOf(language);
    for (const verdict of verdicts) expect(laboratory.verdicts[verdict] && laboratory.verdictNotes[verdict]).toBeTruthy();
    for (const { kind } of report.claims) expect(laboratory.kinds[kind] && laboratory.kindNotes[kind]).toBeTruthy();
  }
  expect(new Set(report.claims.map((claim) => claim.verdict)).size).toBe(verdicts.length);
});

describe("filters", () => {
  test("nothing chosen shows all, and both choices must fit", () => {
    expect(chosenClaims(report.claims, [], [])).toEqual(report.claims);
    expect(chosenClaims(report.claims, ["undecided"], []).map((claim) => claim.id)).toEqual(["finds-alignment", "once"]);
    expect(chosenClaims(report.claims, ["undecided", "holds"], ["arithmetic"]).map((claim) => claim.id)).toEqual(["powers"]);
  });
  test("counts add up to the claims, without verdicts that no claim has", () => {
    expect(countVerdicts(report.claims).reduce((sum, { count }) => sum + count, 0)).toBe(report.claims.length);
    expect(countVerdicts(report.claims.slice(0, 1))).toEqual([{ verdict: "agrees", count: 1 }]);
  });
});

describe("figures", () => {
  test("have the digits that tell them apart", () => {
    expect([1557.6, 12, 0.93, 3.14159, 0.0000231, 1.2e9, -0.00004].map(figureText))
      .toEqual(["1,557.6", "12", "0.9300", "3.142", "2.31×10⁻⁵", "1.2×10⁹", "−4×10⁻⁵"]);
  });
  test("on an axis are as short as they can be", () => {
    expect([0, 0.25, 20000, 1e-5, 1.5e6, 12345.6].map(shortText)).toEqual(["0", "0.25", "20,000", "10⁻⁵", "1.5×10⁶", "12,346"]);
  });
  test("in a square of a map leave out the zero before the point", () => {
    expect([0.834, -0.2, 1.24, 12.4, 0, 3].map(cellText)).toEqual([".83", "-.20", "1.2", "12", ".00", "3"]);
  });
  test("durations are written in the unit that suits them", () => {
    expect([0.0007, 3.14, 42.4, 120, 200].map((seconds) => duration(seconds, "en"))).toEqual(["0.7 ms", "3.1 s", "42 s", "2 min", "3 min 20 s"]);
  });
});

describe("ticks of a logarithmic axis", () => {
  test("are as fine as there is room, and lie within it", () => {
    expect(logTicks(1, 10, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(logTicks(3, 300, 8)).toEqual([5, 10, 20, 50, 100, 200]);
    expect(logTicks(1e-9, 1e3, 5).length).toBeLessThanOrEqual(5);
    expect(logTicks(1e-9, 1e3, 5)).toEqual([1e-9, 1e-6, 1e-3, 1, 1e3]);
  });
  test("are equal steps where the ends are near each other", () => {
    expect(logTicks(2.31, 3, 6)).toEqual([2.4, 2.6, 2.8, 3]);
    expect(logTicks(0.2, 0.5, 5)).toEqual([0.2, 0.3, 0.4, 0.5]);
  });
  test("are the measured places where those are few and apart", () => {
    expect(measuredTicks([8, 16, 32, 64], 600)).toEqual([8, 16, 32, 64]);
    expect(measuredTicks([8, 9, 10, 100], 600)).toEqual([10, 20, 50, 100]);
  });
});

describe("points of a plot", () => {
  const series = [{ name: "a", theory: false, points: [{ x: 2, y: 5, low: 4, high: 6 }, { x: 0, y: 3 }, { x: 1, y: 0, low: 0, high: null }] }, { name: "b", theory: true, points: [{ x: 2, y: 7 }] }];
  test("stand in the order of x, without those of hidden series", () => {
    expect(placedPoints(plot({ series }), new Set(), english).map(({ index, x }) => [index, x])).toEqual([[0, 0], [0, 1], [0, 2], [1, 2]]);
    expect(placedPoints(plot({ series }), new Set([0]), english).map(({ model }) => model)).toEqual(["b"]);
  });
  test("an interval is known only with both ends", () => {
    expect(placedPoints(plot({ series }), new Set([1]), english).map(({ low }) => low)).toEqual([undefined, undefined, 4]);
  });
  test("at or below 0 have no place on a logarithmic axis", () => {
    const block = plot({ series, x: { label: "", log: true }, y: { label: "", log: true } });
    expect(placedPoints(block, new Set([1]), english).map(({ x }) => x)).toEqual([2]);
  });
  test("all stand in the table, one row for each x", () => {
    expect(plotTable(plot({ series }), english)).toEqual({
      head: ["n", "a", "a (low)", "a (high)", "b"],
      rows: [[0, 3, undefined, undefined, undefined], [1, 0, 0, null, undefined], [2, 5, 4, 6, 7]],
    });
    const named = plot({ series, x: { label: "", log: false, categories: [{ ko: "하나", en: "one" }] } });
    expect(plotTable(named, english).rows.map(([x]) => x)).toEqual(["one", 1, 2]);
  });
});

test("a table is saved with its figures in twelve digits and its commas quoted", () => {
  expect(csv({ head: ["n", 'a, "b"'], rows: [[1 / 3, null], ["하나", undefined]] }))
    .toBe('\uFEFFn,"a, ""b"""\r\n0.333333333333,\r\n하나,\r\n');
});

test("a long title is broken between words", () => {
  expect(lines("one two three", 8, (text) => text.length)).toEqual(["one two", "three"]);
  expect(lines("incomprehensible", 8, (text) => text.length)).toEqual(["incomprehensible"]);
});

test("an interval's picture has room for its figures and the borders of its rule", () => {
  const [low, high] = intervalRange({ value: 2, low: 1, high: 3, at_least: 5, at_most: null });
  expect(low).toBeLessThan(1);
  expect(high).toBeGreaterThan(5);
  const single = intervalRange({ value: 0, low: 0, high: 0 });
  expect(single[1]).toBeGreaterThan(single[0]);
});
