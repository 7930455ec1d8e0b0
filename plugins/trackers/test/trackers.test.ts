import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, type Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { earlyStopping, reduceLROnPlateau, saveModel, terminateOnNaN, tracker, type EarlyStopping } from "@fastap/plugin-trackers";
import { core } from "@fastap/preset-core";
import { expect } from "chai";
import { learnerOf } from "./learner-of.ts";

const quiet = ["progress", { mode: "none" }] as const;

describe("trackers", () => {
  let root: string;
  let host: Host;
  let tensors: number;
  let learn: Learner;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-trackers-"));
    host = await createHost({ presets: [core], plugins: [quiet], config: { backend: "cpu", seed: 1, root } });
    tensors = host.resolve("engine").memory().tensors;
  });
  afterEach(async () => {
    learn.dispose();
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
    await host[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });

  it("act in fastai's order, however they are listed", async () => {
    learn = learnerOf(host, [0.5, 0.6, 0.7]);
    const order: string[] = [];
    const save = learn.save.bind(learn);
    learn.save = (file, options) => {
      order.push("save");
      return save(file, options);
    };
    const stop = earlyStopping({ monitor: "my_loss", patience: 2 });
    const reduce = reduceLROnPlateau({ monitor: "my_loss", patience: 2 });
    await learn.fit(5, 0.1, { cbs: [stop, reduce, saveModel({ monitor: "my_loss" })] });
    expect(order).to.deep.equal(["save"]);
    expect(reduce.wait, "reduced before the stop").to.equal(0);
    expect(learn.opt?.groups[0]?.hypers["lr"]).to.be.closeTo(0.01, 1e-12);
    expect(learn.recorder?.values).to.have.length(3);
  });

  it("stay out of trials and validation", async () => {
    const watch = tracker({ monitor: "my_loss" });
    learn = learnerOf(host, [0.5], [watch, saveModel({ monitor: "my_loss" })]);
    await learn.lrFind({ numIt: 8 });
    await learn.validate();
    expect(watch.best).to.equal(Infinity);
  });

  it("go when they are removed", async () => {
    const stop = earlyStopping({ monitor: "my_loss" });
    learn = learnerOf(host, [0.5, 0.6, 0.7], [stop]);
    learn.removeCb(stop);
    await learn.fit(3, 0.1);
    expect(learn.recorder?.values).to.have.length(3);
    expect(stop.best).to.equal(Infinity);
  });

  it("give and take their state", () => {
    learn = learnerOf(host, [0.5]);
    const [a, b] = [earlyStopping({ patience: 3 }), earlyStopping({ patience: 3 })];
    b.restore(JSON.parse(JSON.stringify(a.state())));
    expect(b.best).to.equal(Infinity);
    const [saved, later] = [saveModel(), saveModel()];
    saved.lastSavedPath = "best.safetensors";
    later.restore(JSON.parse(JSON.stringify(saved.state())));
    expect(later.lastSavedPath).to.equal("best.safetensors");
    [a.best, a.wait] = [0.25, 2];
    b.restore(JSON.parse(JSON.stringify(a.state())));
    expect([b.best, b.wait]).to.deep.equal([0.25, 2]);
  });

  it("name the column that a run does not record", async () => {
    learn = learnerOf(host, [0.5]);
    const failure = await rejection(learn.fit(1, 0.1, { cbs: [tracker({ monitor: "valid_los" })] }));
    expect(failure).to.contain("E_TRACKERS_MONITOR").and.to.contain("valid_loss");
  });

  it("warn where there is no best model to go back to, and leave the model as it is", async () => {
    learn = learnerOf(host, [NaN]);
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    const seen: string[] = [];
    const look = async (): Promise<void> => void seen.push(await weightsOf(learn));
    await learn.fit(1, 0.1, { cbs: [saveModel({ monitor: "my_loss" }), { name: "look", afterEpoch: look }] });
    expect((await warned).message).to.contain("E_TRACKERS_NEVER_SAVED");
    expect(await weightsOf(learn)).to.equal(seen[0]);
  });

  it("terminateOnNaN ends before the step, with no error and finite weights", async () => {
    learn = learnerOf(host, [0.5], [], NaN);
    await learn.fit(2, 0.1, { cbs: [terminateOnNaN()] });
    expect(learn.recorder?.values).to.have.length(0);
    const weights = [...(await learn.model.stateDict()).values()].flatMap(({ data }) => Array.from(data, Number));
    expect(weights.every(Number.isFinite)).to.equal(true);
  });

  it("are made by name, in our spelling and fastai's", () => {
    learn = learnerOf(host, [0.5]);
    const callbacks = host.registry("callbacks");
    const stop = callbacks.make(["EarlyStoppingCallback", { patience: 7, comp: "greater" }]) as EarlyStopping;
    expect([stop.patience, stop.best]).to.deep.equal([7, -Infinity]);
    expect(callbacks.make(["saveModel", { everyEpoch: 2 }])).to.include({ everyEpoch: 2 });
    expect(callbacks.make(["saveModel", { everyEpoch: true }])).to.include({ everyEpoch: 1 });
    expect(() => callbacks.make(["earlyStopping", { patienc: 1 }])).to.throw(/patience/);
    expect(() => callbacks.make(["earlyStopping", { comp: "higher" }])).to.throw(/comp/);
    expect(() => callbacks.make(["terminateOnNaN", { x: 1 }])).to.throw(/no options/);
    expect(() => saveModel({ atEnd: true, everyEpoch: true })).to.throw(/everyEpoch/);
  });
});

describe("a host without the plugin trackers", () => {
  it("says that the names are unknown, and works", async () => {
    await using host = await createHost({ presets: [core], plugins: [quiet, ["trackers", false]], config: { backend: "cpu" } });
    expect(host.registry("callbacks").has("saveModel")).to.equal(false);
    const learn = learnerOf(host, [0.5]);
    await learn.fit(1, 0.1, { cbs: [earlyStopping({ monitor: "my_loss" })] });
    learn.dispose();
  });
});

async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: unknown) => String(error),
  );
}

async function weightsOf(learn: Learner): Promise<string> {
  return JSON.stringify([...(await learn.model.stateDict()).values()].map(({ data }) => Array.from(data, String)));
}
