// The lecture's sentences: what each model says, beside a reference.
import { useWords, wordsOf } from "./language";
import { Key, Translation } from "./parts";
import type { Report } from "./schema";

export function Lecture({ report }: { report: Report }) {
  const words = useWords();
  const { models, baseline } = report;
  const lines = report.lecture ?? [];
  const readers = models.filter((model) => model.lecture?.length);
  return (
    <>
      <p>{words.lectureNote(lines.length)} {words.sharedNote}</p>
      <ol class="cards">
        {lines.map((line, position) => (
          <li key={position} class="card">
            <div>
              <p class="place">{words.section(line.section)}</p>
              <h3 lang="ko">{line.korean}</h3>
              <p class="reference"><span lang="en">{line.english}</span> <small>{words.reference}</small></p>
              {line.lecture_sense && <LectureSense />}
            </div>
            <dl>
              {readers.map((model) => (
                <div key={model.name}>
                  <dt><Key index={models.indexOf(model)} /> {model.name}</dt>
                  <dd><Translation text={model.lecture![position]} reference={line.english} /></dd>
                </div>
              ))}
              {baseline?.lecture && (
                <div>
                  <dt>{words.text(baseline.name)}</dt>
                  <dd><Translation text={baseline.lecture[position]} reference={line.english} /></dd>
                </div>
              )}
            </dl>
          </li>
        ))}
      </ol>
    </>
  );
}

/** In both languages whatever the page's language is: nobody shall take the lecture's sense for standard Korean. */
function LectureSense() {
  return (
    <p class="caution">
      <span lang="ko">{wordsOf("ko").lectureSense}</span> <span lang="en">{wordsOf("en").lectureSense}</span>
    </p>
  );
}
