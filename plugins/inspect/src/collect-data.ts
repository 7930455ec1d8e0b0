import { leaves, type Callback, type Engine, type Pred, type Run, type TypedArray } from "@fastap/kernel";

/** Values of a tensor outside of the engine: row-major. */
export interface CollectedArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** What went through one batch. */
export interface CollectedBatch {
  readonly xb: readonly CollectedArray[];
  readonly yb: readonly CollectedArray[];
  readonly pred: readonly CollectedArray[];
  readonly loss: readonly CollectedArray[];
}

export interface CollectData extends Callback {
  /** In order, training and validation; of the last run. */
  readonly data: readonly CollectedBatch[];
}

/** Copies inputs, targets, predictions and loss of every batch out of the engine. @source fastai.callback.data.CollectDataCallback */
export function collectData(): CollectData {
  const data: CollectedBatch[] = [];
  return {
    name: "collectData",
    data,
    beforeFit: () => void (data.length = 0),
    afterBatch: async (run) => void data.push(await collect(run)),
  };
}

async function collect({ engine, xb, yb, pred, loss }: Run): Promise<CollectedBatch> {
  const optional = (nest: Pred | undefined): Pred => nest ?? [];
  return {
    xb: await copy(engine, xb),
    yb: await copy(engine, yb),
    pred: await copy(engine, optional(pred)),
    loss: await copy(engine, optional(loss)),
  };
}

async function copy(engine: Engine, nest: Pred): Promise<CollectedArray[]> {
  const arrays: CollectedArray[] = [];
  for (const tensor of leaves(nest)) arrays.push({ data: (await engine.read(tensor)).slice(), shape: [...tensor.shape] });
  return arrays;
}
