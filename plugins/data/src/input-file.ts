import { E_DATA_FILE_READ, E_DATA_INPUT_SHAPE } from "./errors.ts";
import { readBytes, readIdxFile } from "./idx-file.ts";
import { rawInput } from "./test-input.ts";
import type { RawInput } from "./test-input.ts";

/** One input from a file; `bytes` says that its values are bytes 0…255. */
export interface FileInput extends RawInput {
  readonly bytes: boolean;
}

/**
 * Reads `digit.json` (nested numbers or `{ data, shape }`) or row 7 of an idx file, `images-idx3-ubyte#7` (row 0 without `#`).
 * A relative path is looked up from the working directory, then from `root`.
 * @throws E_DATA_FILE_MISSING, E_DATA_FILE_READ, E_DATA_INPUT_SHAPE, E_DATA_IDX_…
 */
export async function readInputFile(input: string, root: string): Promise<FileInput> {
  const [, name = input, row = "0"] = /^(.*?)(?:#(\d+))?$/s.exec(input) ?? [];
  const path = await locate(name, root);
  if (path.endsWith(".json")) return { ...rawInput(await readJson(path), path), bytes: false };
  const { data, shape } = await readIdxFile(path);
  const [rows = 0, ...itemShape] = shape;
  const size = rows === 0 ? 0 : data.length / rows;
  const at = Number(row);
  if (at >= rows) throw E_DATA_INPUT_SHAPE({ expected: `a row 0…${rows - 1}`, received: `#${row}`, where: path });
  return { data: data.subarray(at * size, (at + 1) * size), shape: itemShape, bytes: data instanceof Uint8Array };
}

async function locate(name: string, root: string): Promise<string> {
  const { access } = await import("node:fs/promises");
  const paths = await import("node:path");
  const here = paths.resolve(name);
  return access(here).then(
    () => here,
    () => paths.resolve(root, name),
  );
}

async function readJson(path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw E_DATA_FILE_READ({ path, error }, error);
  }
}
