import {
  ArrayDataset,
  DataBlock,
  DataLoader,
  DataLoaders,
  endSplitter,
  partialDataLoaders,
  partialSampler,
  regressionBlock,
  weightedDataLoaders,
  weightedSampler,
  type DataLoaderOptions,
  type Sampler,
} from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine, epochOf } from "./counting-engine.ts";
import { codeOf } from "./code-of.ts";
import { errorOf } from "./error-of.ts";
import { seededRandom } from "./seeded-random.ts";

const { engine } = new CountingEngine();
const numbers = (n: number): ArrayDataset => new ArrayDataset([{ data: Int32Array.from({ length: n }, (_, i) => i), shape: [] }]);

const epoch = async (loader: DataLoader): Promise<number[]> => (await epochOf(loader)).flat();

function loaderOf(n: number, sampler: Sampler, options: Partial<DataLoaderOptions> = {}): DataLoader {
  return new DataLoader(numbers(n), { engine, random: seededRandom(4), bs: 8, shuffle: true, sampler, ...options });
}

describe("samplers", () => {
  it("draw by weight, with replacement", async () => {
    const loader = loaderOf(400, weightedSampler(Array.from({ length: 400 }, (_, i) => (i < 100 ? 3 : i < 200 ? 1 : 0))));
    const items = await epoch(loader);
    expect(items).to.have.length(400);
    const heavy = items.filter((i) => i < 100).length;
    expect(heavy / 400).to.be.closeTo(0.75, 0.08);
    expect(Math.max(...items)).to.be.lessThan(200); // a weight of 0 is never drawn
    expect(await epoch(loader)).not.to.deep.equal(items);
    expect(await epoch(loaderOf(400, weightedSampler(Array.from({ length: 400 }, () => 1)), { shuffle: false }))).to.deep.equal([
      ...Array(400).keys(),
    ]);
  });

  it("take other items each epoch, none twice, and the length follows", async () => {
    const loader = loaderOf(100, partialSampler(20));
    expect(loader.length).to.equal(3);
    const [first, second] = [await epoch(loader), await epoch(loader)];
    expect(new Set(first)).to.have.property("size", 20);
    expect(first).not.to.deep.equal(second);
    expect(loaderOf(12, partialSampler(20)).length).to.equal(2); // capped
    expect(loader.new({ shuffle: false }).length).to.equal(13); // predictions are for all items
  });

  it("are for training only", () => {
    const dls = DataLoaders.fromDatasets([numbers(64), numbers(64)], {
      engine,
      random: seededRandom(1),
      bs: 8,
      sampler: partialSampler(16),
    });
    expect(dls.train.length).to.equal(2);
    expect(dls.valid.length).to.equal(8);
  });

  it("refuse weights that make no sense", () => {
    expect(codeOf(() => weightedSampler([1, -1]))).to.equal("E_DATA_OPTION");
    expect(codeOf(() => weightedSampler([0, 0]))).to.equal("E_DATA_OPTION");
    expect(codeOf(() => partialSampler(0))).to.equal("E_DATA_OPTION");
    expect(codeOf(() => weightedSampler([1, 2]).draw(3, seededRandom(1)))).to.equal("E_DATA_OPTION");
  });
});

describe("sampled loaders of a data block", () => {
  const dblock = (): DataBlock => new DataBlock({ blocks: [regressionBlock, regressionBlock], splitter: endSplitter({ validPct: 0.25 }) });
  const source = Array.from({ length: 40 }, (_, i) => i);
  const options = () => ({ engine, random: seededRandom(3), bs: 5 });

  it("weigh the training items by the weights of the source", async () => {
    const wgts = source.map((i) => (i % 3 === 0 ? 1 : 0));
    const dls = await dblock().weightedDataLoaders(source, wgts, options());
    const items = await epoch(dls.train);
    expect(items).to.have.length(30);
    expect(new Set(items.map((i) => i % 3))).to.deep.equal(new Set([0]));
    expect(await epoch(dls.valid)).to.deep.equal(source.slice(30));
    const own = await weightedDataLoaders(await dblock().datasets(source), wgts.slice(0, 30), options());
    expect(await epoch(own.train)).to.deep.equal(items);
    expect(await errorOf(() => dblock().weightedDataLoaders(source, wgts.slice(1), options()))).to.have.property("code", "E_DATA_OPTION");
  });

  it("take some training items in each epoch, and all that there are for validation and prediction", async () => {
    const dls = await dblock().partialDataLoaders(source, 10, options());
    expect([dls.train.length, dls.valid.length]).to.deep.equal([2, 2]);
    const [first, second] = [await epoch(dls.train), await epoch(dls.train)];
    expect(new Set(first)).to.have.property("size", 10);
    expect(first).not.to.deep.equal(second);
    expect(await epoch(dls.train.asSplit(1))).to.deep.equal(source.slice(0, 30));
    expect((await partialDataLoaders(await dblock().datasets(source), 10, options())).train.length).to.equal(2);
    expect(await errorOf(() => dblock().partialDataLoaders(source, 3, options()))).to.have.property("code", "E_DATA_NO_BATCHES");
  });
});
