import type { DownloadOptions } from "./download.ts";

/** A file with a name, as pretrained weights are. */
export interface StoredFile {
  readonly name: string;
  /** Page or repository that it comes from. */
  readonly source: string;
  /** SPDX. */
  readonly licence: string;
  /** Where it is; undefined where it is not here. */
  readonly file: string | undefined;
}

/** Named files of a plugin that can be fetched. */
export interface FileStore {
  list(): readonly StoredFile[];
  /** The path of the file, fetched where it is not here. */
  fetch(name: string, options?: DownloadOptions): Promise<string>;
}
