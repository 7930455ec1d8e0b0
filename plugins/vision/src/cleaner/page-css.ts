/** Dark and light, from a phone to a wide screen. */
export const CLEANER_CSS: string = `
:root{color-scheme:light dark;--ground:#f8fafc;--card:#fff;--ink:#0f172a;--muted:#64748b;--line:#e2e8f0;--accent:#2563eb;--good:#15803d;--bad:#dc2626}
@media(prefers-color-scheme:dark){:root{--ground:#0b1120;--card:#111a2e;--ink:#e2e8f0;--muted:#94a3b8;--line:#24324d;--accent:#60a5fa;--good:#4ade80;--bad:#f87171}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:10px clamp(12px,3vw,28px);background:var(--card);border-bottom:1px solid var(--line)}
h1{font-size:1.05rem;margin:0;margin-right:auto}
header p{margin:0;color:var(--muted);font-variant-numeric:tabular-nums}
label{display:flex;gap:6px;align-items:center;color:var(--muted)}
select,button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:5px 9px;min-height:36px}
button{cursor:pointer}button:disabled{opacity:.45;cursor:default}
#done{background:var(--accent);border-color:var(--accent);color:#fff;font-weight:600}
@media(prefers-color-scheme:dark){#done{color:#0b1120}}
#problem{margin:12px clamp(12px,3vw,28px) 0;padding:10px 14px;border:1px solid var(--bad);border-radius:8px;color:var(--bad)}
main{display:grid;gap:clamp(8px,1.4vw,16px);grid-template-columns:repeat(auto-fill,minmax(min(46%,190px),1fr));padding:clamp(12px,2vw,24px) clamp(12px,3vw,28px)}
.card{display:flex;flex-direction:column;gap:6px;min-width:0;padding:8px;background:var(--card);border:2px solid var(--line);border-radius:12px;outline-offset:2px}
.card:focus-visible{outline:3px solid var(--accent)}
.card.delete{border-color:var(--bad)}.card.delete .thumb{opacity:.35}
.card.relabel{border-color:var(--accent)}
.thumb{position:relative;display:grid;place-items:center;height:160px;border-radius:8px;overflow:hidden;background:var(--ground)}
.thumb img{width:100%;height:100%;object-fit:contain;display:block}
.thumb.broken{color:var(--bad);font-size:.85rem;padding:10px;text-align:center;overflow-wrap:anywhere}
.card p{margin:0;font-size:.85rem;overflow-wrap:anywhere}
.said{font-weight:600}.right{color:var(--good)}.wrong{color:var(--bad)}
.card .numbers{color:var(--muted);font-size:.78rem;font-variant-numeric:tabular-nums}
.card select{width:100%}
.card.delete select{color:var(--bad)}.card.relabel select{color:var(--accent)}
nav{display:flex;justify-content:center;align-items:center;gap:14px;padding:4px 12px 16px}
footer{padding:12px clamp(12px,3vw,28px) 24px;color:var(--muted);font-size:.85rem;border-top:1px solid var(--line)}
footer p{margin:0 0 4px;overflow-wrap:anywhere}
kbd{font:inherit;font-size:.8rem;padding:1px 6px;border:1px solid var(--line);border-bottom-width:2px;border-radius:5px;background:var(--card);color:var(--ink)}
.empty{grid-column:1/-1;padding:48px 0;text-align:center;color:var(--muted)}
dialog{border:1px solid var(--line);border-radius:14px;background:var(--card);color:var(--ink);max-width:min(90vw,560px);overflow-wrap:anywhere}
dialog::backdrop{background:rgba(2,6,23,.6)}
@media(max-width:560px){.thumb{height:130px}h1{flex-basis:100%}footer p:first-child{display:none}}
`;
