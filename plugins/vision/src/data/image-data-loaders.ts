import {
  categoryBlock,
  colReader,
  funcSplitter,
  getImageFiles,
  grandparentSplitter,
  itemGetter,
  multiCategoryBlock,
  parentLabel,
  randomSplitter,
  regexLabeller,
  regressionBlock,
} from "@fastap/plugin-data";
import type { Splitter, TfmdDataLoaders, TransformBlock } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";
import { imageBlock } from "./blocks.ts";
import { buildLoaders } from "./build-loaders.ts";
import type { ImageLoadersOptions } from "./build-loaders.ts";
import type { VisionHost } from "./vision-host.ts";
import { dataPath } from "./data-path.ts";
import { requireFiles } from "./require-files.ts";
import { isTruthy, readRows } from "./read-rows.ts";
import type { CsvOptions, TableRow } from "./read-rows.ts";

export interface FromFolderOptions extends ImageLoadersOptions {
  /** Folder of the training images; default "train". */
  readonly train?: string;
  /** Default "valid". */
  readonly valid?: string;
  /** Default: the labels of the training images. */
  readonly vocab?: readonly string[];
}

/** A column by its name or place. */
export type Column = string | number;

export interface FromTableOptions extends ImageLoadersOptions {
  /** Column of the file names; default the first. */
  readonly fnCol?: Column;
  /** Between the path and the names. */
  readonly folder?: string;
  /** Behind the names: ".jpg". */
  readonly suff?: string;
  /** Default the second. */
  readonly labelCol?: Column | readonly Column[];
  /** Between several labels in one cell. */
  readonly labelDelim?: string;
  readonly yBlock?: TransformBlock;
  /** Column that says which rows are for validation. */
  readonly validCol?: Column;
}

type LabelFunc = (path: string) => unknown;

/** Loaders of images with labels, from wherever images and labels are. `@source fastai.vision.data.ImageDataLoaders` */
export const imageDataLoaders = {
  /** Folders named for their class, in folders for training and validation; with `validPct` in any. @throws E_VISION_NO_FILES, E_VISION_ONE_CLASS */
  async fromFolder(host: VisionHost, path: string, options: FromFolderOptions = {}): Promise<TfmdDataLoaders> {
    const { train = "train", valid = "valid", vocab, ...rest } = options;
    const root = await dataPath(path, host.config.root);
    const drawn = rest.validPct !== undefined;
    const files = await getImageFiles(root, drawn ? {} : { folders: [train, valid] });
    await requireFiles(files, root, drawn ? undefined : [train, valid]);
    const target = categoryBlock(vocab === undefined ? {} : { vocab });
    const splitter = drawn ? drawSplit(rest) : grandparentSplitter({ train, valid });
    return labelled(host, { source: files, target, splitter, getY: parentLabel, where: root, options: rest });
  },

  /** The label is what `labelFunc` makes of a file's path. */
  async fromPathFunc(
    host: VisionHost,
    path: string,
    fnames: readonly string[],
    labelFunc: LabelFunc,
    options: ImageLoadersOptions = {},
  ): Promise<TfmdDataLoaders> {
    const root = await dataPath(path, host.config.root);
    await requireFiles(fnames, root);
    return labelled(host, { source: fnames, target: categoryBlock(), splitter: drawSplit(options), getY: labelFunc, where: root, options });
  },

  /** The label is what `labelFunc` makes of a file's name. */
  async fromNameFunc(
    host: VisionHost,
    path: string,
    fnames: readonly string[],
    labelFunc: LabelFunc,
    options: ImageLoadersOptions = {},
  ): Promise<TfmdDataLoaders> {
    return imageDataLoaders.fromPathFunc(host, path, fnames, (file) => labelFunc(nameOf(file)), options);
  },

  /** The label is the first group of `pat` in a file's path. @throws E_VISION_OPTION for a pattern that is none, E_DATA_NO_LABEL */
  async fromPathRe(
    host: VisionHost,
    path: string,
    fnames: readonly string[],
    pat: string | RegExp,
    options: ImageLoadersOptions = {},
  ): Promise<TfmdDataLoaders> {
    return imageDataLoaders.fromPathFunc(host, path, fnames, labellerOf(pat), options);
  },

  /** The label is the first group of `pat` in a file's name. @throws E_VISION_OPTION for a pattern that is none, E_DATA_NO_LABEL */
  async fromNameRe(
    host: VisionHost,
    path: string,
    fnames: readonly string[],
    pat: string | RegExp,
    options: ImageLoadersOptions = {},
  ): Promise<TfmdDataLoaders> {
    return imageDataLoaders.fromNameFunc(host, path, fnames, labellerOf(pat), options);
  },

  /** Names and labels in the columns of a table. */
  async fromDf(host: VisionHost, path: string, rows: readonly TableRow[], options: FromTableOptions = {}): Promise<TfmdDataLoaders> {
    const { fnCol = 0, folder = "", suff = "", labelCol = 1, labelDelim, yBlock, validCol, ...rest } = options;
    const { join } = await import("node:path");
    const root = await dataPath(path, host.config.root);
    const target = yBlock ?? tableBlock(options);
    const getX = colReader(fnCol, { pref: `${join(root, folder)}/`, suff });
    const getY = colReader(labelCol, labelDelim === undefined ? {} : { labelDelim });
    const splitter = validCol === undefined ? drawSplit(rest) : columnSplit(validCol);
    return labelled(host, { source: rows, target, splitter, getX, getY, where: root, options: rest });
  },

  /** The table is a CSV file; its values are text. */
  async fromCsv(
    host: VisionHost,
    path: string,
    { csvFname = "labels.csv", header = true, delimiter, ...options }: FromTableOptions & CsvOptions & { readonly csvFname?: string } = {},
  ): Promise<TfmdDataLoaders> {
    const { resolve } = await import("node:path");
    const file = resolve(await dataPath(path, host.config.root), csvFname);
    const rows = await readRows(file, { header, ...(delimiter === undefined ? {} : { delimiter }) });
    return imageDataLoaders.fromDf(host, path, rows, options);
  },

  /** Files and their labels side by side. */
  async fromLists(
    host: VisionHost,
    path: string,
    fnames: readonly string[],
    labels: readonly unknown[],
    { yBlock, ...options }: ImageLoadersOptions & { readonly yBlock?: TransformBlock } = {},
  ): Promise<TfmdDataLoaders> {
    if (fnames.length !== labels.length)
      throw E_VISION_OPTION({ option: "labels", expected: `${fnames.length}, one for each file`, received: String(labels.length) });
    const root = await dataPath(path, host.config.root);
    await requireFiles(fnames, root);
    const source = fnames.map((name, i) => [name, labels[i]]);
    const target = yBlock ?? blockFor(labels);
    return labelled(host, { source, target, splitter: drawSplit(options), getX: itemGetter(0), getY: itemGetter(1), where: root, options });
  },
} as const;

