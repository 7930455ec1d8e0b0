import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** As npm names it, `linux-x64`. */
export const PLATFORM: string = `${process.platform}-${process.arch}`;

/** Where the library for this platform lies: built here, or else installed as a package of its own. */
export function libraryFolder(): string | undefined {
  const built = fileURLToPath(new URL(`../native/${PLATFORM}/`, import.meta.url));
  if (existsSync(join(built, "manifest.json"))) return built;
  try {
    return dirname(createRequire(import.meta.url).resolve(`@fastap/native-${PLATFORM}/manifest.json`));
  } catch {
    return undefined;
  }
}
