import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const exec = promisify(execFile);
const taskset = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
if (!taskset) console.error("taskset is not here: the programs run unpinned");

/** Runs a program on the first `cores` cores and returns what it printed. */
export async function pinned(cores: number, command: readonly [string, ...string[]]): Promise<string> {
  const [file, ...args] = taskset ? (["taskset", "-c", `0-${cores - 1}`, ...command] as const) : command;
  const { stdout } = await exec(file, args, { maxBuffer: 1 << 26 });
  return stdout;
}
