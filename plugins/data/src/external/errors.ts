import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The reason below undici's "fetch failed". */
function deepest(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? deepest(error.cause) : text(error);
}

export const E_DATA_DOWNLOAD: Coded<{ url: string; file: string; attempts: number; error: unknown }> = defineError(
  "E_DATA_DOWNLOAD",
  ({ url, file, attempts, error }) => ({
    message: `${url} cannot be downloaded: ${deepest(error)}`,
    where: `attempt ${attempts}`,
    hint: `What has arrived is kept: the next call goes on from there. Or put the file at ${file} yourself.`,
  }),
);

export const E_DATA_DOWNLOAD_STATUS: Coded<{ url: string; status: number; text: string }> = defineError(
  "E_DATA_DOWNLOAD_STATUS",
  ({ url, status, text: reason }) => ({
    message: `the server refuses ${url}`,
    expected: "status 200 or 206",
    received: `${status} ${reason}`.trim(),
    hint: status === 404 ? "There is no such file any more: look for its new address." : "",
  }),
);

export const E_DATA_DOWNLOAD_URL: Coded<{ url: string; expected: string }> = defineError("E_DATA_DOWNLOAD_URL", ({ url, expected }) => ({
  message: "this is no address to download from",
  expected,
  received: url,
}));

export const E_DATA_DOWNLOAD_SIZE: Coded<{ url: string; limit: number; received: number }> = defineError(
  "E_DATA_DOWNLOAD_SIZE",
  ({ url, limit, received }) => ({
    message: `${url} is larger than allowed`,
    expected: `at most ${limit} bytes`,
    received: String(received),
    hint: "Set maxBytes if it is really that large.",
  }),
);

export const E_DATA_DOWNLOAD_HASH: Coded<{ url: string; what: string; expected: string; received: string }> = defineError(
  "E_DATA_DOWNLOAD_HASH",
  ({ url, what, expected, received }) => ({
    message: `what ${url} gave is corrupt, or another version`,
    expected: `${what} ${expected}`,
    received,
    hint: "It was not kept.",
  }),
);

export const E_DATA_DOWNLOAD_LOCKED: Coded<{ file: string; lock: string }> = defineError("E_DATA_DOWNLOAD_LOCKED", ({ file, lock }) => ({
  message: `another process has been downloading ${file} for too long`,
  hint: `If there is none, remove ${lock}.`,
}));

export const E_DATA_ARCHIVE_KIND: Coded<{ file: string; received: string }> = defineError("E_DATA_ARCHIVE_KIND", ({ file, received }) => ({
  message: `${file} is no archive that can be unpacked`,
  expected: "tar, tar compressed with gzip, or zip",
  received: `a file that begins with ${received}`,
}));

export const E_DATA_ARCHIVE_BROKEN: Coded<{ file: string; error: unknown }> = defineError("E_DATA_ARCHIVE_BROKEN", ({ file, error }) => ({
  message: `${file} cannot be unpacked: ${text(error)}`,
  hint: "Nothing was unpacked. Download it again.",
}));

export const E_DATA_ARCHIVE_UNSAFE: Coded<{ file: string; entry: string; reason: string }> = defineError(
  "E_DATA_ARCHIVE_UNSAFE",
  ({ file, entry, reason }) => ({
    message: `${file} holds an entry that is not safe to unpack: ${reason}`,
    expected: "files and folders below the target",
    received: JSON.stringify(entry.slice(0, 200)),
    hint: "Nothing was unpacked. Whoever made this archive meant harm, or packed it badly.",
  }),
);

export const E_DATA_ARCHIVE_LIMIT: Coded<{ file: string; what: string; limit: number }> = defineError(
  "E_DATA_ARCHIVE_LIMIT",
  ({ file, what, limit }) => ({
    message: `${file} unpacks to more than allowed`,
    expected: `at most ${limit} ${what}`,
    received: "more",
    hint: "Nothing was unpacked. If you trust it, set the limits maxEntries, maxBytes or maxRatio.",
  }),
);

export const E_DATA_NAME: Coded<{ name: string; hint: string }> = defineError("E_DATA_NAME", ({ name, hint }) => ({
  message: `there is no data set "${name}"`,
  expected: "a name from URLs, or an address that begins with http:// or https://",
  received: name,
  hint,
}));
