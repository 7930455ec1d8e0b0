import { didYouMean } from "@fastap/kernel";
import type { DataLoaders, Entry, Host } from "@fastap/kernel";
import { getImageFiles } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";
import { dataPath } from "./data-path.ts";
import { imageDataLoaders } from "./image-data-loaders.ts";
import { IMAGE_INFERENCE, imageInference } from "./image-inference.ts";
import { segmentationFolder } from "./segmentation-folder.ts";
import { vocBoxes } from "./voc/voc-boxes.ts";
import { vocPoints } from "./voc/voc-points.ts";

type Options = Readonly<Record<string, unknown>>;

interface Named {
  readonly name: string;
  /** Options besides those of the loaders; `path` is required. */
  readonly options: readonly string[];
  make(options: never, host: Host): Promise<DataLoaders>;
}

const OF_LOADERS = [
  ...["path", "itemTfms", "batchTfms", "validPct", "seed", "bs", "valBs", "shuffle", "dropLast", "valShuffle", "n", "prefetch"],
  ...["numWorkers", "onBroken"],
];
const OF_VOC = ["images", "annotations", "imageSets", "train", "valid"];
const OF_TABLES = ["fnCol", "folder", "suff", "labelCol", "labelDelim", "validCol"];

const NAMED: readonly Named[] = [
  {
    name: "imageFolder",
    options: ["train", "valid", "vocab"],
    make: async ({ path, ...options }: { path: string }, host) => imageDataLoaders.fromFolder(host, path, options),
  },
  {
    name: "imagePathRe",
    options: ["pat"],
    make: async ({ path, pat, ...options }: { path: string; pat: string }, host) =>
      imageDataLoaders.fromPathRe(host, path, await filesOf(path, host), pat, options),
  },
  {
    name: "imageNameRe",
    options: ["pat"],
    make: async ({ path, pat, ...options }: { path: string; pat: string }, host) =>
      imageDataLoaders.fromNameRe(host, path, await filesOf(path, host), pat, options),
  },
  {
    name: "imageCsv",
    options: [...OF_TABLES, "csvFname", "header", "delimiter"],
    make: async ({ path, ...options }: { path: string }, host) => imageDataLoaders.fromCsv(host, path, options),
  },
  {
    name: "segmentationFolder",
    options: ["images", "masks", "suff", "codes", "divMask", "csvFname", "fnCol", "validCol", "validValue"],
    make: async (options: { path: string }, host) => segmentationFolder(host, options),
  },
  {
    name: "vocPoints",
    options: [...OF_VOC, "classes", "points", "skipFew"],
    make: async (options: { path: string }, host) => vocPoints(host, options),
  },
  {
    name: "vocBoxes",
    options: [...OF_VOC, "vocab"],
    make: async (options: { path: string }, host) => vocBoxes(host, options),
  },
];

/** The factories by their names in configs, `task.data: [imageFolder, { path: flowers }]`, and what exported learners name. */
export const namedDatasets: readonly Entry<Promise<DataLoaders>>[] = [
  ...NAMED.map((named) => ({ name: named.name, make: async (raw: unknown, host: Host) => named.make(checked(raw, named) as never, host) })),
  { name: IMAGE_INFERENCE, make: async (raw, host) => imageInference(raw, host) },
];

async function filesOf(path: string, { config }: Host): Promise<string[]> {
  return getImageFiles(await dataPath(path, config.root));
}

function checked(raw: unknown, { name, options }: Named): Options {
  const where = `dataset "${name}"`;
  const given: Options = typeof raw === "object" && raw !== null ? { ...raw } : {};
  const known = [...options, ...OF_LOADERS];
  const stranger = Object.keys(given).find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw E_VISION_OPTION({ option: stranger, expected: known.join(", "), received: stranger, where, hint: didYouMean(stranger, known) });
  for (const option of ["path", ...(options.includes("pat") ? ["pat"] : [])]) {
    const value = given[option];
    if (typeof value !== "string" || value === "")
      throw E_VISION_OPTION({ option, expected: "a string", received: JSON.stringify(value) ?? "none", where });
  }
  return given;
}
