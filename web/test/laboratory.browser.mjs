// A laboratory's report as a browser shows it, of web/claims-sample.json; tests/lab/report_test.cpp runs this. NARU_BROWSER:
// Chromium; NARU_REPORT: the report's address; NARU_PICTURES: a folder for pictures of the page, if they are wanted.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openChromium } from "./chromium.mjs";

const { NARU_BROWSER, NARU_REPORT, NARU_PICTURES } = process.env;
const chromium = openChromium(NARU_BROWSER);
after(() => chromium.close());
const desktop = { width: 1280, height: 900 }, phone = { width: 360, height: 780 };

/** Opens the report, hands it to `work`, and finds it without errors and without requests to any address. */
async function shown(choice, size, work) {
  const page = await chromium.open(`${NARU_REPORT}#${choice}`, size);
  await work(page);
  assert.deepEqual(page.errors, []);
  assert.deepEqual(page.requests.filter((url) => !/^(file|data|blob):/.test(url)), []);
  await page.close();
}

/** In the page: what `look` sees before and after `act`, which has five seconds to change it. */
const beforeAndAfter = (page, look, act) => page.run(`async () => {
  const look = ${look}, before = look();
  (${act})();
  for (let i = 0; i < 100 && String(look()) === String(before); ++i) await new Promise((done) => setTimeout(done, 50));
  return [before, look()];
}`);

test("every plot and map is drawn with marks, every claim has a card and a tile", () => shown("lang=en", desktop, async (page) => {
  const charts = await page.run(() => Object.fromEntries([...document.querySelectorAll("[data-chart]")].map((figure) =>
    [figure.dataset.chart, figure.querySelectorAll('.drawing svg :is(g[aria-label="line"], g[aria-label="bar"], g[aria-label="cell"], g[aria-label="dot"]) > *').length])));
  assert.deepEqual(Object.keys(charts), ["bleu-by-length", "gradient-by-distance", "gradient-by-layer", "attention-maps", "memory-by-model", "time-by-sentence", "one-point"]);
  for (const [id, marks] of Object.entries(charts)) assert.ok(marks > 0, id);
  assert.deepEqual(await page.run(() => [".tile", ".claim", ".interval svg"].map((part) => document.querySelectorAll(part).length)), [9, 9, 8]);
}));

test("the language begins as the document says and changes with the switch", () => shown("", desktop, async (page) => {
  const [before, now] = await beforeAndAfter(page, "() => [document.documentElement.lang, document.title]", "() => document.querySelectorAll('.choices input')[1].click()");
  assert.deepEqual(before, ["ko", "강의를 다시 재다 (지어낸 예시)"]);
  assert.deepEqual(now, ["en", "The lecture, measured again (invented sample)"]);
  assert.equal(await page.run(() => document.querySelector("h1").textContent), now[1]);
}));

test("a series that is switched off leaves the plot, and comes back", () => shown("lang=en", desktop, async (page) => {
  const lines = `() => document.querySelectorAll('[data-chart="bleu-by-length"] .drawing g[aria-label="line"] path').length`;
  const button = `() => document.querySelector('[data-chart="bleu-by-length"] .legend button').click()`;
  assert.deepEqual(await beforeAndAfter(page, lines, button), [4, 3]);
  assert.deepEqual(await beforeAndAfter(page, lines, button), [3, 4]);
}));

test("beside the pointer stand the values of all series", () => shown("lang=en", desktop, async (page) => {
  const svg = `document.querySelector('[data-chart="bleu-by-length"] .drawing svg')`;
  const [, tip] = await beforeAndAfter(page, `() => ${svg}.querySelector('[aria-label="tip"]').textContent`, `() => {
    const { left, top, width, height } = ${svg}.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, pointerType: "mouse", bubbles: true };
    for (const what of ["pointerenter", "pointermove"]) ${svg}.dispatchEvent(new PointerEvent(what, at));
  }`);
  assert.match(tip, /words in the source.*seq2seq-attention.*transformer-tiny/s);
}));

test("another head gives another map; the rings of known alignments can be taken off", () => shown("lang=en", desktop, async (page) => {
  const chart = `document.querySelector('[data-chart="attention-maps"]')`;
  const map = `() => [${chart}.querySelector("h3").textContent, ${chart}.querySelector(".drawing svg").outerHTML]`;
  const [before, now] = await beforeAndAfter(page, map, `() => {
    const heads = [...${chart}.querySelectorAll("select")].at(-1);
    heads.value = "2";
    heads.dispatchEvent(new Event("change", { bubbles: true }));
  }`);
  assert.equal(now[0], "Where it looked · decoder layer 2 · Head 2");
  assert.notEqual(now[1], before[1]);
  const rings = `() => ${chart}.querySelectorAll('.drawing [stroke="var(--ring)"] rect').length`;
  assert.deepEqual(await beforeAndAfter(page, rings, `() => ${chart}.querySelector(".switch").click()`), [4, 0]);
}));

