import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFastapError } from "@fastap/kernel";
import { defaultLoaders } from "cosmiconfig";
import { E_CONFIG_FORMAT, E_CONFIG_READ, E_CONFIG_SYNTAX, E_CONFIG_TYPESCRIPT } from "./errors.ts";
import { jsonErrorOffset, lineAndColumn } from "./json-error.ts";

export type Read = (file: string, text: string) => unknown;

/** Formats that hold data: these are found by search. */
export const DATA_FORMATS: Readonly<Record<string, Read>> = { ".json": readJson, ".yaml": readYaml, ".yml": readYaml };

const CODE_FORMATS: Readonly<Record<string, Read>> = { ".js": importCode, ".mjs": importCode, ".cjs": importCode, ".ts": importTypeScript };

/** Reads any known format, those that run code too: only for files that somebody named. */
export async function readFormat(file: string, text: string): Promise<unknown> {
  const formats = { ...DATA_FORMATS, ...CODE_FORMATS };
  const read = formats[extname(file)];
  if (read === undefined) throw E_CONFIG_FORMAT({ file, known: Object.keys(formats) });
  return await read(file, text);
}

/** @throws E_CONFIG_SYNTAX */
function readJson(file: string, text: string): unknown {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    const offset = jsonErrorOffset(json);
    const found = offset < json.length ? `unexpected ${JSON.stringify(json[offset])}` : "unexpected end of file";
    throw E_CONFIG_SYNTAX({ file, ...lineAndColumn(json, offset), reason: found }, error);
  }
}

/** Accepts YAML 1.2. @throws E_CONFIG_SYNTAX */
export function readYaml(file: string, text: string): unknown {
  try {
    return defaultLoaders[".yaml"](file, text);
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { line: number; column: number } }; // js-yaml's YAMLException
    throw E_CONFIG_SYNTAX({ file, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, reason: reason ?? String(error) }, error);
  }
}

async function importCode(file: string): Promise<unknown> {
  return exported(file, () => import(pathToFileURL(file).href));
}

async function importTypeScript(file: string): Promise<unknown> {
  if ((process.features as { typescript?: unknown }).typescript) return importCode(file);
  const tsx = [join(dirname(file), "_"), import.meta.url].map(findTsx).find((path) => path !== undefined);
  if (tsx === undefined) throw E_CONFIG_TYPESCRIPT({ file });
  return exported(file, async () => {
    const { tsImport } = (await import(pathToFileURL(tsx).href)) as { tsImport: (url: string, parent: string) => Promise<unknown> };
    return tsImport(pathToFileURL(file).href, import.meta.url);
  });
}

function findTsx(from: string): string | undefined {
  try {
    return createRequire(from)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"); // the two stand side by side
  } catch {
    return undefined; // not installed there
  }
}

/** The default export, or the one called `config`. */
async function exported(file: string, load: () => Promise<unknown>): Promise<unknown> {
  try {
    const { default: main, config } = (await load()) as { default?: unknown; config?: unknown };
    return config ?? main;
  } catch (error) {
    if (isFastapError(error)) throw error;
    throw E_CONFIG_READ({ file, reason: String(error) }, error);
  }
}
