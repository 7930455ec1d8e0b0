import { createHost } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner } from "@fastap/plugin-learner";
import { loggerWandb } from "@fastap/plugin-logger-wandb";
import { losses } from "@fastap/plugin-losses";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";

/** A short fit in a process of its own, as whom it trusts is decided when it starts. */
const options = { baseUrl: process.argv[2] ?? "", apiKey: "key", project: "digits" };
const plugins = [engineTfjs, backendCpu, nn, losses, optimizers, learner, [loggerWandb, options] as const];
await using host = await createHost({ plugins, config: { backend: "cpu", seed: 3 } });
const dataset = new ArrayDataset([
  { data: Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)), shape: [2] },
  { data: Int32Array.from({ length: 8 }, (_, i) => i % 2), shape: [] },
]);
const services = { engine: host.resolve("engine"), random: host.resolve("random") };
const dls = DataLoaders.fromDatasets([dataset, dataset], { ...services, bs: 4, lossFunc: "crossEntropy" });
await createLearner(host, dls, ["mlp", { sizes: [2, 2] }]).fit(1, 0.01);
