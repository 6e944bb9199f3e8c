// A verdict's sign: a shape for each, so that it is told apart without its colour.
import type { Kind, Verdict } from "./findings";
import { useWords } from "./language";

const shapes: Record<Verdict, { outline: string; filled: boolean; sign: string }> = {
  holds: { outline: "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z", filled: true, sign: "M4.6 8.3l2.3 2.4l4.5-5" },
  "holds if": { outline: "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z", filled: false, sign: "M8 1v14a7 7 0 0 0 0-14z" },
  agrees: { outline: "M8 1.5L15 14H1z", filled: true, sign: "M5.2 10.3l2 2l3.8-4.4" },
  "does not hold": { outline: "M1.5 1.5h13v13h-13z", filled: true, sign: "M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4" },
  disagrees: { outline: "M1 2h14L8 14.5z", filled: true, sign: "M5.6 4.4l4.8 4.8M10.4 4.4l-4.8 4.8" },
  undecided: { outline: "M8 .8L15.2 8L8 15.2L.8 8z", filled: false, sign: "M5.9 6.6a2.1 2.1 0 1 1 3.1 1.8q-1 .5-1 1.4M8 11.6v.1" },
  "not measured": { outline: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z", filled: false, sign: "M5 8h6" },
};

export function Mark({ verdict, size = 16 }: { verdict: Verdict; size?: number }) {
  const { outline, filled, sign } = shapes[verdict];
  return (
    <svg class="mark" data-verdict={verdict} viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path class={filled ? "solid" : "hollow"} d={outline} />
      <path class={verdict === "holds if" ? "half" : filled ? "sign inside" : "sign"} d={sign} />
    </svg>
  );
}

/** The sign with its word. */
export function VerdictName({ verdict }: { verdict: Verdict }) {
  const { laboratory } = useWords();
  return <span class="verdict" data-verdict={verdict}><Mark verdict={verdict} /> {laboratory.verdicts[verdict]}</span>;
}

export function KindName({ kind }: { kind: Kind }) {
  const { laboratory } = useWords();
  return <span class="kind" title={laboratory.kindNotes[kind]}>{laboratory.kinds[kind]}</span>;
}
