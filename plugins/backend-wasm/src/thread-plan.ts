import { processors } from "./platform.ts";
import { sharedMemoryObstacle } from "./web-assembly.ts";
import type { BackendWasmOptions } from "./options.ts";

/** More would wait for memory, not for each other's results. */
const MOST_AUTOMATIC = 8;

export interface ThreadPlan {
  /** The calling thread included. */
  readonly threads: number;
  /** Why it is one thread where more were asked for. */
  readonly reason?: string;
}

/** How many threads the option comes to here. */
export async function planThreads(option: BackendWasmOptions["threads"] = "auto"): Promise<ThreadPlan> {
  const obstacle = sharedMemoryObstacle();
  if (option === 1) return { threads: 1 };
  if (obstacle !== undefined) return { threads: 1, reason: obstacle };
  if (option !== "auto") return { threads: option };
  const threads = Math.min(await processors(), MOST_AUTOMATIC);
  return threads > 1 ? { threads } : { threads: 1, reason: "the machine has one processor" };
}
