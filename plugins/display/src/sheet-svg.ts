import { cellPicture, fit } from "./cell-picture.ts";
import type { Cell } from "./cell.ts";
import { escape } from "./escape.ts";
import type { Group, Sheet } from "./sheet.ts";
import { FONT, TONES } from "./svg-look.ts";
import { tableSvg } from "./table-svg.ts";
import { wrap } from "./wrap.ts";

const SIDE = 208;
const MARGIN = 16;
const GAP = { cell: 6, group: 20, row: 18 } as const;
const LINE = 16;
/** Letters of 12 px that fit over a picture, for a font as wide as DejaVu Sans. */
const LETTERS = 27;
const TITLE = 30;
interface Part {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

/** Sheet on white: title, groups in rows, table. */
export function sheetSvg({ title, groups, columns, table }: Sheet): string {
  const parts: Part[] = [];
  if (title !== undefined) parts.push(titleOf(title));
  for (let at = 0; at < groups.length; at += columns) parts.push(rowOf(groups.slice(at, at + columns)));
  if (table !== undefined) parts.push(tableSvg(table));
  const width = Math.max(0, ...parts.map((part) => part.width)) + 2 * MARGIN;
  let y = MARGIN;
  const body = parts.map((part, i) => {
    const placed = `<g transform="translate(${MARGIN} ${y})">${part.svg}</g>`;
    y += part.height + (i < parts.length - 1 && !(i === 0 && title !== undefined) ? GAP.row : 0);
    return placed;
  });
  const height = Math.ceil(y + MARGIN);
  const size = `width="${Math.ceil(width)}" height="${height}" viewBox="0 0 ${Math.ceil(width)} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="100%" height="100%" fill="#fff"/>${body.join("")}</svg>`;
}

function titleOf(title: string): Part {
  const svg = `<text y="15" ${FONT} font-size="14" font-weight="bold" fill="${TONES.plain}">${escape(title)}</text>`;
  return { width: title.length * 10, height: TITLE, svg };
}

function rowOf(groups: readonly Group[]): Part {
  const cells = groups.flat();
  const lines = Math.max(...cells.map((cell) => linesOf(cell).length));
  const picture = Math.max(...cells.map((cell) => fit(cell, SIDE).height));
  let x = 0;
  const drawn: string[] = [];
  for (const group of groups) {
    for (const cell of group) {
      drawn.push(`<g transform="translate(${x} 0)">${cellSvg(cell, lines)}</g>`);
      x += SIDE + GAP.cell;
    }
    x += GAP.group - GAP.cell;
  }
  return { width: x - GAP.group, height: lines * LINE + 4 + picture, svg: drawn.join("") };
}

/** Lines end just above the picture. */
function cellSvg(cell: Cell, lines: number): string {
  const own = linesOf(cell);
  const extent = fit(cell, SIDE);
  const left = (SIDE - extent.width) / 2;
  const texts = own.map(({ text, tone }, i) => {
    const y = (lines - own.length + i + 1) * LINE - 4;
    return `<text x="${SIDE / 2}" y="${y}" text-anchor="middle" ${FONT} font-size="12" fill="${TONES[tone]}">${escape(text)}</text>`;
  });
  const frame = `x="${left.toFixed(2)}" y="${lines * LINE + 4}" width="${extent.width.toFixed(2)}" height="${extent.height.toFixed(2)}"`;
  return `${texts.join("")}<svg ${frame} overflow="hidden">${cellPicture(cell, extent)}</svg>`;
}

function linesOf(cell: Cell): Cell["lines"] {
  return cell.lines.flatMap(({ text, tone }) => wrap(text, LETTERS, 3).map((line) => ({ text: line, tone })));
}
