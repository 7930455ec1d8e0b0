import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isFastapError } from "@fastap/kernel";
import { E_DATA_DOWNLOAD, E_DATA_DOWNLOAD_URL } from "./errors.ts";
import type { DownloadOptions } from "./download.ts";
import { checkFile, isAsExpected } from "./file-hash.ts";
import { withFileLock } from "./file-lock.ts";
import { discardPart, fetchPart, noteOf } from "./http-part.ts";

const MAX_BYTES = 2 ** 34;

/** See {@link download}, which loads this only where there is a Node. */
export async function fetchFile(url: string, path: string, options: DownloadOptions): Promise<string> {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw E_DATA_DOWNLOAD_URL({ url, expected: "an address of http or https" });
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  return withFileLock(file, async () => {
    if (options.force !== true && (await isThere(file)) && (await isAsExpected(file, url, options))) return file;
    const part = `${file}.part`;
    if (options.force === true) await discardPart(part);
    await retried(url, file, part, options);
    await checked(url, part, options);
    await rename(part, file);
    await rm(noteOf(part), { force: true });
    return file;
  });
}

/** What is not as expected is not kept, so that the next call does not go on from it. */
async function checked(url: string, part: string, options: DownloadOptions): Promise<void> {
  try {
    await checkFile(part, url, options);
  } catch (error) {
    await discardPart(part);
    throw error;
  }
}

async function retried(url: string, file: string, part: string, options: DownloadOptions): Promise<void> {
  const { timeout = 30_000, maxBytes = MAX_BYTES, retries = 4, retryDelay = 500, signal, onProgress } = options;
  const attempt = async (n: number): Promise<void> => {
    try {
      await fetchPart({ url, part, timeout, maxBytes, signal, onProgress });
    } catch (error) {
      if (isFastapError(error)) await discardPart(part);
      if (isFastapError(error)) throw error;
      if (n > retries || signal?.aborted === true) throw E_DATA_DOWNLOAD({ url, file, attempts: n, error }, error);
      await sleep(retryDelay * 2 ** (n - 1));
      await attempt(n + 1);
    }
  };
  await attempt(1);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
