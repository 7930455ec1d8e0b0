import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFastapError, type Callback, type FastapError } from "@fastap/kernel";
import { CheckpointStore, type Checkpointable } from "@fastap/plugin-checkpoint";
import { expect } from "chai";
import { BATCHES, bitsOf, EPOCHS, fits, FULL, hostIn, learnerOn, type Setup } from "./recipe.ts";

describe("checkpoint", function () {
  this.timeout(FULL ? 600_000 : 30_000);
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-checkpoint-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function failureOf(setup: Setup, opt: string, hidden: number, fit: string): Promise<FastapError> {
    await using host = await hostIn(root, setup);
    const learn = await learnerOn(host, opt, hidden);
    const before = JSON.stringify([...(await learn.model.stateDict())].map(([name, { data }]) => [name, [...data].map(String)]));
    const failure: unknown = await fits[fit]?.(learn, true).catch((error: unknown) => error);
    const after = JSON.stringify([...(await learn.model.stateDict())].map(([name, { data }]) => [name, [...data].map(String)]));
    learn.dispose();
    expect(after, "model").to.equal(before);
    if (!isFastapError(failure)) throw new Error(`no coded error: ${String(failure)}`);
    return failure;
  }

  it("tells what differs in a checkpoint of another recipe, and changes nothing", async () => {
    await using host = await hostIn(root);
    const learn = await learnerOn(host);
    await fits["oneCycle"]?.(learn);
    learn.dispose();
    const cases: [setup: Setup, opt: string, hidden: number, fit: string, line: string][] = [
      [{}, "sgd", 8, "oneCycle", 'optimizer.name: "adam" there, "sgd" here'],
      [{}, "adam", 9, "oneCycle", "model.0.weight.1: 8 there, 9 here"],
      [{}, "adam", 8, "constant", "callbacks.1"],
      [{ seed: 8 }, "adam", 8, "oneCycle", "seed: 7 there, 8 here"],
      [{ backend: "wasm" }, "adam", 8, "oneCycle", 'backend: "cpu" there, "wasm" here'],
    ];
    for (const [setup, opt, hidden, fit, line] of cases) {
      const { code, message } = await failureOf(setup, opt, hidden, fit);
      expect(code).to.equal("E_CHECKPOINT_RECIPE");
      expect(message).to.include(line);
    }
  });

  it("says who resumes when nobody does", async () => {
    await using host = await hostIn(root, { options: false });
    const learn = await learnerOn(host);
    const failure: unknown = await learn.fit(1, 0.1, { resume: true }).catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_LEARNER_RESUME");
    learn.dispose();
  });

  it("keeps the last n, and gives every file its sum", async () => {
    await using host = await hostIn(root, { options: { everySteps: 2, keep: 4 } });
    const learn = await learnerOn(host);
    await fits["oneCycle"]?.(learn);
    learn.dispose();
    const store = new CheckpointStore(join(root, "checkpoints"));
    const steps = EPOCHS * BATCHES;
    const list = await host.resolve("checkpoints").list();
    expect(list.map(({ step }) => step)).to.deep.equal([steps - 4, steps - 2, steps, steps]);
    const manifest = JSON.parse(await readFile(join((await store.paths())[3] ?? "", "manifest.json"), "utf8")) as { files: object };
    expect(Object.keys(manifest.files)).to.deep.equal(["model.safetensors", "optimizer.safetensors", "state.json"]);
    expect(list[3]?.digests).to.include.keys("model", "optimizer", "hypers", "random", "loaders", "recorder", "callbacks", "plugins");
  });

  it("carries gathered gradients and the state of callbacks and plugins", async () => {
    /** Steps on every third batch only, and reports what it has counted. */
    const thirds = (): Callback & { readonly seen: number[] } => {
      const seen: number[] = [];
      return {
        name: "thirds",
        seen,
        beforeFit: () => void seen.splice(0),
        beforeStep: (run) => (run.trainIter % 3 === 2 ? undefined : run.cancel("batch")),
        afterBatch: (run) => void (run.training && seen.push(run.trainIter === 5 ? NaN : run.trainIter)),
        state: () => seen,
        restore: (state) => void seen.splice(0, Infinity, ...(state as number[])),
      };
    };
    const draws: number[] = [];
    const noise = (): Checkpointable => ({
      state: () => Float32Array.from(draws),
      restore: (state) => void draws.splice(0, Infinity, ...(state as Float32Array)),
    });
    const run = async (
      options: NonNullable<Setup["options"]>,
      resume?: string,
    ): Promise<{ bits: string; seen: number[]; drawn: number }> => {
      await using host = await hostIn(root, { options });
      host.contribute("checkpointables", { name: "noise", make: noise });
      const learn = await learnerOn(host);
      const cb = thirds();
      const draw: Callback = {
        name: "draw",
        runValid: false,
        afterBatch: () => void draws.push(Math.fround(host.resolve("random").uniform())),
      };
      await fits["constant"]?.(learn, resume, [cb, draw]);
      const bits = await bitsOf(learn);
      learn.dispose();
      return { bits, seen: cb.seen, drawn: draws.length };
    };
    const want = await run({ everySteps: 1, keep: 100 });
    for (const path of await new CheckpointStore(join(root, "checkpoints")).paths()) {
      draws.length = 0;
      expect(await run({ dir: "other" }, path), path).to.deep.equal(want);
    }
  });

  it("names the state that is no plain data", async () => {
    await using host = await hostIn(root);
    const learn = await learnerOn(host);
    const bad: Callback = { name: "bad", state: () => ({ when: new Date(0) }) };
    const failure: unknown = await learn.fit(1, 0.1, { cbs: [bad] }).catch((error: unknown) => error);
    expect(String(failure)).to.match(/E_CHECKPOINT_STATE[^]*received Date[^]*state\.callbacks\[0\]\.state\.when/);
    learn.dispose();
  });
});
