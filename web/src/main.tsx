// The page's beginning: reads the data that naru wrote into this file and shows it.
import { render } from "preact";
import { wordsOf } from "./language";
import { Page } from "./page";
import { parseReport } from "./schema";
import "./style.css";

const place = document.getElementById("page")!;
try {
  render(<Page report={parseReport(document.getElementById("naru-data")!.textContent ?? "")} />, place);
} catch (error) {
  const lines = [wordsOf("ko").unreadable, wordsOf("en").unreadable, String(error)];
  render(<div class="failure">{lines.map((line) => <p key={line}>{line}</p>)}</div>, place);
}
