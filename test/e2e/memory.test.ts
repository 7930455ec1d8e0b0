import { createHost } from "@fastap/kernel";
import type { Loader } from "@fastap/kernel";
import { createLearner } from "@fastap/plugin-learner";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

describe("memory", function () {
  this.timeout(120_000);

  it("does not grow by one tensor over 2,000 steps of conv, batch norm and Adam on wasm", async () => {
    await using host = await createHost({
      presets: [core],
      plugins: [["progress", { mode: "none" }]],
      config: { backend: "wasm", seed: 7 },
    });
    const engine = host.resolve("engine");
    const x = Float32Array.from({ length: 4 * 8 * 8 }, (_, i) => Math.sin(i));
    const batches = (length: number): Loader => ({
      length,
      async *[Symbol.asyncIterator]() {
        for (let i = 0; i < length; i++)
          yield await Promise.resolve([engine.from(x, [4, 8, 8, 1]), engine.from([0, 1, 2, 1], [4], "int32")]);
      },
    });
    const [train, valid] = [batches(1000), batches(10)];
    const model = host.registry("models").make(["convNet", { channels: [1, 4, 4, 3] }]);
    const learn = createLearner(host, { train, valid, loaders: [train, valid] }, model, {
      lossFunc: "crossEntropy",
      metrics: ["accuracy"],
    });
    await learn.fit(1);
    const before = engine.memory().tensors;
    await learn.fit(2);
    expect(engine.memory().tensors).to.equal(before);
  });
});
