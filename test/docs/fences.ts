import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A fenced block of a Markdown file. */
export interface Fence {
  /** From the root of the project. */
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** First word of the info string. */
  readonly language: string;
  /** The rest of the info string: `run` has it executed. */
  readonly marks: readonly string[];
  readonly code: string;
}

export function fencesOf(file: string, text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { readonly line: number; readonly info: string; readonly code: string[] } | undefined;
  for (const [i, line] of text.split("\n").entries()) {
    const info = /^\s*```(.*)$/.exec(line)?.[1];
    if (info === undefined) open?.code.push(line);
    else if (open === undefined) open = { line: i + 1, info: info.trim(), code: [] };
    else {
      const [language = "", ...marks] = open.info.split(/\s+/);
      fences.push({ file, line: open.line, language, marks, code: `${open.code.join("\n")}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: the fence is never closed`);
  return fences;
}

export function readFences(root: string, file: string): Fence[] {
  return fencesOf(file, readFileSync(join(root, file), "utf8"));
}
