// The page's beginning: reads the data that naru wrote into this file and shows it.
import { render } from "preact";
import { Laboratory } from "./laboratory";
import { wordsOf } from "./language";
import { Page } from "./page";
import { parseDocument } from "./schema";
import "./style.css";
import "./laboratory.css";

const place = document.getElementById("page")!;
try {
  const report = parseDocument(document.getElementById("naru-data")!.textContent ?? "");
  render("kind" in report ? <Laboratory report={report} /> : <Page report={report} />, place);
} catch (error) {
  const lines = [wordsOf("ko").unreadable, wordsOf("en").unreadable, String(error)];
  render(<div class="failure">{lines.map((line) => <p key={line}>{line}</p>)}</div>, place);
}
