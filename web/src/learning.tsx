// The watched sentences, and what each model made of them as its training went on.
import { useEffect, useState } from "preact/hooks";
import { useWords } from "./language";
import { Key, Translation } from "./parts";
import type { Report } from "./schema";
import { sampleAt, sampleTimes } from "./series";

const millisecondsPerSample = 350;

export function Learning({ report }: { report: Report }) {
  const words = useWords();
  const { models } = report;
  const times = sampleTimes(models);
  const [index, setIndex] = useState(times.length - 1);
  const [playing, setPlaying] = useState(false);
  const last = times.length - 1, seconds = times[index]!;

  useEffect(() => {
    if (!playing) return;
    if (index === last) return setPlaying(false);
    const timer = setTimeout(() => setIndex(index + 1), millisecondsPerSample);
    return () => clearTimeout(timer);
  }, [playing, index]);

  const toggle = () => {
    if (!playing && index === last) setIndex(0);
    setPlaying(!playing);
  };
  return (
    <>
      <p>{words.learningNote} {words.sharedNote}</p>
      <div class="time">
        <button type="button" onClick={toggle}>{playing ? "❚❚" : "▶"} {playing ? words.pause : words.play}</button>
        <input type="range" min={0} max={last} step={1} value={index} aria-label={words.time} aria-valuetext={words.clock(seconds)}
          onInput={(event) => { setPlaying(false); setIndex(Number(event.currentTarget.value)); }} />
        <output>{words.clock(seconds)}<small> / {words.clock(times[last]!)}</small></output>
      </div>
      <div class="cards">
        {(report.watched ?? []).map((sentence, position) => (
          <article key={sentence.korean} class="card">
            <div>
              <h3 lang="ko">{sentence.korean}</h3>
              <p class="reference"><span lang="en">{sentence.english}</span> <small>{words.reference}</small></p>
            </div>
            <dl>
              {models.map((model, row) => (
                <div key={model.name}>
                  <dt><Key index={row} /> {model.name}</dt>
                  <dd><Translation text={sampleAt(model.samples_over_time, seconds)?.translations[position]} reference={sentence.english} /></dd>
                </div>
              ))}
            </dl>
          </article>
        ))}
      </div>
    </>
  );
}
