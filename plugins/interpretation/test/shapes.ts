import { createHost, type Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { interpretation } from "@fastap/plugin-interpretation";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { vision } from "@fastap/plugin-vision";

const SIDE = 8;

/** Small grey pictures of bars: upright, level or both. */
export function shapesDataset(count: number): ArrayDataset {
  const pixels = new Float32Array(count * SIDE * SIDE);
  const classes = Int32Array.from({ length: count }, (_, i) => i % 3);
  for (let i = 0; i < count; i++) {
    const at = 1 + (i % (SIDE - 2));
    for (let j = 0; j < SIDE; j++) {
      if (i % 3 !== 1) pixels[i * SIDE * SIDE + j * SIDE + at] = 1;
      if (i % 3 !== 0) pixels[i * SIDE * SIDE + at * SIDE + j] = 1;
    }
  }
  return new ArrayDataset([
    { data: pixels, shape: [SIDE, SIDE, 1] },
    { data: classes, shape: [] },
  ]);
}

export function shapesHost(): Promise<Host> {
  return createHost({
    plugins: [engineTfjs, backendCpu, data, nn, losses, optimizers, learner, interpretation, vision],
    config: { backend: "cpu", seed: 3 },
  });
}

/** Untrained: it confuses much. */
export function shapesLearner(host: Host, count: number = 30): Learner {
  const dataset = shapesDataset(count);
  const dls = DataLoaders.fromDatasets([dataset, dataset], {
    engine: host.resolve("engine"),
    random: host.resolve("random"),
    bs: 8,
    c: 3,
    inputShape: [SIDE, SIDE, 1],
    vocab: ["upright", "level", "cross"],
    lossFunc: "crossEntropy",
  });
  return createLearner(host, dls, ["mlp", { sizes: [SIDE * SIDE, 8, 3], flatten: true }]);
}
