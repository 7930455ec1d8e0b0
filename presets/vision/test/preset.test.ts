import { createHost } from "@fastap/kernel";
import { vision } from "@fastap/preset-vision";
import { expect } from "chai";

describe("preset vision", () => {
  it("composes, with everything a task needs", async () => {
    await using host = await createHost({ presets: [vision], config: { backend: "cpu" } });
    for (const token of ["engine", "random", "task", "backends", "models", "losses", "metrics", "optimizers", "datasets"]) {
      expect(host.has(token), token).to.equal(true);
    }
  });
});
