import type { HostArray, Preds } from "@fastap/plugin-learner";

/** One item and what the model makes of it. */
export interface InterpretedItem {
  readonly index: number;
  readonly input: HostArray;
  /** As the activation leaves it. */
  readonly pred: HostArray;
  readonly targ: HostArray;
  readonly decoded: HostArray;
  readonly loss: number;
  /** Class names, or numbers, of scalar decisions. */
  readonly predicted: string | undefined;
  readonly actual: string | undefined;
  /** Of the decided class. */
  readonly probability: number | undefined;
}

/** Cuts predictions of several items into items; `indices` are their numbers in the dataset. */
export function itemsOf(indices: readonly number[], preds: Preds, vocab: readonly string[]): InterpretedItem[] {
  return indices.map((index, i) => {
    const [pred, targ, decoded, input] = [preds.preds, preds.targs, preds.decoded, preds.inputs].map((array) => row(array, i) ?? NOTHING);
    return labelled({ index, input, pred, targ, decoded, loss: preds.losses?.data[i] ?? NaN }, vocab);
  });
}

const NOTHING: HostArray = { data: new Float32Array(0), shape: [0] };

interface Parts {
  readonly index: number;
  readonly input: HostArray | undefined;
  readonly pred: HostArray | undefined;
  readonly targ: HostArray | undefined;
  readonly decoded: HostArray | undefined;
  readonly loss: number;
}

function labelled(
  { index, input = NOTHING, pred = NOTHING, targ = NOTHING, decoded = NOTHING, loss }: Parts,
  vocab: readonly string[],
): InterpretedItem {
  const kind = decoded.shape.length === 0 ? decoded.data[0] : undefined;
  const probability = kind === undefined ? undefined : pred.data[kind];
  return { index, input, pred, targ, decoded, loss, predicted: label(decoded, vocab), actual: label(targ, vocab), probability };
}

function row(array: HostArray | undefined, i: number): HostArray | undefined {
  if (array === undefined) return undefined;
  const shape = array.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  return { data: array.data.slice(i * size, (i + 1) * size), shape };
}

function label(array: HostArray, vocab: readonly string[]): string | undefined {
  const [value] = array.shape.length === 0 ? array.data : [];
  if (value === undefined) return undefined;
  return vocab[value] ?? (Number.isInteger(value) ? String(value) : value.toPrecision(4));
}
