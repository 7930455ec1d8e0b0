import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, type Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, type Learner, type LearnerPluginOptions } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { schedulers } from "@fastap/plugin-schedulers";
import { expect } from "chai";

export function blobHost(root: string, options: LearnerPluginOptions = {}): Promise<Host> {
  const plugins = [engineTfjs, backendCpu, data, nn, losses, metrics, optimizers, [learner, options] as const, schedulers];
  return createHost({ plugins, config: { backend: "cpu", seed: 7, root } });
}

export interface Bench {
  /** A folder of its own. */
  readonly root: string;
  readonly host: Host;
  /** Disposes it at the end. */
  own(learn: Learner): Learner;
  /** Whoever left a tensor fails here. */
  close(): Promise<void>;
}

/** A host for one test; `options` are the learner plugin's. */
export async function openBench(options: LearnerPluginOptions = {}): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), "fastap-learner-"));
  const host = await blobHost(root, options);
  const engine = host.resolve("engine");
  const { tensors } = engine.memory();
  const learners: Learner[] = [];
  return {
    root,
    host,
    own: (learn) => (learners.push(learn), learn),
    async close() {
      for (const learn of learners) learn.dispose();
      const left = engine.memory().tensors - tensors;
      await host[Symbol.asyncDispose]();
      await rm(root, { recursive: true });
      expect(left, "tensors left").to.equal(0);
    },
  };
}

/** Two clouds of 32 points in the plane, and a small network to part them. */
export function blobLearner(host: Host, outputs: number = 2): Learner {
  const random = host.resolve("random").fork("blobs");
  const x = Float32Array.from({ length: 128 }, (_, i) => random.normal() * 0.3 + (Math.floor(i / 2) % 2 === 0 ? -1 : 1));
  const y = Int32Array.from({ length: 64 }, (_, i) => i % 2);
  const dataset = new ArrayDataset([
    { data: x, shape: [2] },
    { data: y, shape: [] },
  ]);
  const engine = host.resolve("engine");
  const dls = DataLoaders.fromDatasets([dataset, dataset], {
    engine,
    random: host.resolve("random"),
    bs: 16,
    c: 2,
    inputShape: [2],
    vocab: ["left", "right"],
    lossFunc: "crossEntropy",
    testBatch: async (input) => [engine.from(input as number[], [1, 2])],
  });
  return createLearner(host, dls, ["mlp", { sizes: [2, 8, outputs] }], {
    metrics: ["accuracy", "errorRate"],
    path: host.config.root ?? ".",
  });
}