test("a verdict chosen above leaves only its claims", () => shown("lang=en", desktop, async (page) => {
  const tiles = "() => [...document.querySelectorAll('.tile .statement')].length";
  assert.deepEqual(await beforeAndAfter(page, tiles, "() => document.querySelector('.filters .verdict[data-verdict=\"undecided\"]').closest('button').click()"), [9, 2]);
}));

test("pictures and values are saved, none empty, pictures of 1920 × 1080 without style sheets", () => shown("lang=en", desktop, async (page) => {
  const saved = await page.run(`async () => {
    const files = [];
    URL.createObjectURL = (blob) => { files.push(blob); return "blob:kept"; };
    HTMLAnchorElement.prototype.click = function () { files[files.length - 1].name = this.download; };
    const found = [];
    for (const button of document.querySelectorAll(".save button")) {
      const known = files.length;
      button.click();
      for (let i = 0; files.length === known && i < 100; ++i) await new Promise((done) => setTimeout(done, 50));
      const file = files[known];
      if (!file) { found.push({ name: "nothing of " + button.textContent }); continue; }
      const picture = file.type === "image/png" ? await createImageBitmap(file) : undefined;
      const text = picture ? "" : await file.text();
      found.push({ name: file.name, size: file.size, width: picture?.width, height: picture?.height,
        loose: /var\\(|currentColor|light-dark|<style/.test(text), valid: file.type !== "image/svg+xml" || !new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror") });
    }
    return found;
  }`);
  assert.equal(saved.length, 7 * 3 + 1);
  assert.ok(saved.some(({ name }) => name === "bleu-by-length.png") && saved.some(({ name }) => name === "cost-4.csv"));
  for (const file of saved) {
    assert.ok(file.size > 20, JSON.stringify(file));
    assert.ok(!file.loose && file.valid, JSON.stringify(file));
    if (file.name.endsWith(".png")) assert.deepEqual([file.width, file.height], [1920, 1080]);
  }
}));

for (const language of ["ko", "en"])
  test(`nothing is wider than a phone of 360 pixels (${language})`, () => shown(`lang=${language}`, phone, async (page) => {
    const wide = await page.run(() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll("main *")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .drawing, nav, code, .unseen")).map((one) => `${one.tagName}.${one.className}`)]);
    assert.deepEqual(wide, [360]);
  }));

for (const theme of ["light", "dark"])
  test(`text is told from its ground, 4.5 to 1 (${theme})`, () => shown(`lang=en&theme=${theme}`, desktop, async (page) => {
    const faint = await page.run(() => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const over = (colours) => { // painted one over the other
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) canvas.fillStyle = colour, canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const luminance = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const grounds = (one) => (one ? [...grounds(one.parentElement), getComputedStyle(one).backgroundColor] : []);
      return [...document.querySelectorAll("main *:not(svg *)")].flatMap((one) => {
        if (![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || one.closest(".unseen")) return [];
        const ground = grounds(one), [a, b] = [over(ground), over([...ground, getComputedStyle(one).color])].map(luminance).sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        return ratio < 4.5 ? [`${one.tagName}.${one.className} "${one.textContent.slice(0, 20)}" ${ratio.toFixed(2)}`] : [];
      });
    });
    assert.deepEqual(faint, []);
  }));

test("the keyboard reaches every switch, filter and saved file", () => shown("lang=en", desktop, async (page) => {
  const unreachable = await page.run(() => [...document.querySelectorAll("button, select, input, a[href], summary")].filter((one) => one.tabIndex < 0).length);
  assert.equal(unreachable, 0);
}));

test("pictures of it", { skip: !NARU_PICTURES }, async () => {
  for (const [name, choice, size] of [["desktop", "lang=ko&theme=light", desktop], ["dark", "lang=en&theme=dark", desktop], ["phone", "lang=ko&theme=light", phone]])
    await shown(choice, size, async (page) => {
      await page.picture(`${NARU_PICTURES}/${name}.png`);
      if (name === "dark") await page.print(`${NARU_PICTURES}/printed.pdf`);
    });
});
