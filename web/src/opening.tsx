// The opening of a report of claims: how many hold, and each claim with its verdict, to be filtered and to be gone to.
import { useState } from "preact/hooks";
import { type Claim, type Kind, type Verdict, chosenClaims, countVerdicts, kinds } from "./findings";
import { useWords } from "./language";
import { Switch } from "./parts";
import { KindName, Mark, VerdictName } from "./verdict";

export function Opening({ claims }: { claims: Claim[] }) {
  const words = useWords(), { laboratory } = words;
  const [chosenVerdicts, setVerdicts] = useState<Verdict[]>([]);
  const [chosenKinds, setKinds] = useState<Kind[]>([]);
  const counts = countVerdicts(claims);
  const shown = chosenClaims(claims, chosenVerdicts, chosenKinds);
  return (
    <section id="verdicts" class="opening" aria-labelledby="verdicts-title">
      <h2 id="verdicts-title">{laboratory.glance}</h2>
      <Share counts={counts} />
      <div class="filters">
        <div role="group" aria-label={laboratory.verdict}>
          {counts.map(({ verdict, count }) => (
            <Switch key={verdict} on={chosenVerdicts.includes(verdict)} onChange={() => setVerdicts(toggled(chosenVerdicts, verdict))}>
              <VerdictName verdict={verdict} /> <b>{count}</b>
            </Switch>
          ))}
        </div>
        <div role="group" aria-label={laboratory.kind}>
          {kinds.filter((kind) => claims.some((claim) => claim.kind === kind)).map((kind) => (
            <Switch key={kind} on={chosenKinds.includes(kind)} onChange={() => setKinds(toggled(chosenKinds, kind))}>
              {laboratory.kinds[kind]} <b>{claims.filter((claim) => claim.kind === kind).length}</b>
            </Switch>
          ))}
        </div>
      </div>
      <p class="muted" aria-live="polite">{laboratory.showing(words.number(shown.length), words.number(claims.length))}</p>
      {shown.length === 0 && <p>{laboratory.noneChosen}</p>}
      <ol class="tiles">
        {shown.map((claim) => <Tile key={claim.id} claim={claim} />)}
      </ol>
      <Meanings counts={counts.map(({ verdict }) => verdict)} />
    </section>
  );
}

const toggled = <T,>(chosen: T[], one: T) => (chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);

/** All claims as one bar, a piece for each verdict. */
function Share({ counts }: { counts: { verdict: Verdict; count: number }[] }) {
  const { laboratory } = useWords();
  return (
    <div class="share" role="img" aria-label={counts.map(({ verdict, count }) => `${laboratory.verdicts[verdict]} ${count}`).join(", ")}>
      {counts.map(({ verdict, count }) => (
        <i key={verdict} data-verdict={verdict} style={{ flexGrow: count }} title={`${laboratory.verdicts[verdict]}: ${count}`}>
          <Mark verdict={verdict} size={14} />
        </i>
      ))}
    </div>
  );
}

function Tile({ claim }: { claim: Claim }) {
  const words = useWords();
  return (
    <li>
      <a class="tile" data-verdict={claim.verdict} href={`#claim-${claim.id}`}>
        <span><VerdictName verdict={claim.verdict} /> <small>§{claim.section}</small> <KindName kind={claim.kind} /></span>
        <span class="statement">{words.text(claim.lecture)}</span>
      </a>
    </li>
  );
}

function Meanings({ counts }: { counts: Verdict[] }) {
  const { laboratory } = useWords();
  return (
    <ul class="meanings">
      {counts.map((verdict) => <li key={verdict}><VerdictName verdict={verdict} /> {laboratory.verdictNotes[verdict]}</li>)}
    </ul>
  );
}
