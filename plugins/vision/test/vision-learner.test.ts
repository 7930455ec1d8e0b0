import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host, StateDict } from "@fastap/kernel";
import { ArrayDataset, DataLoaders, Normalize } from "@fastap/plugin-data";
import { loadLearner } from "@fastap/plugin-learner";
import { architectures, unetLearner, visionLearner } from "@fastap/plugin-vision";
import { expect } from "chai";
import { ARCH, started } from "./started-weights.ts";
import { squares } from "./squares.ts";
import { visionHost } from "./vision-host.ts";
import { useVisionRoom } from "./vision-room.ts";

describe("visionLearner", () => {
  const room = useVisionRoom();
  let root: string;
  let host: Host;
  beforeEach(() => void ({ root, host } = room()));

  it("starts frozen with the weights, in groups, with as many outputs as the data say; fineTune trains all; no tensor stays", async () => {
    const before = host.resolve("engine").memory().tensors;
    const dls = await squares(host);
    const weights = await started(host);
    const learn = visionLearner(host, dls, ARCH, { weights, metrics: ["accuracy"] });
    expect(learn.opt?.groups).to.have.length(2);
    const [body, head] = learn.opt?.groups ?? [];
    expect(body?.params.filter(({ trainable, isNorm }) => trainable && !isNorm)).to.deep.equal([]);
    expect(head?.params.every(({ trainable }) => trainable)).to.equal(true);
    expect(head?.params.at(-1)?.value.shape).to.deep.equal([512, 3]);
    const key = "features.0.0.weight";
    expect((await learn.model.stateDict()).get("0.0.0.weight")?.data).to.deep.equal(weights.get(key)?.data);
    await learn.fineTune(2, { baseLr: 1e-2 });
    expect(learn.opt?.groups.every(({ params }) => params.every(({ trainable }) => trainable))).to.equal(true);
    expect((await learn.model.stateDict()).get("0.0.0.weight")?.data).to.not.deep.equal(weights.get(key)?.data);
    learn.dispose();
    expect(host.resolve("engine").memory().tensors).to.equal(before);
  });

  it("adds the normalisation of the architecture to all loaders once, and only where weights are", async () => {
    const dls = await squares(host);
    const found = (): Normalize | undefined => dls.train.hooks.afterBatch.find(Normalize);
    visionLearner(host, dls, "resnet18", { pretrained: false }).dispose();
    expect(found()).to.equal(undefined);
    const resnet = architectures.find(({ name }) => name === "resnet18");
    if (resnet === undefined) throw new Error("resnet18");
    const weights: StateDict = new Map(
      [...resnet.make({}).saved()].map(([name, { shape }]) => [
        name,
        { dtype: "F32", shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
      ]),
    );
    visionLearner(host, dls, "resnet18", { weights, normalize: false }).dispose();
    expect(found()).to.equal(undefined);
    for (let i = 0; i < 2; i++) visionLearner(host, dls, "resnet18", { weights }).dispose();
    expect(dls.train.hooks.afterBatch.transforms).to.have.length(1);
    expect(found()?.stats?.mean).to.deep.equal([0.485, 0.456, 0.406]);
    expect(dls.valid.hooks.afterBatch.find(Normalize)).to.equal(found());
  });

  it("says what to do where the data have no batch transforms, or no classes", async () => {
    const dataset = new ArrayDataset([
      { data: new Float32Array(2 * 32 * 32 * 3), shape: [32, 32, 3] },
      { data: new Int32Array(2), shape: [] },
    ]);
    const plain = DataLoaders.fromDatasets([dataset, dataset], { engine: host.resolve("engine"), random: host.resolve("random"), bs: 2 });
    expect(() => visionLearner(host, plain, "resnet18", { pretrained: false })).to.throw(/nOut/);
    expect(() => visionLearner(host, plain, "resnet81", { nOut: 2 })).to.throw(/resnet18/);
  });

  it("is exported under registered names, and comes back whole without the weights' file", async () => {
    const dls = await squares(host);
    const learn = visionLearner(host, dls, ARCH, { weights: await started(host), ps: 0.1, linFtrs: [32], metrics: ["accuracy"] });
    await learn.fineTune(1);
    const file = await learn.export("squares");
    const loaded = await loadLearner(host, file);
    const [one, two] = [await learn.model.stateDict(), await loaded.model.stateDict()];
    expect([...two]).to.deep.equal([...one]);
    learn.dispose();
    loaded.dispose();
  });

  it("gives the same history from a config as from code", async () => {
    const options = { arch: ARCH, pretrained: false, linFtrs: [16], ps: 0.2 };
    const fit = { nEpoch: 2, lrMax: 0.01 };
    const task = {
      data: ["squares", { bs: 6 }],
      model: ["visionLearner", options],
      metrics: ["accuracy"],
      fit: ["fitOneCycle", fit],
    } as const;
    const configured = await visionHost("wasm", { root, task });
    await configured.resolve("task").train({ out: "runs" });
    const { arch, ...rest } = options;
    const learn = visionLearner(host, await squares(host, { bs: 6 }), arch, { ...rest, metrics: ["accuracy"] });
    await learn.fitOneCycle(2, 0.01);
    const history: { epochs: readonly Record<string, unknown>[]; rawLosses: readonly number[] } = JSON.parse(
      await readFile(join(root, "runs", "history.json"), "utf8"),
    );
    expect(history.rawLosses).to.deep.equal(learn.recorder?.rawLosses).and.have.length(6);
    expect(history.epochs.map(({ valid_loss, accuracy }) => [valid_loss, accuracy])).to.deep.equal(
      learn.recorder?.history.map((row) => [row["valid_loss"], row["accuracy"]]),
    );
    learn.dispose();
    await configured[Symbol.asyncDispose]();
  });

  it("names a misspelt option of a config", async () => {
    const task = { data: "squares", model: ["visionLearner", { arch: ARCH, pretraind: true }], fit: "fit" } as const;
    const configured = await visionHost("cpu", { root, task });
    await configured
      .resolve("task")
      .train()
      .then(
        () => expect.fail("trained"),
        (error: unknown) => expect(String(error)).to.match(/no option "pretraind"[^]*pretrained/),
      );
    await configured[Symbol.asyncDispose]();
  });
});

describe("the head of a visionLearner", () => {
  it("starts with zeros, or whatever init says", async () => {
    const host = await visionHost("wasm");
    const dls = await squares(host);
    const weights = await started(host);
    for (const [init, areZeros] of [
      ["zeros", true],
      ["xavierUniform", false],
    ] as const) {
      const learn = visionLearner(host, dls, ARCH, { weights, init, linFtrs: [] });
      await learn.validate();
      const head = [...(await learn.model.stateDict())].filter(([name, { shape }]) => name.startsWith("1.") && shape.length === 2);
      expect(head).to.have.length(1);
      expect(Number(head[0]?.[1].data.find((w) => w !== 0) ?? 0) === 0, init).to.equal(areZeros);
      learn.dispose();
    }
    await host[Symbol.asyncDispose]();
  });
});

describe("fineTune without frozen epochs", () => {
  it("trains all groups from the first step on", async () => {
    const host = await visionHost("wasm");
    const learn = visionLearner(host, await squares(host), ARCH, { weights: await started(host), init: "zeros", linFtrs: [] });
    await learn.validate();
    const before = await learn.model.stateDict();
    await learn.fineTune(2, { freezeEpochs: 0, lrMult: 10 });
    expect(learn.recorder?.history).to.have.length(2);
    const after = await learn.model.stateDict();
    const kernels = [...before].filter(([name, { shape }]) => name.startsWith("0.") && shape.length === 4);
    expect(kernels).to.have.length.above(3);
    for (const [name, { data }] of kernels) expect(after.get(name)?.data, name).to.not.deep.equal(data);
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });
});

describe("unetLearner", () => {
  it("takes the size of the images from the data and learns what a pixel is", async () => {
    const host = await visionHost("wasm");
    const before = host.resolve("engine").memory().tensors;
    const dls = await squares(host, { masks: true });
    const learn = await unetLearner(host, dls, ARCH, {
      weights: await started(host),
      nOut: 3,
      lossFunc: ["crossEntropyLossFlat", { axis: -1 }],
    });
    expect(learn.opt?.groups).to.have.length(2);
    await learn.fineTune(1);
    const [loss = NaN] = await learn.validate();
    expect(loss).to.be.lessThan(1.2);
    learn.dispose();
    expect(host.resolve("engine").memory().tensors).to.equal(before);
    await host[Symbol.asyncDispose]();
  });
});
