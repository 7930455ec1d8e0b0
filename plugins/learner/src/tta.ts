import type { Loader } from "@fastap/kernel";
import type { HostArray, Preds } from "./gather-preds.ts";
import type { PredsOptions, ValidateOptions } from "./run-options.ts";

export interface TtaOptions extends ValidateOptions {
  /** The same items in the same order with the transforms of training, drawn anew in every pass. */
  readonly augmented: Loader;
  /** Passes over it; default 4. */
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

/** Predictions of several augmented passes and a plain one. `@source fastai.learner.Learner.tta` */
export async function tta(
  learner: { getPreds(options: PredsOptions): Promise<Preds> },
  { augmented: dl, n = 4, beta = 0.25, useMax = false, ...options }: TtaOptions,
): Promise<TtaPreds> {
  const passes: HostArray[] = [];
  for (let i = 0; i < n; i++) passes.push((await learner.getPreds({ ...options, dl })).preds);
  const { preds: plain, targs } = await learner.getPreds(options);
  const augmented = combined(passes, (values) => (useMax ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / n));
  const preds = combined([augmented, plain], ([aug = NaN, own = NaN]) => (useMax ? Math.max(aug, own) : aug + beta * (own - aug)));
  return { preds, targs, augmented, plain };
}

/** Value by value over arrays of one shape. */
function combined(arrays: readonly HostArray[], f: (values: readonly number[]) => number): HostArray {
  const [first] = arrays;
  const data = Float32Array.from({ length: first?.data.length ?? 0 }, (_, i) => f(arrays.map((array) => array.data[i] ?? NaN)));
  return { data, shape: first?.shape ?? [0] };
}
