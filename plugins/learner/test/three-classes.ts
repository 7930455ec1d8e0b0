import type { Callback, Host } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";

const ITEMS = 24;

/** Values to put in place of others. */
export interface Changes {
  readonly x?: Readonly<Record<number, number>>;
  readonly y?: Readonly<Record<number, number>>;
  /** Targets of validation. */
  readonly valid?: Readonly<Record<number, number>>;
}

/** 24 points in the plane in 3 classes; `x` and `y` change some of them. */
export function threeClasses(host: Host, change: Changes, model: object = {}, metrics: readonly string[] = ["accuracy"]): Learner {
  const x = changed(
    Float32Array.from({ length: ITEMS * 2 }, (_, i) => Math.sin(i)),
    change.x,
  );
  const y = changed(
    Int32Array.from({ length: ITEMS }, (_, i) => i % 3),
    change.y,
  );
  const validY = changed(y.slice(), change.valid);
  const set = (targets: Int32Array): ArrayDataset =>
    new ArrayDataset([
      { data: x, shape: [2] },
      { data: targets, shape: [] },
    ]);
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const dls = DataLoaders.fromDatasets([set(y), set(validY)], { ...services, bs: 8, c: 3, inputShape: [2], lossFunc: "crossEntropy" });
  return createLearner(host, dls, ["mlp", { sizes: [2, 4, 3], ...model }], { metrics });
}

function changed<T extends Float32Array | Int32Array>(array: T, changes: Readonly<Record<number, number>> = {}): T {
  for (const [i, value] of Object.entries(changes)) array[Number(i)] = value;
  return array;
}

export async function weights(learn: Learner): Promise<Record<string, number[]>> {
  return Object.fromEntries([...(await learn.model.stateDict())].map(([name, { data: values }]) => [name, Array.from(values, Number)]));
}

/** Weights as they are before each step. */
export function snapshotsTo(list: Record<string, number[]>[]): Callback {
  return {
    name: "snapshots",
    beforeBatch: async (run) => {
      if (run.training && run.learner !== undefined) list[run.trainIter] = await weights(run.learner);
    },
  };
}
