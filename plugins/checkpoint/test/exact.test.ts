import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Callback, Run } from "@fastap/kernel";
import { CheckpointStore } from "@fastap/plugin-checkpoint";
import { expect } from "chai";
import { BATCHES, bitsOf, EPOCHS, FULL, fits, hostIn, learnerOn, type Setup } from "./recipe.ts";

describe("exact resume", function () {
  this.timeout(FULL ? 600_000 : 60_000);
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-checkpoint-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Trains in a host of its own, and leaves nothing behind. */
  async function train(fit: string, opt: string, setup: Setup, resume: boolean | string = false): Promise<string> {
    await using host = await hostIn(root, setup);
    const before = host.resolve("engine").memory().tensors;
    const learn = await learnerOn(host, opt);
    await fits[fit]?.(learn, resume);
    const bits = await bitsOf(learn);
    learn.dispose();
    expect(host.resolve("engine").memory().tensors).to.equal(before);
    return bits;
  }

  async function resumesFromEverywhere(fit: string, opt: string, backend: string): Promise<number> {
    const plain = await train(fit, opt, { backend, options: false });
    const want = await train(fit, opt, { backend, options: { everySteps: 1, keep: 100 } });
    expect(want, "saving changed the run").to.equal(plain);
    const paths = await new CheckpointStore(join(root, "checkpoints")).paths();
    for (const path of paths) {
      const other = { backend, options: { dir: "elsewhere" } };
      const got = await train(fit, opt, other, path);
      expect(got, `resumed from ${path}`).to.equal(want);
    }
    return paths.length;
  }

  const optimizers = ["sgd", "rmsprop", "adam", "radam", "qhadam", "larc", "lamb", "ranger"];
  const oneCycles = optimizers.map((opt) => ["oneCycle", opt] as const);
  const others = ["constant", "flatCos", "sgdr"].map((fit) => [fit, "adam"] as const);
  const cases = [...oneCycles, ...others];
  const onWasm = FULL ? cases : cases.filter(([, opt]) => opt === "adam").slice(0, 1);
  for (const [backend, list] of [
    ["cpu", cases],
    ["wasm", onWasm],
  ] as const) {
    for (const [fit, opt] of list) {
      it(`is bit for bit from every step and epoch with ${opt} and ${fit} on ${backend}`, async () => {
        expect(await resumesFromEverywhere(fit, opt, backend)).to.be.at.least(fit === "sgdr" ? 9 : EPOCHS * (BATCHES + 1));
      });
    }
  }

  it("finds its place in fineTune's second fit, and skips the first", async () => {
    const want = await train("fineTune", "adam", { options: { everySteps: 1, keep: 100 } });
    const store = new CheckpointStore(join(root, "checkpoints"));
    expect(await store.paths()).to.have.length(EPOCHS * (BATCHES + 1));
    for (const last of [12, 9, 3]) {
      for (const path of (await store.paths()).slice(last)) await rm(path, { recursive: true });
      expect(await train("fineTune", "adam", { options: { keep: 100 } }, true)).to.equal(want);
    }
  });

  for (const event of ["afterBatch", "beforeStep"] as const) {
    for (const same of [true, false]) {
      it(`goes on after a fit that ${event} cancelled, in ${same ? "the same Learner" : "another host"}`, async () => {
        const want = await train("oneCycle", "adam", { options: false });
        await using host = await hostIn(root);
        const learn = await learnerOn(host);
        const stop: Callback = {
          name: "stop",
          stage: "report",
          [event]: (run: Run) => (run.trainIter === 6 ? run.cancel("fit") : undefined),
        };
        await fits["oneCycle"]?.(learn, false, [stop]);
        if (same) await fits["oneCycle"]?.(learn, true);
        const got = same ? await bitsOf(learn) : await train("oneCycle", "adam", {}, true);
        learn.dispose();
        expect(got).to.equal(want);
      });
    }
  }

  it("starts where there is no checkpoint, and does nothing more where the fit is done", async () => {
    const want = await train("oneCycle", "adam", {}, true);
    expect(await train("oneCycle", "adam", {}, true)).to.equal(want);
    expect(await new CheckpointStore(join(root, "checkpoints")).paths()).to.have.length(3);
  });
});
