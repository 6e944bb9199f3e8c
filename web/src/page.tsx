// The page of `naru demo`: what came out, then one section per question.
import type { ComponentChildren } from "preact";
import { Attention } from "./attention";
import { Curves } from "./curves";
import { Facts, Frame } from "./frame";
import { useWords } from "./language";
import { Learning } from "./learning";
import { Lecture } from "./lecture";
import { Results } from "./results";
import type { Report } from "./schema";

export function Page({ report }: { report: Report }) {
  return (
    <Frame title={report.title}>
      <Summary report={report} />
      <Sections report={report} />
      <Provenance report={report} />
    </Frame>
  );
}

function Summary({ report }: { report: Report }) {
  const words = useWords();
  return (
    <>
      <p class="intro">{words.intro}</p>
      <aside class="conclusion">
        <h2>{words.conclusion}</h2>
        <p>{words.text(report.conclusion)}</p>
      </aside>
    </>
  );
}

/** Those sections for which the report has data, and links to them. */
function Sections({ report }: { report: Report }) {
  const words = useWords();
  const { models } = report;
  const sections: { id: "results" | "curves" | "learning" | "attention" | "lecture"; has: unknown; body: ComponentChildren }[] = [
    { id: "results", has: models.length, body: <Results report={report} /> },
    { id: "curves", has: models.some((model) => model.history.length), body: <Curves report={report} /> },
    { id: "learning", has: models.some((model) => model.samples_over_time?.length), body: <Learning report={report} /> },
    { id: "attention", has: models.some((model) => model.attention?.length), body: <Attention report={report} /> },
    { id: "lecture", has: report.lecture?.length, body: <Lecture report={report} /> },
  ];
  const shown = sections.filter((section) => section.has);
  return (
    <>
      <nav aria-label={words.sections}>
        {shown.map(({ id }) => <a key={id} href={`#${id}`}>{words[id]}</a>)}
      </nav>
      {shown.map(({ id, body }) => (
        <section key={id} id={id} aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`}>{words[id]}</h2>
          {body}
        </section>
      ))}
    </>
  );
}

function Provenance({ report }: { report: Report }) {
  const words = useWords();
  const { settings } = report;
  const facts: [string, string][] = [
    [words.createdBy, report.created_by],
    [words.minutes, words.minutesUnit(String(Number(settings.minutes.toFixed(2))))],
    [words.pairs, words.number(settings.pairs)],
    [words.threads, words.number(settings.threads)],
    [words.isa, settings.isa],
  ];
  return <Facts facts={facts} />;
}
