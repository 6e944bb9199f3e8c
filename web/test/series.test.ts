import { describe, expect, test } from "vitest";
import sample from "../sample.json?raw";
import { weightsOf } from "../src/attention";
import { type Model, parseDocument } from "../src/schema";
import { best, byLength, curves, nearest, sampleAt, sampleTimes, thin } from "../src/series";

const model = (fields: Partial<Model>): Model => ({
  name: "m", description: "", parameters: 1, target_tokens_per_second: 1, peak_bytes: 1, seconds: 1, steps: 1, history: [], scores: {}, ...fields,
});

describe("curves", () => {
  const history = Array.from({ length: 1000 }, (_, i) => ({ seconds: i / 10, step: i, loss: 5 - i / 256 }));
  test("a long history becomes few points, each the mean of its neighbours", () => {
    const points = curves([model({ history })], "loss", "step", 100);
    expect(points).toHaveLength(100);
    expect(points[0]).toMatchObject({ x: 4.5, y: 5 - 4.5 / 256 });
  });
  test("rows without the figure, or with one that is not finite, are left out", () => {
    const rows = [{ seconds: 1, step: 1, loss: 4 }, { seconds: 2, step: 2, loss: null }, { seconds: 3, step: 3, loss: 2, bleu: 7 }];
    expect(curves([model({ history: rows })], "loss", "seconds").map((point) => point.y)).toEqual([4, 2]);
    expect(curves([model({ history: rows })], "bleu", "seconds").map((point) => point.x)).toEqual([3]);
  });
  test("thinning keeps every row and their order", () => {
    expect(thin([1, 2, 3, 4, 5], 2)).toEqual([[1, 2, 3], [4, 5]]);
    expect(thin([], 2)).toEqual([]);
  });
  test("beside the pointer stands each model's nearest point, unless it is far", () => {
    const points = [{ model: "a", x: 1 }, { model: "a", x: 3 }, { model: "b", x: 4 }, { model: "c", x: 90 }];
    expect(nearest(points, 3.2, 5)).toEqual([{ model: "a", x: 3 }, { model: "b", x: 4 }]);
  });
});

test("a bucket without sentences is no point", () => {
  const bleu_by_length = [{ from: 1, to: 5, sentences: 9, bleu: 40 }, { from: 6, to: 9, sentences: 0, bleu: null }];
  expect(byLength([model({ bleu_by_length })])).toEqual([{ model: "m", x: 3, y: 40, from: 1, to: 5, sentences: 9 }]);
});

describe("samples over time", () => {
  const samples = [{ seconds: 5, translations: ["five"] }, { seconds: 10, translations: ["ten"] }];
  test("at a moment counts what was said last", () => {
    expect(sampleAt(samples, 4.9)).toBeUndefined();
    expect(sampleAt(samples, 9)?.translations).toEqual(["five"]);
    expect(sampleAt([...samples].reverse(), 60)?.translations).toEqual(["ten"]);
  });
  test("the moments of all models are joined in order", () => {
    const other = model({ samples_over_time: [{ seconds: 7, translations: [] }, { seconds: 10, translations: [] }] });
    expect(sampleTimes([model({ samples_over_time: samples }), other])).toEqual([5, 7, 10]);
  });
});

test("the best of one is no best", () => {
  expect(best([3, null, 5])).toBe(5);
  expect(best([3, 5], "lowest")).toBe(3);
  expect(best([3, null])).toBeUndefined();
});

test("the mean of heads is taken per weight", () => {
  expect(weightsOf({ name: "", heads: [[[1, 0]], [[0.5, 0.5]]] }, -1)).toEqual([[0.75, 0.25]]);
  expect(weightsOf({ name: "", heads: [[[1, 0]], [[0.5, 0.5]]] }, 1)).toEqual([[0.5, 0.5]]);
});

test("a report that lacks a field is refused by its name", () => {
  expect(() => parseDocument('{"title": "t", "models": []}')).toThrow("created_by, settings, conclusion");
  expect(parseDocument(sample)).toMatchObject({ models: { length: 3 } });
});
