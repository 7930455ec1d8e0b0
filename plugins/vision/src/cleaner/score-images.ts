import type { Loader, Random } from "@fastap/kernel";
import { skipItem, TfmdDataLoaders } from "@fastap/plugin-data";
import type { Dataset, TfmdDL } from "@fastap/plugin-data";
import type { HostArray, Learner } from "@fastap/plugin-learner";
import { E_CLEANER_DATA, E_CLEANER_VOCAB } from "./errors.ts";
import { imageFiles } from "./image-files.ts";
import type { ReviewedImage, SplitName } from "./review.ts";

/** Losses and predictions of all images of a split, computed once; one that cannot be read is told, and ends nothing. @throws E_CLEANER_DATA, E_CLEANER_VOCAB */
export async function scoreImages(learner: Learner, split: SplitName): Promise<ReviewedImage[]> {
  const { dl, files, labels } = await imageFiles(plainly(learner, split));
  if (files.length === 0) return [];
  const tolerant = new TolerantItems(dl);
  const loader = dl.new({ dataset: tolerant, shuffle: false, dropLast: false, numWorkers: 0 });
  const { preds, decoded, losses } = await learner.getPreds({ dl: loader, withLoss: true, withDecoded: true });
  const [first] = tolerant.broken.values();
  if (first !== undefined && tolerant.broken.size === files.length)
    throw E_CLEANER_DATA({ problem: `none of the ${files.length} ${split} images can be read`, expected: "images", received: first });
  const classes = preds.shape[1] ?? 1;
  const { vocab = [] } = learner.dls;
  if (classes !== vocab.length)
    throw E_CLEANER_VOCAB({ expected: `${vocab.length} classes: ${vocab.join(", ")}`, received: `${classes} outputs` });
  let row = 0;
  return files.map((file, i) => {
    const image = { file, split, label: labels[i] ?? 0 };
    const broken = tolerant.broken.get(i);
    if (broken !== undefined) return { ...image, predicted: undefined, loss: Infinity, probability: undefined, broken };
    return { ...image, ...scoreOf(row++, { preds, decoded, losses, classes }) };
  });
}

/** Training images as those of validation, without what is random in training. */
function plainly({ dls }: Learner, split: SplitName): Loader {
  return split === "train" && dls instanceof TfmdDataLoaders ? dls.testDl(dls.train.dsets.items, { withLabels: true }) : dls[split];
}

interface Scores {
  readonly preds: HostArray;
  readonly decoded: HostArray | undefined;
  readonly losses: HostArray | undefined;
  readonly classes: number;
}

function scoreOf(row: number, { preds, decoded, losses, classes }: Scores): Pick<ReviewedImage, "predicted" | "loss" | "probability"> {
  const predicted = decoded?.data[row] ?? 0;
  return { predicted, loss: losses?.data[row] ?? NaN, probability: preds.data[row * classes + predicted] };
}

/** Items of a loader without those that cannot be read, which are noted. */
class TolerantItems implements Dataset {
  readonly broken: Map<number, string> = new Map();
  readonly length: number;
  readonly nInp: number;
  readonly #items: Dataset;

  constructor({ dataset, dsets }: TfmdDL) {
    this.#items = dataset;
    this.length = dataset.length;
    this.nInp = dsets.nInp;
  }

  async get(i: number, random?: Random): Promise<Awaited<ReturnType<Dataset["get"]>>> {
    try {
      return await this.#items.get(i, random);
    } catch (error) {
      this.broken.set(i, error instanceof Error ? error.message : String(error));
      return skipItem;
    }
  }
}
