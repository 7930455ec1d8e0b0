import { DataLoader, Datasets, Pipeline, RandTransform, TfmdDL, TfmdDataLoaders, TensorBase, onBatch, tuple } from "@fastap/plugin-data";
import type { Call, LoaderState } from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine, epochOf } from "./counting-engine.ts";
import { errorOf } from "./error-of.ts";
import { seededRandom } from "./seeded-random.ts";

/** Adds what it draws, in thousandths, so that items can still be told. */
class Noise extends RandTransform<number> {
  constructor(p = 1) {
    super({ p, order: 6 });
    const add = ({ data, shape }: TensorBase, by: number): TensorBase => new TensorBase({ data: data.map((x) => x + by), shape });
    this.on(TensorBase, add).on(Number, (x: number, by: number) => x + by);
  }
  protected override beforeCall(_x: unknown, { random }: Call): number {
    return Math.floor(random.uniform() * 1000) / 1024;
  }
}

const toSample = (x: number): TensorBase => new TensorBase({ data: Float32Array.of(x), shape: [] });

async function loaderOf(options: { prefetch?: number; bs?: number } = {}): Promise<TfmdDL> {
  const dsets = await Datasets.create(
    Array.from({ length: 10 }, (_, i) => i),
    [toSample],
  );
  const { engine } = new CountingEngine();
  return TfmdDL.create(dsets.subset(0), { engine, random: seededRandom(3), bs: 3, shuffle: true, afterItem: new Noise(), ...options });
}

describe("RandTransform", () => {
  it("draws once for all parts of a tuple", () => {
    const [a, b] = new Noise().encode(tuple(1, 1), 0, seededRandom(1)) as readonly number[];
    expect(a).to.equal(b).and.not.equal(1);
  });

  it("is for training only, and applied with chance p", async () => {
    const random = seededRandom(2);
    const noise = new Noise(0.3);
    expect(new Noise().encode(1, 1)).to.equal(1);
    const touched = Array.from({ length: 2000 }, () => noise.encode(0, 0, random)).filter((x) => x !== 0).length;
    expect(touched / 2000).to.be.closeTo(0.3, 0.05);
    expect(await errorOf(() => new Noise(2))).to.include({ code: "E_DATA_OPTION" });
    expect(String(noise)).to.equal("Noise -- {p=0.3}");
  });

  it("says who needs a stream where there is none", async () => {
    expect(await errorOf(() => new Pipeline(new Noise()).encode(1, 0))).to.include({ code: "E_DATA_RANDOM" });
  });

  it("gives the same epochs whatever is prefetched, and others in each epoch", async () => {
    const [one, two] = [await loaderOf({ prefetch: 0 }), await loaderOf({ prefetch: 5 })];
    const first = await epochOf(one);
    expect(await epochOf(two)).to.deep.equal(first);
    const second = await epochOf(one);
    expect(await epochOf(two)).to.deep.equal(second);
    expect(new Set([...first.flat(), ...second.flat()]))
      .to.have.property("size")
      .above(first.flat().length);
  });

  it("does not depend on the size of the batches", async () => {
    expect((await epochOf(await loaderOf({ bs: 5 }))).flat()).to.deep.equal((await epochOf(await loaderOf({ bs: 3 }))).flat());
  });

  it("goes on with the same draws from a saved state", async () => {
    const whole = await epochOf(await loaderOf());
    const stopped = await loaderOf();
    let state: LoaderState | undefined;
    for await (const batch of stopped) {
      for (const each of batch) each.dispose();
      state = JSON.parse(JSON.stringify(stopped.state())) as LoaderState;
      break;
    }
    const resumed = await loaderOf();
    resumed.restore(state);
    expect(await epochOf(resumed)).to.deep.equal(whole.slice(1));
  });

  it("draws once for a batch, from the batch's own stream", async () => {
    const dsets = await Datasets.create([0, 1, 2, 3, 4, 5], [toSample]);
    const seen: number[] = [];
    class Spy extends RandTransform<number> {
      constructor() {
        super();
        this.on(
          TensorBase,
          onBatch((x) => x),
        );
      }
      protected override beforeCall(_x: unknown, { random }: Call): number {
        return seen.push(random.uniform());
      }
    }
    const { engine } = new CountingEngine();
    const dls = await TfmdDataLoaders.create(dsets, { engine, random: seededRandom(3), bs: 2, afterBatch: new Spy() });
    await epochOf(dls.train);
    expect(seen).to.have.length(3);
    expect(new Set(seen).size).to.equal(3);
    const before = seen.splice(0);
    await epochOf(dls.train.new());
    expect(seen).to.deep.equal(before);
  });

  it("gives datasets of any kind the stream of each place", async () => {
    const drawn: (number | undefined)[] = [];
    const dataset = { length: 4, get: (_i: number, random?: { uniform(): number }) => drawn.push(random?.uniform()) };
    const { engine } = new CountingEngine();
    await epochOf(new DataLoader(dataset, { engine, random: seededRandom(1), bs: 2 }));
    expect(new Set(drawn).size).to.equal(4);
    drawn.length = 0;
    await epochOf(new DataLoader(dataset, { engine, bs: 2 }));
    expect(drawn).to.deep.equal([undefined, undefined, undefined, undefined]);
  });
});
