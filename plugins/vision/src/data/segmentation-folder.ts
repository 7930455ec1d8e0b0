import { colReader, funcSplitter, getImageFiles } from "@fastap/plugin-data";
import type { Splitter, TfmdDataLoaders } from "@fastap/plugin-data";
import { E_VISION_NO_FILES, E_VISION_OPTION } from "../errors.ts";
import { imageBlock, maskBlock } from "./blocks.ts";
import { buildLoaders } from "./build-loaders.ts";
import type { ImageLoadersOptions } from "./build-loaders.ts";
import { dataPath } from "./data-path.ts";
import { drawSplit } from "./image-data-loaders.ts";
import type { Column } from "./image-data-loaders.ts";
import { readRows } from "./read-rows.ts";
import { requireFiles } from "./require-files.ts";
import type { VisionHost } from "./vision-host.ts";

export interface SegmentationFolderOptions extends ImageLoadersOptions {
  readonly path: string;
  /** Folder of the images; default "images". */
  readonly images?: string;
  /** Folder of the masks, named as their images are but for the ending; default "masks". */
  readonly masks?: string;
  /** Ending of the masks' names; default ".png". */
  readonly suff?: string;
  /** What the numbers of the masks mean: names, or a file with one a line. */
  readonly codes?: readonly string[] | string;
  readonly divMask?: number;
  /** A table that names the images, for its split. */
  readonly csvFname?: string;
  /** Its column of the images' names, without ending; default the first. */
  readonly fnCol?: Column;
  /** Its column that says which are for validation; default "split". */
  readonly validCol?: Column;
  /** What stands there for them; default "valid". */
  readonly validValue?: string;
}

/** Images in one folder, their masks under the same names in another; the split is drawn, or stands in a table. @throws E_VISION_NO_FILES, E_VISION_CSV, E_VISION_OPTION */
export async function segmentationFolder(host: VisionHost, options: SegmentationFolderOptions): Promise<TfmdDataLoaders> {
  const {
    path,
    images = "images",
    masks = "masks",
    suff = ".png",
    codes,
    divMask,
    csvFname,
    fnCol,
    validCol,
    validValue,
    ...rest
  } = options;
  const { basename, extname, join, resolve } = await import("node:path");
  const root = await dataPath(path, host.config.root);
  const files = await getImageFiles(resolve(root, images));
  await requireFiles(files, resolve(root, images));
  const stem = (file: string): string => basename(file, extname(file));
  const names = await codeNames(codes, root);
  const target = maskBlock({ ...(names === undefined ? {} : { codes: names }), ...(divMask === undefined ? {} : { divMask }) });
  const table = csvFname === undefined ? undefined : resolve(root, csvFname);
  const splitter = table === undefined ? drawSplit(rest) : await tableSplit(table, stem, { fnCol, validCol, validValue });
  const getY = (file: string): string => join(root, masks, `${stem(file)}${suff}`);
  return buildLoaders({
    host,
    block: { blocks: [imageBlock(rest.imgCls), target], splitter, getY },
    source: files,
    where: root,
    options: rest,
  });
}

interface SplitColumns {
  readonly fnCol: Column | undefined;
  readonly validCol: Column | undefined;
  readonly validValue: string | undefined;
}

async function tableSplit(
  file: string,
  stem: (file: string) => string,
  { fnCol = 0, validCol = "split", validValue = "valid" }: SplitColumns,
): Promise<Splitter> {
  const rows = await readRows(file);
  const [nameOf, splitOf] = [colReader(fnCol), colReader(validCol)];
  const valid = new Set(rows.filter((row) => splitOf(row) === validValue).map((row) => stem(String(nameOf(row)))));
  if (valid.size === 0)
    throw E_VISION_NO_FILES({
      folder: file,
      what: `rows of "${validValue}"`,
      found: [...new Set(rows.map((row) => String(splitOf(row))))],
    });
  return funcSplitter((path: string) => valid.has(stem(path)));
}

async function codeNames(codes: SegmentationFolderOptions["codes"], root: string): Promise<readonly string[] | undefined> {
  if (typeof codes !== "string") return codes;
  const [{ readFile }, { resolve }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const file = resolve(root, codes);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const received = error instanceof Error ? error.message : String(error);
    throw E_VISION_OPTION({ option: "codes", expected: "names, or a file with one a line", received, where: file }, error);
  });
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}
