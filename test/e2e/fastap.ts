import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const BIN = fileURLToPath(new URL("../../plugins/cli/dist/bin.js", import.meta.url));
export const MNIST = fileURLToPath(new URL("../../sandbox/mnist/fastap.config.yaml", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user does. */
export function fastap(args: readonly string[], cwd?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [BIN, ...args],
      { cwd, env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      },
    );
  });
}

/** The JSON line that a `--json` run ends with. */
export function lastJson(outcome: Outcome): Record<string, unknown> {
  const line = outcome.stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`no JSON line; exit ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`, { cause: error });
  }
}

/** A directory with the given files, gone afterwards; inside the repository, so that its packages are found from there. */
export async function inDirectory<T>(files: Readonly<Record<string, string | Uint8Array>>, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(fileURLToPath(new URL("../.e2e-", import.meta.url)));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
