import type { Random } from "@fastap/kernel";
import type { Datasets } from "../datasets.ts";
import type { Pipeline } from "../pipeline.ts";
import { movesSomething, pipelineItems } from "./pipeline-items.ts";

/** Fewer items are read before a thread has started. */
const LEAST = 256;

/**
 * How many threads pay: one where opening items can go there and there is a second core, else none. More take the backend's cores.
 * `random` is that of the loader, which has to be one that can go too.
 */
export async function autoWorkers(dsets: Datasets, afterItem: Pipeline, random: Random | undefined): Promise<number> {
  if (dsets.length < LEAST || !hasTwoCores() || (random !== undefined && random.source === undefined)) return 0;
  if (!movesSomething(dsets)) return 0;
  try {
    await pipelineItems(dsets, afterItem).payload(0, random?.fork("workers"));
    return 1;
  } catch {
    return 0; // something of it cannot go; where it is broken, reading it will say so
  }
}

function hasTwoCores(): boolean {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return false;
  return (process.getBuiltinModule("node:os")?.availableParallelism() ?? 1) > 1;
}
