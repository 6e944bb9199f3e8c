// Pictures and data for slides: SVG that stands alone, PNG of 1920 × 1080, CSV.
import type { TableData } from "./table";
import { csv } from "./table";

/** Of a slide, in the units that text sizes are given in; twice as many pixels. */
const slide = { width: 960, height: 540, margin: 28 };
/** Letters of a chart are larger on a slide than on a page. */
const zoom = 1.2;
const namespace = "http://www.w3.org/2000/svg";

/** Inherited by what is inside; so a value is written only where it differs from that of the element around. */
const inherited = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin",
  "stroke-linecap", "paint-order", "font-family", "font-size", "font-weight", "text-anchor", "visibility"];

/** A copy that needs no style sheet: colours, fonts and lines as the page shows them. */
function standalone(drawn: SVGSVGElement): SVGSVGElement {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const sources = [drawn, ...drawn.querySelectorAll("*")], copies = [copy, ...copy.querySelectorAll("*")];
  sources.forEach((source, index) => {
    const target = copies[index]!, style = getComputedStyle(source);
    const around = index === 0 ? undefined : getComputedStyle(source.parentElement!);
    for (const property of inherited) {
      const value = style.getPropertyValue(property);
      if (value === around?.getPropertyValue(property)) target.removeAttribute(property);
      else target.setAttribute(property, value);
    }
    if (style.opacity !== "1") target.setAttribute("opacity", style.opacity);
    target.removeAttribute("style");
    target.removeAttribute("class");
  });
  copy.querySelectorAll("style").forEach((sheet) => sheet.remove());
  return copy;
}

/** The words of `text` in lines no wider than `width`. */
export function lines(text: string, width: number, measure: (text: string) => number): string[] {
  const all: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = all.length > 0 ? `${all[all.length - 1]} ${word}` : word;
    if (all.length > 0 && measure(longer) <= width) all[all.length - 1] = longer;
    else all.push(word);
  }
  return all;
}

function element(name: string, attributes: Record<string, string | number>, content?: string): SVGElement {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (content !== undefined) made.textContent = content;
  return made;
}

function ruler(font: string): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d")!;
  context.font = font;
  return (text) => context.measureText(text).width;
}

/** Title, legend, and the chart drawn anew for the room that they leave. */
function picture(figure: HTMLElement, title: string, draw: (width: number, height?: number) => Element): SVGSVGElement {
  const style = getComputedStyle(figure), family = style.fontFamily;
  const page = element("svg", {
    xmlns: namespace, width: 2 * slide.width, height: 2 * slide.height, viewBox: `0 0 ${slide.width} ${slide.height}`, "font-family": family,
  }) as SVGSVGElement;
  page.append(element("rect", { width: slide.width, height: slide.height, fill: style.backgroundColor }));
  const inside = slide.width - 2 * slide.margin;
  let y = slide.margin;
  for (const line of lines(title, inside, ruler(`600 22px ${family}`))) {
    page.append(element("text", { x: slide.margin, y: y + 18, "font-size": 22, "font-weight": 600, fill: style.color }, line));
    y += 28;
  }
  y = appendLegend(page, figure, y + 6, style.color) + 10;

  const room = slide.height - slide.margin - y;
  const place = document.createElement("div");
  place.className = "drawing unseen";
  figure.append(place);
  const drawn = draw(inside / zoom, room / zoom) as SVGSVGElement;
  place.append(drawn);
  const chart = standalone(drawn);
  place.remove();
  if (!chart.hasAttribute("viewBox")) chart.setAttribute("viewBox", `0 0 ${chart.getAttribute("width")} ${chart.getAttribute("height")}`);
  for (const [key, value] of Object.entries({ x: slide.margin, y, width: inside, height: room, preserveAspectRatio: "xMidYMid meet" }))
    chart.setAttribute(key, String(value));
  page.append(chart);
  return page;
}

/** The keys of what is shown, as the figure's own legend has them. Gives where it ends. */
function appendLegend(page: SVGSVGElement, figure: HTMLElement, top: number, ink: string): number {
  const measure = ruler(`14px ${getComputedStyle(figure).fontFamily}`);
  let x = slide.margin, y = top, rows = 0;
  for (const entry of figure.querySelectorAll<HTMLElement>(".legend > li")) {
    if (entry.querySelector('[aria-pressed="false"]')) continue;
    const key = entry.querySelector<SVGSVGElement>("svg"), name = entry.textContent!.trim();
    const width = 34 + measure(name) + 22;
    if (x > slide.margin && x + width > slide.width - slide.margin) x = slide.margin, y += 22;
    if (key) {
      const copy = standalone(key);
      copy.setAttribute("x", String(x));
      copy.setAttribute("y", String(y + 8 - Number(key.getAttribute("height")) / 2));
      page.append(copy);
    }
    page.append(element("text", { x: x + 34, y: y + 13, "font-size": 14, fill: ink }, name));
    x += width, rows += 1;
  }
  return rows > 0 ? y + 20 : top;
}

export function saveSvg(name: string, figure: HTMLElement, title: string, draw: (width: number, height?: number) => Element) {
  download(`${name}.svg`, new Blob([text(picture(figure, title, draw))], { type: "image/svg+xml" }));
}

export async function savePng(name: string, figure: HTMLElement, title: string, draw: (width: number, height?: number) => Element) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(picture(figure, title, draw)))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * slide.width, canvas.height = 2 * slide.height;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (png) download(`${name}.png`, png);
}

export function saveCsv(name: string, table: TableData) {
  download(`${name}.csv`, new Blob([csv(table)], { type: "text/csv" }));
}

const text = (page: SVGSVGElement) => new XMLSerializer().serializeToString(page);

function download(name: string, content: Blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
