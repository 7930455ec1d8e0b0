import { E_DATA_ARCHIVE_LIMIT, E_DATA_ARCHIVE_UNSAFE } from "./errors.ts";

export interface ExtractLimits {
  /** Files and folders; default 500,000. */
  readonly maxEntries?: number;
  /** Of all files together; default 64 GiB. */
  readonly maxBytes?: number;
  /** Unpacked bytes for one of the archive, counted from 100 MiB on; default 100. */
  readonly maxRatio?: number;
}

/** Below this no ratio is a danger. */
const HARMLESS_BYTES = 100 * 2 ** 20;
const MAX_NAME = 4096;

export interface EntryFacts {
  readonly path: string;
  readonly size: number;
  readonly kind: "file" | "folder" | "other";
  /** What it is, where it is neither file nor folder. */
  readonly type?: string;
}

/** Judges the entries of one archive as they come: their names, their kinds, how many they are and what they weigh. */
export class Extraction {
  readonly file: string;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #entries = 0;
  #bytes = 0;

  constructor(file: string, archiveBytes: number, limits: ExtractLimits = {}) {
    const { maxEntries = 500_000, maxBytes = 2 ** 36, maxRatio = 100 } = limits;
    this.file = file;
    this.#maxEntries = maxEntries;
    this.#maxBytes = Math.min(maxBytes, Math.max(HARMLESS_BYTES, maxRatio * archiveBytes));
  }

  /** The most that the archive's stream may hold: its files, and a header for each. */
  get maxStream(): number {
    return this.#maxBytes + 2048 * (this.#maxEntries + 1);
  }

  /** @throws E_DATA_ARCHIVE_UNSAFE, E_DATA_ARCHIVE_LIMIT */
  admit({ path, size, kind, type = kind }: EntryFacts): void {
    const reason = kind === "other" ? `it is a ${type}` : danger(path);
    if (reason !== undefined) throw E_DATA_ARCHIVE_UNSAFE({ file: this.file, entry: path, reason });
    if (++this.#entries > this.#maxEntries) this.exceeded("entries", this.#maxEntries);
    this.#bytes += size;
    if (this.#bytes > this.#maxBytes) this.exceeded("bytes", this.#maxBytes);
  }

  /** @throws E_DATA_ARCHIVE_LIMIT */
  exceeded(what: string, limit: number): never {
    throw E_DATA_ARCHIVE_LIMIT({ file: this.file, what, limit });
  }
}

/** Why a name must not be joined to a folder, on any system. */
function danger(path: string): string | undefined {
  if (path === "" || path.includes("\0")) return "its name is no name";
  if (path.length > MAX_NAME) return "its name is too long";
  if (/^([/\\]|[a-z]:)/i.test(path)) return "its name is an absolute path";
  return path.split(/[/\\]/).includes("..") ? "its name leads out of the folder" : undefined;
}
