// The whole page: head with the reader's choices, then one section per question.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Attention } from "./attention";
import { Curves } from "./curves";
import { type Language, LanguageContext, useWords, wordsOf } from "./language";
import { Learning } from "./learning";
import { Lecture } from "./lecture";
import { Choice } from "./parts";
import { Results } from "./results";
import type { Report } from "./schema";
import { useRemembered } from "./remembered";

const themes = ["auto", "light", "dark"] as const;

export function Page({ report }: { report: Report }) {
  const [language, setLanguage] = useRemembered<Language>("lang", ["ko", "en"]);
  const [theme, setTheme] = useRemembered("theme", themes);
  const words = wordsOf(language);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
    document.title = words.text(report.title);
  }, [language, theme]);

  return (
    <LanguageContext.Provider value={language}>
      <header class="head">
        <div class="bar">
          <Wordmark />
          <div class="choices">
            <Choice label={words.language} hideLabel value={language} onChange={setLanguage}
              options={[{ value: "ko", label: "한국어" }, { value: "en", label: "English" }]} />
            <Choice label={words.theme} hideLabel value={theme} onChange={setTheme}
              options={themes.map((value) => ({ value, label: words.themes[value] }))} />
          </div>
        </div>
        <h1>{words.text(report.title)}</h1>
        <p class="intro">{words.intro}</p>
        <aside class="conclusion">
          <h2>{words.conclusion}</h2>
          <p>{words.text(report.conclusion)}</p>
        </aside>
      </header>
      <Sections report={report} />
      <Provenance report={report} />
    </LanguageContext.Provider>
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
  return (
    <footer>
      <h2>{words.provenance}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{words.selfContained}</p>
    </footer>
  );
}

/** A ferry between two banks. */
function Wordmark() {
  return (
    <div class="wordmark">
      <svg viewBox="0 0 48 24" width="48" height="24" aria-hidden="true">
        <path class="wave" d="M2 19q5.5-4 11 0t11 0t11 0t11 0" />
        <path class="boat" d="M11 11h26q-3 6-9 6h-9q-5 0-8-6zM24 9V2l8 7z" />
      </svg>
      <span lang="ko">나루</span> <span lang="en">naru</span>
    </div>
  );
}
