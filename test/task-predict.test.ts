import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, definePlugin } from "@fastap/kernel";
import { DataBlock, multiCategoryBlock, regressionBlock, TensorBase, transformBlock, type TransformBlock } from "@fastap/plugin-data";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

const floats = (x: readonly number[]): TensorBase => new TensorBase({ data: Float32Array.from(x), shape: [x.length], dtype: "float32" });

interface Kind {
  readonly block: () => TransformBlock;
  readonly y: (i: number) => unknown;
  readonly outputs: number;
  readonly says: RegExp;
  readonly numbers: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  labels: {
    block: multiCategoryBlock,
    y: (i) => [["sun"], ["sun", "rain"]][i % 2],
    outputs: 2,
    says: /^(rain; sun|sun|rain|)$/,
    numbers: 2,
  },
  numbers: { block: () => regressionBlock(2), y: (i) => [i, -i], outputs: 2, says: /^-?[\d.]+, -?[\d.]+$/, numbers: 2 },
};

describe("task.predict", () => {
  for (const [what, { block, y, outputs, says, numbers }] of Object.entries(KINDS)) {
    it(`tells ${what} in words, and no class number`, async () => {
      const root = await mkdtemp(join(tmpdir(), "fastap-task-"));
      const rows = definePlugin({
        meta: { name: "rows", version: "1.0.0", kernel: "^0.1.0" },
        apply(host) {
          host.contribute("datasets", {
            name: "rows",
            make: async (_, from) =>
              new DataBlock({
                blocks: [transformBlock, block],
                getX: (i: number | readonly number[]) => floats(typeof i === "number" ? [Math.sin(i), Math.cos(i)] : i),
                getY: (i: number) => y(i),
              }).dataloaders([...Array(10).keys()], { engine: from.resolve("engine"), random: from.resolve("random"), bs: 4 }),
          });
        },
      });
      const model = ["mlp", { sizes: [2, outputs] }] as const;
      const task = { data: "rows", model, fit: ["fit", { nEpoch: 1 }], out: root } as const;
      await using host = await createHost({
        presets: [core],
        plugins: [["progress", { mode: "none" }], rows],
        config: { backend: "cpu", seed: 1, root, task },
      });
      await host.resolve("task").train();
      const { label, index, probs } = await host.resolve("task").predict({ model: "model.safetensors", input: [0.5, 0.5] });
      expect(label).to.match(says);
      expect(index).to.be.NaN;
      expect(probs).to.have.length(numbers);
      await rm(root, { recursive: true });
    });
  }
});
