import type { Model } from "@fastap/kernel";
import { Message } from "./message.ts";

/** The operations of a model in order, each fed by the one before, grouped by layer: a GraphDef. Undefined where a model tells none. */
export function modelGraph(model: Model): Message | undefined {
  const needs = model.requiredOps?.() ?? [];
  if (needs.length === 0) return undefined;
  const graph = new Message().message(1, node("input", "Placeholder", undefined));
  let before = "input";
  const used = new Map<string, number>();
  for (const { layer, op } of needs) {
    const path = `${layer.replaceAll(".", "/")}/${op}`.replaceAll(/[^\w./-]/g, "_");
    const count = used.get(path) ?? 0;
    used.set(path, count + 1);
    const name = count === 0 ? path : `${path}_${count}`;
    graph.message(1, node(name, op, before));
    before = name;
  }
  return graph.message(4, new Message().int(1, 22));
}

/** A NodeDef. */
function node(name: string, op: string, input: string | undefined): Message {
  const made = new Message().text(1, name).text(2, op);
  return input === undefined ? made : made.text(3, input);
}
