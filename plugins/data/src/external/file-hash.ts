import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ArchiveCheck } from "./download-checks.ts";
import { E_DATA_DOWNLOAD_HASH } from "./errors.ts";

/** What a file must be. */
export interface Expected {
  /** Of the whole file, in hexadecimal. */
  readonly sha256?: string | undefined;
  /** fastai's: the size, and the MD5 of the first 2²⁰ bytes. */
  readonly check?: ArchiveCheck | undefined;
}

/** @throws E_DATA_DOWNLOAD_HASH where the file is another one than expected. */
export async function checkFile(file: string, url: string, { sha256, check }: Expected): Promise<void> {
  if (check !== undefined) {
    const { size } = await stat(file);
    if (size !== check.bytes) throw E_DATA_DOWNLOAD_HASH({ url, what: "bytes", expected: String(check.bytes), received: String(size) });
    const received = await hashOf(file, "md5", 2 ** 20);
    if (received !== check.md5) throw E_DATA_DOWNLOAD_HASH({ url, what: "MD5 of the first 2^20 bytes", expected: check.md5, received });
  }
  if (sha256 === undefined) return;
  const received = await hashOf(file, "sha256");
  if (received !== sha256.toLowerCase()) throw E_DATA_DOWNLOAD_HASH({ url, what: "sha256", expected: sha256, received });
}

export async function isAsExpected(file: string, url: string, expected: Expected): Promise<boolean> {
  return checkFile(file, url, expected).then(
    () => true,
    () => false,
  );
}

async function hashOf(file: string, algorithm: "md5" | "sha256", bytes = Infinity): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file, { end: bytes - 1 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
