import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { E_CLI_FILE, E_CLI_INPUT } from "./errors.ts";

/** The absolute path of a file that is there. @throws E_CLI_FILE */
export function existing(path: string): string {
  const file = resolve(path);
  if (!existsSync(file)) throw E_CLI_FILE({ file });
  return file;
}

/**
 * Nested numbers of a `.json` file; else the absolute path, with its `#row`, for the dataset to read.
 * @throws E_CLI_FILE, E_CLI_INPUT
 */
export function readInput(source: string): unknown {
  const [, path = source, row = ""] = /^(.*?)(#\d+)?$/.exec(source) ?? [];
  const file = existing(path);
  if (!file.endsWith(".json")) return `${file}${row}`;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw E_CLI_INPUT({ file, reason: String(error) }, error);
  }
}
