const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text between tags or in an attribute, of SVG and HTML; characters that XML forbids are left out. */
export function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what XML forbids
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
