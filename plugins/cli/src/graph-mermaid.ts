import type { DescribedHook } from "@fastap/kernel";
import { loopWith } from "./loop-shape.ts";
import type { LoopNode } from "./loop-shape.ts";
import { tapLabel } from "./stage-name.ts";

const SHAPES: Readonly<Record<DescribedHook["kind"], readonly [string, string]>> = {
  sync: ["{{", "}}"],
  async: ["[", "]"],
  waterfall: ["[/", "/]"],
};

/** The loop as a Mermaid flowchart: scopes are boxes in boxes, a hook's taps stand in its node in the order they are called. */
export function hookMermaid(hooks: readonly DescribedHook[]): string {
  const byName = new Map(hooks.map((hook) => [hook.hook, hook]));
  const nodes = loopWith([...byName.keys()]).flatMap((node) => box(node, "  ", byName));
  const names = hooks.map((hook) => hook.hook);
  return ["flowchart TB", ...nodes, ...names.slice(1).map((name, i) => `  ${names[i]} --> ${name}`)].join("\n");
}

function box(node: LoopNode, indent: string, hooks: ReadonlyMap<string, DescribedHook>): string[] {
  if (typeof node === "string") return leaf(node, indent, hooks.get(node));
  const inside = node.inside.flatMap((child) => box(child, `${indent}  `, hooks));
  return [`${indent}subgraph ${node.scope.replaceAll(" ", "-")}["${node.scope}"]`, ...inside, `${indent}end`];
}

function leaf(name: string, indent: string, hook: DescribedHook | undefined): string[] {
  const [open, close] = SHAPES[hook?.kind ?? "async"];
  const taps = (hook?.taps ?? []).map((tap, i) => `<br/>${i + 1} ${tapLabel(tap).replaceAll('"', "'")}`);
  return [`${indent}${name}${open}"${name}${taps.join("")}"${close}`];
}
