import { ArrayDataset, DataLoader } from "@fastap/plugin-data";
import type { Dataset, DataLoaderOptions } from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine, epochOf, valuesOf } from "./counting-engine.ts";
import { errorOf } from "./error-of.ts";
import { seededRandom } from "./seeded-random.ts";

const numbers = (n: number): Dataset => ({ length: n, get: (i) => i });

describe("DataLoader, where something is wrong,", () => {
  let counting: CountingEngine;
  const loader = (dataset: Dataset, options: Partial<DataLoaderOptions> = {}): DataLoader =>
    new DataLoader(dataset, { engine: counting.engine, random: seededRandom(7), ...options });

  beforeEach(() => {
    counting = new CountingEngine();
  });
  afterEach(() => {
    expect(counting.alive, "tensors alive").to.equal(0);
  });

  it("names the tuple position and both shapes when items differ", async () => {
    const dataset: Dataset = { length: 4, get: (i) => [i, { data: new Float32Array(i === 2 ? 6 : 4), shape: i === 2 ? [2, 3] : [2, 2] }] };
    const { code, message } = await errorOf(async () => epochOf(loader(dataset)));
    expect(code).to.equal("E_DATA_COLLATE");
    expect(message)
      .to.include("[2, 2] as item 0")
      .and.include("[2, 3] from item 2")
      .and.include("position 1")
      .and.include("item transform");
  });

  it("refuses a sample whose shape denies its data", async () => {
    const { message } = await errorOf(async () =>
      epochOf(loader({ length: 1, get: () => ({ data: new Float32Array(3), shape: [2, 2] }) })),
    );
    expect(message).to.include("E_DATA_SAMPLE").and.include("[2, 2]").and.include("3 values").and.include("item 0");
  });

  it("names the item that cannot be read, after all reads have ended", async () => {
    let open = 0;
    const get = async (i: number): Promise<number> => {
      open++;
      await new Promise((resolve) => setTimeout(resolve, i === 5 ? 1 : 5));
      open--;
      if (i === 5 || i === 6) throw new Error("bad JPEG");
      return i;
    };
    const seen: number[][] = [];
    const iterate = async (): Promise<void> => {
      for await (const [x] of loader({ length: 20, get }, { bs: 4 })) {
        seen.push(valuesOf(x));
        x?.dispose();
      }
    };
    const { code, message, cause } = await errorOf(iterate);
    expect(code).to.equal("E_DATA_ITEM");
    expect(message).to.include("item 5").and.include("bad JPEG");
    expect(cause).to.be.an("error");
    expect(seen).to.deep.equal([[0, 1, 2, 3]]);
    expect(open).to.equal(0);
  });

  it("collates ahead, and stops when the iteration ends early", async () => {
    const read: number[] = [];
    const dataset: Dataset = { length: 100, get: (i) => (read.push(i), i) };
    const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    for await (const [x] of loader(dataset, { bs: 10, prefetch: 2 })) {
      x?.dispose();
      await settle();
      expect(read).to.have.length(30);
      expect(counting.alive).to.equal(0);
      break;
    }
    await settle();
    expect(read).to.have.length(30);
  });

  it("disposes what it made of a batch that failed half-way", async () => {
    counting.failAfter = 1;
    const batch = loader({ length: 2, get: (i) => [i, i] }).oneBatch();
    expect(await batch.catch((error: Error) => error.message)).to.equal("out of memory");
  });

  it("refuses bad options", async () => {
    for (const options of [{ bs: 0 }, { bs: 2.5 }, { bs: Number.NaN }, { prefetch: -1 }, { n: -1 }, { bs: null, dropLast: true }]) {
      expect(await errorOf(() => loader(numbers(3), options))).to.have.property("code", "E_DATA_OPTION");
    }
    expect(await errorOf(() => new DataLoader(numbers(3), { engine: counting.engine, shuffle: true }))).to.have.property(
      "code",
      "E_DATA_OPTION",
    );
    expect(await errorOf(() => new ArrayDataset([{ data: new Float32Array(5), shape: [2] }]))).to.have.property("code", "E_DATA_COLUMNS");
  });
});
