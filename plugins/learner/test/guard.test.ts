import { createHost, type Callback, type Host, type Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { expect } from "chai";

const ITEMS = 24;

describe("numbers that no model can learn from", () => {
  let host: Host;
  let tensors = 0;
  const learners: Learner[] = [];
  const start = async (options: object = {}): Promise<void> => {
    const plugins = [engineTfjs, backendCpu, data, nn, losses, metrics, optimizers, [learner, options] as const];
    host = await createHost({ plugins, config: { backend: "cpu", seed: 7 } });
    tensors = host.resolve("engine").memory().tensors;
  };
  beforeEach(() => start());
  afterEach(async () => {
    for (const learn of learners.splice(0)) learn.dispose();
    expect(host.resolve("engine").memory().tensors, "live tensors").to.equal(tensors);
    await host[Symbol.asyncDispose]();
  });

  /** 24 points in the plane in 3 classes; `x` and `y` change some of them. */
  const make = (
    change: { x?: Record<number, number>; y?: Record<number, number>; valid?: Record<number, number> },
    model?: object,
  ): Learner => {
    const x = Float32Array.from({ length: ITEMS * 2 }, (_, i) => Math.sin(i));
    const y = Int32Array.from({ length: ITEMS }, (_, i) => i % 3);
    const put = (array: Float32Array | Int32Array, changes: Record<number, number> = {}): void => {
      for (const [i, value] of Object.entries(changes)) array[Number(i)] = value;
    };
    put(x, change.x);
    put(y, change.y);
    const validY = y.slice();
    put(validY, change.valid);
    const set = (targets: Int32Array): ArrayDataset =>
      new ArrayDataset([
        { data: x, shape: [2] },
        { data: targets, shape: [] },
      ]);
    const services = { engine: host.resolve("engine"), random: host.resolve("random") };
    const dls = DataLoaders.fromDatasets([set(y), set(validY)], { ...services, bs: 8, c: 3, inputShape: [2], lossFunc: "crossEntropy" });
    const learn = createLearner(host, dls, ["mlp", { sizes: [2, 4, 3], ...model }], { metrics: ["accuracy"] });
    learners.push(learn);
    return learn;
  };
  const weights = async (learn: Learner): Promise<Record<string, number[]>> =>
    Object.fromEntries([...(await learn.model.stateDict())].map(([name, { data: values }]) => [name, Array.from(values, Number)]));
  const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => "none", String);

  for (const id of [3, -1, 1000]) {
    it(`a target of ${id} among 3 classes is refused before the step, by item, row and both shapes`, async () => {
      const learn = make({ y: { 13: id } });
      const text = await failure(learn.fit(1, 0));
      expect(text).to.match(new RegExp(`E_LOSSES_CLASS[^]*row \\d of the batch is ${id}[^]*predictions \\[8, 3\\], targets \\[8\\]`));
      expect(text).to.match(/epoch 0, batch \d, items [\d, ]*13/);
    });
  }

  it("the same in validation, where it is said, and in validate", async () => {
    const learn = make({ valid: { 20: 7 } });
    expect(await failure(learn.validate())).to.match(/E_LOSSES_CLASS[^]*row 4 of the batch is 7[^]*epoch 0, validation batch 2/);
    expect(await failure(learn.fit(1))).to.match(/E_LOSSES_CLASS[^]*validation batch 2/);
  });

  it("−100 is passed over by the loss, and a miss to the metric", async () => {
    const learn = make({ valid: { 20: -100 } });
    await learn.fit(1);
    expect(learn.recorder?.history).to.have.length(1);
  });

  it("an input of NaN stops before the step and names its item; the statistics of batch norm are mended", async () => {
    const learn = make({ x: { 10: NaN } }, { norm: "batch" });
    const text = await failure(learn.fit(2, 1e-2));
    expect(text).to.match(/E_LEARNER_LOSS_NOT_FINITE[^]*loss of step \d is NaN[^]*epoch 0, batch \d, item/);
    expect(Object.values(await weights(learn)).flat()).to.satisfy((all: number[]) => all.every(Number.isFinite));
  });

  it("a gradient of infinity stops before the step and names its parameter", async () => {
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("gradient", 2), snapshots(before)] }));
    expect(text).to.match(/E_LEARNER_GRADIENT_NOT_FINITE[^]*gradient of \d[.\w]+ in step 2 holds Infinity[^]*epoch 0, batch 2, items/);
    expect(await weights(learn)).to.deep.equal(before[2]);
  });

  it("a weight of NaN is found at the next loss, and the last good copy is put back", async () => {
    const learn = make({});
    const before = await weights(learn);
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("weight", 1)] }));
    expect(text).to.match(
      /E_LEARNER_WEIGHT_NOT_FINITE[^]*\d[.\w]+ holds NaN[^]*after the step of epoch 0, batch 1, items[^]*before step 0/,
    );
    expect(await weights(learn)).to.deep.equal(before);
    await learn.fit(1, 1e-2); // and can go on
  });

  it('nanCheck "every" keeps the weights of every step', async () => {
    await host[Symbol.asyncDispose]();
    await start({ nanCheck: "every" });
    const learn = make({});
    const before: Record<string, number[]>[] = [];
    const text = await failure(learn.fit(1, 1e-2, { cbs: [poison("weight", 1), snapshots(before)] }));
    expect(text).to.match(/E_LEARNER_WEIGHT_NOT_FINITE[^]*before step 1/);
    expect(await weights(learn)).to.deep.equal(before[1]);
  });

  /** Weights as they are before each step. */
  function snapshots(into: Record<string, number[]>[]): Callback {
    return {
      name: "snapshots",
      beforeBatch: async (run) => {
        if (run.training && run.learner !== undefined) into[run.trainIter] = await weights(run.learner);
      },
    };
  }

  function poison(what: "gradient" | "weight", step: number): Callback {
    const spoil = (tensor: Tensor, value: number): Tensor =>
      host.resolve("engine").from(new Float32Array(tensor.size).fill(value), tensor.shape);
    return {
      name: "poison",
      afterBackward: ({ trainIter, grads }) => {
        if (what !== "gradient" || trainIter !== step) return;
        const [name = "", grad] = [...grads][1] ?? [];
        if (grad === undefined) return;
        grads.set(name, spoil(grad, Infinity));
        grad.dispose();
      },
      afterStep: ({ trainIter, model }) => {
        const param = model.parameters()[1]?.value;
        if (what !== "weight" || trainIter !== step || param === undefined || !("assign" in param)) return;
        const broken = spoil(param, NaN);
        (param.assign as (value: Tensor) => void)(broken);
        broken.dispose();
      },
    };
  }
});
