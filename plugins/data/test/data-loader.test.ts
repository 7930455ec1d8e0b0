import { ArrayDataset, classLabel, DataLoader, skipItem } from "@fastap/plugin-data";
import type { Dataset, DataLoaderOptions } from "@fastap/plugin-data";
import { expect } from "chai";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { CountingEngine, epochOf, valuesOf } from "./counting-engine.ts";
import { seededRandom } from "./seeded-random.ts";

/** Items 0…n−1, read later or at once. */
const numbers = (n: number, later = false): Dataset => ({ length: n, get: (i) => (later ? Promise.resolve(i) : i) });
const columns = (n: number): Dataset => new ArrayDataset([{ data: Float32Array.from({ length: n }, (_, i) => i), shape: [] }]);

describe("DataLoader", () => {
  let counting: CountingEngine;
  const loader = (dataset: Dataset, options: Partial<DataLoaderOptions> = {}): DataLoader =>
    new DataLoader(dataset, { engine: counting.engine, random: seededRandom(7), ...options });

  beforeEach(() => {
    counting = new CountingEngine();
  });
  afterEach(() => {
    expect(counting.alive, "tensors alive").to.equal(0);
  });

  it("gives fastai's lengths and batches (golden)", async () => {
    const url = new URL("../../../test/golden/cases/data/dataloader_lengths.json", import.meta.url);
    const { inputs, expected } = JSON.parse(await readFile(url, "utf8"));
    for (const [k, { n, bs, drop_last: dropLast }] of inputs.entries()) {
      for (const dataset of [numbers(n), numbers(n, true)]) {
        const dl = loader(dataset, { bs, dropLast });
        expect(dl.length).to.equal(expected[k].len);
        expect(await epochOf(dl)).to.deep.equal(expected[k].batches.map((batch: number | number[]) => [batch].flat()));
      }
    }
  });

  const sizes = { n: fc.integer({ min: 0, max: 60 }), bs: fc.integer({ min: 1, max: 20 }), dropLast: fc.boolean() };

  it("gives every item once per epoch, in as many batches as length says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ ...sizes, rows: fc.boolean(), prefetch: fc.integer({ min: 0, max: 4 }) }),
        async ({ n, rows, ...options }) => {
          const dl = loader(rows ? columns(n) : numbers(n), { ...options, shuffle: true });
          const batches = await epochOf(dl);
          expect(batches).to.have.length(dl.length);
          expect(dl.length).to.equal(options.dropLast ? Math.floor(n / options.bs) : Math.ceil(n / options.bs));
          const seen = batches.flat().sort((a, b) => a - b);
          expect(new Set(seen)).to.have.property("size", seen.length);
          expect(seen).to.have.length(options.dropLast ? dl.length * options.bs : n);
          if (!options.dropLast) expect(seen).to.deep.equal(Array.from({ length: n }, (_, i) => i));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives one order per seed, whatever the prefetch, the kind of dataset and other draws", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 5 }), async (seed, prefetch) => {
        const random = seededRandom(seed);
        const one = loader(columns(40), { random, shuffle: true, bs: 7, prefetch: 0 });
        const other = loader(numbers(40, true), { random, shuffle: true, bs: 7, prefetch });
        for (let epoch = 0; epoch < 3; epoch++) {
          const expected = await epochOf(one);
          random.uniform();
          expect(await epochOf(other)).to.deep.equal(expected);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("shuffles anew every epoch", async () => {
    const dl = loader(numbers(100), { shuffle: true });
    const [first, second] = [await epochOf(dl), await epochOf(dl)];
    expect(first).to.not.deep.equal(second);
    expect(await epochOf(dl.new())).to.deep.equal(first);
  });

  it("oneBatch gives the first batch of the coming epoch and leaves it to come", async () => {
    const dl = loader(numbers(100), { shuffle: true, bs: 8 });
    const [x] = await dl.oneBatch();
    const first = valuesOf(x);
    x?.dispose();
    expect((await epochOf(dl))[0]).to.deep.equal(first);
  });

  it("uses the first n items", async () => {
    expect(await epochOf(loader(numbers(10), { n: 3 }))).to.deep.equal([[0, 1, 2]]);
    expect(await epochOf(loader(numbers(2), { n: 3 }))).to.deep.equal([[0, 1]]);
  });

  it("fills the batch with the items after a skipped one", async () => {
    const dataset: Dataset = { length: 7, get: (i) => (i === 1 || i === 2 ? skipItem : i) };
    expect(await epochOf(loader(dataset, { bs: 3 }))).to.deep.equal([
      [0, 3, 4],
      [5, 6],
    ]);
  });

  it("collates tuples with their dtypes", async () => {
    const dataset: Dataset = { length: 2, get: (i) => [{ data: Float32Array.of(i, i, i), shape: [1, 3] }, classLabel(i), i / 2] };
    const batch = await loader(dataset).oneBatch();
    expect(batch.map(({ shape, dtype }) => [shape, dtype])).to.deep.equal([
      [[2, 1, 3], "float32"],
      [[2], "int32"],
      [[2], "float32"],
    ]);
    expect(batch.map(valuesOf)).to.deep.equal([
      [0, 0, 0, 1, 1, 1],
      [0, 1],
      [0, 0.5],
    ]);
    for (const tensor of batch) tensor.dispose();
  });
});
