import { fileURLToPath } from "node:url";
import { describePlugin, scalarEngine, serviceDoubles, sumParts } from "@fastap/contract";
import { createHost, type PluginEntry } from "@fastap/kernel";
import { loadHost } from "@fastap/plugin-config";
import { expect } from "chai";
import { globalNorm, gradNorm } from "fastap-plugin-grad-norm";

const packageUrl = new URL("../package.json", import.meta.url);

describePlugin(gradNorm, { options: { every: 2 }, packageUrl });

describe("fastap-plugin-grad-norm", () => {
  it("takes the norm over all gradients together", async () => {
    const engine = scalarEngine();
    const grads = new Map([
      ["a", engine.from([3, 0], [2])],
      ["b", engine.from([4], [1])],
    ]);
    expect(await globalNorm(engine, grads)).to.equal(5);
  });

  it("calls its hook every so many steps", async () => {
    expect(await normsOf([[gradNorm, { every: 3 }]])).to.deep.equal([
      [0, 1],
      [3, 1],
    ]);
  });

  it("is used by name from a config file", async () => {
    const host = await loadHost({ path: fileURLToPath(new URL("../fastap.config.yaml", import.meta.url)) });
    try {
      expect(host.plugins.map((p) => p.meta.name)).to.include("grad-norm");
    } finally {
      await host[Symbol.asyncDispose]();
    }
  });
});

/** `[step, norm]` of what the hook was called with in five steps; the gradient of the sum model is 1. */
async function normsOf(plugins: readonly PluginEntry[]): Promise<(readonly [number, number])[]> {
  const heard: (readonly [number, number])[] = [];
  await using host = await createHost({ plugins: [serviceDoubles(["engine"]), ...plugins] });
  host.hooks.run.tap("grad-norm", ({ hooks }) =>
    hooks.gradNorm.tap("grad-norm/test", (norm, run) => void heard.push([run.trainIter, norm])),
  );
  const parts = sumParts(host.resolve("engine"), { nEpoch: 1, nTrain: 5 });
  await host.fit(parts);
  parts.model.dispose();
  return heard;
}
