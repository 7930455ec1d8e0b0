import { createHost, type Callback, type Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { inspect } from "@fastap/plugin-inspect";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { BatchNorm, Dropout, Linear, nn, Relu, Sequential } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";

export function netHost(): Promise<Host> {
  const plugins = [engineTfjs, backendCpu, data, nn, losses, optimizers, learner, inspect];
  return createHost({ plugins, config: { backend: "cpu", seed: 5 } });
}

/** 24 items of four numbers, three classes, in batches of 8. */
export function netLearner(host: Host, cbs: readonly Callback[] = []): Learner {
  const random = host.resolve("random").fork("net");
  const dataset = new ArrayDataset([
    { data: Float32Array.from({ length: 96 }, () => random.normal()), shape: [4] },
    { data: Int32Array.from({ length: 24 }, (_, i) => i % 3), shape: [] },
  ]);
  const dls = DataLoaders.fromDatasets([dataset, dataset], { engine: host.resolve("engine"), random: host.resolve("random"), bs: 8 });
  const model = new Sequential(new Linear(4, 8), new BatchNorm(8), new Relu(), new Dropout(0.5), new Linear(8, 3));
  return createLearner(host, dls, model, { lossFunc: "crossEntropy", cbs });
}
