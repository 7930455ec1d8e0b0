import type { Loader } from "@fastap/kernel";
import type { TransformsLike } from "@fastap/plugin-data";
import { E_LEARNER_TTA } from "./errors.ts";
import type { Preds } from "./gather-preds.ts";
import type { HostArray } from "./host-array.ts";
import type { PredsOptions, ValidateOptions } from "./run-options.ts";

export interface TtaOptions extends ValidateOptions {
  /** The same items in the same order with the transforms of training, drawn anew in every pass; default what a loader with transforms gives. */
  readonly augmented?: Loader;
  /** In the place of all item transforms of the loader, the tensors' making too; default its own. */
  readonly itemTfms?: TransformsLike;
  /** In the place of all its batch transforms, normalization too; default its own. */
  readonly batchTfms?: TransformsLike;
  /** Augmented passes; default 4. */
  readonly n?: number;
  /** Weight of the plain predictions; default 0.25. */
  readonly beta?: number;
  /** The greater of the two for every value, instead of the weighted mean; then passes are combined so too. Default false. */
  readonly useMax?: boolean;
}

export interface TtaPreds extends Pick<Preds, "preds" | "targs"> {
  /** Of the augmented passes together. */
  readonly augmented: HostArray;
  /** Without augmentation. */
  readonly plain: HostArray;
}

interface Predicting {
  readonly dls: { readonly loaders: readonly Loader[] };
  getPreds(options: PredsOptions): Promise<Pick<Preds, "preds" | "targs">>;
}

/** Predictions of several augmented passes and a plain one. @throws E_LEARNER_TTA `@source fastai.learner.Learner.tta` */
export async function tta(
  learner: Predicting,
  { augmented: given, itemTfms, batchTfms, n = 4, beta = 0.25, useMax = false, ...options }: TtaOptions = {},
): Promise<TtaPreds> {
  const loader = await loaderOf(learner, options, { afterItem: itemTfms, afterBatch: batchTfms });
  const passes: HostArray[] = [];
  for (let pass = 0; pass < n; pass++) {
    const dl = given ?? augmented(loader, pass);
    passes.push((await learner.getPreds({ ...options, dl })).preds);
  }
  const { preds: plain, targs } = await learner.getPreds({ ...options, ...(hasSplits(loader) ? { dl: loader.asSplit(VALID, 0) } : {}) });
  const jointly = combined(passes, (values) => (useMax ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / n));
  const preds = combined([jointly, plain], ([aug = NaN, own = NaN]) => (useMax ? Math.max(aug, own) : aug + beta * (own - aug)));
  return { preds, targs, augmented: jointly, plain };
}

/** Value by value over arrays of one shape. */
function combined(arrays: readonly HostArray[], f: (values: readonly number[]) => number): HostArray {
  const [first] = arrays;
  const data = Float32Array.from({ length: first?.data.length ?? 0 }, (_, i) => f(arrays.map((array) => array.data[i] ?? NaN)));
  return { data, shape: first?.shape ?? [0] };
}

const [TRAIN, VALID] = [0, 1];

/** @throws E_LEARNER_TTA */
function augmented(loader: Loader | undefined, pass: number): Loader {
  if (!hasSplits(loader)) throw E_LEARNER_TTA();
  return loader.asSplit(TRAIN, pass);
}

/** @throws E_LEARNER_TTA where a loader without transforms is to have others */
async function loaderOf({ dls }: Predicting, { dl, dsIdx = 1 }: ValidateOptions, transforms: Transforms): Promise<Loader | undefined> {
  const own = dl ?? dls.loaders[dsIdx];
  if (transforms.afterItem === undefined && transforms.afterBatch === undefined) return own;
  if (!hasSplits(own)) throw E_LEARNER_TTA();
  return own.withTfms(transforms);
}

interface Transforms {
  readonly afterItem: TransformsLike;
  readonly afterBatch: TransformsLike;
}

/** Like data's TfmdDL. */
interface Split {
  asSplit(splitIdx: number, pass: number): Loader;
  withTfms(transforms: Transforms): Promise<Loader>;
}

function hasSplits(loader: Loader | undefined): loader is Loader & Split {
  return loader !== undefined && "asSplit" in loader && typeof loader.asSplit === "function";
}
