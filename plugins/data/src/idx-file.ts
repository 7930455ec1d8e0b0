import { didYouMean } from "@fastap/kernel";
import { E_DATA_FILE_MISSING, E_DATA_FILE_READ } from "./errors.ts";
import { readIdx } from "./idx.ts";
import type { IdxArray } from "./idx.ts";

// node:* is imported when a file is read, so the package also loads where there are no files.

/** Reads an idx file, through gzip where its name ends in `.gz`. @throws E_DATA_FILE_MISSING, E_DATA_FILE_READ, E_DATA_IDX_… */
export async function readIdxFile(path: string): Promise<IdxArray> {
  const bytes = await readBytes(path);
  return readIdx(path.endsWith(".gz") ? await gunzip(bytes, path) : bytes, path);
}

/** @throws E_DATA_FILE_MISSING that lists what the folder holds, E_DATA_FILE_READ */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw await missing(path, error);
    throw E_DATA_FILE_READ({ path, error }, error);
  }
}

async function missing(path: string, cause: unknown): Promise<Error> {
  const { readdir } = await import("node:fs/promises");
  const paths = await import("node:path");
  const folder = paths.dirname(path);
  const found = await readdir(folder).catch(() => undefined);
  return E_DATA_FILE_MISSING({ path, folder, found, near: didYouMean(paths.basename(path), found ?? []) }, cause);
}

async function gunzip(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const { gunzip: inflate } = await import("node:zlib");
  return new Promise((resolve, reject) => {
    inflate(bytes, (error, result) => {
      if (error === null) resolve(result);
      else reject(E_DATA_FILE_READ({ path, error }, error));
    });
  });
}
