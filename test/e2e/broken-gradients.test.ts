import { createHost, type Callback, type Host, type Model, type Param, type Run, type Spec, type StoredTensor } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { gradientAccumulation, gradientClip } from "@fastap/plugin-training";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

const BATCH = 8;
const OPTIMIZERS: readonly Spec[] = [
  ["sgd", { mom: 0.9 }],
  "rmsprop",
  "radam",
  "qhadam",
  "lamb",
  "larc",
  "ranger",
  ["optimWrapper", { opt: "tf.train.adam" }],
  ["optimWrapper", { opt: "torch.optim.AdamW" }],
];
const VALUES = [
  [0, Infinity],
  [5, NaN],
  [100, -Infinity],
  [1000, NaN],
] as const;

for (const backend of ["cpu", "wasm", "native"]) {
  describe(`a gradient that is not finite, on ${backend}`, function () {
    this.timeout(60_000);
    let host: Host;
    before(async function () {
      const reason = backend === "native" ? await missingNative() : undefined;
      if (reason !== undefined) {
        console.log(`      skipped: ${reason}`);
        this.skip();
      }
      host = await createHost({ presets: [core], plugins: [backendNative, ["progress", { mode: "none" }]], config: { backend, seed: 3 } });
    });
    after(() => host[Symbol.asyncDispose]());

    for (const [step, value] of VALUES) {
      it(`${value} in step ${step} leaves weights and optimizer as they were, bit for bit`, async () => {
        const text = await failure(host, { opt: "adam", batches: 1002, breaker: { step, value, event: "beforeStep" } });
        expect(text).to.match(new RegExp(`gradient of \\d\\.bias in step ${step} holds ${value}\\b[^]*epoch 0, batch ${step}, items \\d`));
      });
    }

    for (const opt of OPTIMIZERS) {
      it(`and so with ${JSON.stringify(opt)}`, async () => {
        expect(await failure(host, { opt, breaker: { step: 7, value: NaN, event: "beforeStep" } })).to.match(/in step 7 holds NaN/);
      });
    }

    it("and so where the body is frozen, and through a clip of gradients, which spreads it to all of them", async () => {
      const breaker: Breaker = { step: 3, value: NaN, event: "afterBackward" };
      expect(await failure(host, { opt: "adam", frozen: true, breaker })).to.match(/in step 3 holds NaN/);
      expect(await failure(host, { opt: "adam", breaker, cbs: [gradientClip()] })).to.match(/in step 3 holds NaN/);
    });

    it("names all batches that make a step", async () => {
      const cbs = [gradientAccumulation({ nAcc: 2 * BATCH })];
      const text = await failure(host, { opt: "adam", breaker: { step: 4, value: NaN, event: "afterBackward" }, cbs });
      expect(text).to.match(/in step 5 holds NaN[^]*epoch 0, batch 4, items [^;]*; epoch 0, batch 5, items/);
    });
  });
}

interface Breaker {
  readonly step: number;
  readonly value: number;
  readonly event: "beforeStep" | "afterBackward";
}

interface Trial {
  readonly opt: Spec;
  readonly breaker: Breaker;
  readonly cbs?: readonly Callback[];
  readonly batches?: number;
  readonly frozen?: boolean;
}

/** The error of a fit whose breaker ends it; nothing may have changed since then, and no tensor be left. */
async function failure(host: Host, { opt, breaker, cbs = [], batches = 12, frozen = false }: Trial): Promise<string> {
  const engine = host.resolve("engine");
  const { tensors } = engine.memory();
  const learn = makeLearner(host, opt, batches);
  if (frozen) learn.freeze();
  const { step, value, event } = breaker;
  let before: readonly string[] = [];
  const spoil = async (run: Run): Promise<void> => {
    if (run.trainIter !== step) return;
    const last = [...run.grads].at(-1);
    if (last === undefined) return;
    const [name, grad] = last;
    run.grads.set(name, engine.keep(engine.from([...(await engine.read(grad)).slice(0, -1), value], grad.shape)));
    grad.dispose();
    before = await bitsOf(learn);
  };
  const breaks: Callback = {
    name: "breaker",
    stage: event === "beforeStep" ? "report" : "main",
    order: event === "beforeStep" ? 1000 : 0,
    [event]: spoil,
  };
  const text = await learn.fit(1, 1e-2, { cbs: [...cbs, breaks] }).then(() => "none", String);
  expect(before).not.to.deep.equal([]);
  expect(await bitsOf(learn)).to.deep.equal(before);
  learn.dispose();
  expect(engine.memory().tensors, "live tensors").to.equal(tensors);
  return text;
}

/** Points in the plane in 3 classes, so many batches of them; body and head are groups of their own. */
function makeLearner(host: Host, optFunc: Spec, batches: number): Learner {
  const items = batches * BATCH;
  const points = new ArrayDataset([
    { data: Float32Array.from({ length: 2 * items }, (_, i) => Math.sin(i)), shape: [2] },
    { data: Int32Array.from({ length: items }, (_, i) => i % 3), shape: [] },
  ]);
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const none = new ArrayDataset([
    { data: new Float32Array(0), shape: [2] },
    { data: new Int32Array(0), shape: [] },
  ]);
  const dls = DataLoaders.fromDatasets([points, none], { ...services, bs: BATCH, c: 3, inputShape: [2], lossFunc: "crossEntropy" });
  const splitter = (model: Model): (readonly Param[])[] => [model.parameters().slice(0, 2), model.parameters().slice(2)];
  return createLearner(host, dls, ["mlp", { sizes: [2, 4, 3] }], { optFunc, splitter });
}

/** Every weight, moment and count. */
async function bitsOf({ model, opt }: Learner): Promise<readonly string[]> {
  const { numbers, tensors } = (await opt?.stateDict()) ?? { numbers: {}, tensors: new Map<string, StoredTensor>() };
  const bits = [...(await model.stateDict()), ...tensors].map(([name, { data }]) => `${name}: ${new Uint8Array(data.buffer).join(" ")}`);
  return [...bits, JSON.stringify(numbers)];
}

async function missingNative(): Promise<string | undefined> {
  await using host = await createHost({ plugins: [backendNative] });
  const state = await host.registry("backends").make("native").available();
  return state.ok ? undefined : state.reason;
}
