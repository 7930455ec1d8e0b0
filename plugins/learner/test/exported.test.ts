import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHost, type Host, type Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, loadLearner, type Learner } from "@fastap/plugin-learner";
import { nn } from "@fastap/plugin-nn";
import { expect } from "chai";
import { blobLearner, openBench, type Bench } from "./blobs.ts";
import { spotLearner } from "./spots.ts";

describe("exported Learner", () => {
  let bench: Bench;
  let root: string;
  let host: Host;
  let learn: Learner;
  beforeEach(async () => {
    bench = await openBench();
    ({ root, host } = bench);
    learn = bench.own(blobLearner(host));
  });
  afterEach(() => bench.close());

  it("export and loadLearner: the same predictions, from names and numbers alone", async () => {
    await learn.fit(1, 0.01);
    const file = await learn.export("best");
    expect((await readFile(file)).toString("latin1", 0, 2000)).to.contain("fastap-learner");
    const loaded = await loadLearner(host, file);
    const { preds } = await loaded.getPreds({ dl: learn.dls.valid });
    expect(preds).to.deep.equal((await learn.getPreds()).preds);
    loaded.dispose();
  });

  it("loadLearner says what to register", async () => {
    const file = await learn.export();
    await using bare = await createHost({ plugins: [engineTfjs, backendCpu, data, nn, learner], config: { backend: "cpu" } });
    const failure = String(await loadLearner(bare, file).catch(String));
    expect(failure).to.contain("E_LEARNER_UNREGISTERED").and.to.contain('host.contribute("losses"').and.to.contain("optimizers 0.1.0");
  });

  it("loadLearner refuses what is no exported learner, export what has no name", async () => {
    expect(await loadLearner(host, await learn.save("plain")).catch(String)).to.contain("E_LEARNER_FILE");
    await writeFile(join(root, "text"), "not a model at all");
    expect(await loadLearner(host, join(root, "text")).catch(String)).to.match(/E_NN_SAFETENSORS|E_LEARNER_FILE/);
    const own = createLearner(host, learn.dls, learn.model);
    expect(await own.export().catch(String)).to.contain("E_LEARNER_EXPORT");
  });

  it("takes its preprocessing along", async () => {
    const reading = { inputShape: [1, 2, 1], vocab: ["left", "right"], bytes: true, normalize: { mean: 0.5, std: 0.5 } };
    const dls = await host.registry("datasets").make(["imageInputs", reading]);
    const own = createLearner(host, dls, ["mlp", { sizes: [2, 2], flatten: true }], { lossFunc: "crossEntropy" });
    const loaded = await loadLearner(host, await own.export("images"));
    expect(await loaded.predict([[0, 1]])).to.deep.equal(await own.predict([[0, 1]]));
    expect(loaded.dls.vocab).to.deep.equal(["left", "right"]);
    own.dispose();
    loaded.dispose();
  });

  it("refuses to leave the transforms of data behind, and says what to register", async () => {
    const own = await spotLearner(host);
    const failure = String(await own.export("spots").catch(String));
    expect(failure).to.match(/E_LEARNER_EXPORT_DATA[^]*host\.contribute\("datasets"[^]*preprocessing: \[name, options\]/);
    const loaded = await loadLearner(host, await own.export("spots", { preprocessing: null }));
    expect((await loaded.getPreds({ dl: own.dls.valid })).preds).to.deep.equal((await own.getPreds()).preds);
    expect(await loaded.predict(3).catch(String)).to.contain("E_LEARNER_NO_TEST_BATCH");
    own.dispose();
    loaded.dispose();
  });

  it("takes along the dataset that is named in the place of transforms, by the data or by the one who exports", async () => {
    const engine = host.resolve("engine");
    const none = { length: 0, async *[Symbol.asyncIterator]() {} };
    const testBatch = async (i: unknown): Promise<Tensor[]> => [engine.from([Math.sin(Number(i)), Math.cos(Number(i))], [1, 2])];
    host.contribute("datasets", { name: "spots", make: async () => ({ train: none, valid: none, loaders: [none, none], testBatch }) });
    const [named, unnamed] = [await spotLearner(host, { preprocessing: "spots" }), await spotLearner(host)];
    for (const [own, options] of [
      [named, {}],
      [unnamed, { preprocessing: ["spots", {}] }],
    ] as const) {
      const loaded = await loadLearner(host, await own.export("spots", options));
      expect((await loaded.predict(3)).slice(1)).to.deep.equal((await own.predict(3)).slice(1)); // what a label means is not said
      own.dispose();
      loaded.dispose();
    }
  });
});
