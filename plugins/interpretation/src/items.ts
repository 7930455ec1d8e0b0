import type { LossItem, Result } from "@fastap/plugin-display";
import type { HostArray, Preds } from "@fastap/plugin-learner";

/** One item, what the model makes of it, and the numbers behind. */
export interface InterpretedItem extends LossItem {
  /** As it went into the model. */
  readonly input: HostArray;
  /** As the activation leaves it. */
  readonly pred: HostArray;
  readonly targ: HostArray;
  readonly decoded: HostArray;
}

/** Cuts predictions of several items into items; `indices` are their numbers in the dataset. */
export function itemsOf(indices: readonly number[], preds: Preds, results: readonly Result[]): InterpretedItem[] {
  return indices.map((index, i) => {
    const [input, pred, targ, decoded] = [preds.inputs, preds.preds, preds.targs, preds.decoded].map((array) => row(array, i));
    const { sample = [], out = [] } = results[i] ?? {};
    const arrays = { input: input ?? NOTHING, pred: pred ?? NOTHING, targ: targ ?? NOTHING, decoded: decoded ?? NOTHING };
    const loss = preds.losses?.data[i] ?? NaN;
    return { index, sample, out, loss, probability: probabilityOf(arrays), ...arrays };
  });
}

const NOTHING: HostArray = { data: new Float32Array(0), shape: [0] };

/** Of the decided class, or of each one that is decided on its own. */
function probabilityOf({ pred, decoded }: Pick<InterpretedItem, "pred" | "decoded">): number | readonly number[] | undefined {
  if (pred.shape.length !== 1 || decoded.data instanceof Float32Array) return undefined;
  const [kind] = decoded.data;
  return decoded.shape.length === 0 && kind !== undefined ? pred.data[kind] : [...pred.data];
}

function row(array: HostArray | undefined, i: number): HostArray | undefined {
  if (array === undefined) return undefined;
  const shape = array.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  return { data: array.data.slice(i * size, (i + 1) * size), shape };
}
