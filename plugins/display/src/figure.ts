import { sheetHtml } from "./sheet-html.ts";
import { sheetSvg } from "./sheet-svg.ts";
import type { Sheet } from "./sheet.ts";
import { svgPng } from "./svg-png.ts";

/** What is shown, as rows of plain data. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** A picture for people, and what is in it. */
export interface Figure {
  readonly data: Rows;
  svg(): Promise<string>;
  /** The SVG at twice its size, with a font of its own. Needs Node. */
  png(): Promise<Uint8Array>;
  /** A page that needs nothing but itself, in dark and light, for narrow and wide screens. */
  html(): Promise<string>;
}

export function sheetFigure(sheet: Sheet, data: Rows): Figure {
  const svg = async (): Promise<string> => sheetSvg(sheet);
  return { data, svg, png: async () => svgPng(await svg()), html: async () => sheetHtml(sheet) };
}
