import { download } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";
import { inParallel } from "./in-parallel.ts";
import { workersOption } from "./workers-option.ts";

export interface DownloadImagesOptions {
  /** A file with one address in a line; its first `maxPics` are used. */
  readonly urlFile?: string;
  /** Addresses instead, all of which are used. */
  readonly urls?: readonly string[];
  /** Default 1000. */
  readonly maxPics?: number;
  /** Files at a time; default 8. */
  readonly nWorkers?: number;
  /** Seconds without a byte; default 4. */
  readonly timeout?: number;
  /** Keep the names of the addresses, with a number where one is taken; default false: names are random. */
  readonly preserveFilename?: boolean;
}

export interface DownloadedImages {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** What did not come, and why. */
  readonly failed: readonly { readonly url: string; readonly error: unknown }[];
}

/** Bytes of one image at most. */
const LARGEST = 2 ** 28;

/**
 * Fetches images into a folder. An address that fails is left out and told, as there always are some. What comes need not be an image:
 * {@link verifyImages} tells.
 * @throws E_VISION_OPTION
 * @source fastai.vision.utils.download_images
 */
export async function downloadImages(dest: string, options: DownloadImagesOptions = {}): Promise<DownloadedImages> {
  const { nWorkers = 8, timeout = 4, preserveFilename = false } = options;
  const { mkdir } = await import("node:fs/promises");
  const { join, resolve } = await import("node:path");
  const lanes = await workersOption(nWorkers, "nWorkers", "downloadImages");
  const urls = await urlsOf(options);
  await mkdir(dest, { recursive: true });
  const nameOf = preserveFilename ? await keptNames(dest) : await randomNames();
  // Names are given in the order of the addresses, whatever comes first.
  const wanted = urls.map((url) => ({ url, file: join(resolve(dest), nameOf(url)) }));
  const outcomes = await inParallel(wanted, lanes, async ({ url, file }) =>
    download(url, file, { timeout: timeout * 1000, retries: 0, maxBytes: LARGEST }).then(
      (path) => ({ path }),
      (error: unknown) => ({ url, error }),
    ),
  );
  return {
    files: outcomes.flatMap((outcome) => ("path" in outcome ? [outcome.path] : [])),
    failed: outcomes.flatMap((outcome) => ("url" in outcome ? [outcome] : [])),
  };
}

async function urlsOf({ urlFile, urls, maxPics = 1000 }: DownloadImagesOptions): Promise<readonly string[]> {
  if (urls !== undefined) return urls;
  const where = "downloadImages";
  if (urlFile === undefined)
    throw E_VISION_OPTION({ option: "urls", expected: "addresses, or urlFile with one in a line", received: "neither", where });
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(urlFile, "utf8").catch((error: unknown) => {
    throw E_VISION_OPTION({ option: "urlFile", expected: "a text file that can be read", received: String(error), where });
  });
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "").slice(0, maxPics);
}

async function randomNames(): Promise<(url: string) => string> {
  const { randomUUID } = await import("node:crypto");
  return (url) => `${randomUUID()}${partsOf(url).extension}`;
}

async function keptNames(dest: string): Promise<(url: string) => string> {
  const { readdir } = await import("node:fs/promises");
  const taken = new Set(await readdir(dest));
  return (url) => {
    const { stem, extension } = partsOf(url);
    let name = `${stem}${extension}`;
    for (let i = 1; taken.has(name); i++) name = `${stem}${i}${extension}`;
    taken.add(name);
    return name;
  };
}

/** Of the last part of an address, without its query. What a file system would take for something else is left out. */
function partsOf(url: string): { readonly stem: string; readonly extension: string } {
  const [path = ""] = url.split(/[?#]/);
  const last =
    path
      .replace(/^\w+:\/\/[^/]*/, "")
      .split("/")
      .at(-1) ?? "";
  const name = last.replaceAll(/[^\w.\-~ ]+/g, "_").replace(/^\.+/, "");
  const [, stem = "", extension = ".jpg"] = /^(.*?)(\.\w{1,8})?$/.exec(name) ?? [];
  return { stem: stem === "" ? "image" : stem.slice(0, 100), extension };
}
