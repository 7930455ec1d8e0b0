import type { Engine, Random, Tensor } from "@fastap/kernel";
import { ArrayDataset } from "./array-dataset.ts";
import type { Column } from "./array-dataset.ts";
import { DataLoaders } from "./data-loaders.ts";
import { readIdxFile } from "./idx-file.ts";
import { parseIdxOptions } from "./idx-options.ts";
import type { IdxSplit, Normalize, ParsedIdxOptions } from "./idx-options.ts";
import { readInputFile } from "./input-file.ts";
import { E_DATA_IDX_SHAPE } from "./errors.ts";
import { packageFolder } from "./package-folder.ts";
import { imageColumn, labelColumn, pixelValue, sameCount } from "./pixels.ts";
import { fitInput, rawInput, unitRange } from "./test-input.ts";

export interface IdxServices {
  readonly engine: Engine;
  readonly random: Random;
  /** Directory that relative paths start from; default the working directory. */
  readonly root?: string | undefined;
}

/**
 * Images and class numbers of two splits in idx files: xb float32 `[batch, height, width, channels]` in 0…1, yb int32 `[batch]`.
 * @throws E_DATA_OPTION, E_DATA_PACKAGE_MISSING, E_DATA_FILE_MISSING, E_DATA_IDX_…, E_DATA_COUNT, E_DATA_LABEL, E_DATA_NO_BATCHES
 */
export async function idxDataLoaders(raw: unknown, { engine, random, root }: IdxServices): Promise<DataLoaders> {
  const options = parseIdxOptions(raw);
  const paths = await import("node:path");
  const base = paths.resolve(root ?? ".");
  const folder = paths.resolve(options.package === undefined ? base : await packageFolder(options.package, base), options.dir ?? ".");
  const train = await readSplit(folder, options.train, options);
  const valid = await readSplit(folder, options.valid, options);
  const { shape: inputShape } = train.images;
  if (valid.images.shape.join() !== inputShape.join())
    throw E_DATA_IDX_SHAPE({
      name: valid.file,
      expected: `images of shape [${inputShape.join(", ")}] as in training`,
      shape: valid.images.shape,
    });
  const { bs, valBs, shuffle, dropLast, vocab, classes } = options;
  return DataLoaders.fromDatasets([train.dataset, valid.dataset], {
    engine,
    random,
    bs,
    vocab,
    inputShape,
    c: classes,
    lossFunc: "crossEntropyLossFlat",
    ...(valBs === undefined ? {} : { valBs }),
    ...(shuffle === undefined ? {} : { shuffle }),
    ...(dropLast === undefined ? {} : { dropLast }),
    testBatch: inputReader({ engine, root: base, images: train.images, normalize: options.normalize }),
  });
}

interface Split {
  readonly dataset: ArrayDataset;
  readonly images: Column;
  readonly file: string;
}

async function readSplit(folder: string, split: IdxSplit, { classes, normalize, maxRows }: ParsedIdxOptions): Promise<Split> {
  const paths = await import("node:path");
  const files = { images: paths.resolve(folder, split.images), labels: paths.resolve(folder, split.labels) };
  const images = await readIdxFile(files.images);
  const labels = await readIdxFile(files.labels);
  const imagesColumn = imageColumn(images, files.images, normalize);
  const labelsColumn = labelColumn(labels, files.labels, classes);
  sameCount({ file: files.images, n: images.shape[0] ?? 0 }, { file: files.labels, n: labels.shape[0] ?? 0 });
  const dataset = new ArrayDataset([imagesColumn, labelsColumn]);
  return { dataset: maxRows === undefined ? dataset : dataset.head(maxRows), images: imagesColumn, file: files.images };
}

interface InputReading {
  readonly engine: Engine;
  readonly root: string;
  readonly images: Column;
  readonly normalize: Normalize | undefined;
}

/** Makes `testBatch`: the tensor is `[1, …inputShape]` and belongs to the caller. */
function inputReader({ engine, root, images, normalize }: InputReading): (input: unknown) => Promise<readonly Tensor[]> {
  const { shape, byteValues } = images;
  return async (input) => {
    const where = typeof input === "string" ? input : "input";
    const file = typeof input === "string" ? await readInputFile(input, root) : undefined;
    const values = fitInput(file ?? rawInput(input, where), shape, where);
    if (file?.bytes === true) values.forEach((byte, i) => (values[i] = byte / 255));
    if (byteValues !== undefined) unitRange(values, where);
    const pixels = values.map((pixel) => pixelValue(pixel, normalize));
    return [engine.from(pixels, [1, ...shape], "float32")];
  };
}
