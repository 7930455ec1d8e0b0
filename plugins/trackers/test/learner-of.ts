import type { Callback, Host, Metric } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";

/** Eight rows, a Linear, and a metric that gives one value after the other. */
export function learnerOf(host: Host, values: readonly number[], cbs: readonly Callback[] = [], first: number = 1): Learner {
  let at = -1;
  const metric: Metric = { name: "my_loss", reset: () => void at++, accumulate: () => undefined, value: () => values[at] ?? NaN };
  const x = Float32Array.from({ length: 16 }, (_, i) => (i === 0 ? first : Math.sin(i)));
  const dataset = new ArrayDataset([
    { data: x, shape: [2] },
    { data: Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)), shape: [1] },
  ]);
  const dls = DataLoaders.fromDatasets([dataset, dataset], {
    engine: host.resolve("engine"),
    random: host.resolve("random"),
    bs: 4,
    shuffle: false,
    lossFunc: "mseLossFlat",
  });
  return createLearner(host, dls, ["mlp", { sizes: [2, 1] }], { metrics: [metric], optFunc: "sgd", cbs });
}
