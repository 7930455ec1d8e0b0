import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, definePlugin } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

describe("preset core", () => {
  it("composes, with everything a task needs", async () => {
    await using host = await createHost({ presets: [core], config: { backend: "cpu" } });
    for (const token of ["engine", "random", "task", "backends", "models", "losses", "metrics", "optimizers", "datasets"]) {
      expect(host.has(token), token).to.equal(true);
    }
  });

  it("runs the callbacks that a task names", async () => {
    const out = await mkdtemp(join(tmpdir(), "fastap-task-"));
    const cbs = [["earlyStopping", { monitor: "valid_loss", minDelta: 1e9 }], ["gradientClip", { maxNorm: 0.5 }], "mixUp"] as const;
    const task = { data: "waves", model: ["mlp", { sizes: [2, 2] }], loss: "crossEntropy", cbs, fit: ["fit", { nEpoch: 5 }], out } as const;
    const plugins = [["progress", { mode: "none" }], waves] as const;
    await using host = await createHost({ presets: [core], plugins, config: { backend: "cpu", task } });
    const { losses } = await host.resolve("task").train();
    await rm(out, { recursive: true });
    expect(losses, "two epochs of two batches: the second is no improvement").to.have.length(4);
  });

  it("names the callback that nobody has", async () => {
    const task = { data: "waves", model: ["mlp", { sizes: [2, 2] }], loss: "crossEntropy", cbs: ["mixup"], fit: "fit" } as const;
    await using host = await createHost({ presets: [core], plugins: [waves], config: { backend: "cpu", task } });
    const failure = await host
      .resolve("task")
      .train()
      .then(() => "none", String);
    expect(failure).to.contain("E_NAME_UNKNOWN").and.to.contain("mixUp");
  });
});

/** Eight rows in two classes. */
const waves = definePlugin({
  meta: { name: "waves", version: "0.1.0", kernel: "^0.1.0", provides: ["datasets"] },
  apply(host) {
    host.contribute("datasets", {
      name: "waves",
      make: async (_, from) => {
        const dataset = new ArrayDataset([
          { data: Float32Array.from({ length: 16 }, (__, i) => Math.sin(i)), shape: [2] },
          { data: Int32Array.from({ length: 8 }, (__, i) => i % 2), shape: [] },
        ]);
        return DataLoaders.fromDatasets([dataset, dataset], { engine: from.resolve("engine"), random: from.resolve("random"), bs: 4 });
      },
    });
  },
});
