import type { Engine, Random, Registry } from "@fastap/kernel";
import type { Display } from "@fastap/plugin-display";
import { ArrayDataset } from "./array-dataset.ts";
import type { Column } from "./array-dataset.ts";
import { DataLoaders } from "./data-loaders.ts";
import { readIdxFile } from "./idx-file.ts";
import { parseIdxOptions } from "./idx-options.ts";
import type { IdxSplit, ParsedIdxOptions } from "./idx-options.ts";
import { inputReader } from "./input-reader.ts";
import { E_DATA_IDX_SHAPE } from "./errors.ts";
import { packageFolder } from "./package-folder.ts";
import { imageColumn, labelColumn, sameCount } from "./pixels.ts";

export interface IdxServices {
  readonly engine: Engine;
  readonly random: Random;
  /** How samples are shown. */
  readonly displays?: Registry<Display>;
  /** Directory that relative paths start from; default the working directory. */
  readonly root?: string | undefined;
}

/**
 * Images and class numbers of two splits in idx files: xb float32 `[batch, height, width, channels]` in 0…1, yb int32 `[batch]`.
 * @throws E_DATA_OPTION, E_DATA_PACKAGE_MISSING, E_DATA_FILE_MISSING, E_DATA_IDX_…, E_DATA_COUNT, E_DATA_LABEL, E_DATA_NO_BATCHES
 */
export async function idxDataLoaders(raw: unknown, { engine, random, root, displays }: IdxServices): Promise<DataLoaders> {
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
  const reading = { inputShape, bytes: train.images.byteValues !== undefined, normalize: options.normalize };
  const { bs, valBs, shuffle, dropLast, vocab, classes } = options;
  return DataLoaders.fromDatasets([train.dataset, valid.dataset], {
    engine,
    random,
    ...(displays === undefined ? {} : { displays }),
    bs,
    vocab,
    inputShape,
    c: classes,
    lossFunc: "crossEntropyLossFlat",
    ...(valBs === undefined ? {} : { valBs }),
    ...(shuffle === undefined ? {} : { shuffle }),
    ...(dropLast === undefined ? {} : { dropLast }),
    preprocessing: ["imageInputs", { ...reading, vocab }],
    testBatch: inputReader({ engine, root: base, ...reading }),
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
