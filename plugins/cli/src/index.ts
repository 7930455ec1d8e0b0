export { hookJson } from "./graph-json.ts";
export { hookMermaid } from "./graph-mermaid.ts";
export { hookText } from "./graph-text.ts";
export { run } from "./program.ts";
