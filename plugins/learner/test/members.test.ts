import type { Callback, Host, Run, Tensor } from "@fastap/kernel";
import { beforeBatchCb, createLearner, fetchPreds, type Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { blobLearner, openBench, type Bench } from "./blobs.ts";

describe("Learner members", () => {
  let bench: Bench;
  let host: Host;
  let learn: Learner;
  beforeEach(async () => {
    bench = await openBench();
    ({ host } = bench);
    learn = bench.own(blobLearner(host));
  });
  afterEach(() => bench.close());

  it("oneBatch gives the loss, and trains unless told not to", async () => {
    const batch = await firstBatch(learn);
    const before = await weights(learn);
    const looked = await learn.oneBatch(batch, { training: false });
    expect(await weights(learn)).to.deep.equal(before);
    const trained = await learn.oneBatch(await firstBatch(learn));
    expect(trained).to.be.closeTo(looked ?? NaN, 1e-6);
    expect(await weights(learn)).to.not.deep.equal(before);
  });

  it("showTrainingLoop indents the events and names who acts", () => {
    const late: Callback = { name: "late", stage: "report", afterBatch: () => undefined };
    learn.addCb(late, { name: "early", stage: "setup", afterBatch: () => undefined });
    const text = learn.showTrainingLoop();
    expect(text).to.match(/^beforeFit.*\n {2}beforeEpoch.*\n {4}beforeTrain.*\n {6}beforeBatch/);
    expect(text).to.match(/ {6}afterBatch: .*early, learner\/recorder, late/);
    expect(text.trimEnd().split("\n").at(-1)).to.match(/^afterFit/);
  });

  it("addedCbs and removedCbs hold while their function runs, even if it throws", async () => {
    const cb: Callback = { name: "cb" };
    await learn.addedCbs([cb], async () => expect(learn.cbs).to.include(cb));
    expect(learn.cbs).to.not.include(cb);
    learn.addCb(cb);
    const failed = learn.removedCbs([cb], async () => {
      expect(learn.cbs).to.not.include(cb);
      throw new Error("on purpose");
    });
    expect(await failed.catch(String)).to.contain("on purpose");
    expect(learn.cbs).to.include(cb);
  });

  it("noBar, noLogging and noMbar say what is quiet, and take it back", async () => {
    await learn.noBar(async () => expect(learn.quiet).to.deep.equal({ bar: true, table: true }));
    await learn.noLogging(async () =>
      learn.noMbar(async () => {
        expect(learn.quiet).to.deep.equal({ bar: true, table: true });
      }),
    );
    expect(learn.quiet).to.deep.equal({ bar: false, table: false });
  });

  it("fetchPreds has the predictions of the last epoch", async () => {
    const fetched = fetchPreds();
    await learn.fit(2, 0.01, { cbs: [fetched] });
    expect(fetched.preds).to.deep.equal(await learn.getPreds());
  });

  it("beforeBatchCb gives other inputs and targets, and leaks none", async () => {
    const engine = host.resolve("engine");
    const before = engine.memory().tensors;
    const doubled = beforeBatchCb((xb, yb) => [xb.map((x) => engine.add(x, x)), yb]);
    const seen = {
      name: "seen",
      stage: "report",
      afterBatch: async ({ x }: Run) => void read.push(...(await engine.read(x as Tensor))),
    } as const;
    const read: number[] = [];
    await learn.validate({ cbs: [seen] });
    const plain = read.splice(0);
    await learn.validate({ cbs: [doubled, seen] });
    expect(read).to.deep.equal(plain.map((value) => Math.fround(2 * value)));
    expect(engine.memory().tensors).to.equal(before);
  });

  it("records metrics of both phases", async () => {
    const both = createLearner(host, learn.dls, ["mlp", { sizes: [2, 4, 2] }], { metrics: ["accuracy"], trainMetrics: true });
    await both.fit(1, 0.01);
    const names = ["epoch", "train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "time"];
    expect(both.recorder?.metricNames).to.deep.equal(names);
    expect(both.recorder?.values[0]).to.have.length(4);
    both.dispose();
  });

  it("lrFind leaves weights, optimizer, random numbers and record as they were", async () => {
    await learn.fit(1, 0.01);
    const state = async (): Promise<unknown> => {
      const opt = await learn.opt?.stateDict();
      return [await weights(learn), opt?.hypers, opt?.numbers, [...(opt?.tensors ?? [])], host.resolve("random").state(), learn.recorder];
    };
    const before = await state();
    const { suggestions, lrs, plot } = await learn.lrFind({ numIt: 60, suggest: ["valley", "slide", "minimum", "steep"] });
    expect(await state()).to.deep.equal(before);
    expect(lrs[0]).to.equal(1e-7);
    expect(Object.keys(suggestions)).to.include("valley");
    expect(plot()).to.match(/^<svg/);
  });

  it("lrFind takes away the optimizer that it made, and warns of too short a curve, which suggests nothing", async () => {
    const [warn, told] = [console.warn, new Array<string>()];
    console.warn = (text: string) => void told.push(text);
    const { suggestions } = await learn.lrFind({ numIt: 6, suggest: ["valley", "steep"] }).finally(() => void (console.warn = warn));
    expect(suggestions).to.deep.equal({});
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^lrFind: no suggestion by valley, steep.*6 losses/);
    expect(learn.opt).to.equal(undefined);
    expect(await learn.lrFind({ startLr: 1, endLr: 1 }).catch(String)).to.contain("E_SCHEDULERS_LR_RANGE");
  });
});

async function firstBatch({ dls }: Learner): Promise<NonNullable<Parameters<Learner["oneBatch"]>[0]>> {
  for await (const batch of dls.valid) return batch;
  throw new Error("no batch");
}

async function weights({ model }: Learner): Promise<number[]> {
  return [...(await model.stateDict()).values()].flatMap(({ data: values }) => Array.from(values, Number));
}
