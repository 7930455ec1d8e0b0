import { cellPicture, fit } from "./cell-picture.ts";
import type { Cell } from "./cell.ts";
import { escape } from "./escape.ts";
import { pageHtml } from "./page-html.ts";
import type { Group, Sheet, Table } from "./sheet.ts";

/** Pixels of a picture that the browser scales to the width of its place. */
const SIDE = 240;

/** A contact sheet: as many groups in a row as the screen has room for. */
export function sheetHtml({ title = "Samples", groups, table }: Sheet): string {
  const span = Math.max(1, ...groups.map((group) => group.length));
  const grid = groups.length === 0 ? "" : `<div class="grid" style="--span:${span}">${groups.map(groupHtml).join("")}</div>`;
  return pageHtml(title, `<h1>${escape(title)}</h1>${grid}${table === undefined ? "" : tableHtml(table)}`);
}

function groupHtml(group: Group): string {
  return `<figure class="group" style="--span:${group.length}">${group.map(cellHtml).join("")}</figure>`;
}

function cellHtml(cell: Cell): string {
  const lines = cell.lines.map(({ text, tone }) => `<p class="${tone}">${breakable(escape(text))}</p>`).join("");
  if (cell.width === 0) return `<div class="cell">${lines}</div>`;
  const extent = fit(cell, SIDE);
  const label = escape(cell.lines.map(({ text }) => text).join(", ") || "picture");
  const box = `viewBox="0 0 ${extent.width.toFixed(2)} ${extent.height.toFixed(2)}"`;
  return `<div class="cell">${lines}<svg role="img" aria-label="${label}" ${box}>${cellPicture(cell, extent)}</svg></div>`;
}

/** Words may be parted after a slash. */
function breakable(html: string): string {
  return html.replaceAll("/", "/<wbr>");
}

function tableHtml({ head, rows }: Table): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${head.map((_, i) => `<${tag}>${escape(cells[i] ?? "")}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => row(cells, "td")).join("");
  return `<div class="scroll"><table><thead>${row(head, "th")}</thead><tbody>${body}</tbody></table></div>`;
}
