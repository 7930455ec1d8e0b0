import type { DescribedHook } from "@fastap/kernel";
import { loopWith } from "./loop-shape.ts";
import type { LoopNode } from "./loop-shape.ts";
import { tapLabel } from "./stage-name.ts";

const WIDTH = 80;
const TAPS_AT = 34;
const MARKS: Readonly<Record<DescribedHook["kind"], string>> = { sync: "◇ ", async: "", waterfall: "▽ " };
const NOTES: Readonly<Record<string, string>> = {
  epoch: "× nEpoch",
  batch: "× batches; in validation too, without gradient and step",
  tape: "· forward → loss → gradients",
};
const LEGEND = "taps run from left to right · ◇ inside the gradient tape or at once: no await · ▽ passes the gradients on";

/** The loop as a tree of 80 columns, each hook with its taps in the order they are called. */
export function hookText(hooks: readonly DescribedHook[]): string {
  const byName = new Map(hooks.map((hook) => [hook.hook, hook]));
  const lines = loopWith([...byName.keys()]).flatMap((node) => draw(node, "", "", byName));
  return [...lines, "", ...wrap(LEGEND.split(" "), " ", WIDTH)].join("\n");
}

function draw(node: LoopNode, head: string, tail: string, hooks: ReadonlyMap<string, DescribedHook>): string[] {
  if (typeof node === "string") return drawHook(node, head, tail, hooks.get(node));
  const note = NOTES[node.scope];
  const last = node.inside.length - 1;
  const inside = node.inside.flatMap((child, i) =>
    draw(child, `${tail}${i < last ? "├─ " : "└─ "}`, `${tail}${i < last ? "│  " : "   "}`, hooks),
  );
  return [`${head}${node.scope}${note === undefined ? "" : ` ${note}`}`, ...inside];
}

function drawHook(name: string, head: string, tail: string, hook: DescribedHook | undefined): string[] {
  const title = `${head}${hook === undefined ? "" : MARKS[hook.kind]}${name}`;
  const taps = wrap((hook?.taps ?? []).map(tapLabel), ", ", WIDTH - TAPS_AT);
  if (taps.length === 0) return [title];
  return taps.map((line, i) => (i === 0 ? title : tail.trimEnd()).padEnd(TAPS_AT - 1) + ` ${line}`);
}

function wrap(words: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  for (const [i, word] of words.entries()) {
    const piece = i < words.length - 1 ? word + separator : word;
    const line = lines.at(-1);
    if (line === undefined || line.length + piece.trimEnd().length > width) lines.push(piece);
    else lines[lines.length - 1] = line + piece;
  }
  return lines.map((line) => line.trimEnd());
}
