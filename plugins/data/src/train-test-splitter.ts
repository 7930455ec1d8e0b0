import type { Random } from "@fastap/kernel";
import { E_DATA_OPTION } from "./errors.ts";
import type { Splitter, Splits } from "./splitters.ts";

export interface TrainTestSplitterOptions {
  /** Part of the items, rounded up; default 0.2. */
  readonly testSize?: number;
  /** Part of the items, rounded down; default all the others. */
  readonly trainSize?: number;
  readonly seed?: number;
  /** Class of every item; each split then has its share of every class. */
  readonly stratify?: readonly unknown[];
  /** Default true. */
  readonly shuffle?: boolean;
}

/** As scikit-learn splits. `@source fastai.data.transforms.TrainTestSplitter` */
export function trainTestSplitter(options: TrainTestSplitterOptions = {}): Splitter {
  const { testSize = 0.2, trainSize, seed = 0, stratify, shuffle = true } = options;
  return (items, random) => {
    const n = items.length;
    const nTest = Math.ceil(testSize * n);
    const nTrain = trainSize === undefined ? n - nTest : Math.floor(trainSize * n);
    if (!(nTest > 0 && nTrain > 0 && nTest + nTrain <= n))
      throw E_DATA_OPTION({ option: "testSize", expected: `two parts of ${n} items`, received: `${nTrain} + ${nTest}` });
    const order = shuffle ? drawOrder(n, random, seed) : Array.from({ length: n }, (_, i) => i);
    if (stratify !== undefined) return stratified(order, stratify, { nTrain, nTest });
    return shuffle
      ? [order.slice(nTest, nTest + nTrain), order.slice(0, nTest)]
      : [order.slice(0, nTrain), order.slice(nTrain, nTrain + nTest)];
  };
}

/** Spreads every class evenly over one list, so that any stretch of it holds the classes in their shares. */
function stratified(order: readonly number[], classes: readonly unknown[], { nTrain, nTest }: { nTrain: number; nTest: number }): Splits {
  const groups = new Map<unknown, number[]>();
  for (const i of order) groups.set(classes[i], [...(groups.get(classes[i]) ?? []), i]);
  const placed = [...groups.values()].flatMap((rows) => rows.map((row, k) => ({ row, at: (k + 0.5) / rows.length })));
  const even = placed.toSorted((a, b) => a.at - b.at).map(({ row }) => row);
  return [even.slice(nTest, nTest + nTrain), even.slice(0, nTest)];
}

function drawOrder(n: number, random: Random | undefined, seed: number): number[] {
  if (random === undefined) throw E_DATA_OPTION({ option: "random", expected: "a generator, to shuffle", received: "none" });
  return Array.from(random.fork(`splitter ${seed}`).permutation(n));
}
