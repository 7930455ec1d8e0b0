import { escape } from "./escape.ts";

/** Dark and light as the reader likes it; `--card` stays white behind charts that are drawn for white. */
const STYLE = `
:root{color-scheme:light dark;--ground:#f8fafc;--card:#fff;--ink:#0f172a;--muted:#64748b;--line:#e2e8f0;--good:#15803d;--bad:#b91c1c}
@media(prefers-color-scheme:dark){:root{--ground:#0b1120;--card:#111a2e;--ink:#e2e8f0;--muted:#94a3b8;--line:#24324d;--good:#4ade80;--bad:#f87171}}
*{box-sizing:border-box}
body{margin:0;padding:clamp(12px,3vw,32px);background:var(--ground);color:var(--ink);font:15px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1400px;margin:0 auto}
h1{font-size:1.25rem;margin:0 0 1rem}
.grid{display:grid;gap:clamp(10px,1.6vw,18px);grid-template-columns:repeat(auto-fill,minmax(min(100%,calc(var(--span)*clamp(136px,15vw,216px))),1fr))}
.group{margin:0;padding:10px;background:var(--card);border:1px solid var(--line);border-radius:10px;display:grid;gap:8px;grid-template-columns:repeat(var(--span),minmax(0,1fr));align-items:end}
.cell{min-width:0}
.cell p{margin:0 0 4px;font-size:.875rem;overflow-wrap:anywhere}
.cell svg{display:block;width:100%;height:auto;border-radius:6px;overflow:hidden}
.crisp{image-rendering:pixelated}
.muted{color:var(--muted)}.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
.scroll{overflow-x:auto;margin-top:1.25rem}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);border-radius:10px;font-size:.875rem}
th,td{padding:8px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600}
tr:last-child td{border-bottom:0}
.chart{overflow-x:auto;background:#fff;border:1px solid var(--line);border-radius:10px;padding:8px}
.chart svg{display:block;max-width:100%;height:auto;margin:0 auto}
`;

/** A whole page without scripts and without anything from elsewhere. `body` is HTML. */
export function pageHtml(title: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>`;
  return `<!doctype html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head><body><main>${body}</main></body></html>\n`;
}
