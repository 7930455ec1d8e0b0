import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pinned } from "./pinned.ts";
import type { Timing } from "./timing.ts";

const SCRIPT = fileURLToPath(new URL("torch_steps.py", import.meta.url));
const HOME = join(homedir(), ".cache/fastap/torch");

/** A python that has torch: FASTAP_TORCH_PYTHON, the one under ~/.cache/fastap/torch, or python3. @throws Error that says how to get one */
export function findTorch(): string {
  const given = process.env["FASTAP_TORCH_PYTHON"];
  const candidates = given === undefined ? [join(HOME, "bin/python"), "python3"] : [given];
  const found = candidates.find(
    (python) => (python === "python3" || existsSync(python)) && spawnSync(python, ["-c", "import torch"]).status === 0,
  );
  if (found !== undefined) return found;
  throw new Error(
    `torch not found: ${candidates.join(" and ")} cannot import it.\n` +
      `Install: python3 -m venv ${HOME} && ${HOME}/bin/pip install 'torch==2.13.0+cpu' numpy; or set FASTAP_TORCH_PYTHON.`,
  );
}

/** All variants of one case, in a process of its own. */
export async function torchTimings(python: string, threads: number, name: string): Promise<Timing[]> {
  const output = await pinned(threads, [python, SCRIPT, String(threads), name]);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Timing);
}
