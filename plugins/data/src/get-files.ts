import type { Dirent } from "node:fs";
import { E_DATA_FOLDER } from "./errors.ts";
import { baseName } from "./item-path.ts";

export interface GetFilesOptions {
  /** With their dot, any case; default all. */
  readonly extensions?: readonly string[];
  /** Default true. */
  readonly recurse?: boolean;
  /** Of the top level; then its files are left out, unless `"."` is listed. */
  readonly folders?: readonly string[];
  /** Default true. A link to a folder that was visited already is not followed again. */
  readonly followLinks?: boolean;
}

export const imageExtensions: readonly string[] =
  ".jpg .jpeg .jpe .png .gif .bmp .webp .tif .tiff .svg .ico .ppm .pgm .pbm .pnm .ras .xbm .xpm .heic .avif".split(" ");

interface Walk extends GetFilesOptions {
  readonly extensionSet: ReadonlySet<string> | undefined;
  readonly visited: Set<string>;
  readonly found: string[];
}

/**
 * Files below `folder`, sorted; names that start with a dot are hidden.
 * @throws E_DATA_FOLDER when it cannot be read
 * @source fastai.data.transforms.get_files
 */
export async function getFiles(folder: string, options: GetFilesOptions = {}): Promise<string[]> {
  const { extensions, folders = [] } = options;
  const extensionSet = extensions === undefined ? undefined : new Set(extensions.map((extension) => extension.toLowerCase()));
  const walk: Walk = { ...options, extensionSet, visited: new Set(), found: [] };
  await visit(folder, walk, folders.length === 0 ? undefined : new Set(folders));
  return walk.found.toSorted();
}

/** `@source fastai.data.transforms.get_image_files` */
export async function getImageFiles(folder: string, options: Omit<GetFilesOptions, "extensions"> = {}): Promise<string[]> {
  return getFiles(folder, { ...options, extensions: imageExtensions });
}

/** `@source fastai.data.transforms.get_text_files` */
export async function getTextFiles(folder: string, options: Omit<GetFilesOptions, "extensions"> = {}): Promise<string[]> {
  return getFiles(folder, { ...options, extensions: [".txt"] });
}

type Getter = (folder: string) => Promise<string[]>;

/** Files of `folder/suffix`. `@source fastai.data.transforms.FileGetter` */
export function fileGetter(suffix = "", options: GetFilesOptions = {}): Getter {
  return async (folder) => getFiles(suffix === "" ? folder : `${folder}/${suffix}`, options);
}

/** Images of `folder/suffix`. `@source fastai.data.transforms.ImageGetter` */
export function imageGetter(suffix = "", options: Omit<GetFilesOptions, "extensions"> = {}): Getter {
  return fileGetter(suffix, { ...options, extensions: imageExtensions });
}

async function visit(folder: string, walk: Walk, only?: ReadonlySet<string>): Promise<void> {
  const paths = await import("node:path");
  for (const entry of await entriesOf(folder, walk)) {
    if (entry.name.startsWith(".")) continue;
    const path = paths.join(folder, entry.name);
    const kind = await kindOf(entry, path, walk.followLinks ?? true);
    if (kind === "folder" && enters(entry.name, walk, only)) await visit(path, walk);
    if (kind === "file" && takes(path, walk, only)) walk.found.push(path);
  }
}

function enters(name: string, { recurse = true }: Walk, only?: ReadonlySet<string>): boolean {
  return recurse && (only === undefined || only.has(name));
}

function takes(path: string, { extensionSet }: Walk, only?: ReadonlySet<string>): boolean {
  return (only === undefined || only.has(".")) && matches(path, extensionSet);
}

async function entriesOf(folder: string, { visited }: Walk): Promise<Dirent[]> {
  const { readdir, realpath } = await import("node:fs/promises");
  try {
    const real = await realpath(folder);
    if (visited.has(real)) return [];
    visited.add(real);
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw E_DATA_FOLDER({ folder, error }, error);
  }
}

async function kindOf(entry: Dirent, path: string, followLinks: boolean): Promise<"file" | "folder" | "other"> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return "other";
  const { stat } = await import("node:fs/promises");
  const target = await stat(path).catch(() => undefined);
  if (target?.isFile() === true) return "file";
  return target?.isDirectory() === true && followLinks ? "folder" : "other";
}

function matches(path: string, extensions: ReadonlySet<string> | undefined): boolean {
  if (extensions === undefined) return true;
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 && extensions.has(name.slice(dot).toLowerCase());
}
