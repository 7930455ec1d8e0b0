import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { GoldenCase } from "./adapter.ts";

/** A file that holds a case, or one that should and cannot be read. */
export type CaseFile = { readonly file: string; readonly golden: GoldenCase } | { readonly file: string; readonly problem: string };

/** Every case under a directory, in the order of their paths. JSON files without a `case` are something else and skipped. */
export async function readCases(dir: string): Promise<CaseFile[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile() && e.name.endsWith(".json")).map((e) => join(e.parentPath, e.name));
  const files = await Promise.all(paths.toSorted().map((path) => readCase(path, relative(dir, path))));
  return files.filter((file) => file !== undefined);
}

async function readCase(path: string, file: string): Promise<CaseFile | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    return { file, problem: `unreadable: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isObject(json) || !("case" in json)) return undefined;
  const problem = flaw(json);
  return problem === undefined
    ? { file, golden: { ...(json as unknown as GoldenCase), root: join(dirname(path), "..") } }
    : { file, problem };
}

function flaw(json: Record<string, unknown>): string | undefined {
  const { tolerance } = json;
  if (typeof json["case"] !== "string" || typeof json["kind"] !== "string") return "case and kind must be strings";
  if (!hasParts(json["inputs"]) || !hasParts(json["expected"])) return "inputs and expected must be objects or lists";
  const isTolerance = isObject(tolerance) && typeof tolerance["rel"] === "number" && typeof tolerance["abs"] === "number";
  return isTolerance ? undefined : "tolerance must be { rel, abs }";
}

function hasParts(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
