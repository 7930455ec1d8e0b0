import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { isRecord } from "./own-data.ts";

/** The file that a module specifier stands for, seen from a directory; undefined where there is none. */
export function locate(specifier: string, dir: string): string | undefined {
  const require = createRequire(join(dir, "_"));
  try {
    const file = require.resolve(specifier);
    return isAbsolute(file) ? file : undefined; // a name as "path" is a builtin of Node
  } catch (error) {
    return (error as { code?: unknown }).code === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? importOnly(specifier, require) : undefined;
  }
}

/** The entry of a package whose exports have the condition "import" and no other, which `require` does not see. */
function importOnly(specifier: string, require: NodeJS.Require): string | undefined {
  for (const modules of require.resolve.paths(specifier) ?? []) {
    const manifest = join(modules, specifier, "package.json");
    const entry = entryOf(readManifest(manifest));
    if (entry !== undefined) return join(dirname(manifest), entry);
  }
  return undefined;
}

function readManifest(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // no package here: the next node_modules may have it
  }
}

function entryOf(manifest: unknown): string | undefined {
  let node = isRecord(manifest) ? manifest["exports"] : undefined;
  while (isRecord(node)) node = node["."] ?? node["import"] ?? node["node"] ?? node["default"];
  return typeof node === "string" ? node : undefined;
}