interface Labelled {
  readonly source: readonly unknown[];
  readonly target: TransformBlock;
  readonly splitter: Splitter;
  readonly getX?: (item: unknown) => unknown;
  readonly getY: (item: never) => unknown;
  readonly where: string;
  readonly options: ImageLoadersOptions;
}

async function labelled(host: VisionHost, { source, target, splitter, getX, getY, where, options }: Labelled): Promise<TfmdDataLoaders> {
  const block = { blocks: [imageBlock(options.imgCls), target], splitter, ...(getX === undefined ? {} : { getX }), getY };
  return buildLoaders({ host, block, source, where, options });
}

export function drawSplit({ validPct = 0.2, seed }: Pick<ImageLoadersOptions, "validPct" | "seed">): Splitter {
  return randomSplitter({ validPct, ...(seed === undefined ? {} : { seed }) });
}

function columnSplit(validCol: Column): Splitter {
  const valid = colReader(validCol);
  return funcSplitter((row) => isTruthy(valid(row)));
}

function tableBlock({ labelCol, labelDelim }: FromTableOptions): TransformBlock {
  const several = Array.isArray(labelCol) && labelCol.length > 1;
  return several || labelDelim !== undefined ? multiCategoryBlock() : categoryBlock();
}

function labellerOf(pat: string | RegExp): (item: unknown) => string {
  try {
    return regexLabeller(pat);
  } catch (error) {
    const received = `${String(pat)} (${error instanceof Error ? error.message : String(error)})`;
    throw E_VISION_OPTION({ option: "pat", expected: "a regular expression whose first group is the label", received }, error);
  }
}

function nameOf(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

/** Lists of labels, fractions to predict, or one label each. */
function blockFor(labels: readonly unknown[]): TransformBlock {
  if (labels.some((label) => Array.isArray(label) && label.length > 1)) return multiCategoryBlock();
  return labels.some((label) => typeof label === "number" && !Number.isInteger(label)) ? regressionBlock() : categoryBlock();
}
