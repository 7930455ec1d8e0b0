import { DataLoaders } from "@fastap/plugin-data";
import type { Dataset } from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine } from "./counting-engine.ts";
import { errorOf } from "./error-of.ts";
import { seededRandom } from "./seeded-random.ts";

const numbers = (n: number): Dataset => ({ length: n, get: (i) => i });

describe("DataLoaders", () => {
  const options = { engine: new CountingEngine().engine, random: seededRandom(1) };

  it("has fastai's defaults", () => {
    const { train, valid } = DataLoaders.fromDatasets([numbers(100), numbers(70)], options);
    expect([train.bs, train.shuffle, train.dropLast, train.length]).to.deep.equal([64, true, true, 1]);
    expect([valid.bs, valid.shuffle, valid.dropLast, valid.length]).to.deep.equal([64, false, false, 2]);
    const dls = DataLoaders.fromDatasets([numbers(100), numbers(70)], { ...options, shuffle: false, valBs: 10, vocab: ["a"], c: 1 });
    expect([dls.train.dropLast, dls.train.length, dls.valid.length, dls.vocab, dls.c]).to.deep.equal([false, 2, 7, ["a"], 1]);
  });

  it("refuses a training set that gives no batch, with a hint", async () => {
    const { code, message } = await errorOf(() => DataLoaders.fromDatasets([numbers(10), numbers(5)], options));
    expect(code).to.equal("E_DATA_NO_BATCHES");
    expect(message).to.include("64").and.include("10").and.include("dropLast");
    expect(await errorOf(() => DataLoaders.fromDatasets([numbers(0), numbers(5)], options))).to.have.property("code", "E_DATA_NO_BATCHES");
  });
});
