// What every report's page has around it: the head with the reader's choices, and the foot.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { type Language, LanguageContext, useWords, wordsOf } from "./language";
import { Choice } from "./parts";
import { useRemembered } from "./remembered";
import type { Text } from "./schema";

const themes = ["auto", "light", "dark"] as const;

export function Frame(props: { title: Text; language?: Language; children: ComponentChildren }) {
  const [language, setLanguage] = useRemembered<Language>("lang", props.language === "en" ? ["en", "ko"] : ["ko", "en"]);
  const [theme, setTheme] = useRemembered("theme", themes);
  const words = wordsOf(language);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
    document.title = words.text(props.title);
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
        <h1>{words.text(props.title)}</h1>
      </header>
      {props.children}
    </LanguageContext.Provider>
  );
}

/** The foot: what the report was made by. */
export function Facts({ facts }: { facts: [name: string, value: string][] }) {
  const words = useWords();
  return (
    <footer>
      <h2>{words.provenance}</h2>
      <FactList facts={facts} />
      <p>{words.selfContained}</p>
    </footer>
  );
}

export function FactList({ facts }: { facts: [name: string, value: string][] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
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
