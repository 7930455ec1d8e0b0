import { escape } from "./escape.ts";
import type { Table } from "./sheet.ts";
import { FONT, TONES } from "./svg-look.ts";
import { wrap } from "./wrap.ts";

const LETTER = 7.4;
const LINE = 16;
const PAD = { x: 16, y: 6 } as const;
/** Letters in a cell before it is broken, and lines before it is cut. */
const WRAP = { letters: 56, lines: 6 } as const;

/** A head over rows with a line under each. */
export function tableSvg({ head, rows }: Table): { readonly width: number; readonly height: number; readonly svg: string } {
  const all = [head, ...rows].map((row) => head.map((_, i) => wrap(row[i] ?? "", WRAP.letters, WRAP.lines)));
  const widths = head.map((_, i) => Math.max(...all.map((row) => letters(row[i]))) * LETTER + PAD.x);
  const width = widths.reduce((a, b) => a + b, 0);
  let y = 0;
  const drawn = all.map((row, r) => {
    const height = Math.max(...row.map((lines) => lines.length)) * LINE + 2 * PAD.y;
    const top = y;
    y += height;
    const look = r === 0 ? `font-weight="bold" fill="${TONES.muted}"` : `fill="${TONES.plain}"`;
    let x = 0;
    const texts = row.map((lines, i) => {
      const cell = lines.map((text, k) => `<text x="${x}" y="${top + PAD.y + 12 + k * LINE}">${escape(text)}</text>`);
      x += widths[i] ?? 0;
      return cell.join("");
    });
    return `<g ${FONT} font-size="12" ${look}>${texts.join("")}</g><path d="M0 ${y}H${width}" stroke="#e5e7eb"/>`;
  });
  return { width, height: y, svg: drawn.join("") };
}

function letters(lines: readonly string[] = []): number {
  return Math.max(1, ...lines.map((line) => line.length));
}
