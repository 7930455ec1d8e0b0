import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "@fastap/kernel";
import { earlyStopping, reduceLROnPlateau, saveModel } from "@fastap/plugin-trackers";
import { core } from "@fastap/preset-core";
import { expect } from "chai";
import { learnerOf } from "./learner-of.ts";

describe("trackers", () => {
  it("say what fastai's say, below the row of the epoch", async () => {
    const root = await mkdtemp(join(tmpdir(), "fastap-trackers-"));
    let shown = "";
    const stream = { write: (text: string) => (shown += text) };
    await using loud = await createHost({
      presets: [core],
      plugins: [["progress", { mode: "line", stream }]],
      config: { backend: "cpu", seed: 1, root },
    });
    const learn = learnerOf(loud, [0.5, 0.25, 0.7, 0.8]);
    const watch = { monitor: "my_loss" };
    const cbs = [saveModel(watch), reduceLROnPlateau({ ...watch, minLr: 0.05 }), earlyStopping({ ...watch, patience: 2 })];
    await learn.fit(9, 0.1, { cbs });
    expect(shown.split("\n").filter((line) => /^(Better|Epoch|No) /.test(line))).to.deep.equal([
      "Better model found at epoch 0 with my_loss value: 0.5.",
      "Better model found at epoch 1 with my_loss value: 0.25.",
      "Epoch 2: reducing lr to 0.05",
      "No improvement since epoch 1: early stopping",
    ]);
    expect(shown).to.match(/\n0 .*0\.500000.*\nBetter model found at epoch 0/);
    learn.dispose();
    await rm(root, { recursive: true });
  });
});
