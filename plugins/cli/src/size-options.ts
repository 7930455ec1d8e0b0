import type { Command } from "commander";
import { count } from "./host-options.ts";

/** How much data a task takes at once, and in all. */
export interface SizeOptions {
  readonly bs?: number;
  readonly maxRows?: number;
}

export function addSizeOptions(command: Command): Command {
  return command.option("--bs <n>", "rows in a batch", count).option("--max-rows <n>", "use only the first rows of each split", count);
}

/** Those that were given. */
export function sizeOptions({ bs, maxRows }: SizeOptions): SizeOptions {
  return { ...(bs === undefined ? {} : { bs }), ...(maxRows === undefined ? {} : { maxRows }) };
}
