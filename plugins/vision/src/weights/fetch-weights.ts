import type { Host } from "@fastap/kernel";
import { download } from "@fastap/plugin-data";
import type { DownloadOptions, FileStore } from "@fastap/plugin-data";
import { E_VISION_WEIGHTS_ABSENT } from "../errors.ts";
import { findWeights } from "./find-weights.ts";
import { howToFetch } from "./how-to-fetch.ts";
import { nodeModule } from "./node-module.ts";
import type { WeightFile } from "./weight-file.ts";

/**
 * The path of registered weights; where none of the folders of weights has them they are fetched to the last, from below `FASTAP_WEIGHTS_URL` where
 * that is set, else from their own address. An unfinished download is continued, and only what has the right digest is kept.
 * @throws E_NAME_UNKNOWN; E_VISION_WEIGHTS_ABSENT where no address is known or what it gives cannot be had, with the command to try again
 */
export async function fetchWeights(host: Host, name: string, options: DownloadOptions = {}): Promise<string> {
  const weights = host.registry("weights").make(name);
  const { file, looked, target } = findWeights(host, weights);
  if (file !== undefined && options.force !== true) return file;
  const absent = (cause?: unknown): Error => E_VISION_WEIGHTS_ABSENT({ name, looked, fetch: howToFetch(weights, target) }, cause);
  const url = addressOf(weights);
  if (url === undefined) throw absent();
  try {
    return await fetchAll(weights, url, target, options);
  } catch (error) {
    throw absent(error);
  }
}

/** The registry of weights, for `fastap data`. */
export function weightStore(host: Host): FileStore {
  const registry = host.registry("weights");
  return {
    list: () =>
      registry.names().map((name) => {
        const weights = registry.make(name);
        return { name, source: weights.source, licence: weights.licence, file: findWeights(host, weights).file };
      }),
    fetch: (name, options) => fetchWeights(host, name, options),
  };
}

/** Of the file: below a server of one's own, or where it is published. */
export function addressOf({ file, url }: WeightFile): string | undefined {
  const { FASTAP_WEIGHTS_URL: base } = process.env;
  return base === undefined || base === "" ? url : `${base.replace(/\/$/, "")}/${file}`;
}

/** Files beside it come first, so that it is there when all are. */
async function fetchAll(weights: WeightFile, url: string, target: string, options: DownloadOptions): Promise<string> {
  const { sha256, beside } = weights;
  const expected = { ...options, ...(sha256 === undefined ? {} : { sha256 }) };
  if (beside === undefined) return download(url, target, expected);
  const [fs, path] = [nodeModule("node:fs"), nodeModule("node:path")];
  const draft = await download(url, `${target}.new`, expected);
  for (const name of beside.names(fs.readFileSync(draft)))
    await download(new URL(name, url).href, path.join(path.dirname(target), name), options);
  fs.renameSync(draft, target);
  return target;
}
