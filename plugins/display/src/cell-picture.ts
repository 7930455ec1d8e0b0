import type { Cell, Mark, Raster } from "./cell.ts";
import { escape } from "./escape.ts";
import { rasterUrl } from "./raster-url.ts";
import { FONT } from "./svg-look.ts";

/** Where a picture of a cell comes to lie. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** The largest extent within a square of `side` that keeps the picture's shape. */
export function fit({ width, height }: Extent, side: number): Extent {
  const scale = side / Math.max(width, height, 1);
  return { width: width * scale, height: height * scale };
}

/** The marks of a cell as the content of an SVG element of that extent; dots and lines do not grow with the picture. */
export function cellPicture(cell: Cell, extent: Extent): string {
  const place: Place = { extent, scale: extent.width / Math.max(1, cell.width) };
  return cell.marks.map((mark) => draw(mark, place)).join("");
}

interface Place {
  readonly extent: Extent;
  readonly scale: number;
}

function draw(mark: Mark, place: Place): string {
  if (mark.kind === "raster") return image(mark.raster, mark.opacity ?? 1, place);
  if (mark.kind === "dots") return mark.points.map((point) => dot(point, mark.color, place)).join("");
  return box(mark.box, mark.label, place);
}

function image(raster: Raster, opacity: number, { extent, scale }: Place): string {
  const crisp = scale >= 2 ? ' class="crisp" image-rendering="optimizeSpeed"' : ""; // pages say pixelated, which resvg does not know
  const size = `width="${round(extent.width)}" height="${round(extent.height)}" preserveAspectRatio="none"`;
  return `<image ${size}${opacity < 1 ? ` opacity="${opacity}"` : ""}${crisp} href="${rasterUrl(raster)}"/>`;
}

function dot([x, y]: readonly [number, number], color: string, { scale }: Place): string {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return "";
  return `<circle cx="${round(x * scale)}" cy="${round(y * scale)}" r="3" fill="${color}" stroke="#fff" stroke-width="0.75"/>`;
}

function box([left, top, right, bottom]: readonly [number, number, number, number], label: string | undefined, { scale }: Place): string {
  if (![left, top, right, bottom].every(Number.isFinite)) return "";
  const [x, y, width, height] = [left, top, Math.max(0, right - left), Math.max(0, bottom - top)].map((v) => round(v * scale));
  const rect = (stroke: string, thick: number): string =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="${stroke}" stroke-width="${thick}"/>`;
  const outlined = rect("#000", 3) + rect("#fff", 1.5);
  if (label === undefined) return outlined;
  const text = (more: string): string =>
    `<text x="${round(left * scale + 3)}" y="${round(top * scale + 12)}" ${more}>${escape(label)}</text>`;
  const font = `${FONT} font-size="10" font-weight="bold"`;
  return outlined + text(`${font} fill="none" stroke="#000" stroke-width="3" stroke-linejoin="round"`) + text(`${font} fill="#fff"`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
