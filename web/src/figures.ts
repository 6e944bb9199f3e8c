// Figures as text: enough digits to tell them apart, whatever their size. The terminal writes them the same way.

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (exponent: number) =>
  (exponent < 0 ? "⁻" : "") + [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join("");

/** "1,557.6", "0.9300", "2.31×10⁻⁵". */
export function figureText(value: number): string {
  const size = Math.abs(value);
  if (value === Math.round(value) && size < 1e6) return value.toLocaleString("en-US");
  if (size >= 1e6 || size < 1e-3) return scientific(value, 2);
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** For the ticks of an axis and beside bars: no more digits than needed. "0.25", "10⁻⁵", "20,000". */
export function shortText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return scientific(value, 1);
  return value.toLocaleString("en-US", { maximumSignificantDigits: size >= 1000 ? Math.ceil(Math.log10(size + 1)) : 3 });
}

function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  const power = `10${raised(Number(exponent))}`;
  const number = String(Number(mantissa)).replace("-", "−");
  return number === "1" ? power : number === "−1" ? `−${power}` : `${number}×${power}`;
}

/** Round numbers between two positive ends of a logarithmic axis, at most so many: 1, 2, … 9 of each power of ten, fewer of
 * each, or powers alone; equal steps where less than three of those lie between the ends. */
export function logTicks(low: number, high: number, most: number): number[] {
  const ticks = roundTicks(low, high, most);
  return ticks.length > 2 ? ticks : evenTicks(low, high, most);
}

function evenTicks(low: number, high: number, most: number): number[] {
  const least = (high - low) / most, power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= least) ?? least;
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function roundTicks(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
  const within = (steps: number[], stride = 1) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .filter((exponent) => exponent % stride === 0)
      .flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)))
      .filter((tick) => tick >= low * 0.999999 && tick <= high * 1.000001);
  for (const steps of [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3]]) {
    const ticks = within(steps);
    if (ticks.length <= most) return ticks;
  }
  let stride = 1;
  while (within([1], stride).length > Math.max(1, most)) stride += 1;
  return within([1], stride);
}
