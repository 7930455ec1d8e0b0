import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host, LossFunc, Pred, Tensor } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner } from "@fastap/plugin-learner";
import { decodeSafetensors } from "@fastap/plugin-nn";
import { expect } from "chai";
import { openBench, type Bench } from "./blobs.ts";

describe("getPreds with several targets", () => {
  let bench: Bench;
  let root: string;
  let host: Host;
  beforeEach(async () => {
    bench = await openBench();
    ({ root, host } = bench);
  });
  afterEach(() => bench.close());

  const pairs = (ragged = false): DataLoaders => {
    const columns = new ArrayDataset([
      { data: Float32Array.from({ length: 12 }, (_, i) => i), shape: [2] },
      { data: Int32Array.from({ length: 6 }, (_, i) => i % 2), shape: [] },
      { data: Float32Array.from({ length: 18 }, (_, i) => i), shape: [3] },
    ]);
    const set = { length: 6, nInp: 1, get: (i: number) => columns.get(i) };
    const dls = DataLoaders.fromDatasets([set, set], {
      engine: host.resolve("engine"),
      random: host.resolve("random"),
      bs: 4,
      lossFunc: "crossEntropy",
    });
    if (!ragged) return dls;
    const engine = host.resolve("engine");
    const valid = {
      length: 2,
      nInp: 1,
      async *[Symbol.asyncIterator]() {
        for (const n of [2, 3])
          yield [
            engine.from(new Float32Array(4), [2, 2]),
            engine.from(
              Float32Array.from({ length: 2 * n }, (_, i) => i),
              [2, n],
            ),
          ];
      },
    };
    return { ...dls, train: dls.train, valid, loaders: [dls.train, valid] } as unknown as DataLoaders;
  };
  /** Of the predictions against themselves, whatever the targets are. */
  const anyLoss = (): LossFunc => {
    const mse = host.registry("losses").make("mseLossFlat");
    const loss: LossFunc = { ...plain(mse), forward: (pred) => mse.forward(pred, pred as Tensor), withReduction: () => loss };
    return loss;
  };
  const plain = ({ name, yInt, reduction }: LossFunc) => ({
    name,
    yInt,
    reduction,
    activation: (pred: Pred) => pred,
    decodes: (pred: Pred) => pred,
  });

  it("gathers every target", async () => {
    const learn = createLearner(host, pairs(), ["mlp", { sizes: [2, 2] }], { lossFunc: anyLoss() });
    bench.own(learn);
    const { targs, all } = await learn.getPreds({ withInput: true });
    expect(all.targs.map(({ shape }) => shape)).to.deep.equal([[6], [6, 3]]);
    expect(all.targs[0]).to.equal(targs);
    expect([...(all.targs[1]?.data ?? [])]).to.deep.equal(Array.from({ length: 18 }, (_, i) => i));
    expect(all.inputs).to.have.length(1);
  });

  it("keeps targets of different shapes apart", async () => {
    const learn = createLearner(host, pairs(true), ["mlp", { sizes: [2, 2] }], { lossFunc: anyLoss() });
    bench.own(learn);
    const { targs } = await learn.getPreds();
    expect(targs?.shape).to.deep.equal([4]);
    expect(targs?.samples?.map(({ shape, data }) => [...shape, ...data])).to.deep.equal([
      [2, 0, 1],
      [2, 2, 3],
      [3, 0, 1, 2],
      [3, 3, 4, 5],
    ]);
  });

  it("writes predictions and targets batch by batch, and need not keep them", async () => {
    const learn = createLearner(host, pairs(), ["mlp", { sizes: [2, 2] }], { lossFunc: anyLoss() });
    bench.own(learn);
    const [savePreds, saveTargs] = [join(root, "p"), join(root, "t")];
    const { preds } = await learn.getPreds();
    await learn.getPreds({ savePreds, saveTargs, withPreds: false, withTargs: false });
    expect([await readdir(savePreds), await readdir(saveTargs)]).to.deep.equal([
      ["0.safetensors", "1.safetensors"],
      ["0.safetensors", "1.safetensors"],
    ]);
    const read = async (file: string) => decodeSafetensors(await readFile(file), file).state;
    expect((await read(join(saveTargs, "1.safetensors"))).get("targs.1")?.shape).to.deep.equal([2, 3]);
    const saved = await Promise.all([0, 1].map((i) => read(join(savePreds, `${i}.safetensors`))));
    expect(saved.flatMap((state) => Array.from(state.get("preds.0")?.data ?? [], Number))).to.deep.equal([...preds.data]);
  });
});
