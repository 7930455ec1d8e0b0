import { expect } from "chai";
import { epochOf, valuesOf } from "../counting-engine.ts";
import { loaders, Trouble } from "./worker-loader.ts";
import type { LoaderSetting } from "./worker-loader.ts";

describe("a loader with workers", () => {
  const { loaderOf } = loaders();
  async function epochs(setting: LoaderSetting): Promise<number[][][]> {
    const loader = await loaderOf(setting);
    return [await epochOf(loader), await epochOf(loader)];
  }

  it("gives the same bits for any number of workers, and any prefetch", async () => {
    const expected = await epochs({ numWorkers: 0 });
    expect(expected[0]?.flat().some((x) => x % 1 !== 0)).to.equal(true);
    expect(expected[1]).to.not.deep.equal(expected[0]);
    for (const numWorkers of [1, 2, 4]) expect(await epochs({ numWorkers }), `${numWorkers} workers`).to.deep.equal(expected);
    expect(await epochs({ numWorkers: 2, prefetch: 0 })).to.deep.equal(expected);
  });

  it("brings targets and places along, and fills batches where items are left out", async () => {
    for (const numWorkers of [0, 2]) {
      const loader = await loaderOf({ numWorkers, shuffle: false, itemTfms: [new Trouble("skip", 3)] });
      const seen: [number[], number[]][] = [];
      for await (const [, y] of loader) seen.push([Array.from(loader.batchItems), valuesOf(y)]);
      expect(seen[0]).to.deep.equal([
        [0, 1, 2, 4, 5, 6, 7, 8],
        [0, 1, 0, 0, 1, 0, 1, 0],
      ]);
      expect(seen.flatMap(([items]) => items)).to.have.length(49);
    }
  });

  it("goes on from a saved place with the same bits", async () => {
    const whole = await epochs({ numWorkers: 2 });
    const [one, other] = [await loaderOf({ numWorkers: 2 }), await loaderOf({ numWorkers: 1 })];
    let count = 0;
    for await (const _ of one) if (++count === 3) break;
    const { epoch } = one.state();
    expect(epoch).to.equal(1);
    const iterator = (await loaderOf({ numWorkers: 0 }))[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) await iterator.next();
    const loader = await loaderOf({ numWorkers: 0 });
    const running = loader[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) await running.next();
    other.restore(loader.state());
    expect(await epochOf(other)).to.deep.equal(whole[0]?.slice(3));
  });

  it("works again after it was closed", async () => {
    const loader = await loaderOf({ numWorkers: 2, shuffle: false });
    const first = await epochOf(loader);
    await loader.close();
    expect((await epochOf(loader)).map((batch) => batch.length)).to.deep.equal(first.map((batch) => batch.length));
  });
});
