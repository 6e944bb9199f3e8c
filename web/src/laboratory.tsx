// The page of the laboratory's reports: the verdicts at a glance, then a section for each experiment.
import { BlockView } from "./blocks";
import { ClaimCard } from "./claim-card";
import { shortText } from "./figures";
import type { Card, Claim, Experiment, LaboratoryReport } from "./findings";
import { FactList, Facts, Frame } from "./frame";
import { type Words, useWords } from "./language";
import { Opening } from "./opening";
import { isFigure } from "./series";

export function Laboratory({ report }: { report: LaboratoryReport }) {
  return (
    <Frame title={report.title} language={report.language}>
      <Body report={report} />
    </Frame>
  );
}

function Body({ report }: { report: LaboratoryReport }) {
  const words = useWords(), { laboratory } = words;
  const { experiments, claims } = report;
  return (
    <>
      <p class="intro">{laboratory.intro[report.kind]}</p>
      <nav aria-label={words.sections}>
        {claims.length > 0 && <a href="#verdicts">{laboratory.verdict}</a>}
        {experiments.map(({ name, title }) => <a key={name} href={`#experiment-${name}`}>{words.text(title)}</a>)}
      </nav>
      {claims.length > 0 && <Opening claims={claims} />}
      {experiments.length === 0 && <p>{laboratory.nothing}</p>}
      {experiments.map((experiment) => (
        <ExperimentSection key={experiment.name} experiment={experiment} claims={claims.filter((claim) => claim.experiment === experiment.name)} />
      ))}
      <Facts facts={[[words.createdBy, report.created_by], ...cardFacts(words, report.settings ?? {})]} />
    </>
  );
}

function ExperimentSection({ experiment, claims }: { experiment: Experiment; claims: Claim[] }) {
  const words = useWords(), { laboratory } = words;
  const { name, blocks, card } = experiment, id = `experiment-${name}`;
  return (
    <section id={id} class="experiment" aria-labelledby={`${id}-title`}>
      {claims.length > 0 && <p class="place">{laboratory.section([...new Set(claims.map((claim) => claim.section))].join(", "))}</p>}
      <h2 id={`${id}-title`}>{words.text(experiment.title)}</h2>
      {experiment.question && <p class="question">{words.text(experiment.question)}</p>}
      <div class="blocks">
        {blocks.map((block, index) => <BlockView key={index} block={block} name={`${name}-${index + 1}`} />)}
      </div>
      {claims.length > 0 && <h3 class="claims-title">{laboratory.claims}</h3>}
      <div class="claims">
        {claims.map((claim) => <ClaimCard key={claim.id} claim={claim} />)}
      </div>
      {card && (
        <details class="conditions">
          <summary>{laboratory.about}</summary>
          <FactList facts={cardFacts(words, card)} />
        </details>
      )}
    </section>
  );
}

/** What is known of the conditions, named. */
function cardFacts({ laboratory, code }: Words, card: Card): [string, string][] {
  const names = laboratory.card;
  const facts: [string, string | number | undefined | null][] = [
    [names.version, card.version],
    [names.effort, card.effort === undefined ? undefined : laboratory.efforts[card.effort] ?? card.effort],
    [names.seed, card.seed],
    [names.seeds, card.seeds],
    [names.processor, card.machine?.processor],
    [names.isa, card.machine?.isa],
    [names.threads, card.machine?.threads],
    [names.data, card.data],
    [names.seconds, isFigure(card.seconds) ? duration(card.seconds, code) : undefined],
  ];
  return facts.filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => [name, String(value)]);
}

/** "0.7 ms", "12 s", "3 min 20 s". */
export function duration(seconds: number, language: "ko" | "en"): string {
  const [ms, s, min] = language === "ko" ? ["밀리초", "초", "분"] : [" ms", " s", " min"];
  if (seconds < 1) return `${shortText(Number((1000 * seconds).toPrecision(2)))}${ms}`;
  if (seconds < 60) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))}${s}`;
  const whole = Math.round(seconds);
  return whole % 60 === 0 ? `${whole / 60}${min}` : `${Math.floor(whole / 60)}${min} ${whole % 60}${s}`;
}
