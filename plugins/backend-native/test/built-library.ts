import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = dirname(dirname(createRequire(import.meta.url).resolve("@fastap/plugin-backend-native")));
const time = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Where the library is built to. */
export const builtFolder: string = join(folder, "native", `${process.platform}-${process.arch}`);

/** Builds the library unless it is newer than its sources. Returns whether there is one: not without a C compiler. */
export function buildLibrary(): boolean {
  const manifest = join(builtFolder, "manifest.json");
  const program = join(folder, "build-native.mjs");
  const sources = [program, ...readdirSync(join(folder, "c")).map((name) => join(folder, "c", name))];
  if (time(manifest) <= Math.max(...sources.map(time))) execFileSync(process.execPath, [program], { stdio: "ignore" });
  return time(manifest) > 0;
}
