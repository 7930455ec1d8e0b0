import { logRangeOf, rangeOf, type Range } from "./axis-range.ts";

/** A curve, or single points. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly dots?: boolean;
}

/** One chart of a document. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  /** Powers of ten up the side; what is not above 0 is left out. */
  readonly logY?: boolean;
  /** Lines from top to bottom with their labels in place of the numbers below. */
  readonly marks?: readonly { readonly x: number; readonly label: string }[];
}

const WIDTH = 640;
const HEIGHT = 320;
const MOST_MARKS = 16;
const BOX = { left: 64, right: 616, top: 56, bottom: 272 };
const INK = "#1f2937";
const MUTED = "#6b7280";
const GRID = "#e5e7eb";

/** An SVG document with the panels one below the other. Points that are not finite are left out. */
export function svgChart(panels: readonly Panel[]): string {
  const height = HEIGHT * panels.length;
  const body = panels.map((panel, i) => `<g transform="translate(0 ${i * HEIGHT})">\n${drawPanel(panel)}\n</g>`).join("\n");
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
  const font = `font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} role="img">
<rect width="100%" height="100%" fill="#ffffff"/>
${body}
</svg>
`;
}

function drawPanel({ title, xLabel, series, logY = false, marks }: Panel): string {
  const shown = series.map((s) => ({ ...s, points: finite(logY ? logged(s.points) : s.points) }));
  const points = shown.flatMap((s) => s.points);
  const xs = rangeOf([0, ...points.map(([x]) => x)], false);
  const values = points.map(([, y]) => y);
  const ys = logY ? logRangeOf(values) : rangeOf(values, true);
  const toX = scale(xs, BOX.left, BOX.right);
  const toY = scale(ys, BOX.bottom, BOX.top);
  const grid = ys.ticks.map((y, i) => {
    const at = round(toY(y));
    return `<path d="M${BOX.left} ${at}H${BOX.right}" stroke="${GRID}"/>${label(BOX.left - 8, at + 4, ys.texts[i] ?? "", "end")}`;
  });
  const below = marks === undefined ? xs.ticks.map((x, i) => ({ x, label: xs.texts[i] ?? "" })) : thinned(marks);
  const numbers = below.map(({ x, label: text }) => label(round(toX(x)), BOX.bottom + 18, text, "middle"));
  const lines = (marks ?? []).map(({ x }) => `<path d="M${round(toX(x))} ${BOX.top}V${BOX.bottom}" stroke="${GRID}"/>`);
  return [
    `<text x="${BOX.left}" y="28" font-size="15" font-weight="600" fill="${INK}">${escape(title)}</text>`,
    ...legend(series),
    ...grid,
    ...lines,
    `<path d="M${BOX.left} ${BOX.bottom}H${BOX.right}" stroke="${MUTED}"/>`,
    ...numbers,
    label((BOX.left + BOX.right) / 2, BOX.bottom + 36, xLabel, "middle"),
    ...shown.map((s) => drawSeries(s, toX, toY)),
  ].join("\n");
}

function drawSeries({ points, color, dots }: Series, toX: (x: number) => number, toY: (y: number) => number): string {
  const at = points.map(([x, y]) => [round(toX(x)), round(toY(y))] as const);
  const line = `<polyline points="${at.map(([x, y]) => `${x},${y}`).join(" ")}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`;
  if (dots !== true) return line;
  return [line, ...at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${color}" stroke="#ffffff" stroke-width="1.5"/>`)].join(
    "\n",
  );
}

/** Right-aligned in the title's line; a lone curve is named by the title. */
function legend(series: readonly Series[]): string[] {
  if (series.length < 2) return [];
  let right = BOX.right;
  return series.toReversed().map(({ name, color }) => {
    const text = label(round(right), 28, name, "end");
    right -= widthOf(name) + 8;
    const line = `<path d="M${round(right - 14)} 24H${round(right)}" stroke="${color}" stroke-width="3" stroke-linecap="round"/>`;
    right -= 26;
    return line + text;
  });
}

/** Of a sans-serif text of 12 pixels, rather too much than too little. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (/[mwMW@]/.test(letter) ? 11 : /[ijltfr.,:;' |]/.test(letter) ? 4.6 : 6.9), 0);
}

function label(x: number, y: number, text: string, anchor: "middle" | "end"): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${MUTED}">${escape(text)}</text>`;
}

/** Labels that have room, the last among them. */
function thinned<T>(marks: readonly T[]): T[] {
  const every = Math.ceil(marks.length / MOST_MARKS);
  return marks.filter((_, i) => (marks.length - 1 - i) % every === 0);
}

function logged(points: Series["points"]): Series["points"] {
  return points.map(([x, y]) => [x, y > 0 ? Math.log10(y) : NaN] as const);
}

function scale({ low, high }: Range, from: number, to: number): (value: number) => number {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function finite(points: Series["points"]): Series["points"] {
  return points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
