import { createHost, definePlugin, type Host, type Pred, type Tensor } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, loadLearner } from "@fastap/plugin-learner";
import { decodeSafetensors, Linear, Module } from "@fastap/plugin-nn";
import { core } from "@fastap/preset-core";
import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A model of somebody else: the sum of two layers' outputs. */
class TwoTowers extends Module {
  readonly left: Linear;
  readonly right: Linear;

  constructor(width: number) {
    super();
    this.left = new Linear(2, width);
    this.right = new Linear(2, width);
  }

  protected override call(x: Tensor): Pred {
    return this.engine.add(this.left.forward(x) as Tensor, this.right.forward(x) as Tensor);
  }
}

const towers = definePlugin({
  meta: { name: "towers", version: "2.3.4", kernel: "*", provides: ["models"] },
  apply(host) {
    host.contribute("models", { name: "twoTowers", make: (options) => new TwoTowers((options as { readonly width: number }).width) });
  },
});

describe("an exported Learner with a third party's model", () => {
  let root: string;
  let file: string;
  let want: readonly number[];
  const open = (plugins: readonly (typeof towers)[]): Promise<Host> =>
    createHost({ presets: [core], plugins: [["progress", { mode: "none" }], ...plugins], config: { backend: "cpu", seed: 1, root } });
  const points = (host: Host): DataLoaders => {
    const dataset = new ArrayDataset([
      { data: Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)), shape: [2] },
      { data: Int32Array.from({ length: 8 }, (_, i) => i % 2), shape: [] },
    ]);
    const services = { engine: host.resolve("engine"), random: host.resolve("random") };
    return DataLoaders.fromDatasets([dataset, dataset], { ...services, bs: 4, lossFunc: "crossEntropy" });
  };

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-third-"));
    await using host = await open([towers]);
    const learn = createLearner(host, points(host), ["twoTowers", { width: 2 }], { metrics: ["accuracy"], path: root });
    await learn.fit(2, 0.05);
    want = [...(await learn.getPreds()).preds.data];
    file = await learn.export("towers");
    learn.dispose();
  });
  after(() => rm(root, { recursive: true }));

  it("is names, options and numbers, and no code", async () => {
    const { state, metadata } = decodeSafetensors(await readFile(file), file);
    expect([...state.keys()].toSorted()).to.deep.equal(["left.bias", "left.weight", "right.bias", "right.weight"]);
    const exported = JSON.parse(metadata["fastap"] ?? "") as Record<string, unknown>;
    expect(exported).to.deep.include({
      model: ["twoTowers", { width: 2 }],
      lossFunc: "crossEntropy",
      optFunc: "adam",
      metrics: ["accuracy"],
    });
    expect(exported["plugins"]).to.include({ towers: "2.3.4" });
    expect((await readFile(file)).toString("latin1")).to.not.match(/function|=>|class /);
  });

  it("predicts the same bits in a host that has the model", async () => {
    await using host = await open([towers]);
    const learn = await loadLearner(host, file);
    expect([...(await learn.getPreds({ dl: points(host).valid })).preds.data]).to.deep.equal(want);
    learn.dispose();
  });

  it("says in one that has not what to register, and which plugin it was made with", async () => {
    await using host = await open([]);
    const failure = String(await loadLearner(host, file).catch((error: unknown) => error));
    expect(failure).to.include("E_LEARNER_UNREGISTERED").and.include('"twoTowers" in models').and.include("towers 2.3.4");
    expect(failure).to.include('host.contribute("models", { name: "twoTowers", make })');
  });
});
