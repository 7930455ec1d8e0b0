import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readManifest } from "./manifest.ts";

/** What importing a package did besides giving its exports. */
export interface ImportEffects {
  /** All that it printed. */
  readonly output: string;
  /** Globals it added. */
  readonly globals: readonly string[];
}

const timeout = 15_000;

/** Imports a package in a process of its own, which must then end by itself. */
export async function importQuietly(packageUrl: string | URL): Promise<ImportEffects> {
  const { name } = await readManifest(packageUrl);
  const script = `
    const before = new Set(Object.getOwnPropertyNames(globalThis));
    await import(${JSON.stringify(name)});
    process.stdout.write("\\u0000" + Object.getOwnPropertyNames(globalThis).filter((g) => !before.has(g)).join(","));`;
  const cwd = fileURLToPath(new URL(".", packageUrl));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd, timeout });
  const [printed = "", globals = ""] = stdout.split("\u0000");
  return { output: printed + stderr, globals: globals === "" ? [] : globals.split(",") };
}
