// The table: what each model costs and what it reaches.
import { useWords } from "./language";
import { Key } from "./parts";
import type { Figure, Report, Scores } from "./schema";
import { best, isFigure } from "./series";

export function Results({ report }: { report: Report }) {
  const words = useWords();
  const { models, baseline } = report;
  const sets = [...new Set(models.flatMap((model) => Object.keys(model.scores)))];
  const speeds = models.map((model) => model.target_tokens_per_second);
  const memories = models.map((model) => model.peak_bytes);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.results}>
        <table class="results">
          <thead>
            <tr>
              <th rowSpan={2} scope="col">{words.model}</th>
              {sets.map((set) => (
                <th key={set} colSpan={2} scope="colgroup" class="set" title={words.setNotes[set]}>
                  {words.sets[set] ?? set}{words.sets[set] && <small lang="en">{set}</small>}
                </th>
              ))}
              <th rowSpan={2} scope="col" class="set">{words.parameters}</th>
              <th rowSpan={2} scope="col">{words.training}</th>
              <th rowSpan={2} scope="col">{words.memory}</th>
              <th rowSpan={2} scope="col">{words.speed}<small>{words.speedUnit}</small></th>
            </tr>
            <tr>
              {sets.map((set) => [
                <th key={`${set}-bleu`} scope="col" class="set">BLEU</th>,
                <th key={`${set}-chrf`} scope="col">chrF</th>,
              ])}
            </tr>
          </thead>
          <tbody>
            {models.map((model, index) => (
              <tr key={model.name} data-row="model">
                <th scope="row">
                  <Key index={index} /> <span>{model.name}</span>
                  <small>{words.text(model.description)}</small>
                </th>
                <ScoreCells scores={model.scores} sets={sets} among={models.map((other) => other.scores)} />
                <td class="set">{words.number(model.parameters)}</td>
                <td>
                  {words.clock(model.seconds)}<small>{words.steps(words.number(model.steps))}</small>
                  {isFigure(model.training_target_tokens_per_second) &&
                    <small>{words.number(model.training_target_tokens_per_second)} {words.speedUnit}</small>}
                </td>
                <Cell value={model.peak_bytes} best={best(memories, "lowest")} show={words.bytes(model.peak_bytes)} />
                <Cell value={model.target_tokens_per_second} best={best(speeds)} show={words.number(model.target_tokens_per_second)} />
              </tr>
            ))}
            {baseline && (
              <tr data-row="baseline">
                <th scope="row">
                  <span>{words.text(baseline.name)}</span> <em>{words.baseline}</em>
                  <small>{words.text(baseline.description)}</small>
                </th>
                <ScoreCells scores={baseline.scores} sets={sets} among={[]} />
                <td class="set">–</td><td>–</td><td>–</td><td>–</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <ul class="notes">
        {sets.filter((set) => words.setNotes[set]).map((set) => (
          <li key={set}><b>{words.sets[set]}</b> {words.setNotes[set]}</li>
        ))}
        <li>{words.resultsNote}</li>
      </ul>
    </>
  );
}

function ScoreCells({ scores, sets, among }: { scores: Scores; sets: string[]; among: Scores[] }) {
  const words = useWords();
  return (
    <>
      {sets.flatMap((set) => (["bleu", "chrf"] as const).map((metric) => {
        const value = scores[set]?.[metric] ?? null;
        const top = best(among.map((other) => other[set]?.[metric]));
        return <Cell key={`${set}-${metric}`} value={value} best={top} show={words.score(value)} bar set={metric === "bleu"} />;
      }))}
    </>
  );
}

function Cell(props: { value: Figure; best: number | undefined; show: string; bar?: boolean; set?: boolean }) {
  const words = useWords();
  const isBest = isFigure(props.value) && props.value === props.best;
  return (
    <td class={[isBest && "best", props.set && "set"].filter(Boolean).join(" ") || undefined}>
      {isBest && <span class="star" title={words.best}>★</span>}
      {props.show}
      {props.bar && <i class="score" style={{ "--share": `${props.value ?? 0}%` }} aria-hidden="true" />}
    </td>
  );
}
