import { expect, test } from "vitest";
import { wordsOf } from "../src/language";
import { ems, markShared, readable } from "../src/words";

const shared = (translation: string, reference: string) =>
  markShared(translation, reference).filter((word) => word.shared).map((word) => word.text);

test("words are shared when they stand in the reference in the same order, whatever their case and punctuation", () => {
  expect(shared("he Went to bank the.", "He went to the bank")).toEqual(["he", "Went", "to", "the."]);
  expect(shared("", "He went")).toEqual([]);
  expect(shared("The cat chased the dog", "The dog chased the cat")).toEqual(["The", "chased", "the"]);
});

test("pieces show where a word goes on; whitespace words stay as they are", () => {
  expect(readable(["▁학교", "에", "▁", ".", "</s>"])).toEqual(["학교", "-에", "▁", ".", "</s>"]);
  expect(readable(["▁I", "⏎"])).toEqual(["I", "⏎"]);
  expect(readable(["I", "go"])).toEqual(["I", "go"]);
});

test("Korean letters are as wide as they are high", () => {
  expect(ems("학교")).toBe(2);
  expect(ems("ab")).toBeLessThan(1.5);
});

test("figures that were not measured are a dash in both languages", () => {
  for (const words of [wordsOf("ko"), wordsOf("en")]) {
    expect(words.score(null)).toBe("–");
    expect(words.score(88.649)).toBe("88.6");
    expect(words.bytes(431e6)).toBe("431 MB");
    expect(words.clock(89.9)).toBe("1:29");
  }
});
