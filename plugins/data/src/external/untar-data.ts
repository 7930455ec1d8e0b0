import { didYouMean } from "@fastap/kernel";
import { download } from "./download.ts";
import type { DownloadOptions } from "./download.ts";
import { downloadChecks } from "./download-checks.ts";
import type { ArchiveCheck } from "./download-checks.ts";
import { E_DATA_NAME } from "./errors.ts";
import { extractArchive } from "./extract.ts";
import type { ExtractLimits } from "./extraction.ts";
import { fastaiPath } from "./fastai-path.ts";
import type { CacheKey } from "./fastai-path.ts";
import { URLs } from "./urls.ts";
import type { DataName } from "./urls.ts";

export interface UntarDataOptions extends Omit<DownloadOptions, "force"> {
  /** Folder for the archive; default {@link fastaiPath} of "archive". */
  readonly archive?: string;
  /** Folder to unpack below; default {@link fastaiPath} of `key`. */
  readonly data?: string;
  /** Default "data". */
  readonly key?: CacheKey;
  /** Fetch and unpack it although it is here; default false. */
  readonly force?: boolean;
  /** The home of data and archives, instead of what {@link fastaiPath} finds. */
  readonly base?: string;
  readonly limits?: ExtractLimits;
}

/** Where the parts of a data set are, or would be. */
export interface DataPlace {
  readonly url: string;
  readonly archive: string;
  readonly folder: string;
  /** What fastai knows of the archive. */
  readonly check?: ArchiveCheck;
}

/**
 * The folder of a data set, fetched and unpacked where it is not here yet. Takes a name of {@link URLs} or any address.
 * @throws as {@link download} and {@link extractArchive}, and E_DATA_NAME
 * @source fastai.data.external.untar_data
 */
export async function untarData(urlOrName: string, options: UntarDataOptions = {}): Promise<string> {
  const { rename, rm, stat } = await import("node:fs/promises");
  const { archive: _archive, data: _data, key: _key, base: _base, limits, force = false, ...fetching } = options;
  const { url, archive, folder, check } = await dataPlace(urlOrName, options);
  const isHere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (isHere && !force) return folder;
  const expected = check === undefined ? fetching : { check, ...fetching };
  const fetched = await download(url, archive, { ...expected, force });
  if (!isHere) return extractArchive(fetched, folder, limits);
  // The old folder stays until the new one is whole.
  await rm(`${folder}.new`, { recursive: true, force: true });
  const fresh = await extractArchive(fetched, `${folder}.new`, limits);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  return folder;
}

/** @throws E_DATA_NAME */
export async function dataPlace(
  urlOrName: string,
  options: Pick<UntarDataOptions, "archive" | "data" | "key" | "base"> = {},
): Promise<DataPlace> {
  const { basename, join, resolve } = await import("node:path");
  const url = urlOf(urlOrName);
  const file = basename(new URL(url).pathname);
  const name = nameOf(url);
  const check = name === undefined ? undefined : downloadChecks[name];
  return {
    url,
    archive: join(resolve(options.archive ?? (await fastaiPath("archive", options.base))), file),
    folder: join(resolve(options.data ?? (await fastaiPath(options.key ?? "data", options.base))), stemOf(file)),
    ...(check === undefined ? {} : { check }),
  };
}

function urlOf(urlOrName: string): string {
  if (isName(urlOrName)) return URLs[urlOrName];
  if (URL.canParse(urlOrName) && stemOf(new URL(urlOrName).pathname.split("/").at(-1) ?? "") !== "") return urlOrName;
  throw E_DATA_NAME({ name: urlOrName, hint: didYouMean(urlOrName, Object.keys(URLs)) });
}

function isName(name: string): name is DataName {
  return Object.hasOwn(URLs, name);
}

function nameOf(url: string): DataName | undefined {
  return Object.keys(URLs)
    .filter(isName)
    .find((name) => URLs[name] === url);
}

function stemOf(file: string): string {
  return file.replace(/\.(tgz|zip|tar(\.gz)?)$/, "");
}
