import type { Host, Spec } from "@fastap/kernel";
import { Datasets, TensorBase, TfmdDataLoaders, type TransformsLike } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";

/** A point in the plane, for transforms. */
export class Spot extends TensorBase {}

export function spot(...xy: readonly number[]): Spot {
  return new Spot({ data: Float32Array.from(xy), shape: [2] });
}

interface SpotOptions {
  readonly afterItem?: TransformsLike;
  readonly preprocessing?: Spec;
}

/** Twenty points on a circle, alternately of two classes, half of them for validation, through transforms; and a small network. */
export async function spotLearner(host: Host, options: SpotOptions = {}): Promise<Learner> {
  const items = Array.from({ length: 20 }, (_, i) => i);
  const x = (i: number): Spot => spot(Math.sin(i), Math.cos(i));
  const y = (i: number): TensorBase => new TensorBase({ data: Int32Array.of(i % 2), shape: [], dtype: "int32" });
  const dsets = await Datasets.create(items, [x, y], { splits: [items.slice(0, 10), items.slice(10)] });
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const dls = await TfmdDataLoaders.create(dsets, { ...services, bs: 4, ...options });
  return createLearner(host, dls, ["mlp", { sizes: [2, 4, 2] }], { lossFunc: "crossEntropy", path: host.config.root ?? "." });
}
