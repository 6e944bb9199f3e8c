// Which words of a translation stand in its reference, and how sentences and pieces of words are shown.

export interface MarkedWord {
  text: string;
  shared: boolean;
}

const bare = (word: string) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** The translation's words; shared are those of a longest common subsequence with the reference. */
export function markShared(translation: string, reference: string): MarkedWord[] {
  const words = translation.split(/\s+/).filter(Boolean);
  const ours = words.map(bare), theirs = reference.split(/\s+/).filter(Boolean).map(bare);
  // length[i][j]: of the longest common subsequence of ours[i…] and theirs[j…]
  const length = Array.from({ length: ours.length + 1 }, () => new Array<number>(theirs.length + 1).fill(0));
  for (let i = ours.length - 1; i >= 0; i--)
    for (let j = theirs.length - 1; j >= 0; j--)
      length[i]![j] = ours[i] === theirs[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);

  const marked = words.map((text) => ({ text, shared: false }));
  for (let i = 0, j = 0; i < ours.length && j < theirs.length; ) {
    if (ours[i] === theirs[j]) marked[i]!.shared = true, i++, j++;
    else if (length[i + 1]![j]! >= length[i]![j + 1]!) i++;
    else j++;
  }
  return marked;
}

/** SentencePiece's pieces for reading: "▁" marks a word's beginning; a piece that continues one gets a hyphen before it. */
export function readable(pieces: string[]): string[] {
  if (!pieces.some((piece) => piece.startsWith("▁"))) return pieces;
  return pieces.map((piece) => (piece.startsWith("▁") ? piece.slice(1) || "▁" : /^<.*>$|^[^\p{L}\p{N}]+$/u.test(piece) ? piece : "-" + piece));
}

/** Width in ems that a text takes on an axis, near enough to make room for it. */
export function ems(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! >= 0x1100 ? 1 : 0.58), 0);
}

/** By its letters: of the sentences in a report some are Korean, some English. */
export const languageOf = (text: string): "ko" | "en" => (/\p{Script=Hangul}/u.test(text) ? "ko" : "en");
