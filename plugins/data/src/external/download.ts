import type { Expected } from "./file-hash.ts";
import type { Progress } from "./http-part.ts";

export interface DownloadOptions extends Expected {
  /** Fetch it although it is here; default false. */
  readonly force?: boolean;
  /** Milliseconds without a byte after which an attempt is given up; default 30,000. */
  readonly timeout?: number;
  /** Attempts after the first; default 4. Each goes on from where the one before ended. */
  readonly retries?: number;
  /** Milliseconds before the second attempt, doubled before each later one; default 500. */
  readonly retryDelay?: number;
  /** Default 16 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Fetches `url` to `file` unless it is there already and as expected, and returns its absolute path. It comes by way of `file.part`, so `file`
 * is whole or absent; an unfinished download is continued. Processes that want the same file wait for each other.
 * @throws E_DATA_DOWNLOAD, E_DATA_DOWNLOAD_STATUS, E_DATA_DOWNLOAD_URL, E_DATA_DOWNLOAD_SIZE, E_DATA_DOWNLOAD_HASH, E_DATA_DOWNLOAD_LOCKED
 * @source fastdownload.download_url
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<string> {
  const { fetchFile } = await import("./fetch-file.ts");
  return fetchFile(url, file, options);
}
