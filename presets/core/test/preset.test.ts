import { createHost } from "@fastap/kernel";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

describe("preset core", () => {
  it("composes, with everything a task needs", async () => {
    await using host = await createHost({ presets: [core], config: { backend: "cpu" } });
    for (const token of ["engine", "random", "task", "backends", "models", "losses", "metrics", "optimizers", "datasets"]) {
      expect(host.has(token), token).to.equal(true);
    }
  });
});
