import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { AvgMetric, AvgSmoothLoss } from "@fastap/plugin-learner";
import { foregroundAcc } from "@fastap/plugin-metrics";
import { expect } from "chai";
import { blobHost, blobLearner } from "./blobs.ts";

describe("Learner", () => {
  let root: string;
  let host: Host;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-learner-"));
    host = await blobHost(root);
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });

  it("trains, records every batch, and leaves no tensor behind", async () => {
    const before = host.resolve("engine").memory().tensors;
    const learn = blobLearner(host);
    await learn.fitOneCycle(5, 0.05);
    const [loss, accuracy, error] = await learn.validate();
    expect(loss).to.be.lessThan(0.5);
    expect(accuracy).to.be.greaterThan(0.9);
    expect((accuracy ?? 0) + (error ?? 0)).to.be.closeTo(1, 1e-6);
    const { recorder } = learn;
    expect(recorder?.metricNames).to.deep.equal(["epoch", "train_loss", "valid_loss", "accuracy", "error_rate", "time"]);
    expect(recorder?.rawLosses).to.have.length(20);
    expect(recorder?.hps["lr"]).to.deep.equal(recorder?.lrs);
    expect(recorder?.iters).to.deep.equal([4, 8, 12, 16, 20]);
    learn.dispose();
    expect(host.resolve("engine").memory().tensors).to.equal(before);
  });

  it("gives the same losses for the same seed", async () => {
    const losses: (readonly number[] | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      await using own = await blobHost(root);
      const learn = blobLearner(own);
      await learn.fit(2, 0.01);
      losses.push(learn.recorder?.rawLosses);
      learn.dispose();
    }
    expect(losses[0]).to.have.length(8);
    expect(losses[1]).to.deep.equal(losses[0]);
  });

  it("saves and loads model and optimizer, and predicts the same", async () => {
    const learn = blobLearner(host);
    await learn.fit(3, 0.05);
    const file = await learn.save("blobs");
    const want = await learn.predict([1, 1]);
    expect(want[0]).to.equal("right");
    await learn.fit(1, 0.5);
    await learn.load("blobs");
    expect(await learn.predict([1, 1])).to.deep.equal(want);
    await writeFile(file, (await readFile(file)).subarray(0, -5));
    const failure = await learn.load("blobs").catch((error: Error) => error.message);
    expect(failure).to.include("blobs.safetensors");
    expect(await learn.predict([1, 1])).to.deep.equal(want);
    learn.dispose();
  });

  it("gathers predictions, targets, decisions and losses of all items in order", async () => {
    const learn = blobLearner(host);
    const { preds, targs, decoded, losses } = await learn.getPreds({ dsIdx: 0, withDecoded: true, withLoss: true });
    expect(preds.shape).to.deep.equal([64, 2]);
    expect([...(targs?.data ?? [])].slice(0, 4)).to.deep.equal([0, 1, 0, 1]);
    expect(decoded?.shape).to.deep.equal([64]);
    expect(losses?.shape).to.deep.equal([64]);
    learn.dispose();
  });

  it("leaves predictions and targets out where only losses are wanted", async () => {
    const learn = blobLearner(host);
    const { losses } = await learn.getPreds({ withLoss: true });
    const lean = await learn.getPreds({ withLoss: true, withPreds: false, withTargs: false });
    const all = { preds: [], targs: [], decoded: [], inputs: [] };
    expect(lean).to.deep.equal({ preds: { data: new Float32Array(0), shape: [0] }, targs: undefined, losses, all });
    learn.dispose();
  });

  it("refuses a model with another number of outputs before the first step", async () => {
    const learn = blobLearner(host, 3);
    const failure = await learn.fit(1).catch((error: Error) => error.message);
    expect(failure).to.match(/E_LEARNER_OUTPUTS: the data have 2 classes, the model has 3 outputs/);
    learn.dispose();
  });

  it("names epoch and batch of a loss that is not finite", async () => {
    const learn = blobLearner(host);
    const failure = await learn.fit(1, 1e38).catch((error: Error) => error.message);
    expect(failure).to.match(/E_LEARNER_LOSS_NOT_FINITE[^]*epoch 0, batch [123]/);
    learn.dispose();
  });

  it("says which plugin brings a method", () => {
    const learn = blobLearner(host) as unknown as { summary(): void; dispose(): void };
    expect(() => learn.summary()).to.throw("@fastap/plugin-inspect");
    learn.dispose();
  });
});

describe("AvgMetric", () => {
  it("leaves a batch without foreground out of the average", async () => {
    const host = await blobHost(".");
    const engine = host.resolve("engine");
    const metric = new AvgMetric(foregroundAcc());
    for (const targs of [
      [1, 1],
      [0, 0],
      [1, 0],
    ]) {
      const [pred, targ] = [engine.from([0, 1, 1, 0], [2, 2]), engine.from(Int32Array.from(targs), [2], "int32")];
      await metric.accumulate({ pred, yb: [targ], loss: pred, size: 2, engine });
      pred.dispose();
      targ.dispose();
    }
    expect(metric.value()).to.equal((0.5 + 1) / 2);
    await host[Symbol.asyncDispose]();
  });
});

describe("AvgSmoothLoss", () => {
  it("equals fastai's", async () => {
    const file = new URL("../../../test/golden/cases/metrics/avg_smooth_loss.json", import.meta.url);
    const { inputs, expected, tolerance } = JSON.parse(await readFile(file, "utf8")) as {
      inputs: { losses: { data: number[] }; beta: number };
      expected: number[];
      tolerance: { rel: number; abs: number };
    };
    const smooth = new AvgSmoothLoss(inputs.beta);
    inputs.losses.data.forEach((loss, i) => {
      smooth.add(loss);
      const want = expected[i] ?? NaN;
      expect(smooth.value()).to.be.closeTo(want, tolerance.abs + tolerance.rel * want);
    });
  });
});
