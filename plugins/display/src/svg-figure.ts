import { escape } from "./escape.ts";
import type { Figure, Rows } from "./figure.ts";
import { pageHtml } from "./page-html.ts";
import { svgPng } from "./svg-png.ts";

/** A chart that is made elsewhere, as a figure. */
export function svgFigure(title: string, data: Rows, svg: () => Promise<string>): Figure {
  return {
    data,
    svg,
    png: async () => svgPng(await svg()),
    html: async () => pageHtml(title, `<h1>${escape(title)}</h1><div class="chart">${await svg()}</div>`),
  };
}
