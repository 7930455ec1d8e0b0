import {
  ArrayDataset,
  categoryBlock,
  DataBlock,
  DataLoader,
  DataLoaders,
  endSplitter,
  skipItem,
  transformBlock,
} from "@fastap/plugin-data";
import type { DataLoaderOptions, Dataset, Item, ItemSource, Sample, TfmdDataLoaders } from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine, epochOf, valuesOf } from "./counting-engine.ts";
import { errorOf } from "./error-of.ts";
import { seededRandom } from "./seeded-random.ts";

const asSample = (item: Item): Sample => [item].flat()[0] as Sample;
const numbers = (n: number): Dataset => ({ length: n, get: (i) => i });

describe("pieces of a DataLoader", () => {
  let counting: CountingEngine;
  const loader = (dataset: Dataset | ItemSource, options: Partial<DataLoaderOptions> = {}): DataLoader =>
    new DataLoader(dataset, { engine: counting.engine, random: seededRandom(7), bs: 3, ...options });

  beforeEach(() => void (counting = new CountingEngine()));
  afterEach(() => expect(counting.alive, "tensors alive").to.equal(0));

  it("beforeIter and afterIter are told of every whole epoch", async () => {
    const told: string[] = [];
    const dl = loader(numbers(4), { beforeIter: () => void told.push("before"), afterIter: async () => void told.push("after") });
    await epochOf(dl);
    for await (const batch of dl) {
      for (const tensor of batch) tensor.dispose();
      break;
    }
    expect(told).to.deep.equal(["before", "after", "before"]);
    for (const tensor of await dl.oneBatch()) tensor.dispose();
    expect(told).to.have.length(3);
  });

  it("getIdxs says which items, shuffleFn in which order", async () => {
    const even = loader(numbers(10), { getIdxs: (n) => Array.from({ length: n / 2 }, (_, i) => 2 * i) });
    expect([await epochOf(even), even.length]).to.deep.equal([
      [
        [0, 2, 4],
        [6, 8],
      ],
      2,
    ]);
    const turned = loader(numbers(5), { shuffle: true, shuffleFn: (idxs) => idxs.toReversed() });
    expect(await epochOf(turned)).to.deep.equal([
      [4, 3, 2],
      [1, 0],
    ]);
    const drawn = loader(numbers(6), { bs: 6, getIdxs: (n, random) => random?.permutation(n) ?? [] });
    const [first, second] = [await epochOf(drawn), await epochOf(drawn)];
    expect(first.flat().toSorted((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(second).to.not.deep.equal(first);
  });

  it("createItem and afterItem make single items, also where rows lie in one array, and may leave one out", async () => {
    const made = loader(numbers(4), { createItem: async (i) => 10 * i, afterItem: (item) => (item === 10 ? skipItem : Number(item) + 1) });
    expect(await epochOf(made)).to.deep.equal([[1, 21, 31]]);
    const columns = new ArrayDataset([{ data: Float32Array.of(5, 6, 7, 8), shape: [] }]);
    const half = (item: Item): Item => ({ data: Float32Array.from(asSample(item).data, (x) => x / 2), shape: [] });
    expect(await epochOf(loader(columns, { afterItem: (item) => half(item) }))).to.deep.equal([[2.5, 3, 3.5], [4]]);
    expect(await epochOf(loader(columns, { beforeBatch: (items) => items.toReversed() }))).to.deep.equal([[7, 6, 5], [8]]);
  });

  it("createBatches says which go together, and a restored loader goes on after them", async () => {
    const byParity = (idxs: Int32Array): Int32Array[] => [idxs.filter((i) => i % 2 === 0), idxs.filter((i) => i % 2 === 1)];
    const skipping: Dataset = { length: 7, get: (i) => (i === 3 ? skipItem : i) };
    const dl = loader(skipping, { createBatches: byParity });
    expect(dl.length).to.equal(2);
    expect(await epochOf(dl)).to.deep.equal([
      [0, 2, 4, 6],
      [1, 5],
    ]);
    const again = loader(skipping, { createBatches: byParity });
    again.restore({ ...again.state(), at: 4 });
    expect(await epochOf(again)).to.deep.equal([[1, 5]]);
  });

  it("createBatch stacks items in a way of its own", async () => {
    const sum = loader(numbers(5), {
      createBatch: (items) => [{ data: Float32Array.of(items.reduce<number>((total, item) => total + Number(item), 0)), shape: [1] }],
    });
    expect(await epochOf(sum)).to.deep.equal([[3], [7]]);
  });

  it("new keeps them", async () => {
    const dl = loader(numbers(4), { createItem: (i) => i + 1 }).new({ bs: 4 });
    expect(await epochOf(dl)).to.deep.equal([[1, 2, 3, 4]]);
  });
});

describe("items one after the other", () => {
  let counting: CountingEngine;
  beforeEach(() => void (counting = new CountingEngine()));
  afterEach(() => expect(counting.alive, "tensors alive").to.equal(0));

  /** Anew at each iteration. */
  const stream = (n: number): ItemSource => ({
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < n; i++) yield i === 2 ? skipItem : i;
    },
  });
  const loader = (items: ItemSource, options: Partial<DataLoaderOptions> = {}): DataLoader =>
    new DataLoader(items, { engine: counting.engine, bs: 2, ...options });

  it("come in batches, every epoch anew, skipped ones replaced", async () => {
    const dl = loader(stream(6));
    for (let epoch = 0; epoch < 2; epoch++) expect(await epochOf(dl)).to.deep.equal([[0, 1], [3, 4], [5]]);
    expect(await epochOf(loader(stream(6), { dropLast: true, afterItem: (item) => Number(item) * 2 }))).to.deep.equal([
      [0, 2],
      [6, 8],
    ]);
    const batch = await dl.oneBatch();
    expect(valuesOf(batch[0])).to.deep.equal([0, 1]);
    for (const tensor of batch) tensor.dispose();
  });

  it("have a length where n says it, or they do", async () => {
    expect((await errorOf(() => loader(stream(6)).length)).code).to.equal("E_DATA_LENGTH");
    const four = loader(stream(6), { n: 4 });
    expect([four.length, await epochOf(four)]).to.deep.equal([2, [[0, 1], [3]]]);
    expect(loader([7, 8, 9]).length).to.equal(2);
    expect(loader(stream(6)).facts).to.include({ rows: Infinity, batches: Infinity });
    expect(new DataLoaders([loader(stream(6)), loader(stream(2))]).loaders).to.have.length(2);
  });

  it("go on where they were", async () => {
    const dl = loader(stream(7));
    const batches = dl[Symbol.asyncIterator]();
    for (const tensor of (await batches.next()).value ?? []) tensor.dispose();
    const state = JSON.parse(JSON.stringify(dl.state())) as unknown;
    await batches.return();
    const other = loader(stream(7));
    other.restore(state);
    expect(await epochOf(other)).to.deep.equal([
      [3, 4],
      [5, 6],
    ]);
    expect(() => loader(stream(7), { n: 3 }).restore(state)).to.throw(/E_DATA_LOADER_STATE/);
  });

  it("cannot be shuffled, numbered or read by workers; a broken one is named", async () => {
    const random = seededRandom(1);
    expect(() => loader(stream(3), { shuffle: true, random })).to.throw(/E_DATA_OPTION.*items have numbers/s);
    expect(() => loader(stream(3), { numWorkers: 1 })).to.throw(/E_DATA_WORKERS/);
    expect(() => void loader(stream(3)).dataset.get(0)).to.throw(/E_DATA_OPTION.*one after the other/s);
    const broken = loader({
      *[Symbol.iterator]() {
        yield 1;
        throw new Error("the pipe burst");
      },
    });
    expect((await errorOf(() => epochOf(broken))).message).to.match(/E_DATA_ITEM.*item 1.*the pipe burst/s);
  });
});

describe("loaders without items", () => {
  it("newEmpty keeps transforms and vocabulary, for testDl", async () => {
    const counting = new CountingEngine();
    const block = new DataBlock({
      blocks: [transformBlock, categoryBlock],
      splitter: endSplitter(),
      getX: (s: string) => s.length,
      getY: (s: string) => s[0],
    });
    const dls: TfmdDataLoaders = await block.dataloaders(["aa", "b", "ccc", "a", "bb"], {
      engine: counting.engine,
      random: seededRandom(3),
      bs: 2,
    });
    const empty = dls.newEmpty();
    expect([empty.train.length, empty.valid.n, empty.vocab, empty.c]).to.deep.equal([0, 0, ["a", "b", "c"], 3]);
    expect(await epochOf(empty.testDl(["aaaa", "a"]))).to.deep.equal([[4, 1]]);
    expect(await epochOf(dls.testDl([4, 2], { rmTypeTfms: 1 }))).to.deep.equal([[4, 2]]);
    expect([dls.trainDs.length, dls.validDs.length]).to.deep.equal([4, 1]);
    expect((await errorOf(() => empty.oneBatch())).code).to.equal("E_DATA_NO_BATCHES");
    expect(counting.alive).to.equal(0);
  });
});
